"""Plays a script on a world, lets things settle, and gathers the evidence."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

import psycopg
import requests

from tests.chaos import evidence
from tests.chaos.checker import Findings, check
from tests.chaos.script import Blow, History, Script, Strike
from tests.chaos.world import World, within

Say = Callable[[str], None]

PASSAGES = (65, 240, 600, 960, 120, 3600, 5 * 3600, 6 * 3600, 12 * 3600, 48 * 3600)
"""Seconds let pass one after the other: beyond every look and poll there is."""
BUSY = """
SELECT count(*) FROM outbox one WHERE state IN ('claimed', 'sending') OR (
    state = 'queued' AND due_at < clock_timestamp() + interval '20 seconds'
    AND NOT EXISTS (SELECT 1 FROM outbox other WHERE other.number_index = one.number_index
        AND other.state IN ('unknown', 'human', 'parked'))
)
"""
"""Rows that move by themselves; one behind a text nobody is sure of only moves with time."""
STATES = "SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state"
CIRCUIT = "SELECT circuit FROM sender"
PUMPING = """
SELECT EXISTS (SELECT 1 FROM sender WHERE held_until > clock_timestamp())
    OR NOT EXISTS (SELECT 1 FROM outbox WHERE state = 'queued' AND due_at < clock_timestamp())
"""
OPEN = (
    "SELECT count(*) FROM outbox WHERE state IN "
    "('queued', 'claimed', 'sending', 'unknown', 'parked', 'accepted', 'sent')"
)
DUE = (
    "SELECT count(*) FROM outbox WHERE next_look_at <= clock_timestamp() "
    "AND state IN ('unknown', 'accepted', 'sent')"
)


@dataclass(frozen=True, kw_only=True)
class Played:
    """A run that is over."""

    findings: Findings
    fired: Counter[str]
    armed: Counter[str]
    blows: Counter[str]
    struck: dict[str, int]
    seconds: float


def play(world: World, script: Script, say: Say) -> Played:
    """Run the script to its end and judge what is left."""
    started = time.monotonic()
    unowned: list[int] = []
    pace = Pace()
    with ThreadPoolExecutor(64) as people, pace.going():
        told = [people.submit(_converse, world, h, pace) for h in script.histories]
        for blow in script.blows:
            pace.wait(blow.at)
            with pace.held():
                _wait_for_life(world)
            say(f"{blow.at:6.1f} s  {blow.told()}")
            strike(world, blow)
            unowned += _nobodys(world)
            _wait_until_reached(world, pace, min(25.0, script.seconds))
        for one in told:
            one.result()
    say(f"{time.monotonic() - started:6.1f} s  all texts are under way; everything is healed")
    world.heal()
    struck = world.plan({"seed": script.seed, "rules": []})
    before = settle(world, say)
    found = evidence.gather(world.journal, world.address, before)
    found = replace(
        found,
        spooled=world.spooled(),
        leaks=tuple(world.leaks()),
        from_memory=world.from_memory(),
    )
    findings = check(found)
    broken = [*findings.broken, *(f"row {row} was nobody's for a while" for row in set(unowned))]
    return Played(
        findings=replace(findings, broken=tuple(broken)),
        fired=Counter(world.fired),
        armed=Counter(blow.failpoint for blow in script.blows if blow.failpoint),
        blows=Counter(blow.strike for blow in script.blows),
        struck=struck,
        seconds=time.monotonic() - started,
    )


class Pace:
    """The script's time: real, but for stops while what was struck is not back to life.

    On a slow machine a process takes longer to start than the next blow takes to come; without
    stops a run would only show that nothing works while nothing runs.
    """

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._held = threading.Lock()
        self.broken_off = threading.Event()

    def wait(self, at: float) -> None:
        """Return when the script has come to `at`, or is broken off."""
        while not self.broken_off.is_set():
            with self._held:
                left = self._started + at - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, 1.0))

    @contextmanager
    def going(self) -> Iterator[None]:
        """Break the conversations off when the run is."""
        try:
            yield
        except BaseException:
            self.broken_off.set()
            raise

    @contextmanager
    def held(self) -> Iterator[None]:
        """No new conversation begins meanwhile; those under way go on."""
        with self._held:
            since = time.monotonic()
            yield
            self._started += time.monotonic() - since


def _wait_for_life(world: World) -> None:
    """Until texts are answered and pumped again, or for 20 s."""
    with suppress(TimeoutError, psycopg.OperationalError):
        within(20, lambda: world.is_alive() and world.sql(PUMPING)[0][0], "")


def _wait_until_reached(world: World, pace: Pace, seconds: float) -> None:
    """Until what was armed has fired, or so long; meanwhile conversations begin at a third."""
    end = time.monotonic() + seconds
    while world.is_armed() and time.monotonic() < end:
        with pace.held():
            time.sleep(0.4)
        time.sleep(0.2)


def _converse(world: World, history: History, pace: Pace) -> None:
    pace.wait(history.start)
    for step in history.steps:
        if pace.broken_off.is_set():
            return
        world.text(history.phone, step.body)
        time.sleep(step.pause)


def strike(world: World, blow: Blow) -> None:
    """Deliver one blow."""
    match blow.strike:
        case Strike.KILL_WEB:
            world.kill([f"web-{n}" for n in blow.which], blow.failpoint, blow.nth)
        case Strike.KILL_WORKER:
            world.kill([f"worker-{n}" for n in blow.which], blow.failpoint, blow.nth)
        case Strike.KILL_VALKEY:
            world.kill_queue(blow.down)
        case Strike.FLUSH_VALKEY:
            world.flush_queue()
        case Strike.RESTART_POSTGRES:
            world.restart_database(signal.SIGINT, blow.down)
        case Strike.CRASH_POSTGRES:
            world.restart_database(signal.SIGQUIT, blow.down)
        case Strike.JUMP_LEASES | Strike.JUMP_CLOCK:
            _jump(world, blow)


def _jump(world: World, blow: Blow) -> None:
    if blow.strike is Strike.JUMP_CLOCK:
        world.jump_clock(blow.part, blow.off)
    else:
        world.jump_leases()


def _nobodys(world: World) -> list[int]:
    with suppress(psycopg.OperationalError):
        return evidence.unowned(world.address)
    return []


def settle(world: World, say: Say) -> evidence.Times:
    """Wait until nothing moves, then let hours pass until everything has ended."""
    _wait(world, BUSY, 90)
    say(f"  nothing moves: {_states(world)}")
    before = evidence.times(world.address)
    evidence.keep(world.address, world.folder)
    for seconds in PASSAGES:
        if not world.sql(OPEN)[0][0] and not world.spooled():
            break
        world.let_pass(seconds)
        _wait(world, DUE, 30)
        _wait(world, BUSY, 60)
        say(f"  {seconds} s pass: {_states(world)}")
    return before


def _states(world: World) -> str:
    counts = [f"{name} {count}" for name, count in world.sql(STATES)]
    return ", ".join([*counts, *(f"circuit {one}" for (one,) in world.sql(CIRCUIT))])


def _wait(world: World, question: str, seconds: float) -> None:
    """Until the count is zero three times in a row, or the time is up."""
    end, calm = time.monotonic() + seconds, 0
    while calm < 3 and time.monotonic() < end:
        with suppress(psycopg.OperationalError, requests.RequestException):
            calm = calm + 1 if not world.sql(question)[0][0] else 0
        time.sleep(0.5)
