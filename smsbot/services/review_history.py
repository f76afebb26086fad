"""The past of an answer: its revisions, who did what, and who mentions it."""

from dataclasses import dataclass

from smsbot.core.answers import Answer
from smsbot.core.editorial.mentions import mentioned
from smsbot.core.editorial.shelves import PastEvent, PastRevision
from smsbot.db import answers, revision_history
from smsbot.db.store import Store
from smsbot.services.editorial_desk import AnswerName

MOST_REVISIONS = 100
"""How many revisions of an answer are listed, the newest ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The past of an answer in all its languages; `more` is where its next page begins."""

    revisions: tuple[PastRevision, ...]
    events: tuple[PastEvent, ...]
    more: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """An answer that somebody thinks of taking away."""

    answer: Answer
    sister: Answer | None
    """The one in the other language, which stays."""
    mentions: tuple[AnswerName, ...]
    """The other live answers whose texts send people to it."""


def past(store: Store, keyword: str, limit: int, before: int | None = None) -> Past:
    """The revisions of an answer, and a page of its events, the newest first.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        events = revision_history.of_keyword(tx, keyword, limit + 1, before)
        return Past(
            revisions=revision_history.past(tx, keyword, MOST_REVISIONS),
            events=events[:limit],
            more=events[limit - 1].id if len(events) > limit else None,
        )


def leaving(store: Store, name: AnswerName) -> Leaving | None:
    """What to know before an answer is taken away; None when it is not live.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    keyword, lang = name
    with store.read() as tx:
        live = answers.find(tx, keyword, lang)
        if live is None:
            return None
        sister = answers.find(tx, keyword, lang.other)
        names = {keyword, *live.aliases}
        mentions = [
            place
            for place, texts in answers.texts_with(tx, sorted(names))
            if place[0] != keyword and names & mentioned(texts)
        ]
    return Leaving(answer=live, sister=sister, mentions=tuple(mentions))
