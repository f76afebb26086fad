"""Lists of numbers from a file to the ledger, on both databases."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from smsbot.core.campaigns.upload_cells import Kind
from smsbot.core.contacts import ConsentChange, ConsentOrigin
from smsbot.core.editorial.deeds import By
from smsbot.core.errors import ContentFault
from smsbot.core.messages import E164
from smsbot.db import consent as ledger
from smsbot.db import contacts
from smsbot.db.contacts import ConsentEntry
from smsbot.db.store import Store
from smsbot.db.tables import consent, contact
from smsbot.db.tables_consent import upload, upload_contact
from smsbot.services import number_lists
from smsbot.services.number_lists import Wanted
from tests.builders import NOW, a_store

BY = By(name="olga", at=NOW)
EVIDENCE = "Signed forms, cabinet B"
HEAD = "number,topic,when,how,words\n"
GOOD = "202-555-0101,NEWS,2026-11-02,paper form,I agree to texts about news\n"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = a_store(database_url)
    yield store
    store.close()


def look(store: Store, data: str, kind: Kind = Kind.CONSENTS) -> int:
    evidence = EVIDENCE if kind is Kind.CONSENTS else ""
    wanted = Wanted(kind=kind, name="A list", data=data.encode(), evidence=evidence)
    return number_lists.look(store, wanted, BY)


def known(store: Store, number: str, *changes: tuple[ConsentChange, int]) -> int:
    """A contact whose ledger has these changes, each so many days ago; their id."""
    with store.begin() as tx:
        person = contacts.lock(tx, store.sealer, [E164(number)], NOW)[E164(number)].id
        for change, days in changes:
            topical = change in {ConsentChange.JOINED, ConsentChange.LEFT}
            imported = change is ConsentChange.JOINED
            entry = ConsentEntry(
                contact_id=person, change=change, how="test", inbound_sid=None,
                at=NOW - timedelta(days=days), topic="NEWS" if topical else None,
                words="Shown." if topical else None,
                origin=ConsentOrigin.IMPORT if imported else ConsentOrigin.TEXT,
                recorded_by="olga" if imported else None,
            )  # fmt: skip
            contacts.record_consent(tx, [entry])
    return person


def counts(store: Store) -> tuple[int, int]:
    """Contacts and lines of the ledger."""
    with store.read() as tx:
        people = tx.scalar(select(func.count()).select_from(contact))
        lines = tx.scalar(select(func.count()).select_from(consent))
    return int(people or 0), int(lines or 0)


def test_nothing_is_done_before_the_list_is_taken(store: Store) -> None:
    found = look(store, HEAD + GOOD)
    assert counts(store) == (0, 0)

    done = number_lists.take(store, found, BY)

    assert (done.state, done.rows_taken, counts(store)) == ("taken", 1, (1, 1))
    with store.read() as tx:
        line = tx.execute(select(consent)).one()
        assert ledger.person(tx, line.contact_id).joined == ("NEWS",)
    assert (line.change, line.origin, line.how) == ("joined", "import", "paper form")
    assert (line.source, line.recorded_by, line.reason) == (f"upload:{found}", "olga", EVIDENCE)
    assert (line.words, line.at.date().isoformat()) == ("I agree to texts about news", "2026-11-02")


def test_a_list_is_taken_once(store: Store) -> None:
    found = look(store, HEAD + GOOD)
    number_lists.take(store, found, BY)

    with pytest.raises(ContentFault, match="taken or dropped"):
        number_lists.take(store, found, BY)
    again = look(store, HEAD + GOOD)
    assert number_lists.get(store, again).good == ()
    assert counts(store) == (1, 1)


def test_rows_are_mended_in_place(store: Store) -> None:
    found = look(store, HEAD + GOOD + "12,GONE,2026-11-02,paper form,I agree to texts\n")
    (bad,) = number_lists.get(store, found).bad
    assert {fault.column for fault in bad.faults} == {"number", "topic"}

    half = number_lists.mend(store, found, {(3, "number"): "202 555 0102"}, BY)
    assert [fault.column for fault in half.bad[0].faults] == ["topic"]
    whole = number_lists.mend(store, found, {(3, "topic"): "noticias"}, BY)

    assert whole.bad == ()
    assert number_lists.take(store, found, BY).rows_taken == 2


def test_their_own_no_beats_the_evidence(store: Store) -> None:
    known(store, "+12025550101", (ConsentChange.OPT_OUT, 40))
    known(store, "+12025550102", (ConsentChange.OPT_OUT, 5), (ConsentChange.OPT_IN, 4))
    known(store, "+12025550103", (ConsentChange.LEFT, 5))
    known(store, "+12025550104", (ConsentChange.JOINED, 5))
    known(store, "+12025550105", (ConsentChange.LEFT, 50))
    rows = "".join(GOOD.replace("0101", f"010{n}") for n in range(1, 6))

    found = number_lists.get(store, look(store, HEAD + rows))

    says = [one.faults[0].what for one in found.bad]
    assert [one.number for one in found.good] == ["+12025550105"]
    assert ["START" in says[0], "opted out after" in says[1], "left NEWS" in says[2]] == [True] * 3
    assert found.upload.rows_skipped == 1


def test_a_stop_between_checking_and_taking_wins(store: Store) -> None:
    found = look(store, HEAD + GOOD)
    known(store, "+12025550101", (ConsentChange.OPT_OUT, 0))

    done = number_lists.take(store, found, BY)

    assert (done.rows_taken, done.rows_skipped) == (0, 1)


def test_a_list_of_people_makes_no_contact_and_no_consent(store: Store) -> None:
    person = known(store, "+12025550101")

    found = look(store, "phone\n(202) 555-0101\n202.555.0102\n2025550101\n", Kind.AUDIENCE)
    done = number_lists.take(store, found, BY)

    assert (done.rows_taken, done.rows_skipped, counts(store)) == (1, 2, (1, 0))
    with store.read() as tx:
        assert tx.scalars(select(upload_contact.c.contact_id)).all() == [person]


def test_an_opt_out_is_taken_from_any_number(store: Store) -> None:
    known(store, "+12025550101", (ConsentChange.JOINED, 5))

    found = look(store, "number\n2025550101\n+52 55 1234 5678\n", Kind.OPT_OUTS)
    number_lists.take(store, found, BY)

    with store.read() as tx:
        assert tx.scalars(select(contact.c.opted_out)).all() == [True, True]
        person = ledger.find(tx, store.sealer, E164("+12025550101"))
        assert person is not None
        assert ledger.person(tx, person).joined == ()


def test_the_rows_are_sealed_and_deleted_after_a_day(store: Store) -> None:
    found = look(store, HEAD + GOOD + "12,NEWS,x,y,z\n")
    with store.read() as tx:
        sealed = tx.execute(select(upload.c.good_sealed, upload.c.bad_sealed)).one()
    assert all(b"5550101" not in one for one in sealed)

    later = By(name="olga", at=NOW + timedelta(hours=25))
    other = Wanted(kind=Kind.OPT_OUTS, name="x", data=b"number\n2025550199")
    number_lists.look(store, other, later)

    assert number_lists.get(store, found).good == number_lists.get(store, found).bad == ()
    with pytest.raises(ContentFault, match="deleted after a day"):
        number_lists.take(store, found, later)


def test_the_file_of_bad_rows_comes_back_and_holds_no_formula(store: Store) -> None:
    found = number_lists.get(store, look(store, HEAD + "+1202555,NEWS,=1+1,@how,-words are long\n"))

    data = number_lists.bad_rows_csv(found)

    assert "'+1202555" in data
    assert "'=1+1" in data
    again = number_lists.get(store, look(store, data))
    assert again.bad[0].cells["number"] == "+1202555"
    assert again.bad[0].cells["when"] == "=1+1"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("", "no column `number`"),
        ("name\nAna\n", "no column `number`"),
        ("number,phone\n1,2\n", "Two columns"),
        (HEAD + "\n\n", "no rows"),
        ("number\n2025550101\n", "no column `topic`"),
    ],
)
def test_what_is_no_list_is_said_in_words(store: Store, data: str, says: str) -> None:
    with pytest.raises(ContentFault, match=says):
        look(store, data)


def test_consents_need_to_say_where_the_evidence_is(store: Store) -> None:
    wanted = Wanted(kind=Kind.CONSENTS, name="x", data=(HEAD + GOOD).encode(), evidence="here")

    with pytest.raises(ContentFault, match="evidence"):
        number_lists.look(store, wanted, BY)


def test_no_number_is_in_the_audit_log(store: Store) -> None:
    found = look(store, HEAD + GOOD)
    number_lists.take(store, found, BY)

    with store.read() as tx:
        lines = tx.execute(text("SELECT what, about, note FROM audit_log ORDER BY id")).all()
    assert [one.what for one in lines] == ["check_upload", "take_upload"]
    assert "5550101" not in repr(lines)
