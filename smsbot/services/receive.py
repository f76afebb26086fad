"""A text arrives: load the contact, decide, save everything, and give the reply. Once per SID.

`Inbox.receive` always answers: when the database is down or slow the decision is made from memory
for a contact nobody knows, and what could not be stored goes to the spool.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from smsbot.core.contacts import ConsentChange, Contact
from smsbot.core.errors import StoreUnavailable
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.core.inbound.decide import decide
from smsbot.core.inbound.decision import Decision, Step
from smsbot.core.messages import E164, InboundMessage, MessageSid
from smsbot.core.outbound.outbox import REPLY_LIFE, Lane, NewOutgoing
from smsbot.core.text.segments import measure
from smsbot.db import alerts, consent, contacts, inbound, outbox
from smsbot.db.contacts import ConsentEntry, Stored
from smsbot.db.group_commit import GroupCommit
from smsbot.db.inbound import Answered
from smsbot.db.store import Store, Transaction
from smsbot.failpoints import reach
from smsbot.services.clocks import put_right
from smsbot.services.entry_codes import Counted, speaks_of_joining
from smsbot.services.recent import RecentReplies, RecentTexts

PATIENCE = 1.5
"""Seconds the database has before the answer goes out from memory."""

BETWEEN_PARTS = timedelta(seconds=1)

_log = structlog.get_logger(__name__)

Render = Callable[[tuple[str, ...]], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What answers one text, and whether anything waits in the outbox because of it."""

    reply: bytes
    decision: Decision | None
    """None when the text was answered before and the stored reply is given again."""
    queued: int = 0


class Inbox:
    """Where texts arrive in one process. Safe across threads; make it after forking."""

    def __init__(
        self,
        store: Store,
        catalogue: Callable[[], Catalogue],
        render: Render,
        *,
        spool: Callable[[InboundMessage, bytes], None] | None = None,
        clock: Callable[[Transaction], datetime] | None = None,
    ) -> None:
        """Answer with what `catalogue()` holds at the time; `render` makes the reply document.

        By `clock`, the database's, the times of texts are put right where this machine's is off.
        """
        self._store = store
        self._catalogue = catalogue
        self._render = render
        self._spool = spool
        self._clock = clock
        self._recent = RecentTexts()
        self._given = RecentReplies()
        self._commit: GroupCommit[InboundMessage, Received] = GroupCommit(store, self._receive_all)

    def receive(self, message: InboundMessage) -> Received:
        """Answer one text within 1.5 s of database time, whatever becomes of the database."""
        message = self._recent.with_recent(message)
        try:
            received = self._commit.run(message, PATIENCE)
        except StoreUnavailable as error:
            _log.warning("answered_from_memory", sid=message.sid, reason=str(error))
        except Exception:  # noqa: BLE001 - nothing remembered of a contact may cost them the answer
            _log.exception("answered_from_memory", sid=message.sid)
        else:
            reach("inbound.after_commit")
            # Answered from memory a moment ago, and not recorded before it came again.
            return replace(received, reply=self._given.note(message.sid, received.reply))
        return self._from_memory(message)

    def close(self) -> None:
        """Finish the texts that wait."""
        self._commit.close()

    def _from_memory(self, message: InboundMessage) -> Received:
        if (given := self._given.reply_to(message.sid)) is not None:
            return Received(reply=given, decision=None)
        # Known or not, greeted or not: we can't look. Opted out or not: they have just written.
        decision = decide(message, Contact(greeted=True), self._catalogue(), message.received_at)
        # The later parts would need the outbox; the first message stands on its own.
        reply = self._render(decision.messages)
        self._given.note(message.sid, reply)
        if self._spool is not None:
            self._spool(message, reply)
        return Received(reply=reply, decision=decision)

    def record_late(self, message: InboundMessage, given: bytes | None) -> None:
        """Record a text that was answered from memory, and what with; nothing is sent.

        Raises:
            StoreUnavailable: the database is still down.
        """
        render = self._render if given is None else lambda _: given
        with self._store.begin() as tx:
            receive_all(tx, self._store, [message], self._catalogue(), render, late=True)

    def _receive_all(self, tx: Transaction, messages: Sequence[InboundMessage]) -> list[Received]:
        if self._clock is not None:
            messages = put_right(messages, self._clock(tx))
        answered = receive_all(tx, self._store, messages, self._catalogue(), self._render)
        reach("inbound.before_commit")
        return answered


def receive_all(
    tx: Transaction,
    store: Store,
    messages: Sequence[InboundMessage],
    catalogue: Catalogue,
    render: Render,
    *,
    late: bool = False,
) -> list[Received]:
    """Answer and record a batch of texts in the caller's transaction, in order.

    A SID that has been answered before, or stands twice in the batch, gets the stored reply and
    has no second effect. `late` texts (found after the fact) are recorded and queue nothing.
    """
    # Locked before it looks: another process may be answering the same text at this moment.
    senders = {message.sender for message in messages}
    people = contacts.lock(tx, store.sealer, senders, messages[0].received_at)
    wishes = {m.sender for m in messages if speaks_of_joining(m.body, catalogue)}
    people |= consent.with_joined(tx, {number: people[number] for number in wishes})
    known = inbound.replies(tx, {message.sid for message in messages})
    batch = _Batch(people=people, catalogue=catalogue, render=render, late=late)
    results: dict[MessageSid, Received] = {
        sid: Received(reply=reply, decision=None) for sid, reply in known.items()
    }
    for message in messages:
        if message.sid not in results:
            results[message.sid] = batch.answer(message)
    batch.save(tx, store)
    return [results[message.sid] for message in messages]


class _Batch:
    """The texts of one transaction, decided one after the other, then saved together."""

    def __init__(
        self, *, people: dict[E164, Stored], catalogue: Catalogue, render: Render, late: bool
    ) -> None:
        self._people = people
        self._catalogue = catalogue
        self._render = render
        self._late = late
        self._answered: list[Answered] = []
        self._consents: list[ConsentEntry] = []
        self._counted = Counted()
        self._outgoing: list[NewOutgoing] = []

    def answer(self, message: InboundMessage) -> Received:
        """Decide one text with what the texts before it in the batch have changed."""
        person = self._people[message.sender]
        decision = decide(message, person.contact, self._catalogue, message.received_at)
        reply = self._render(decision.messages)
        reach("inbound.after_render")
        self._people[message.sender] = replace(person, contact=decision.contact)
        self._answered.append(
            Answered(
                message=message,
                contact_id=person.id,
                decision=decision,
                reply=reply,
                late=self._late,
            )
        )
        if decision.consent is not None:
            self._consents.append(
                ConsentEntry(
                    contact_id=person.id,
                    change=decision.consent,
                    how=f"text:{decision.rule}"[:60],
                    inbound_sid=message.sid,
                    at=message.received_at,
                )
            )
        self._consents += self._joining(message, person.id, decision)
        self._counted.add(message, person.contact, decision, self._catalogue)
        parts = () if self._late else outgoing(message, person.id, decision)
        self._outgoing += parts
        return Received(reply=reply, decision=decision, queued=len(parts))

    def _joining(
        self, message: InboundMessage, contact_id: int, decision: Decision
    ) -> list[ConsentEntry]:
        """What the text did to topics. A late one only leaves: they were shown nothing to join."""
        return [
            ConsentEntry(
                contact_id=contact_id,
                change=one.change,
                how=f"text:{decision.rule}"[:60],
                inbound_sid=message.sid,
                at=message.received_at,
                topic=one.topic,
                words=one.words,
            )
            for one in decision.joining
            if one.change is ConsentChange.LEFT or not self._late
        ]

    def save(self, tx: Transaction, store: Store) -> None:
        """Write it all down in the caller's transaction."""
        if not self._answered:
            return
        now = self._answered[-1].message.received_at
        inbound.add(tx, store.sealer, self._answered)
        alerts.add(tx, self._answered)
        # The ledger first: its rules look at the contacts as they were before these texts.
        contacts.record_consent(tx, self._consents)
        contacts.save(tx, self._people.values(), now)
        outbox.add(tx, store.sealer, self._outgoing, now)
        self._counted.save(tx)


def outgoing(
    message: InboundMessage, contact_id: int, decision: Decision
) -> tuple[NewOutgoing, ...]:
    """The later parts of a reply as outbox rows: in order, and not at all when they'd be stale."""
    lane = Lane.CRISIS if decision.step is Step.CRISIS else Lane.REPLY
    return tuple(
        NewOutgoing(
            dedupe_key=f"reply:{message.sid}:{part}",
            sequence_key=f"reply:{message.sid}",
            part=part,
            lane=lane,
            contact_id=contact_id,
            sender=message.recipient,
            recipient=message.sender,
            body=body,
            segments=measure(body).segments,
            due_at=message.received_at + BETWEEN_PARTS,
            expires_at=message.received_at + REPLY_LIFE,
        )
        for part, body in enumerate(decision.later, start=1)
    )
