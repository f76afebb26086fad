"""The ledger of consents and what follows from it, held by both databases themselves."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from smsbot.core.contacts import ConsentChange, ConsentOrigin, Contact
from smsbot.core.errors import SmsbotError, StoreConflict
from smsbot.core.messages import E164
from smsbot.db import contacts
from smsbot.db.contacts import ConsentEntry
from smsbot.db.store import Store
from smsbot.db.tables import consent, contact
from smsbot.db.tables_consent import subscription
from smsbot.db.tables_outbox import outbox
from tests.builders import NOW, a_store

PERSON = E164("+12025550101")
ASKED, JOINED, LEFT = ConsentChange.ASKED, ConsentChange.JOINED, ConsentChange.LEFT
OUT, IN, UNDONE = ConsentChange.OPT_OUT, ConsentChange.OPT_IN, ConsentChange.UNDONE
TEXT, STAFF, IMPORT = ConsentOrigin.TEXT, ConsentOrigin.STAFF, ConsentOrigin.IMPORT


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = a_store(database_url)
    yield store
    store.close()


@pytest.fixture
def person(store: Store) -> int:
    with store.begin() as tx:
        return contacts.lock(tx, store.sealer, [PERSON], NOW)[PERSON].id


def add(store: Store, person: int, change: ConsentChange, minute: int = 0, **more: object) -> int:
    """One line of the ledger, so many minutes from now; its id."""
    with store.begin() as tx:
        contacts.record_consent(tx, [a_line(person, change, minute, **more)])
        return int(tx.execute(select(consent.c.id).order_by(consent.c.id.desc())).scalars().first())


def a_line(person: int, change: ConsentChange, minute: int, **more: object) -> ConsentEntry:
    has_topic = change in {ASKED, JOINED, LEFT}
    by_staff = more.get("origin") in {STAFF, IMPORT}
    given: dict[str, object] = {
        "topic": "NEWS" if has_topic else None,
        "words": "What was shown." if change in {ASKED, JOINED} else None,
        "recorded_by": "sender" if by_staff else None,
        "reason": "They told us on the phone." if by_staff else None,
        "recorded_at": NOW if by_staff else None,
        **more,
    }
    return ConsentEntry(
        contact_id=person, change=change, how="test", inbound_sid=None,
        at=NOW + timedelta(minutes=minute), **given,  # type: ignore[arg-type]
    )  # fmt: skip


def state(store: Store, topic: str = "NEWS") -> str | None:
    with store.read() as tx:
        return tx.scalar(select(subscription.c.state).where(subscription.c.topic == topic))


def is_out(store: Store) -> bool:
    with store.read() as tx:
        return bool(tx.scalar(select(contact.c.opted_out)))


def a_campaign_row(tx: Connection, person: int, consent_id: int | None, **more: object) -> None:
    index = tx.scalar(select(contact.c.number_index).where(contact.c.id == person))
    count = tx.scalar(select(outbox.c.id).order_by(outbox.c.id.desc()).limit(1)) or 0
    values: dict[str, object] = {
        "dedupe_key": f"c{count}", "sequence_key": f"c{count}", "part": 1, "lane": 30,
        "contact_id": person, "sender": "+15005550006", "number_sealed": b"x",
        "number_index": index, "body_sealed": b"x", "segments": 1, "state": "queued",
        "due_at": NOW, "expires_at": NOW, "created_at": NOW + timedelta(hours=1),
        "updated_at": NOW, "consent_id": consent_id, **more,
    }  # fmt: skip
    tx.execute(insert(outbox).values(**values))


def may_write_to(store: Store, person: int, consent_id: int | None, **more: object) -> bool:
    try:
        with store.begin() as tx:
            a_campaign_row(tx, person, consent_id, **more)
    except StoreConflict as refused:
        # Refused for another reason it would be a fault of the test's.
        return not str(refused).startswith("A campaign's text goes only")
    return True


def test_asked_then_joined_then_left(store: Store, person: int) -> None:
    add(store, person, ASKED, 0)
    assert state(store) == "asked"
    joined = add(store, person, JOINED, 1)
    assert state(store) == "joined"
    assert may_write_to(store, person, joined)
    add(store, person, LEFT, 2)
    assert state(store) == "left"
    assert not may_write_to(store, person, joined)


def test_stop_ends_every_topic_and_start_brings_none_back(store: Store, person: int) -> None:
    add(store, person, ASKED, 0)
    joined = add(store, person, JOINED, 1)
    add(store, person, OUT, 2)
    assert (state(store), is_out(store)) == ("stopped", True)
    add(store, person, IN, 3)

    assert (state(store), is_out(store)) == ("stopped", False)
    assert not may_write_to(store, person, joined)


def test_a_late_stop_ends_what_was_joined_before_it_and_nothing_after(
    store: Store, person: int
) -> None:
    add(store, person, ASKED, 0)
    add(store, person, JOINED, 10)
    add(store, person, OUT, 5)
    assert (state(store), is_out(store)) == ("joined", True)
    add(store, person, IN, 20)
    add(store, person, OUT, 15)

    assert (state(store), is_out(store)) == ("stopped", False)


def test_an_undone_opt_out_brings_back_what_it_ended(store: Store, person: int) -> None:
    add(store, person, ASKED, 0)
    joined = add(store, person, JOINED, 1)
    wrong = add(store, person, OUT, 2, origin=STAFF)
    assert not may_write_to(store, person, joined)
    add(store, person, UNDONE, 3, origin=STAFF, undoes_id=wrong)

    assert (state(store), is_out(store)) == ("joined", False)
    assert may_write_to(store, person, joined)


def test_their_own_stop_is_not_undone_whoever_recorded_one_too(store: Store, person: int) -> None:
    wrong = add(store, person, OUT, 0, origin=STAFF)
    own = add(store, person, OUT, 1)

    for line in (own, wrong):
        with pytest.raises(StoreConflict, match=r"START|imported"):
            add(store, person, UNDONE, 2, origin=STAFF, undoes_id=line)
    assert is_out(store)


REFUSED: dict[str, tuple[ConsentChange, dict[str, object], str]] = {
    "joined without being asked": (JOINED, {}, "asked to confirm"),
    "joined by the word of staff": (JOINED, {"origin": STAFF}, "own text"),
    "asked without words": (ASKED, {"words": " "}, "exact words"),
    "an unknown topic": (ASKED, {"topic": "GONE"}, "no such topic"),
    "a stop of one topic": (OUT, {"topic": "NEWS"}, "whole number"),
    "a join of everything": (JOINED, {"topic": None, "origin": IMPORT}, "whole number"),
    "a start by staff": (IN, {"origin": STAFF}, "own START"),
    "staff without a reason": (OUT, {"origin": STAFF, "reason": ""}, "reason"),
    "nobody recorded it": (OUT, {"origin": IMPORT, "recorded_by": None}, "Who recorded"),
    "an undo of nothing": (UNDONE, {"origin": STAFF, "undoes_id": 77}, "recorded or imported"),
    "an undo without its line": (UNDONE, {"origin": STAFF}, "names what it undoes"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_ledger_refuses(store: Store, person: int, name: str) -> None:
    change, more, says = REFUSED[name]

    with pytest.raises(StoreConflict, match=says):
        add(store, person, change, 0, **more)


def test_evidence_older_than_their_own_no_does_not_count(store: Store, person: int) -> None:
    add(store, person, LEFT, -60)

    with pytest.raises(StoreConflict, match="older"):
        add(store, person, JOINED, -90, origin=IMPORT)
    add(store, person, JOINED, -30, origin=IMPORT)
    assert state(store) == "joined"


def test_nobody_in_care_is_signed_up_or_written_to(store: Store, person: int) -> None:
    joined = add(store, person, JOINED, -30, origin=IMPORT)
    with store.begin() as tx:
        tx.execute(update(contact).values(care_until=NOW + timedelta(days=30)))

    assert not may_write_to(store, person, joined)
    with pytest.raises(StoreConflict, match="care"):
        add(store, person, ASKED, 0, topic="EVENTS")


@pytest.mark.parametrize(
    "more",
    [{"created_at": NOW - timedelta(hours=2)}, {"number_index": "other"}],
    ids=["older than the consent", "another number"],
)
def test_a_campaign_needs_a_consent_older_than_it_of_the_same_person(
    store: Store, person: int, more: dict[str, object]
) -> None:
    joined = add(store, person, JOINED, -30, origin=IMPORT)

    assert not may_write_to(store, person, joined, **more)
    assert not may_write_to(store, person, None)
    assert may_write_to(store, person, joined)
    with pytest.raises(StoreConflict, match="whose it is"), store.begin() as tx:
        tx.execute(update(outbox).values(consent_id=joined + 1))


STATEMENTS = {
    "a line changed": "UPDATE consent SET change = 'joined'",
    "a line deleted": "DELETE FROM consent",
    "a subscription made": "INSERT INTO subscription (contact_id, topic, state, since, consent_id)"
    " SELECT contact_id, 'EVENTS', 'joined', at, id FROM consent",
    "a subscription brought back": "UPDATE subscription SET state = 'joined'",
    "a subscription deleted": "DELETE FROM subscription",
    "an opt-out taken away": "UPDATE contact SET opted_out = false",
    "a topic deleted": "DELETE FROM topic",
    "a topic renamed": "UPDATE topic SET keyword_es = 'OTRO' WHERE keyword = 'NEWS'",
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_plain_sql_is_refused(store: Store, person: int, name: str) -> None:
    add(store, person, ASKED, 0)
    add(store, person, JOINED, 1)
    add(store, person, OUT, 2)

    with pytest.raises(StoreConflict), store.begin() as tx:
        tx.execute(text(STATEMENTS[name]))
    assert (state(store), is_out(store)) == ("stopped", True)


def test_postgresql_does_not_empty_the_ledger(postgres_url: str) -> None:
    from smsbot.db import schema

    schema.upgrade(postgres_url)
    store = a_store(postgres_url)
    for table in ("consent", "subscription", "topic"):
        with pytest.raises(StoreConflict, match="not emptied"), store.begin() as tx:
            tx.execute(text(f"TRUNCATE {table} CASCADE"))
    store.close()


def test_a_topic_takes_its_words_and_moves_the_content_version(store: Store) -> None:
    with store.begin() as tx:
        before = tx.scalar(text("SELECT version FROM content_version"))
        tx.execute(text("UPDATE topic SET name_en = 'Other' WHERE keyword = 'NEWS'"))
        assert tx.scalar(text("SELECT version FROM content_version")) == before + 1
        names = set(tx.scalars(text("SELECT name FROM reserved_word")))
    assert {"NEWS", "NOTICIAS", "JOIN", "LEAVE", "UNIRME", "SALIR"} <= names


steps = st.lists(
    st.tuples(
        st.sampled_from(
            ["ask", "join", "leave", "stop", "start", "staff_stop", "undo", "import", "crisis",
             "send"]
        ),
        st.integers(-3, 40),
    ),
    max_size=14,
)  # fmt: skip


@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(steps=steps)
def test_no_path_leads_around_the_ledger(store: Store, steps: list[tuple[str, int]]) -> None:
    with store.begin() as tx:
        number = E164(f"+1202555{tx.scalar(text('SELECT count(*) FROM contact')):04d}")
        person = contacts.lock(tx, store.sealer, [number], NOW)[number].id
    for what, minute in steps:
        try:
            _do(store, person, what, minute)
        except SmsbotError:
            continue
        _must_hold(store, person)


def _do(store: Store, person: int, what: str, minute: int) -> None:
    with store.begin() as tx:
        lines = tx.execute(
            select(consent.c.id, consent.c.change)
            .where(consent.c.contact_id == person)
            .order_by(consent.c.id.desc())
        ).all()
        joins = [one.id for one in lines if one.change == "joined"]
        stops = [one.id for one in lines if one.change == "opt_out"]
        entries = {
            "ask": lambda: a_line(person, ASKED, minute),
            "join": lambda: a_line(person, JOINED, minute),
            "leave": lambda: a_line(person, LEFT, minute),
            "stop": lambda: a_line(person, OUT, minute),
            "start": lambda: a_line(person, IN, minute),
            "staff_stop": lambda: a_line(person, OUT, minute, origin=STAFF),
            "import": lambda: a_line(person, JOINED, minute, origin=IMPORT),
            "undo": lambda: a_line(
                person, UNDONE, minute, origin=STAFF, undoes_id=stops[minute % len(stops)]
            ),
        }
        if what == "crisis":
            until = NOW + timedelta(minutes=minute)
            tx.execute(update(contact).where(contact.c.id == person).values(care_until=until))
        elif what == "send":
            at = NOW + timedelta(minutes=minute)
            a_campaign_row(tx, person, joins[0] if joins else None, created_at=at)
        elif what != "undo" or stops:
            contacts.record_consent(tx, [entries[what]()])


def _must_hold(store: Store, person: int) -> None:
    with store.read() as tx:
        lines = tx.execute(
            select(consent)
            .where(consent.c.contact_id == person)
            .order_by(consent.c.at, consent.c.id)
        ).all()
        joined = tx.scalars(
            select(subscription.c.consent_id).where(
                subscription.c.contact_id == person, subscription.c.state == "joined"
            )
        ).all()
        opted_out = tx.scalar(select(contact.c.opted_out).where(contact.c.id == person))
    said_no, live = _folded([(one.id, one.change, one.undoes_id) for one in lines])
    assert opted_out == said_no
    assert set(joined) <= live
    if said_no or not live:
        assert not _can_send(store, person, [one.id for one in lines])


def _folded(lines: list[tuple[int, str, int | None]]) -> tuple[bool, set[int]]:
    """Read plainly, in the order of time: whether they are out, and the joins that still count."""
    undone = {undoes for _, _, undoes in lines}
    said_no, live = False, set[int]()
    for one, change, _ in lines:
        if change == "opt_in":
            said_no = False
        elif change == "opt_out" and one not in undone:
            said_no, live = True, set()
        elif change == "left":
            live = set()
        elif change == "joined":
            live.add(one)
    return said_no, live


def _can_send(store: Store, person: int, ids: list[int]) -> bool:
    """Whether the database would take a campaign's text on any of these lines; leaves none."""
    for one in ids:
        with store.engine.connect() as tx:
            try:
                a_campaign_row(tx, person, one, created_at=NOW + timedelta(days=1))
            except DBAPIError:
                continue
            finally:
                tx.rollback()
            return True
    return False


def test_a_saved_contact_does_not_touch_the_opt_out(store: Store, person: int) -> None:
    add(store, person, OUT, 0)
    with store.begin() as tx:
        stored = contacts.lock(tx, store.sealer, [PERSON], NOW)[PERSON]
        contacts.save(tx, [type(stored)(id=stored.id, number_index=stored.number_index,
                                        contact=Contact(opted_out=False))], NOW)  # fmt: skip

    assert is_out(store)
