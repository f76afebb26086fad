"""The answers that a text must be held against: those that share a name or a question with it.

Looking through every answer takes seconds when there are ten thousand. Names are looked up by the
database's index; example questions are remembered here and read again only where an answer changed.
"""

import threading
from collections.abc import Collection, Iterator

from smsbot.core.answers import Answer
from smsbot.core.editorial.names import plain_question
from smsbot.core.messages import Lang
from smsbot.db import answers, revisions
from smsbot.db.store import Transaction

AnswerName = tuple[str, Lang]
"""Keyword and language."""
_MANY = 400
"""From so many changed answers on, reading all of them is one statement and no slower."""


class Neighbours:
    """What the live answers are asked, kept in step with one database. Safe across threads."""

    def __init__(self) -> None:
        """Know nothing yet: the first question asked reads what is there."""
        self._lock = threading.Lock()
        self._version = -1
        self._read: dict[AnswerName, int | None] = {}
        self._asked: dict[AnswerName, frozenset[str]] = {}
        self._by_question: dict[str, set[AnswerName]] = {}

    def of(self, tx: Transaction, answer: Answer) -> tuple[Answer, ...]:
        """The live answers that have a name or an example question of this one, but not itself.

        The one in the other language has its keyword, so it is among them.
        """
        own = (answer.keyword, answer.lang)
        near = revisions.held_by(tx, (answer.keyword, *answer.aliases))
        near |= self._asked_too(tx, answer)
        return answers.some(tx, sorted(near - {own}))

    def _asked_too(self, tx: Transaction, answer: Answer) -> set[AnswerName]:
        live = answers.find(tx, answer.keyword, answer.lang)
        known = set(live.questions) if live else set()
        # What was live already has been held against the others when it was published.
        fresh = {plain_question(one) for one in answer.questions if one not in known}
        if not fresh:
            return set()
        with self._lock:
            self._keep_up(tx)
            return {name for one in fresh for name in self._by_question.get(one, ())}

    def _keep_up(self, tx: Transaction) -> None:
        version = answers.version(tx)
        if version == self._version:
            return
        current = answers.revision_ids(tx)
        changed = {name for name, number in current.items() if self._is_new(name, number)}
        for name in [*changed, *(self._read.keys() - current.keys())]:
            self._forget(name)
        for name, questions in _questions(tx, changed, everything=len(changed) > _MANY):
            self._asked[name] = frozenset(map(plain_question, questions))
            for one in self._asked[name]:
                self._by_question.setdefault(one, set()).add(name)
        self._read, self._version = current, version

    def _is_new(self, name: AnswerName, number: int | None) -> bool:
        return number is None or self._read.get(name) != number

    def _forget(self, name: AnswerName) -> None:
        for one in self._asked.pop(name, ()):
            self._by_question[one].discard(name)


def _questions(
    tx: Transaction, names: Collection[AnswerName], *, everything: bool
) -> Iterator[tuple[AnswerName, tuple[str, ...]]]:
    found = answers.questions(tx, None if everything else sorted(names))
    return ((name, questions) for name, questions in found if name in names)
