"""What a member of staff has done, as a line of the audit log: who, what, about what, and when."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

LONGEST_NOTE = 500
"""Characters of a note that are kept."""

_WHAT = re.compile(r"[a-z][a-z_]{0,39}")
_NUMBER = re.compile(r"(?<![A-Za-z0-9])\+?\(?\d(?:[ ().\u00a0-]{0,2}\d){6,14}(?![A-Za-z0-9])")
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who does something, and when (aware UTC)."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One thing that was done.

    `what` is one word of small letters and underscores ("reveal_number", "publish"). `about`
    names the thing without a phone number ("contact 17", "answer FDA en"; at most 80 characters).
    `note` is free text, a reason say; what looks like a phone number in it is not kept.
    """

    who: str
    what: str
    about: str
    at: datetime
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse what must never be in the log.

        Raises:
            ValueError: a mistake of the caller's; holds none of the values.
        """
        if not self.who or not _WHAT.fullmatch(self.what):
            raise ValueError("A deed has a name and one word of a-z and _, say: reveal_number.")
        if len(self.about) > 80 or _holds_a_number(self.about):
            raise ValueError("`about` names a thing in at most 80 characters, without a number.")


def fit_to_keep(deed: Deed) -> Deed:
    """The deed as the log keeps it: a note of one paragraph, without phone numbers."""
    note = _NUMBER.sub(
        lambda found: found[0] if _DAY.fullmatch(found[0]) else "(number)",
        " ".join(deed.note.split()),
    )
    return replace(deed, note=note[:LONGEST_NOTE])


def _holds_a_number(text: str) -> bool:
    return any(not _DAY.fullmatch(found[0]) for found in _NUMBER.finditer(text))
