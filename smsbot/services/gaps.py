"""What people asked and got no answer to: grouped, counted, and dealt with by staff.

Bodies are opened in memory for the length of one report and stay there; what comes out of it
follows the rule of `core.editorial.gaps`: no figure, no word that one person alone used.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from smsbot.core.editorial.gaps import Gap, Missed, grouped, key_of, kind_of, shown, words_of
from smsbot.core.inbound import compliance
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.core.inbound.router import Kind, route
from smsbot.core.messages import E164, InboundMessage, Lang, MessageSid
from smsbot.db import gaps as stored
from smsbot.db.gaps import Handled, MissedRow
from smsbot.db.store import Store, Transaction

MOST_READ = 20_000
"""Texts of one report, the newest; some seconds of work."""

_MOST_NEAR = 3


class Action(StrEnum):
    """What staff did about a gap."""

    DISMISSED = "dismissed"
    """Nothing, and nothing will be: it stays away when it is asked again."""
    ADDED = "added"
    """A question or alias was drafted; it comes back when it is asked after that and missed."""


class Wording(StrEnum):
    """What a proposed wording becomes in an answer."""

    QUESTION = "question"
    ALIAS = "alias"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A wording that staff would have lead to an answer. In their own words, not the texter's."""

    keyword: str
    lang: Lang
    wording: str
    kind: Wording
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One group as staff see it."""

    id: str
    """Stands for the group's leading wording; the same as long as that leads."""
    texts: int
    people: int
    one_person: bool
    """Too few asked for their words to be shown: `example` is loose words in alphabetical order."""
    example: str
    kinds: dict[str, int]
    """Texts by why they are here: unknown, notcovered, ambiguous."""
    langs: dict[str, int]
    nearest: tuple[tuple[str, float], ...]
    """The topics it is most like today, with the router's scores."""
    answered_now: str | None
    """The topic that answers it since the content changed; None: it is still missed."""
    last_at: datetime
    fingerprints: tuple[str, ...]
    """Every wording in the group: what `handle` takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The gaps since a moment, those that most people met first."""

    since: datetime
    gaps: tuple[Seen, ...]
    texts: int
    left_out: dict[str, int]
    """Texts that were read and are in no group, by why: crisis (the screen of today fires on it),
    opt_out, no_words, handled, answered (a question back that was answered), unreadable."""


def find(store: Store, catalogue: Catalogue, since: datetime, *, most: int = MOST_READ) -> Report:
    """Group the newest texts without an answer since a moment. Reads only.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    left_out: Counter[str] = Counter()
    with store.read() as tx:
        rows = list(stored.missed(tx, store.sealer, since, most))
        answered = _answered(tx, rows, since)
        done = stored.handled(tx)
    texts: list[Missed] = []
    for row in rows:
        one = "answered" if row.id in answered else _read(row, catalogue)
        if isinstance(one, Missed) and _is_done(done.get(fingerprint(store, one.key)), one.at):
            one = "handled"
        if isinstance(one, Missed):
            texts.append(one)
        elif one:
            left_out[one] += 1
    found = tuple(_seen(store, catalogue, gap) for gap in grouped(texts))
    return Report(since=since, gaps=found, texts=len(texts), left_out=dict(left_out))


def handle(store: Store, gap: Seen, action: Action, by: str, at: datetime) -> None:
    """Remember that staff have dealt with every wording of a gap.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    _handle(store, gap, Handled(action=action.value, keyword=None, by=by, at=at))


def propose(
    store: Store,
    gap: Seen,
    proposal: Proposal,
    save_draft: Callable[[Proposal], None],
    at: datetime,
) -> None:
    """Hand a proposal to the drafts, where a second person reads it, and mark the gap as added.

    What `save_draft` raises (the wording is claimed already, say) leaves the gap as it was.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    save_draft(proposal)
    done = Handled(action=Action.ADDED.value, keyword=proposal.keyword, by=proposal.by, at=at)
    _handle(store, gap, done)


def fingerprint(store: Store, key: frozenset[str]) -> str:
    """What a wording is remembered by: keyed, so that nobody can try out who asked what."""
    return store.sealer.blind_index(E164("gap " + " ".join(sorted(key))))


def _handle(store: Store, gap: Seen, done: Handled) -> None:
    with store.begin() as tx:
        stored.handle(tx, gap.fingerprints, done)


def _is_done(done: Handled | None, at: datetime) -> bool:
    return done is not None and (done.action == Action.DISMISSED or at <= done.at)


def _answered(tx: Transaction, rows: Iterable[MissedRow], since: datetime) -> frozenset[int]:
    """Which questions back were answered by the next text of the same person."""
    asked = {row.id: row for row in rows if row.rule.startswith("ambiguous")}
    texts = stored.topics_in_order(tx, (row.contact_id for row in asked.values()), since)
    return frozenset(
        before
        for of_contact in texts.values()
        for (before, _), (_, topic) in pairwise(of_contact)
        if before in asked and topic in asked[before].offers
    )


def _read(row: MissedRow, catalogue: Catalogue) -> Missed | str:
    """The text as it may be grouped; or why it is left out, "" when it never asked anything."""
    kind = kind_of(row.rule, row.topic)
    if kind is None:
        return ""
    if row.body is None:
        return "unreadable"
    if catalogue.screen.find(row.body) is not None:
        return "crisis"
    if compliance.check(_as_message(row.body, row.at)) is not None:
        return "opt_out"
    words = words_of(row.body)
    key = key_of(map(catalogue.index.repair, words))
    if not key:
        return "no_words"
    return Missed(person=row.contact_id, words=words, key=key, lang=row.lang, kind=kind, at=row.at)


def _as_message(body: str, at: datetime) -> InboundMessage:
    nobody = E164("+15005550006")
    sid = MessageSid("SM" + "0" * 32)
    return InboundMessage(sid=sid, sender=nobody, recipient=nobody, body=body, received_at=at)


def _seen(store: Store, catalogue: Catalogue, gap: Gap) -> Seen:
    found = route(" ".join(gap.example.words), catalogue.index)
    lead = found.topics[0] if found.topics else None
    is_answered = found.kind in {Kind.KEYWORD, Kind.QUESTION} and lead != "NOTCOVERED"
    near = dict([(lead, found.confidence)] if lead else []) | dict(found.runners_up)
    nearest = sorted(near.items(), key=lambda scored: (-scored[1], scored[0]))[:_MOST_NEAR]
    return Seen(
        id=fingerprint(store, gap.key)[:12],
        texts=len(gap.texts),
        people=gap.people,
        one_person=gap.is_one_persons,
        example=shown(gap, catalogue.index.known),
        kinds=_counted(one.kind for one in gap.texts),
        langs=_counted(one.lang for one in gap.texts),
        nearest=tuple(nearest),
        answered_now=lead if is_answered else None,
        last_at=max(one.at for one in gap.texts),
        fingerprints=tuple(sorted(fingerprint(store, key) for key in gap.keys)),
    )


def _counted(things: Iterator[str]) -> dict[str, int]:
    return dict(sorted(Counter(things).items()))
