"""Everything a chaos run does, worked out from its seed before anything starts.

A history is one phone's whole conversation. Many run at a time over one set of processes, and the
blows (kills, restarts, jumps) hit whatever is under way. What the carrier does wrong to a text
follows from the same seed. What no seed decides is the order in which the threads and processes
of the machine get there.
"""

import random
from dataclasses import asdict, dataclass
from enum import StrEnum

from smsbot.failpoints import NAMES

AREAS = (201, 202, 206, 210, 212, 213, 215, 216, 303, 305, 312, 404, 412, 414, 415, 501, 502, 503)
AREAS += (504, 505, 512, 513, 602, 603, 608, 612, 614, 615, 617, 702, 713, 801, 802, 803, 804, 808)
FICTION = 100
"""555-0100 to 555-0199 of each area are kept for fiction."""


class Kind(StrEnum):
    """What a conversation is about."""

    SHORT = "short"
    LONG = "long"
    TWO_LONG = "two_long"
    CRISIS = "crisis"
    CRISIS_IN_PARTS = "crisis_in_parts"
    STOP_IN_PARTS = "stop_in_parts"
    STOP_AND_BACK = "stop_and_back"


LONG = ("RISKS", "THERAPY", "EVIDENCE", "MEDS", "ATHOME")
SHORT = ("FDA", "HELP", "MENU", "is it addictive", "que es la ketamina", "hello there")
CRISIS = (
    "i want to kill myself",
    "quiero morir",
    "RISKS i want to die",
    "i took a whole bottle of pills",
    "im going to end my life tonight",
)

WEIGHTS = {
    Kind.SHORT: 2,
    Kind.LONG: 4,
    Kind.TWO_LONG: 2,
    Kind.CRISIS: 2,
    Kind.CRISIS_IN_PARTS: 2,
    Kind.STOP_IN_PARTS: 2,
    Kind.STOP_AND_BACK: 1,
}

FAULTS: tuple[tuple[str, float, float], ...] = (
    # The fault, its chance, its seconds.
    ("refuse_429", 0.06, 0),
    ("refuse_500", 0.03, 0),
    ("refuse_503_html", 0.02, 0),
    ("refuse_reset", 0.03, 0),
    ("accept_reset", 0.04, 0),
    ("accept_500", 0.04, 0),
    ("accept_truncated", 0.03, 0),
    ("accept_bad_json", 0.03, 0),
    ("accept_time_out", 0.02, 40),
    ("accept_slow", 0.04, 1.5),
    ("accept_drip", 0.02, 2),
    ("list_500", 0.1, 0),
    ("list_slow", 0.05, 1),
    ("list_lags", 0.08, 240),
    ("list_lags", 0.02, 3000),
    ("fetch_500", 0.1, 0),
    ("receipt_lost", 0.08, 0),
    ("receipt_late", 0.1, 4),
    ("receipt_twice", 0.1, 1),
    ("receipt_overtaken", 0.1, 0),
    ("undelivered", 0.04, 0),
    ("webhook_lost", 0.02, 0),
    ("webhook_unreachable", 0.04, 0),
    ("answer_lost", 0.05, 0),
    ("webhook_twice", 0.08, 0),
    ("webhook_again", 0.08, 6),
)


SHORT_RUN = 15.0
"""Seconds; what is shorter is over within a minute."""


class Strike(StrEnum):
    """What a blow does."""

    KILL_WEB = "kill_web"
    KILL_WORKER = "kill_worker"
    KILL_VALKEY = "kill_valkey"
    FLUSH_VALKEY = "flush_valkey"
    RESTART_POSTGRES = "restart_postgres"
    CRASH_POSTGRES = "crash_postgres"
    JUMP_LEASES = "jump_leases"
    JUMP_CLOCK = "jump_clock"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One text of a person, so many seconds after the one before."""

    pause: float
    body: str


@dataclass(frozen=True, kw_only=True)
class History:
    number: int
    kind: Kind
    phone: str
    start: float
    steps: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True)
class Blow:
    """Something dies, `at` seconds into the run. A process comes back with the failpoint armed."""

    at: float
    strike: Strike
    which: tuple[int, ...] = (0,)
    """Which of the two processes of its kind; what is armed in both strikes in one."""
    failpoint: str = ""
    nth: int = 1
    down: float = 0.0
    """Seconds a server stays away."""
    part: str = ""
    """The process whose clock jumps."""
    off: float = 0.0
    """Seconds its clock is wrong by, until it jumps again."""

    def told(self) -> str:
        """What happens, in a line."""
        if self.strike is Strike.JUMP_CLOCK:
            return f"{self.strike} {self.part} {self.off:+.0f} s"
        return f"{self.strike} {self.failpoint} {self.which}"


@dataclass(frozen=True, kw_only=True)
class Script:
    seed: int
    seconds: float
    histories: tuple[History, ...]
    blows: tuple[Blow, ...]

    def plan(self) -> dict[str, object]:
        """What the carrier is told to do wrong."""
        # A worker gives an answer 25 s: too long for the short run of every test.
        without = {"accept_time_out"} if self.seconds < SHORT_RUN else set()
        rules = [{"fault": f, "chance": c, "seconds": s} for f, c, s in FAULTS if f not in without]
        return {"seed": self.seed, "rules": rules, "mps": 0, "concurrency": 24}

    def described(self, number: int) -> dict[str, object]:
        """One history, for whoever has to find out what went wrong in it."""
        return asdict(self.histories[number])


def write(seed: int, histories: int, seconds: float) -> Script:
    """The script of a run: conversations spread over `seconds`, and blows between them."""
    chance = random.Random(seed)
    if histories > len(AREAS) * FICTION:
        raise ValueError(f"there are numbers for {len(AREAS) * FICTION} histories")
    return Script(
        seed=seed,
        seconds=seconds,
        histories=tuple(_history(chance, n, seconds) for n in range(histories)),
        blows=tuple(_blows(chance, seconds)),
    )


def _history(chance: random.Random, number: int, seconds: float) -> History:
    kind = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    return History(
        number=number,
        kind=kind,
        phone=f"+1{AREAS[number % len(AREAS)]}55501{number // len(AREAS):02d}",
        start=round(chance.uniform(0, max(seconds - 5, 0.5)), 2),
        steps=tuple(
            # Real pauses: long enough for a part or two to leave, or none at all.
            Step(pause=round(chance.choice((0.3, 1.0, 2.5)), 2), body=body)
            for body in _bodies(chance, kind)
        ),
    )


def _bodies(chance: random.Random, kind: Kind) -> list[str]:
    first, second = chance.sample(LONG, 2)
    short, crisis = chance.choice(SHORT), chance.choice(CRISIS)
    return {
        Kind.SHORT: [short],
        Kind.LONG: [first, "MORE"],
        Kind.TWO_LONG: [first, "MORE", second, "MORE"],
        Kind.CRISIS: [short, crisis],
        Kind.CRISIS_IN_PARTS: [first, "MORE", crisis],
        Kind.STOP_IN_PARTS: [first, "MORE", "STOP"],
        Kind.STOP_AND_BACK: [first, "MORE", "STOP", crisis, "START", second, "MORE"],
    }[kind]


CLOCKS = ("web-0", "web-1", "worker-0", "worker-1")
JUMPS = (-86_400.0, -3_600.0, -90.0, 0.0, 90.0, 3_600.0, 86_400.0)

SERVER_SHARE = 0.25
"""Of all blows, those that hit a server instead of a process of ours."""
CLOCK_SHARE = 0.15
"""Of all blows, those that put a process's clock wrong, or right again."""


def _blows(chance: random.Random, seconds: float) -> list[Blow]:
    """Every failpoint has its turn before any has its second, and so has every other strike."""
    points = sorted(NAMES)
    ours = {Strike.KILL_WEB, Strike.KILL_WORKER, Strike.JUMP_CLOCK}
    others = [strike for strike in Strike if strike not in ours]
    chance.shuffle(points)
    chance.shuffle(others)
    made, at, turns = [], 1.0, [0, 0]
    while at < seconds:
        kind = chance.random()
        if kind < SERVER_SHARE:
            strike = others[turns[0] % len(others)]
            turns[0] += 1
            made.append(Blow(at=round(at, 2), strike=strike, down=round(chance.uniform(0, 2), 2)))
        elif kind < SERVER_SHARE + CLOCK_SHARE:
            made.append(_jump(chance, at))
        else:
            made.append(_kill(chance, at, points[turns[1] % len(points)]))
            turns[1] += 1
        at += chance.uniform(3.0, 8.0)
    return made


def _jump(chance: random.Random, at: float) -> Blow:
    part, off = chance.choice(CLOCKS), chance.choice(JUMPS)
    return Blow(at=round(at, 2), strike=Strike.JUMP_CLOCK, part=part, off=off)


def _kill(chance: random.Random, at: float, point: str) -> Blow:
    serves = point.startswith(("inbound", "receipt"))
    # Of two workers one pumps, and texts come to the first web process before the second: the
    # failpoint is armed where it will be reached.
    each = ((0,), (0,), (0, 1), (1,)) if serves else ((0, 1), (0, 1), (0,), (1,))
    return Blow(
        at=round(at, 2),
        strike=Strike.KILL_WEB if serves else Strike.KILL_WORKER,
        which=chance.choice(each),
        failpoint=point,
        nth=chance.randint(1, 3),
    )
