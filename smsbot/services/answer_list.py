"""The list of answers as staff read it: what is live and what is on its way, by keyword."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import assert_never

from smsbot.core.answers import Answer, Group
from smsbot.core.messages import Lang
from smsbot.db import answer_list as stored
from smsbot.db.answer_list import Live, Open
from smsbot.db.store import Store, Transaction
from smsbot.services.answer_search import AnswerSearch

USE_DAYS = 30
"""Use is counted over so many days that are over."""


class Only(StrEnum):
    """Which answers to show."""

    ALL = ""
    LIVE = "live"
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    WAITING = "waiting"
    """Live in a language without a clinician's signature."""
    OVERDUE = "overdue"
    """Somebody was to read it again by now."""
    GAP = "gap"
    """Live in one language only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A keyword in one language."""

    lang: Lang
    live: Live | None
    open: Open | None
    """The newest revision on its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A keyword with all its languages, English first."""

    keyword: str
    group: Group
    sides: tuple[Side, ...]

    @property
    def owners(self) -> tuple[str, ...]:
        """Who looks after it, each once."""
        found = (part.owner for side in self.sides for part in (side.live, side.open) if part)
        return tuple(dict.fromkeys(owner for owner in found if owner))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to show: words to look for, a choice, an owner; from after a keyword on."""

    words: str = ""
    only: Only = Only.ALL
    owner: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the list."""

    shown: tuple[Listed, ...]
    uses: Mapping[str, int]
    """Texts answered in the days that are counted, by keyword."""
    fitting: int
    """How many keywords fit, on all pages."""
    number: int
    """How many keywords there are."""
    after: str | None
    """Where the next page begins; None: there is none."""


def page(store: Store, search: AnswerSearch, wanted: Wanted, today: date, size: int) -> Page:
    """One page of the answers that fit, in alphabetical order.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        opened = tuple(stored.opened(tx))
        names = stored.names(tx)
        everything = {keyword for keyword, _ in names} | {one.keyword for one in opened}
        found = everything & _choice(tx, wanted.only, names, opened, today)
        if wanted.owner:
            found &= stored.owned(tx, wanted.owner)
        if wanted.words.strip():
            found &= search.keywords(tx, wanted.words, opened)
        rest = sorted(keyword for keyword in found if keyword > wanted.after)
        shown = rest[:size]
        last = today - timedelta(days=1)
        return Page(
            shown=_by_keyword(stored.live(tx, shown), opened, shown),
            uses=stored.uses(tx, shown, today - timedelta(days=USE_DAYS), last),
            fitting=len(found),
            number=len(everything),
            after=shown[-1] if len(rest) > size else None,
        )


def one_keyword(store: Store, keyword: str) -> tuple[Listed | None, tuple[Answer, ...]]:
    """Where a keyword stands, and its live answers; None: there is nothing under it.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        live, opened = stored.live(tx, [keyword]), tuple(stored.opened(tx, keyword))
        found = _by_keyword(live, opened, [keyword])
        return (found[0], stored.of_keyword(tx, keyword)) if found else (None, ())


def _choice(
    tx: Transaction, only: Only, names: list[tuple[str, str]], opened: tuple[Open, ...], today: date
) -> frozenset[str]:
    """The keywords that fit a choice."""
    match only:
        case Only.ALL:
            return frozenset(keyword for keyword, _ in names) | {one.keyword for one in opened}
        case Only.LIVE:
            return frozenset(keyword for keyword, _ in names)
        case Only.GAP:
            times = Counter(keyword for keyword, _ in names)
            return frozenset(keyword for keyword, number in times.items() if number < len(Lang))
        case Only.WAITING:
            return stored.unsigned(tx)
        case Only.OVERDUE:
            return stored.overdue(tx, today)
        case Only.SCHEDULED:
            return frozenset(one.keyword for one in opened if one.publish_at is not None)
        case Only.DRAFT | Only.IN_REVIEW | Only.APPROVED:
            return frozenset(one.keyword for one in opened if one.state.value == only.value)
        case _:
            assert_never(only)


def _by_keyword(
    live: Iterable[Live], opened: Iterable[Open], keywords: Iterable[str]
) -> tuple[Listed, ...]:
    lives = {(one.keyword, one.lang): one for one in live}
    # The newest revision stands last, and wins.
    opens = {(one.keyword, one.lang): one for one in opened}
    groups = {one.keyword: one.group for one in opens.values()}
    groups |= {one.keyword: one.group for one in lives.values()}
    return tuple(
        Listed(
            keyword=keyword,
            group=groups[keyword],
            sides=tuple(
                Side(lang=lang, live=lives.get((keyword, lang)), open=opens.get((keyword, lang)))
                for lang in Lang
            ),
        )
        for keyword in keywords
        if keyword in groups
    )
