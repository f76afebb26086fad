"""The code from a poster at the end of a text: "FDA K7" is answered like FDA, and counted.

It comes after the crisis screen, which reads every text as it was written and once more without
the code. A slip in the code costs nobody an answer: it is taken off and not counted.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from smsbot.core.contacts import Contact
from smsbot.core.inbound.decision import Decision, Step
from smsbot.core.messages import Lang
from smsbot.core.text.normalise import squeeze

# Only the end is looked at: no long text may cost more than a short one.
_END = 20
_BEFORE = r"(?P<mark>[\s#(\[\"'.,:;*_-]{0,4})"
_AFTER = r"[\s.!,;)\]\"'*_]{0,4}$"
# "K 7" is a code by itself only: the end of "at home 2" is none.
_WRITTEN = r"(?P<code>(?<![A-Za-z0-9])[A-Za-z][\s-][0-9]{1,2}|[A-Za-z][0-9]{1,2})"
_CODE = re.compile(f"{_BEFORE}{_WRITTEN}{_AFTER}")
_SLIP = re.compile(rf"{_BEFORE}(?P<code>[A-Za-z0-9]{{1,4}}){_AFTER}")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryCode:
    """What stands on one poster or card: the word to text and the language it is written in."""

    code: str
    word: str
    """What is answered when somebody sends the code alone: a keyword or alias."""
    lang: Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A text without its code."""

    body: str
    """What is answered; never empty."""
    entry: EntryCode | None
    """None when the code is not one of ours: a slip."""


def take_off(
    body: str, codes: Mapping[str, EntryCode], is_name: Callable[[str], bool]
) -> Entered | None:
    """The text without the code at its end, or None when there is none.

    `is_name` says whether a whole text is a word that is answered. What is such a word with all
    that stands at its end is left alone, and what only looks like a code goes from behind one.
    """
    found, head = _at_the_end(_CODE, body)
    slip, before_slip = _slip_at_the_end(body)
    if (found is None and slip is None) or is_name(body):
        return None
    if found is not None:
        entry = codes.get(squeeze(found["code"]))
        # Without a space it may be the end of a word: "FDAK7" is two only if FDA is one.
        if entry is not None and (not head or found["mark"] or is_name(head)):
            return Entered(body=head or entry.word, entry=entry)
    if slip is None or not slip["mark"] or not is_name(before_slip):
        return None
    return Entered(body=before_slip, entry=None) if codes or "#" in slip["mark"] else None


def heads(body: str) -> tuple[str, ...]:
    """The text without anything at its end that may be a code, or a slip in one: for the screen."""
    found = (_at_the_end(_CODE, body), _slip_at_the_end(body))
    return tuple(dict.fromkeys(head for match, head in found if match and head))


def came_by(decision: Decision, entry: EntryCode | None, before: Contact) -> Decision:
    """The decision with the code in it, and who was never answered before known by that code.

    Nobody is known by a poster for a text in a crisis.
    """
    if entry is None or decision.step is Step.CRISIS:
        return decision
    contact = decision.contact
    if before.source_code is None and not before.greeted:
        contact = replace(contact, source_code=entry.code)
    return replace(decision, entry_code=entry.code, contact=contact)


def _slip_at_the_end(body: str) -> tuple[re.Match[str] | None, str]:
    """Letters and digits mixed, or anything behind a "#": what nobody writes as a word."""
    found, head = _at_the_end(_SLIP, body)
    if found is None:
        return None, ""
    is_mixed = not found["code"].isalpha() and not found["code"].isdigit()
    return (found, head) if is_mixed or "#" in found["mark"] else (None, "")


def _at_the_end(pattern: re.Pattern[str], body: str) -> tuple[re.Match[str] | None, str]:
    """The match at the end of the text, and what stands before it."""
    start = max(0, len(body) - _END)
    found = pattern.search(body[start:])
    return found, body[: start + found.start()].strip() if found else ""
