"""A trial: a plan at work, the throws it makes, the limits it holds and what it has counted."""

import hashlib
import threading
from collections import Counter, deque

from smsbot.providers.simulator.journal import Journal
from smsbot.providers.simulator.rules import Place, Plan, Rule


class Trial:
    """The plan of one carrier. Safe to use from many threads."""

    def __init__(self, plan: Plan | None = None, journal: Journal | None = None) -> None:
        self._lock = threading.Lock()
        self._plan = plan or Plan()
        self._journal = journal
        self._struck: Counter[Rule] = Counter()
        self._counts: Counter[str] = Counter()
        self._throws: Counter[tuple[Place, str]] = Counter()
        self._taken: deque[tuple[float, int]] = deque()
        self._inside = 0

    @property
    def plan(self) -> Plan:
        """The plan as it stands."""
        with self._lock:
            return self._plan

    @property
    def counts(self) -> dict[str, int]:
        """How often each fault struck since the start, throttling as `over_mps`, `over_limit`."""
        with self._lock:
            return dict(self._counts)

    def change(self, plan: Plan) -> None:
        """Go on with another plan; what has been counted stays, limits of `times` begin anew."""
        with self._lock:
            self._plan = plan
            self._struck.clear()
            self._throws.clear()
        self.note("plan", plan=plan.as_json())

    def pick(self, place: Place, about: str, phone: str) -> Rule | None:
        """The first rule of `place` that strikes what is described by `about`.

        The throw depends on the seed, the rule's fault, `about` and how many times it was asked for
        that before, and on nothing else: `about` must therefore hold nothing made up by the run,
        such as a SID.
        """
        with self._lock:
            if not self._plan.rules:
                return None
            turn = self._throws[place, about]
            self._throws[place, about] += 1
            rule = next(
                (
                    rule
                    for rule in self._plan.rules
                    if rule.place is place
                    and rule.phone in {"", phone}
                    and (rule.times is None or self._struck[rule] < rule.times)
                    and _throw(self._plan.seed, rule.fault, about, turn) < rule.chance
                ),
                None,
            )
            if rule is None:
                return None
            self._struck[rule] += 1
            self._counts[rule.fault] += 1
        self.note("fault", fault=rule.fault, about=about)
        return rule

    def enter(self) -> bool:
        """A REST request begins; False: there are too many at a time. `leave` goes with it."""
        with self._lock:
            self._inside += 1
            limit = self._plan.concurrency
            over = bool(limit) and self._inside > limit
            if over:
                self._counts["over_limit"] += 1
            return not over

    def leave(self) -> None:
        """A REST request has ended."""
        with self._lock:
            self._inside -= 1

    @property
    def inside(self) -> int:
        """REST requests under way, which Twilio tells in a header of each answer."""
        with self._lock:
            return self._inside

    def takes(self, segments: int, monotonic: float) -> bool:
        """A new text fits into what is taken in any second; False: it is refused with 429."""
        with self._lock:
            if not self._plan.mps:
                return True
            while self._taken and monotonic - self._taken[0][0] >= 1.0:
                self._taken.popleft()
            if self._taken and sum(n for _, n in self._taken) + segments > self._plan.mps:
                self._counts["over_mps"] += 1
                return False
            self._taken.append((monotonic, segments))
            return True

    def note(self, kind: str, *, durable: bool = False, **members: object) -> None:
        """Write into the journal, if there is one."""
        if self._journal is not None:
            self._journal.write(kind, durable=durable, **members)

    def close(self) -> None:
        """Let go of the journal."""
        if self._journal is not None:
            self._journal.close()


def _throw(seed: int, fault: str, about: str, turn: int) -> float:
    """A number from 0 up to 1 that looks like chance and is always the same."""
    digest = hashlib.blake2b(f"{seed}|{fault}|{turn}|{about}".encode(), digest_size=8)
    return int.from_bytes(digest.digest()) / 2**64
