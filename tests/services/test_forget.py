"""A person who asks for it is deleted; an opt-out and the ledger stay, without a number."""

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update

from smsbot.core.editorial.deeds import By
from smsbot.core.messages import E164
from smsbot.core.outbound.outbox import State
from smsbot.db import found, people
from smsbot.db.store import Store
from smsbot.db.tables import consent, contact, inbound
from smsbot.db.tables_consent import subscription
from smsbot.db.tables_outbox import attempt, outbox, outbox_event, receipt
from smsbot.db.tables_staff import audit_log
from smsbot.services import forget as service
from smsbot.services.forget import ForgetFault, forget
from smsbot.services.receive import Inbox
from tests.builders import NOW, a_sid, an_inbound
from tests.outbox_builders import PERSON, begin, claim, queue

BY = By(name="admin", at=NOW)
OTHER = "+13105550199"
SECRET = "my sister Quillonda has a question about FDA"


def count(store: Store, table) -> int:
    with store.read() as tx:
        return tx.scalar(select(func.count()).select_from(table)) or 0


def everything(store: Store) -> str:
    """All that stands of people and texts, opened."""
    with store.read() as tx:
        rows = [tx.execute(select(table)).all() for table in (contact, inbound, outbox, consent)]
        sealed = [
            value for table in rows for row in table for value in row if isinstance(value, bytes)
        ]
    opened = []
    for one in sealed:
        try:
            opened.append(store.sealer.open(one))
        except Exception:  # noqa: BLE001 - what can't be opened is a reply document, or is empty
            opened.append(repr(one))
    return " ".join(opened)


def lived(store: Store, inbox: Inbox) -> int:
    """A person with texts, an answer in parts that was tried, and a receipt; their contact."""
    inbox.receive(an_inbound(SECRET, sender=PERSON))
    inbox.receive(an_inbound("FDA", sender=OTHER))
    owner = queue(store)
    begin(store, claim(store))
    with store.begin() as tx:
        tx.execute(update(outbox).where(outbox.c.state == "sending").values(state="delivered"))
        row = tx.scalar(select(outbox.c.id).where(outbox.c.contact_id == owner).limit(1))
        common = {"outbox_id": row}
        tx.execute(
            insert(receipt).values(**common, sid=a_sid(), status="delivered", received_at=NOW)
        )
        tx.execute(insert(outbox_event).values(**common, at=NOW, who="x", what="y"))
    return owner


def test_nothing_of_a_person_is_left_and_nobody_else_loses_a_word(
    store: Store, inbox: Inbox
) -> None:
    owner = lived(store, inbox)
    assert "Quillonda" in everything(store)
    others = count(store, inbound) - 1

    done = forget(store, owner, "asked by text", BY)

    assert (done.texts, done.kept_opt_out, done.kept_consents) == (1, False, 0)
    assert done.sent >= 1
    left = everything(store)
    assert "Quillonda" not in left
    assert PERSON not in left
    assert OTHER in left
    assert count(store, inbound) == others
    with store.read() as tx:
        assert people.find(tx, store.sealer, PERSON) is None
        assert not tx.execute(select(outbox).where(outbox.c.contact_id == owner)).all()
        (line,) = tx.execute(select(audit_log)).all()
    for table in (attempt, receipt, outbox_event):
        assert count(store, table) == 0
    assert (line.who, line.what, line.about) == ("admin", "forget", f"contact {owner}")


def test_an_opt_out_outlives_it_and_is_still_honoured(store: Store, inbox: Inbox) -> None:
    inbox.receive(an_inbound("STOP", sender=PERSON))
    owner = service.find(store, PERSON)

    done = forget(store, owner, "asked", BY)

    assert (done.kept_opt_out, done.kept_consents) == (True, 1)
    assert PERSON not in everything(store)
    with store.read() as tx:
        person = people.get(tx, store.sealer, owner)
    assert person is not None
    assert person.is_forgotten
    received = inbox.receive(an_inbound("FDA", sender=PERSON))
    assert received.decision is not None
    assert received.decision.rule == "opted_out"
    with store.read() as tx:
        assert people.number(tx, store.sealer, owner) == PERSON


def test_a_crisis_text_after_it_gets_988_and_a_new_start_begins_anew(
    store: Store, inbox: Inbox
) -> None:
    inbox.receive(an_inbound("STOP", sender=PERSON))
    forget(store, service.find(store, PERSON), "asked", BY)

    crisis = inbox.receive(an_inbound("i want to kill myself", sender=PERSON))
    started = inbox.receive(an_inbound("START", sender=PERSON))

    assert b"988" in crisis.reply[:120]
    assert started.decision is not None
    assert not started.decision.contact.opted_out


def test_who_had_joined_a_topic_has_left_it_and_the_proof_of_both_stays(
    store: Store, inbox: Inbox
) -> None:
    owner = lived(store, inbox)
    joined = {"contact_id": owner, "change": "joined", "how": "form", "topic": "NEWS"}
    proof = {"words": "Yes, text me", "origin": "import", "recorded_by": "nadia", "at": NOW}
    with store.begin() as tx:
        tx.execute(insert(consent).values(**joined, **proof))

    done = forget(store, owner, "asked", BY)

    assert (done.kept_opt_out, done.kept_consents) == (False, 2)
    with store.read() as tx:
        assert tx.scalar(select(subscription.c.state)) == "left"
        assert list(tx.scalars(select(consent.c.change).order_by(consent.c.id))) == [
            "joined",
            "left",
        ]
    assert PERSON not in everything(store)


def test_what_was_forgotten_is_not_found_again_by_the_providers_list(
    store: Store, inbox: Inbox
) -> None:
    texts = [an_inbound("FDA", sender=PERSON), an_inbound("RISKS", sender=PERSON)]
    for one in texts:
        inbox.receive(one)
    forget(store, service.find(store, PERSON), "asked", BY)

    with store.read() as tx:
        missing = found.missing(tx, [one.sid for one in texts] + [a_sid(77_777)])

    assert missing == {a_sid(77_777)}


def test_a_text_in_a_workers_hand_is_waited_for(store: Store) -> None:
    owner = queue(store)
    claim(store)

    with pytest.raises(ForgetFault, match="leaving just now"):
        forget(store, owner, "asked", BY)

    assert count(store, outbox) == 1
    assert count(store, audit_log) == 0
    with store.begin() as tx:
        tx.execute(update(outbox).values(state=State.QUEUED.value))
    assert forget(store, owner, "asked", BY).sent == 1


def test_who_is_not_known_is_said_so(store: Store) -> None:
    with pytest.raises(ForgetFault, match="Nobody with this number"):
        service.find(store, E164("+13105550123"))
    with pytest.raises(ForgetFault, match="no contact 99"):
        forget(store, 99, "asked", By(name="admin", at=NOW + timedelta(days=1)))
