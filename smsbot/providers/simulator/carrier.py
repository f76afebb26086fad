"""The carrier: an account, its number, the virtual phones and everything under way between them.

What happens to a text from a phone is `inbound`, to one from the bot `outbound`.
"""

import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from smsbot.providers.simulator.faults import Faults, with_switches
from smsbot.providers.simulator.ledger import Ledger
from smsbot.providers.simulator.optout import OptOuts
from smsbot.providers.simulator.phones import Phones
from smsbot.providers.simulator.signed import SignedPoster
from smsbot.providers.simulator.timeline import Timeline
from smsbot.providers.simulator.trial import Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The one Twilio account there is, and where its number's webhooks go."""

    sid: str
    auth_tokens: tuple[str, ...]
    """All are accepted on the REST side; the first, the primary, signs."""
    number: str
    """The bot's number, E.164 or a short code."""
    webhook_url: str
    fallback_url: str = ""
    """Empty: the webhook again, which is what the bot recommends."""
    signed_as: str = ""
    """The webhook's public URL when it is not `webhook_url`; it is what the signature covers."""
    api_key: str = ""
    api_secret: str = ""
    service_sid: str = ""
    more_numbers: tuple[str, ...] = ()
    """Numbers that texts may leave from besides; phones write to `number` alone."""


class Carrier:
    """Shared state of the simulator. Safe to use from many threads.

    `clock` gives aware UTC; `chance` makes the ids, so a seeded one repeats a run; `pace_seconds`
    is the time a text spends in each state on its way to a phone; `trial` is what it does wrong by
    plan, beside the switches of the phone page.
    """

    def __init__(
        self,
        account: Account,
        *,
        clock: Callable[[], datetime],
        chance: random.Random,
        pace_seconds: float = 0.4,
        hang_seconds: float = 40.0,
        trial: Trial | None = None,
    ) -> None:
        self.account = account
        self.clock = clock
        self.pace_seconds = pace_seconds
        self.hang_seconds = hang_seconds
        self.ledger = Ledger(clock)
        self.phones = Phones()
        self.opt_outs = OptOuts()
        self.timeline = Timeline()
        self.poster = SignedPoster(account.auth_tokens[0])
        self.trial = trial or Trial()
        self._chance = chance
        self._lock = threading.Lock()
        self._faults = Faults()
        self._overtaken: dict[str, int] = {}
        self._last_create = float("-inf")
        self.run_id = self.new_sid("RN")
        """Differs after a restart, so that a page knows its cursor is void."""

    @property
    def faults(self) -> Faults:
        """The switches as they stand."""
        with self._lock:
            return self._faults

    def switch(self, changes: Mapping[str, object]) -> Faults:
        """Move some switches.

        Raises:
            SwitchFault: nothing was changed.
        """
        with self._lock:
            self._faults = with_switches(self._faults, changes)
            return self._faults

    def new_sid(self, prefix: str) -> str:
        """A fresh id: two letters and 32 hex digits."""
        with self._lock:
            return f"{prefix}{self._chance.getrandbits(128):032x}"

    def is_throttled(self, monotonic: float) -> bool:
        """With the throttle on, a second create within the same second is refused."""
        with self._lock:
            if not self._faults.throttle:
                return False
            if monotonic - self._last_create < 1.0:
                return True
            self._last_create = monotonic
            return False

    def is_overtaken(self, phone: str) -> bool:
        """With the order disturbed, the first, third, fifth ... text to a phone is held back."""
        with self._lock:
            if not self._faults.out_of_order:
                return False
            turn = self._overtaken.get(phone, 0)
            self._overtaken[phone] = turn + 1
            return turn % 2 == 0

    def close(self) -> None:
        """Stop everything under way."""
        self.timeline.close()
        self.poster.close()
        self.trial.close()
