"""The cells of a list of numbers: what may stand in each, and what is wrong where it may not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import phonenumbers
from phonenumbers import PhoneNumberType

from smsbot.core.messages import E164, Lang

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""No consent to texts is older."""


class Kind(StrEnum):
    """What a file of numbers is for."""

    AUDIENCE = "audience"
    CONSENTS = "consents"
    OPT_OUTS = "opt_outs"


OURS = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})
"""Regions that texts are sent to."""
_NO_TEXTS: Mapping[int, str] = {
    PhoneNumberType.FIXED_LINE: "This is a landline: it gets no texts.",
    PhoneNumberType.TOLL_FREE: "This is a toll-free number: it gets no texts.",
    PhoneNumberType.PREMIUM_RATE: "This is a premium number.",
    PhoneNumberType.SHARED_COST: "This is a shared-cost number.",
    PhoneNumberType.PAGER: "This is a pager.",
    PhoneNumberType.UAN: "This is a company's number: it gets no texts.",
    PhoneNumberType.VOICEMAIL: "This is a voice mail number.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What is wrong in one cell."""

    column: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What rows are checked by: the kind, the topics there are (both languages), the time."""

    kind: Kind
    topics: Mapping[str, str]
    """From each word for a topic, in capitals, to its keyword."""
    now: datetime


def read_number(written: str, kind: Kind) -> E164 | Cell:
    """The number in a cell, or what is wrong with it for a list of this kind.

    A number of the North American plan does not tell a landline from a mobile phone: such a
    landline is taken, and the carrier says so when it is texted.
    """
    written = written.strip().lstrip("'").strip()
    if not written:
        return _wrong("There is no number.")
    if "e+" in written.lower():
        return _wrong("The spreadsheet has rounded this number. Format the column as text.")
    try:
        found = phonenumbers.parse(written[:40], "US")
    except phonenumbers.NumberParseException:
        return _wrong("This is not a phone number.")
    if not phonenumbers.is_possible_number(found):
        return _wrong("This number is too short or too long.")
    number = E164(phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164))
    # A no is taken from anybody.
    what = None if kind is Kind.OPT_OUTS else _gets_none(found)
    return _wrong(what) if what else number


def _gets_none(found: phonenumbers.PhoneNumber) -> str | None:
    """Why a number gets no texts from us; None when it does."""
    if not phonenumbers.is_valid_number(found):
        return "No such number is in use."
    region = phonenumbers.region_code_for_number(found)
    if region not in OURS:
        return f"This number is abroad ({region or 'unknown'}): only US numbers get texts."
    return _NO_TEXTS.get(phonenumbers.number_type(found))


def _wrong(what: str) -> Cell:
    return Cell(column="number", what=what)


def _topic(written: str, rules: Rules) -> str | Cell:
    keyword = rules.topics.get(written.upper())
    if keyword is None:
        choices = ", ".join(sorted(set(rules.topics.values())))
        return Cell(column="topic", what=f"There is no such topic. There are: {choices}.")
    return keyword


def moment_of(written: str) -> datetime:
    """The moment a cell of the column `when` stands for, aware UTC; without a zone it is UTC.

    A day counts from its first minute: a no of the same day is later.

    Raises:
        ValueError, OverflowError: it stands for none.
    """
    moment = datetime.fromisoformat(written)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _when(written: str, rules: Rules) -> str | Cell:
    try:
        moment = moment_of(written)
    except (ValueError, OverflowError):
        return Cell(column="when", what="Write the day as 2026-11-23, or with a time after it.")
    if moment > rules.now + timedelta(minutes=5):
        return Cell(column="when", what="This is in the future.")
    if moment < EARLIEST:
        return Cell(column="when", what="This is too long ago to be true.")
    return written


def _how(written: str, rules: Rules) -> str | Cell:
    del rules
    if not 3 <= len(written) <= 60:
        return Cell(column="how", what="Say in 3 to 60 characters how they agreed: paper form.")
    return written


def _words(written: str, rules: Rules) -> str | Cell:
    del rules
    if len(written) < 10:
        return Cell(column="words", what="Give the exact words they agreed to.")
    return written


def _language(written: str, rules: Rules) -> str | Cell:
    del rules
    known = {"en": Lang.EN, "english": Lang.EN, "es": Lang.ES, "spanish": Lang.ES}
    found = known.get(written.lower())
    if found is None:
        return Cell(column="language", what="Write en or es.")
    return found.value


READ: Mapping[str, Callable[[str, Rules], str | Cell]] = {
    "topic": _topic,
    "when": _when,
    "how": _how,
    "words": _words,
    "language": _language,
}
