"""A draft on the author's own phone: the number proven by a code, marked, and not too often."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from smsbot.core.editorial.roles import StaffAccount
from smsbot.core.messages import Lang
from smsbot.core.outbound.outbox import Lane
from smsbot.db import contacts
from smsbot.db.store import Store
from smsbot.db.tables_outbox import outbox
from smsbot.db.tables_staff import audit_log, staff
from smsbot.services import text_to_me
from smsbot.services.editorial_desk import EditorialFault, NotAllowed
from smsbot.services.text_to_me import DRAFT_MARK, LIFE, MOST_AN_HOUR, MOST_TRIES
from tests.builders import NOW, OUR_NUMBER, a_store, the_catalogue
from tests.editorial_builders import someone

NUMBER, WRITTEN = "+12025550147", "(202) 555-0147"
FDA = the_catalogue().answers.by_name["FDA", Lang.EN]


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = a_store(database_url)
    yield store
    store.close()


@pytest.fixture
def ann(store: Store) -> StaffAccount:
    return someone(store)


def sent(store: Store) -> list[tuple[str, str, int]]:
    """Number, body and lane of what waits in the outbox, in the order of leaving."""
    with store.begin() as tx:
        rows = tx.execute(select(outbox).order_by(outbox.c.sequence_key, outbox.c.part)).all()
        return [
            (store.sealer.open(r.number_sealed), store.sealer.open(r.body_sealed), r.lane)
            for r in rows
        ]


def confirm(store: Store, by: StaffAccount, now=NOW) -> None:
    text_to_me.enter_number(store, by, WRITTEN, now, sender=OUR_NUMBER)
    text_to_me.confirm_number(store, by, the_code(store), now)


def the_code(store: Store) -> str:
    (code,) = re.findall(r"^\d{6}", sent(store)[-1][1])
    return code


def text(store: Store, by: StaffAccount, now=NOW, bodies=("First.", "1/2 One.", "2/2 Two.")) -> str:
    return text_to_me.send_draft(store, by, FDA, now, bodies=bodies, sender=OUR_NUMBER)


def test_a_draft_goes_to_the_proven_number_in_order_and_says_so(
    store: Store, ann: StaffAccount
) -> None:
    confirm(store, ann)

    said_to = text(store, ann, NOW + timedelta(seconds=1))

    assert NUMBER not in said_to
    assert said_to.endswith("47")
    texts = sent(store)[1:]
    assert [number for number, _, _ in texts] == [NUMBER] * 3
    assert [body for _, body, _ in texts] == [
        f"{DRAFT_MARK}First.", f"{DRAFT_MARK}1/2 One.", f"{DRAFT_MARK}2/2 Two."
    ]  # fmt: skip
    assert {lane for _, _, lane in texts} == {Lane.STAFF}
    assert all(body.startswith("DRAFT") for _, body, _ in texts)
    with store.begin() as tx:
        ends = set(tx.scalars(select(outbox.c.expires_at).where(outbox.c.part > 1)))
    assert ends == {NOW + timedelta(seconds=1) + LIFE}


def test_nothing_is_texted_before_a_number_is_proven(store: Store, ann: StaffAccount) -> None:
    with pytest.raises(EditorialFault, match="enter it first"):
        text(store, ann)
    text_to_me.enter_number(store, ann, WRITTEN, NOW, sender=OUR_NUMBER)
    with pytest.raises(EditorialFault, match="enter it first"):
        text(store, ann)

    assert text_to_me.own_number(store, ann, NOW).masked is None
    assert text_to_me.own_number(store, ann, NOW).waits is not None
    assert len(sent(store)) == 1


def test_the_number_stands_nowhere_in_the_open(store: Store, ann: StaffAccount) -> None:
    confirm(store, ann)
    text(store, ann)

    shown = text_to_me.own_number(store, ann, NOW)
    assert NUMBER not in repr(shown)
    with store.begin() as tx:
        row = tx.execute(select(staff).where(staff.c.id == ann.id)).one()
        lines = tx.execute(select(audit_log)).all()
        known = contacts.lock(tx, store.sealer, [NUMBER], NOW)[NUMBER]
    assert NUMBER.encode() not in row.phone_sealed
    assert "2025550147" not in repr((row._mapping, lines))
    assert [line.what for line in lines] == ["confirm_number", "text_draft_to_self"]
    assert known.contact.opted_out is False


def test_a_wrong_code_proves_nothing_and_five_end_the_trying(
    store: Store, ann: StaffAccount
) -> None:
    text_to_me.enter_number(store, ann, WRITTEN, NOW, sender=OUR_NUMBER)
    right = the_code(store)
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(MOST_TRIES):
        with pytest.raises(EditorialFault, match="not the code"):
            text_to_me.confirm_number(store, ann, wrong, NOW)

    with pytest.raises(EditorialFault, match="Too many codes"):
        text_to_me.confirm_number(store, ann, right, NOW)
    assert text_to_me.own_number(store, ann, NOW).masked is None


def test_a_code_ends_after_ten_minutes_and_is_good_once(store: Store, ann: StaffAccount) -> None:
    text_to_me.enter_number(store, ann, WRITTEN, NOW, sender=OUR_NUMBER)
    code, late = the_code(store), NOW + text_to_me.CODE_LIFE
    with pytest.raises(EditorialFault, match="too old"):
        text_to_me.confirm_number(store, ann, code, late)
    assert text_to_me.own_number(store, ann, late).waits is None

    text_to_me.confirm_number(store, ann, f" {code} ", NOW)
    with pytest.raises(EditorialFault, match="No number waits"):
        text_to_me.confirm_number(store, ann, code, NOW)


def test_a_code_is_of_no_use_to_a_colleague(store: Store, ann: StaffAccount) -> None:
    text_to_me.enter_number(store, ann, WRITTEN, NOW, sender=OUR_NUMBER)

    with pytest.raises(EditorialFault, match="No number waits"):
        text_to_me.confirm_number(store, someone(store, "Ben Author"), the_code(store), NOW)


def test_so_many_an_hour_and_codes_count_too(store: Store, ann: StaffAccount) -> None:
    confirm(store, ann)
    for n in range(1, MOST_AN_HOUR):
        text(store, ann, NOW + timedelta(seconds=n))

    with pytest.raises(EditorialFault, match="times in an hour"):
        text(store, ann, NOW + timedelta(minutes=5))
    with pytest.raises(EditorialFault, match="times in an hour"):
        text_to_me.enter_number(store, ann, WRITTEN, NOW + timedelta(minutes=5), sender=OUR_NUMBER)
    ben = someone(store, "Ben Author")
    confirm(store, ben, NOW + timedelta(minutes=6))
    text(store, ann, NOW + timedelta(minutes=61))


def test_a_forgotten_number_is_gone(store: Store, ann: StaffAccount) -> None:
    confirm(store, ann)
    text_to_me.forget_number(store, ann, NOW)

    with pytest.raises(EditorialFault, match="enter it first"):
        text(store, ann, NOW + timedelta(seconds=1))


def test_what_is_no_number_and_an_empty_draft_are_refused(store: Store, ann: StaffAccount) -> None:
    with pytest.raises(EditorialFault, match="no phone number"):
        text_to_me.enter_number(store, ann, "call me", NOW, sender=OUR_NUMBER)
    confirm(store, ann)
    with pytest.raises(EditorialFault, match="nothing to text"):
        text(store, ann, NOW + timedelta(seconds=1), bodies=(" ",))


def test_only_those_who_write_are_texted(store: Store) -> None:
    rae = someone(store, "Rae Reviewer")

    with pytest.raises(NotAllowed):
        text_to_me.enter_number(store, rae, WRITTEN, NOW, sender=OUR_NUMBER)
    with pytest.raises(NotAllowed):
        text(store, rae)
    assert sent(store) == []
