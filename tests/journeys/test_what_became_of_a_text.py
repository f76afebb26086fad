"""Checks 41 to 49: texts that leave over real HTTP, and receipts that come, or don't, over it."""

import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from flask import Flask
from sqlalchemy import func, select, update
from twilio.request_validator import RequestValidator
from werkzeug.serving import make_server

from smsbot.config import Settings
from smsbot.core.outbound.listing import Listing
from smsbot.core.outbound.outbox import Lane
from smsbot.db import receipts
from smsbot.db.store import Store
from smsbot.db.tables import contact, inbound
from smsbot.db.tables_alerts import crisis_alert
from smsbot.db.tables_outbox import outbox, receipt
from smsbot.providers.simulator.app import QuietHandler
from smsbot.providers.simulator.rules import Fault, Plan, Rule
from smsbot.providers.simulator.texts import Text
from smsbot.providers.twilio.callback import CallbackMark
from smsbot.providers.twilio.messages import TwilioMessages
from smsbot.providers.twilio.twiml import render
from smsbot.services.find_missed import Finder, Missed, find_missed
from smsbot.services.receive import Inbox
from smsbot.services.record_receipt import Receipts, ReceiptSpool
from smsbot.web import create_app
from smsbot.wiring import open_store, renderer
from smsbot.wiring_chores import Chores, access
from smsbot.wiring_sending import Sender
from tests.builders import OUR_NUMBER, a_sid, the_catalogue
from tests.outbox_builders import queue
from tests.running_carrier import RunningCarrier, an_account, run_carrier, until
from tests.silence_builders import events
from tests.web.fake_system import ACCOUNT, TOKEN, FakeSystem, some_settings

SECRET = "the secret that marks our receipts, long enough"
PEOPLE = [f"+1202555{number:04}" for number in range(1000)]


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Bot(FakeSystem):
    """The web's side of the bot: real receipts, kept in a real database."""

    receipts_desk: Receipts | None = None

    def record_receipt(self, one: object) -> None:
        assert self.receipts_desk is not None
        self.receipts_desk.record(one)  # type: ignore[arg-type]


@dataclass
class World:
    bot: Bot
    carrier: RunningCarrier
    site: str
    settings: Settings
    store: Store
    sender: Sender
    chores: Chores

    def plan(self, *faults: Fault, times: int | None = 1, seconds: float = 0.0) -> None:
        rules = tuple(Rule(fault=fault, times=times, seconds=seconds) for fault in faults)
        self.carrier.carrier.trial.change(Plan(seed=7, rules=rules))

    def queue(self, *, parts: int = 1, person: str = PEOPLE[1], lane: Lane = Lane.REPLY) -> int:
        """Queue one answer, due now and worth sending for hours; the id of its first part."""
        sequence = f"reply:{a_sid()}"
        life = {"due_at": now() - timedelta(seconds=5), "expires_at": now() + timedelta(hours=5)}
        queue(self.store, sequence, parts=parts, person=person, lane=lane, **life)
        with self.store.begin() as tx:
            mine = outbox.c.sequence_key == sequence
            return int(tx.execute(select(func.min(outbox.c.id)).where(mine)).scalar_one())

    def pump(self, linger: float = 0.2) -> None:
        self.sender.pump(threading.Event(), linger=linger)

    def do(self, name: str, seconds: float = 0.0) -> None:
        """Do a chore as if so many seconds had passed."""
        self.chores.run_due([name], now() + timedelta(seconds=seconds))

    def state(self, text: int) -> str:
        with self.store.begin() as tx:
            return str(tx.scalar(select(outbox.c.state).where(outbox.c.id == text)))

    def becomes(self, text: int, *wanted: str) -> str:
        return until(lambda: (held := self.state(text)) in wanted and held)

    def arrived(self, person: str = PEOPLE[1]) -> list[Text]:
        return self.carrier.screen(person)

    def orphans(self) -> int:
        with self.store.begin() as tx:
            orphan = receipt.c.outbox_id.is_(None)
            counted = select(func.count()).select_from(receipt).where(orphan)
            return int(tx.scalar(counted) or 0)

    def told(
        self, status: str, *, row: int | None = None, k: str | None = None, **more: str
    ) -> requests.Response:
        """A status callback of the provider's, signed, with our mark or another."""
        query = ""
        if row is not None:
            query = CallbackMark(SECRET).address("", row, 1).partition("?")[2]
            query = "?" + (query.rpartition("=")[0] + f"={k}" if k is not None else query)
        url = f"{self.site}/webhooks/twilio/status{query}"
        form = {
            "AccountSid": ACCOUNT, "MessageSid": a_sid(77), "MessageStatus": status,
            "From": OUR_NUMBER, "To": PEOPLE[1], **more,
        }  # fmt: skip
        signature = RequestValidator(TOKEN).compute_signature(url, form)
        return requests.post(url, data=form, headers={"X-Twilio-Signature": signature}, timeout=10)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    bot = Bot()
    server = make_server(
        "127.0.0.1", 0, Flask("not yet"), threaded=True, request_handler=QuietHandler
    )
    site = f"http://127.0.0.1:{server.port}"
    account = an_account(
        site, sid=ACCOUNT, auth_tokens=(TOKEN,), number=OUR_NUMBER,
        webhook_url=f"{site}/webhooks/twilio/message",
    )  # fmt: skip
    with run_carrier(account, pace_seconds=0.02) as carrier:
        bot.settings = settings = some_settings(
            database_url=database_url, var=tmp_path, api_url=carrier.url, public_urls=(site,),
            sender=OUR_NUMBER, secret_key=SECRET, mps=100, redis_url="redis://127.0.0.1:1/0",
        )  # fmt: skip
        store = open_store(settings, patience_ms=5_000)
        spool = ReceiptSpool(tmp_path / "receipts", store.sealer)
        bot.receipts_desk = Receipts(store, spool, lambda: None)
        server.app = create_app(bot)  # type: ignore[arg-type]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        parts = (Sender(settings), Chores(settings))
        yield World(bot, carrier, site, settings, store, *parts)
        carrier.carrier.timeline.close()
        server.shutdown()
        thread.join()
        server.server_close()
        for part in (*parts, bot.receipts_desk, store):
            part.close()


def test_44_a_receipt_that_overtakes_the_answer_belongs_to_its_text(world: World) -> None:
    world.plan(Fault.ACCEPT_SLOW, seconds=0.5)
    text = world.queue()

    world.pump()

    assert world.becomes(text, "delivered")
    assert world.orphans() == 0
    assert len(world.arrived()) == 1


@pytest.mark.parametrize("fault", [Fault.ACCEPT_RESET, Fault.ACCEPT_500, Fault.ACCEPT_TRUNCATED])
def test_47_a_text_whose_answer_was_lost_is_known_by_its_callback(
    world: World, fault: Fault
) -> None:
    world.plan(fault)
    text = world.queue()

    world.pump()

    assert world.becomes(text, "delivered")
    assert len(world.arrived()) == 1
    assert world.carrier.carrier.trial.counts == {fault.value: 1}


def test_48_without_callbacks_it_is_found_in_the_list_and_then_asked_about(world: World) -> None:
    world.plan(Fault.ACCEPT_RESET, Fault.RECEIPT_LOST, times=None)
    text = world.queue()
    world.pump()
    assert world.state(text) == "unknown"

    world.do("reconcile", 20)
    assert world.becomes(text, "accepted", "sent", "delivered")
    assert events(world.store, text)[-1] == "found"
    until(lambda: world.arrived()[0].status.is_final)
    world.do("poll", 400)

    assert world.state(text) == "delivered"
    assert len(world.arrived()) == 1


def test_48_a_list_that_lags_is_read_again(world: World) -> None:
    rules = (
        Rule(fault=Fault.ACCEPT_RESET),
        Rule(fault=Fault.RECEIPT_LOST),
        Rule(fault=Fault.LIST_LAGS, seconds=1.5),
    )
    world.carrier.carrier.trial.change(Plan(seed=7, rules=rules))
    text = world.queue()
    world.pump()

    world.do("reconcile", 20)
    assert world.state(text) == "unknown"

    listed = TwilioMessages(access(world.settings))
    until(lambda: listed.to(PEOPLE[1], None, now() - timedelta(minutes=1)).texts)  # type: ignore[arg-type, union-attr]
    world.do("reconcile", 70)

    assert world.state(text) != "unknown"
    assert len(world.arrived()) == 1


@pytest.mark.parametrize(
    ("lane", "end", "copies"),
    [(Lane.REPLY, "delivered", 1), (Lane.CRISIS, "delivered", 1), (Lane.CAMPAIGN, "human", 0)],
    ids=lambda value: value.name.lower() if isinstance(value, Lane) else None,
)
def test_49_what_was_refused_with_500_is_sent_again_only_where_that_is_allowed(
    world: World, lane: Lane, end: str, copies: int
) -> None:
    # Another text of this hour proves that callbacks reach us.
    other = world.queue(person=PEOPLE[2])
    world.pump()
    world.becomes(other, "delivered")
    world.plan(Fault.REFUSE_500)
    text = world.queue(lane=lane)
    world.pump()
    assert world.state(text) == "unknown"

    for seconds in (20, 70, 310, 1810):
        world.do("reconcile", seconds)
    with world.store.begin() as tx:
        # What is due then is due now.
        tx.execute(update(outbox).where(outbox.c.state == "queued").values(due_at=now()))
    world.pump()

    assert world.becomes(text, end)
    assert len(world.arrived()) == copies


def test_41_42_43_receipts_in_any_order_and_number_over_http(world: World) -> None:
    world.plan(Fault.RECEIPT_LOST, times=None)
    text = world.queue()
    world.pump()
    sid = world.arrived()[0].sid

    answers = [
        world.told(status, row=text, MessageSid=sid)
        for status in ("delivered", "sent", "sent", "sent", "queued", "teleported")
    ]
    answers.append(world.told("undelivered", row=text, MessageSid=sid, ErrorCode="30003"))

    assert {(one.status_code, one.content) for one in answers} == {(204, b"")}
    assert world.state(text) == "delivered"
    with world.store.begin() as tx:
        kept = tx.execute(select(receipt).order_by(receipt.c.id)).all()
    assert [(one.status, one.conflict) for one in kept] == [
        ("delivered", False),
        ("sent", False),
        ("queued", False),
        ("teleported", False),
        ("undelivered", True),
    ]


def test_45_46_what_is_not_ours_changes_nothing_and_learns_nothing(world: World) -> None:
    text = world.queue()
    world.pump()
    world.becomes(text, "delivered")

    forged = world.told("failed", row=text, k="0" * 32)
    unknown_row = world.told("failed", row=999)
    unknown_sid = world.told("failed")

    assert (forged.status_code, forged.content) == (403, b"")
    assert (unknown_row.status_code, unknown_row.content) == (204, b"")
    assert (unknown_sid.status_code, unknown_sid.content) == (204, b"")
    assert world.state(text) == "delivered"
    assert world.orphans() == 1  # the same receipt twice, by what it says


def test_parts_leave_in_order_however_late_their_receipts_are(world: World) -> None:
    rules = (Rule(fault=Fault.RECEIPT_LATE, chance=0.5, seconds=0.3),)
    world.carrier.carrier.trial.change(Plan(seed=7, rules=rules))
    people = random.Random(7).sample(PEOPLE, 12)
    for person in people:
        world.queue(parts=3, person=person)

    world.pump(linger=1.5)

    for person in people:
        bodies = [text.body for text in sorted(world.arrived(person), key=lambda t: t.created_at)]
        assert [body[-1] for body in bodies] == ["1", "2", "3"], bodies


def test_texts_that_never_reached_us_are_found_and_a_crisis_is_answered(world: World) -> None:
    messages = TwilioMessages(access(world.settings))
    finder = Finder(
        store=world.store,
        inbound_since=lambda since: messages.inbound(OUR_NUMBER, since),
        texts_to=messages.to,
        catalogue=the_catalogue,
        render=render,
    )
    world.plan(Fault.WEBHOOK_LOST, times=None)
    for body in ("FDA", "i want to kill myself"):
        sent = requests.post(
            f"{world.carrier.url}/control/texts", json={"from": PEOPLE[5], "body": body}, timeout=10
        ).json()["sid"]
        two_minutes_ago = now() - timedelta(minutes=2)
        until(lambda sid=sent: world.carrier.carrier.ledger.get(sid).status.is_final)  # type: ignore[misc, union-attr]
        world.carrier.carrier.ledger.update(sent, created_at=two_minutes_ago)

    everybody = messages.inbound(None, now() - timedelta(hours=1))
    assert isinstance(everybody, Listing)
    assert len(everybody.texts) == 2
    assert find_missed(finder, now()) == Missed(recorded=2, crisis=1, answered=1)
    assert find_missed(finder, now()) == Missed()
    world.pump()

    replies = [text.body for text in world.arrived(PEOPLE[5]) if text.recipient == PEOPLE[5]]
    assert len(replies) == 1
    assert "988" in replies[0][:40]
    with world.store.begin() as tx:
        assert set(tx.scalars(select(inbound.c.found))) == {"list"}
        assert tx.scalar(select(func.count()).select_from(crisis_alert)) == 1


def test_27_staff_are_told_when_a_crisis_reply_was_blocked(world: World) -> None:
    the_catalogue()  # built before it is needed in a hurry
    inbox = Inbox(world.store, the_catalogue, renderer(world.settings))
    world.bot.answer = lambda message: inbox.receive(message).reply
    switch = f"{world.carrier.url}/phone/api/faults"
    requests.post(switch, json={"opt_out": "standard"}, timeout=10).raise_for_status()

    for body in ("STOP", "i want to kill myself"):
        text = {"from": PEOPLE[6], "body": body}
        requests.post(f"{world.carrier.url}/control/texts", json=text, timeout=10)
        until(lambda body=body: _has_ended(world, body))  # type: ignore[misc]

    def alerted() -> set[str]:
        with world.store.begin() as tx:
            return set(tx.scalars(select(crisis_alert.c.inbound_sid)))

    blocked = [text for text in world.arrived(PEOPLE[6]) if text.error_code == 21610][-1]
    assert "988" in blocked.body[:40]
    until(lambda: blocked.sid in alerted())
    with world.store.begin() as tx:
        assert receipts.count_orphans(tx, now()) == 0
        assert tx.scalar(select(contact.c.opted_out))
    inbox.close()


def _has_ended(world: World, body: str) -> bool:
    texts = world.arrived(PEOPLE[6])
    return any(text.body == body for text in texts) and all(text.status.is_final for text in texts)


def test_the_provider_can_be_asked_for_one_text_and_for_none(world: World) -> None:
    messages = TwilioMessages(access(world.settings))
    world.queue()
    world.pump()
    (text,) = world.arrived()

    found = messages.get(text.sid)  # type: ignore[arg-type]
    listing = messages.to(PEOPLE[1], OUR_NUMBER, now() - timedelta(minutes=1))  # type: ignore[arg-type]

    assert getattr(found, "sid", None) == text.sid
    assert isinstance(listing, Listing)
    assert [one.sid for one in listing.texts] == [text.sid]
    assert abs(listing.provider_time - now()) < timedelta(seconds=5)
    assert type(messages.get(a_sid(5))).__name__ == "Absent"
    world.plan(Fault.FETCH_500, Fault.LIST_500, times=None)
    assert "500" in getattr(messages.get(text.sid), "reason", "")  # type: ignore[arg-type]
    broken = messages.to(PEOPLE[1], None, now())  # type: ignore[arg-type]
    assert "500" in getattr(broken, "reason", "")
