"""Audiences counted by the database, against the same told off one by one in Python."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, update

from smsbot.core.campaigns.audience import Audience, to_json
from smsbot.core.contacts import ConsentChange, ConsentOrigin
from smsbot.core.messages import E164
from smsbot.db import audience, audiences, contacts
from smsbot.db.audience import LeftOut
from smsbot.db.contacts import ConsentEntry
from smsbot.db.store import Store
from smsbot.db.tables import contact, inbound
from smsbot.db.tables_consent import contact_tag, subscription, upload, upload_contact
from tests.builders import NOW, a_sid, a_store

PEOPLE = 40


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = a_store(database_url)
    _fill(store)
    yield store
    store.close()


def _fill(store: Store) -> None:
    """Forty people; what is true of each follows from their number."""
    numbers = [E164(f"+1202555{n:04d}") for n in range(1, PEOPLE + 1)]
    with store.begin() as tx:
        people = contacts.lock(tx, store.sealer, numbers, NOW)
        tx.execute(
            insert(upload).values(
                id=1, kind="audience", name="x", made_by="x", made_at=NOW, rows_read=0,
                rows_taken=0, rows_skipped=0, rows_bad=0, state="taken",
            )
        )  # fmt: skip
        for n, number in enumerate(numbers, start=1):
            _person(tx, people[number].id, n)


def _person(tx, person: int, n: int) -> None:
    for topic, every in (("NEWS", 5), ("EVENTS", 3)):
        if n % every:
            line = ConsentEntry(
                contact_id=person, change=ConsentChange.JOINED, how="form", inbound_sid=None,
                at=NOW - timedelta(days=9), topic=topic, words="Shown.",
                origin=ConsentOrigin.IMPORT, recorded_by="x",
            )  # fmt: skip
            contacts.record_consent(tx, [line])
    if n % 11 == 0:
        contacts.record_consent(tx, [ConsentEntry(
            contact_id=person, change=ConsentChange.OPT_OUT, how="t", inbound_sid=None, at=NOW,
        )])  # fmt: skip
    tx.execute(
        update(contact)
        .where(contact.c.id == person)
        .values(
            lang=[None, "en", "es"][n % 3],
            state=[None, "NY", "TX", "CA"][n % 4],
            source_code="K7" if n % 4 == 1 else None,
            first_keyword=[None, "FDA", "RISKS"][n % 3],
            seen_at=NOW - timedelta(days=n),
            care_until=NOW + timedelta(days=1) if n % 13 == 0 else None,
        )
    )
    if n % 2:
        tx.execute(
            insert(inbound).values(
                sid=a_sid(90_000 + n), contact_id=person, recipient="x", media_count=0,
                received_at=NOW, step="keyword", topic="FDA" if n % 3 else "RISKS", lang="en",
                why={}, reply=b"x",
            )
        )  # fmt: skip
    if n % 7 == 0:
        tag = {"contact_id": person, "tag": "partner", "added_by": "x", "added_at": NOW}
        tx.execute(insert(contact_tag).values(tag))
    if n % 3 == 0:
        tx.execute(insert(upload_contact).values(upload_id=1, contact_id=person))


def _told_off(n: int, one: Audience) -> bool:
    """Whether the nth person is in an audience, said once more in plain Python."""
    joined = {topic for topic, every in (("NEWS", 5), ("EVENTS", 3)) if n % every}
    texted = ("FDA" if n % 3 else "RISKS") if n % 2 else None
    checks = (
        one.topic in joined and n % 11 != 0 and n % 13 != 0,
        not one.langs or ("en", "en", "es")[n % 3] in one.langs,
        not one.states or ("", "NY", "TX", "CA")[n % 4] in one.states,
        not one.sources or (n % 4 == 1 and "K7" in one.sources),
        one.seen_within is None or n <= one.seen_within,
        one.seen_before is None or n >= one.seen_before,
        not one.keywords or texted in one.keywords,
        not one.first_keywords or [None, "FDA", "RISKS"][n % 3] in one.first_keywords,
        not one.tags or n % 7 == 0,
        one.upload is None or n % 3 == 0,
        not one.without_tags or n % 7 != 0,
        not set(one.without_topics) & joined,
        one.without_upload is None or n % 3 != 0,
    )
    return all(checks)


some = st.builds(
    Audience,
    topic=st.sampled_from(["NEWS", "EVENTS"]),
    langs=st.sampled_from([(), ("en",), ("es",)]),
    keywords=st.sampled_from([(), ("FDA",), ("FDA", "RISKS"), ("FIND",)]),
    first_keywords=st.sampled_from([(), ("FDA",), ("FDA", "RISKS"), ("FIND",)]),
    sources=st.sampled_from([(), ("K7",), ("K8",)]),
    states=st.sampled_from([(), ("NY",), ("NY", "TX")]),
    tags=st.sampled_from([(), ("partner",)]),
    seen_within=st.sampled_from([None, 10, 25]),
    seen_before=st.sampled_from([None, 5]),
    upload=st.sampled_from([None, 1]),
    without_topics=st.sampled_from([(), ("EVENTS",)]),
    without_tags=st.sampled_from([(), ("partner",)]),
    without_upload=st.sampled_from([None, 1]),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=some)
def test_the_database_counts_as_a_person_would(store: Store, one: Audience) -> None:
    expected = sum(_told_off(n, one) for n in range(1, PEOPLE + 1))

    with store.read() as tx:
        counted = audience.count(tx, one, NOW)
        chosen = tx.scalar(
            select(func.count())
            .select_from(contact.join(subscription, subscription.c.contact_id == contact.c.id))
            .where(
                subscription.c.topic == one.topic,
                subscription.c.state == "joined",
                ~contact.c.opted_out,
                (contact.c.care_until.is_(None)) | (contact.c.care_until <= NOW),
                audience.among(tx, to_json(one), NOW),
            )
        )

    assert counted.reached == chosen == expected
    assert counted.wished == counted.reached + sum(counted.left_out.values())
    assert counted.contacts == PEOPLE


def test_it_says_why_others_are_left_out(store: Store) -> None:
    with store.read() as tx:
        counted = audience.count(tx, Audience(topic="NEWS", langs=("es",)), NOW)

    assert set(counted.left_out) == {LeftOut.STOPPED, LeftOut.IN_CARE, LeftOut.LANGUAGE}
    assert counted.left_out[LeftOut.STOPPED] == 3


def test_a_saved_audience_is_changed_by_one_person_at_a_time(store: Store) -> None:
    with store.begin() as tx:
        audiences.save(tx, "All", Audience(topic="NEWS"), "olga", NOW)
        (saved,) = audiences.every(tx)

    with store.begin() as tx:
        assert audiences.change(tx, saved, "ana", NOW)
        assert not audiences.change(tx, saved, "olga", NOW)
        assert audiences.retire(tx, saved.id, "olga", NOW)
        assert audiences.every(tx) == ()
