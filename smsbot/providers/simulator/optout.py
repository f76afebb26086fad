"""Twilio's own opt-out filter, which acts before the bot is asked.

Words and effects: https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out and
https://support.twilio.com/hc/en-us/articles/223134027 (read 2026-11-23).
"""

import threading
from dataclasses import dataclass
from enum import StrEnum

from smsbot.core.messages import OptOutType


class OptOutMode(StrEnum):
    """How the number's opt-out words are treated."""

    OFF = "off"
    """Twilio Support has switched the filter off: the bot alone obeys STOP."""
    STANDARD = "standard"
    """What a new long code has: Twilio blocks and confirms, and does not tell the bot."""
    ADVANCED = "advanced"
    """Advanced Opt-Out: the same, and the webhook carries OptOutType."""

    @property
    def tells_the_bot(self) -> bool:
        """The webhook says which kind of word Twilio has already answered."""
        return self is OptOutMode.ADVANCED


WORDS: dict[str, OptOutType] = {
    **dict.fromkeys(
        ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"),
        OptOutType.STOP,
    ),
    **dict.fromkeys(("START", "YES", "UNSTOP"), OptOutType.START),
    **dict.fromkeys(("HELP", "INFO"), OptOutType.HELP),
}

CONFIRMATIONS: dict[OptOutMode, dict[OptOutType, str]] = {
    OptOutMode.STANDARD: {
        OptOutType.STOP: "You are unsubscribed and get no more texts from this number. "
        "Reply START to get them again.",
        OptOutType.START: "You are subscribed again and get texts from this number. "
        "Reply HELP for help, STOP to end. Msg&Data rates may apply.",
        OptOutType.HELP: "Reply STOP to unsubscribe. Msg&Data rates may apply.",
    },
    # Advanced Opt-Out lets the account write its own: 988 belongs in each of them.
    OptOutMode.ADVANCED: {
        OptOutType.STOP: "You are opted out: no more texts. In a crisis call or text 988. "
        "Text START to get texts again.",
        OptOutType.START: "You are opted in again. Text MENU for topics, STOP to end. "
        "In a crisis call or text 988.",
        OptOutType.HELP: "Automated health information by text. Text MENU for topics, STOP to end. "
        "In a crisis call or text 988. Msg&Data rates may apply.",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filtered:
    """Twilio took the text as an opt-out word and confirms it itself."""

    kind: OptOutType
    confirmation: str


class OptOuts:
    """Which phones have stopped which sender."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._blocked: set[tuple[str, str]] = set()

    def take(self, mode: OptOutMode, *, phone: str, sender: str, body: str) -> Filtered | None:
        """Obey an opt-out word from `phone` to `sender`; None: the text is not one."""
        kind = WORDS.get(body.strip().upper()) if mode is not OptOutMode.OFF else None
        if kind is None:
            return None
        with self._lock:
            if kind is OptOutType.STOP:
                self._blocked.add((phone, sender))
            elif kind is OptOutType.START:
                self._blocked.discard((phone, sender))
        return Filtered(kind=kind, confirmation=CONFIRMATIONS[mode][kind])

    def blocks(self, mode: OptOutMode, *, phone: str, sender: str) -> bool:
        """A text from `sender` to `phone` ends in error 21610."""
        if mode is OptOutMode.OFF:
            return False
        with self._lock:
            return (phone, sender) in self._blocked
