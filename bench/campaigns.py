"""A campaign to a million people: its dry run, its start, and what both cost those who text us.

Planning runs in a process of its own, as the worker's does; texts arrive meanwhile in this one.
"""

import itertools
import multiprocessing
import resource
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import event, text

from bench import audience
from bench.inbound import Say
from bench.outbound import databases, open_store
from bench.table import table
from smsbot.core.campaigns.campaign import Arm, CampaignState, House, Plan
from smsbot.core.editorial.roles import Role, StaffAccount
from smsbot.core.messages import E164, InboundMessage, Lang, MessageSid
from smsbot.db.store import Store
from smsbot.providers.twilio.twiml import render
from smsbot.services import campaign_messages, campaign_views, campaigns, dry_run
from smsbot.services.campaign_hours import open_hours
from smsbot.services.campaign_memory import Memory
from smsbot.services.dry_run import Desk
from smsbot.services.load_catalogue import from_files
from smsbot.services.receive import Inbox
from smsbot.services.run_campaign import run_round

CONTENT = Path(__file__).resolve().parents[1] / "content"
HOUSE = House(
    program="Ketamine Info Line", domains=(), answers_from="+15005550006",
    campaigns_from="+15005550100", mps=1_000.0,
)  # fmt: skip
ENGLISH = "Ketamine Info Line: our FDA answer is new. Text FDA to read it. Reply STOP to end."
SPANISH = "Ketamine Info Line: la respuesta FDA es nueva. Envie FDA. Responda ALTO para terminar."
OPEN_AT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
"""A Tuesday, noon or near it in most of the country: everybody's hours are open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """How many contacts, texts a second that arrive, and seconds of each measuring."""

    contacts: int = 1_000_000
    texts: int = 40
    seconds: float = 8.0


def measure(plan: Bench, say: Say) -> dict[str, Any]:
    """Run it all; the figures, ready for JSON.

    Raises:
        NoPostgres: the run is void.
    """
    rows = []
    with databases() as both:
        for one in both:
            store = open_store(one.url)
            audience.fill(store, plan.contacts)
            if not store.is_sqlite:
                # The contacts came with their ids: the next one made must not meet them.
                with store.begin() as tx:
                    tx.execute(text(_SEQUENCE))
            store.close()
            say(f"{plan.contacts:,} contacts are in {one.name}")
            rows.append({"database": one.name, **_one(one.url, plan, say)})
    return {"contacts": plan.contacts, "texts_per_second": plan.texts, "results": rows}


def _one(url: str, plan: Bench, say: Say) -> dict[str, Any]:
    idle = _texts_for(url, plan, lambda: False)
    found: dict[str, Any] = {"idle": idle}
    for name, work in (("plan", start_campaign), ("send", _send)):
        spawned = multiprocessing.get_context("spawn")
        ours, theirs = spawned.Pipe()
        worker = spawned.Process(target=_child, args=(work, url, theirs))
        worker.start()
        theirs.close()  # or a child that fails would be waited for in vain
        ours.recv()  # it has read its code: from here on it works
        heard = _texts_for(url, plan, worker.is_alive)
        found[name] = {**ours.recv(), "inbound": heard}
        worker.join()
        say(f"{name}: {found[name]}")
    return found


def _child(work: Callable[[Store], dict[str, Any]], url: str, told: Any) -> None:
    store = open_store(url)
    longest = _watch(store)
    told.send("ready")
    found = work(store)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told.send({**found, "longest_transaction_ms": round(longest[0] * 1000), "peak_mb": round(peak)})
    store.close()


def _watch(store: Store) -> list[float]:
    """The longest transaction so far, in seconds, in a list of one."""
    longest, began = [0.0], threading.local()

    def begin(_connection: object) -> None:
        began.at = time.perf_counter()

    def end(_connection: object) -> None:
        longest[0] = max(longest[0], time.perf_counter() - began.at)

    event.listen(store.engine, "begin", begin)
    event.listen(store.engine, "commit", end)
    return longest


def start_campaign(store: Store) -> dict[str, Any]:
    """Dry run, approval and start of a campaign to everybody who joined."""
    desk = Desk(house=HOUSE, openings=open_hours(CONTENT))
    author, second = _somebody("Ana", Role.SENDER), _somebody("Ben", Role.PUBLISHER)
    messages = {}
    for lang, words in ((Lang.EN, ENGLISH), (Lang.ES, SPANISH)):
        made = campaign_messages.write(store, author, HOUSE, ("bench", lang, words), OPEN_AT)
        campaign_messages.approve(store, second, HOUSE, made.id, OPEN_AT)
        messages[Arm.A, lang] = made.id
    drafted = campaigns.create(
        store, author,
        Plan(
            name="bench", topic="NEWS", audience="{}", sender="+15005550100", canary_size=0,
            expires_at=OPEN_AT + timedelta(days=14), messages=messages,
        ),
        OPEN_AT,
    )  # fmt: skip
    started = time.perf_counter()
    token = dry_run.check(store, author, drafted, desk, OPEN_AT)
    checked = time.perf_counter() - started
    campaigns.approve(store, second, drafted, token, OPEN_AT)
    started = time.perf_counter()
    dry_run.start(store, author, drafted, desk, OPEN_AT)
    took = time.perf_counter() - started
    shown = campaign_views.show(store, drafted)
    return {
        "people": shown.checked["people"],
        "left_out": sum(shown.checked["left_out"].values()),
        "dry_run_s": round(checked, 2),
        "start_s": round(took, 2),
    }


def _send(store: Store) -> dict[str, Any]:
    """Rounds of the running campaign for ten seconds, as the worker does them, then a pause."""
    desk = Desk(house=HOUSE, openings=open_hours(CONTENT))
    one = campaign_views.listed(store, 1)[0][0]
    memory, queued, spent = Memory(), 0, []
    began = time.perf_counter()
    while time.perf_counter() < began + _ROUNDS:
        started = time.perf_counter()
        moment = OPEN_AT + timedelta(seconds=started - began)
        queued += run_round(store, desk, memory, moment).queued
        spent.append(time.perf_counter() - started)
        time.sleep(max(0.0, 1.0 - spent[-1]))
    started = time.perf_counter()
    campaigns.pause(store, _somebody("Ana", Role.SENDER), one.id, "measured", OPEN_AT)
    moment = OPEN_AT + timedelta(seconds=started - began)
    back = run_round(store, desk, memory, moment).taken_back
    held = time.perf_counter() - started
    state = campaign_views.show(store, one.id).campaign.state
    assert state is CampaignState.PAUSED
    return {
        "handed_over": queued,
        "round_ms": round(median(spent) * 1000),
        "taken_back": back,
        "pause_s": round(held, 2),
    }


_SEQUENCE = "SELECT setval(pg_get_serial_sequence('contact', 'id'), (SELECT max(id) FROM contact))"
_ROUNDS = 10.0
"""Seconds of sending that are measured."""

_numbers = itertools.count(1)


def _texts_for(url: str, plan: Bench, goes_on: Callable[[], bool]) -> dict[str, Any]:
    """Texts arrive at a steady rate for some seconds, and as long as `goes_on`; how they fared."""
    store = open_store(url)
    catalogue = from_files(CONTENT, "Ketamine Info Line", "help@example.org")
    inbox = Inbox(store, lambda: catalogue, render)
    spent: list[float] = []
    began = time.perf_counter()
    sent = 0
    threads = []
    while time.perf_counter() - began < plan.seconds or goes_on():
        wait = began + sent / plan.texts - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        thread = threading.Thread(target=_text, args=(inbox, spent))
        thread.start()
        threads.append(thread)
        sent += 1
    for thread in threads:
        thread.join()
    inbox.close()
    store.close()
    ordered = sorted(spent)
    return {
        "texts": len(ordered),
        "p50_ms": round(median(ordered) * 1000, 1),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1000, 1),
    }


def _text(inbox: Inbox, spent: list[float]) -> None:
    number = next(_numbers)
    message = InboundMessage(
        sid=MessageSid(f"SM{number:08x}{time.time_ns():024x}"[:34]),
        sender=E164(f"+1303{number % 10_000_000:07}"),
        recipient=E164("+15005550006"),
        body="FDA",
        received_at=datetime.now(UTC),
    )
    started = time.perf_counter()
    inbox.receive(message)
    spent.append(time.perf_counter() - started)


def _somebody(name: str, role: Role) -> StaffAccount:
    return StaffAccount(
        id=1, name=name, role=role, created_at=OPEN_AT, disabled_at=None, session_epoch=0
    )


def tables(found: Mapping[str, Any]) -> list[str]:
    """The figures as a person reads them."""
    if "campaigns" not in found:
        return []
    rows = []
    for row in found["campaigns"]["results"]:
        plan, send = row["plan"], row["send"]
        rows.append(
            (
                row["database"], f"{plan['people']:,}", plan["dry_run_s"], plan["start_s"],
                plan["longest_transaction_ms"], plan["peak_mb"], send["round_ms"],
                send["pause_s"], row["idle"]["p99_ms"], plan["inbound"]["p99_ms"],
                send["inbound"]["p99_ms"],
            )
        )  # fmt: skip
    title = f"A campaign among {found['campaigns']['contacts']:,} contacts"
    heads = (
        "database", "people", "dry run s", "start s", "longest tx ms", "peak MB", "round ms",
        "pause s", "inbound p99 ms idle", "planning", "sending",
    )  # fmt: skip
    return ["", title, *table(heads, rows)]
