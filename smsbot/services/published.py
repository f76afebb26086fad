"""The published answers as staff read them: a list to look through, and one answer in full."""

from dataclasses import dataclass
from datetime import date, datetime

from smsbot.core.answers import Answer, Group
from smsbot.core.editorial.standing import Standing, standing
from smsbot.core.inbound.reply import long_reply, short_reply
from smsbot.core.messages import Lang
from smsbot.core.text.normalise import fold
from smsbot.core.text.segments import Measure, measure
from smsbot.db import answers
from smsbot.db.store import Store
from smsbot.services.load_catalogue import fill


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """One message as a phone shows it, and what it costs to send."""

    text: str
    cost: Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An answer in one of its languages, and where that stands today."""

    answer: Answer
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A keyword with its answer in every language there is, English first."""

    keyword: str
    group: Group
    versions: tuple[Version, ...]

    @property
    def waits(self) -> bool:
        """Whether at least one language waits for a clinician's signature."""
        return any(version.standing.waits for version in self.versions)

    @property
    def is_overdue(self) -> bool:
        """Whether at least one language should have been read again by now."""
        return any(version.standing.is_overdue for version in self.versions)

    @property
    def missing(self) -> tuple[Lang, ...]:
        """The languages in which there is no answer."""
        there = {version.answer.lang for version in self.versions}
        return tuple(lang for lang in Lang if lang not in there)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a phone gets of an answer today, message by message."""

    first: Bubble
    after_more: tuple[Bubble, ...]
    after_expiry: Bubble | None
    """What is said once the answer has expired; None when it does not expire or already has."""


def entries(store: Store, today: date) -> tuple[Entry, ...]:
    """Every keyword in alphabetical order.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        published = answers.published(tx)
    by_keyword: dict[str, list[Version]] = {}
    for one in published:
        version = Version(answer=one, standing=standing(one, today))
        by_keyword.setdefault(one.keyword, []).append(version)
    return tuple(
        Entry(
            keyword=keyword,
            group=versions[0].answer.group,
            versions=tuple(sorted(versions, key=lambda one: one.answer.lang)),
        )
        for keyword, versions in by_keyword.items()
    )


def entry(store: Store, keyword: str, today: date) -> Entry | None:
    """One keyword's answers; None when there are none.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    return next((one for one in entries(store, today) if one.keyword == keyword), None)


def uses(store: Store, since: datetime) -> dict[tuple[str, Lang], int]:
    """How many texts each answer led the reply to since then; those with none are left out.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return answers.uses(tx, since)


def holding(found: tuple[Entry, ...], wanted: str) -> tuple[Entry, ...]:
    """Those with `wanted` in keyword, aliases, example questions or texts; accents do not count."""
    sought = fold(wanted)
    return tuple(one for one in found if sought in _searched(one))


def preview(answer: Answer, today: date, program: str, contact: str) -> Preview:
    """The messages as they would leave today, with the programme's name and contact filled in."""
    (filled,) = fill((answer,), program, contact)
    later = filled.more(today)
    expires = filled.expires_on is not None and today <= filled.expires_on
    short = short_reply(filled, filled.lang, today, offers=(), before="", after="")
    return Preview(
        first=_bubble(short),
        after_more=tuple(map(_bubble, long_reply(filled, today))) if later else (),
        after_expiry=_bubble(filled.stub) if expires and filled.stub else None,
    )


def _bubble(text: str) -> Bubble:
    return Bubble(text=text, cost=measure(text))


def _searched(one: Entry) -> str:
    words = [one.keyword]
    for version in one.versions:
        answer = version.answer
        words += [*answer.aliases, *answer.questions, answer.short, answer.long or ""]
    return fold("\n".join(words))
