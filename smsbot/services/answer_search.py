"""Finding answers by their words, however they are accented: folded once and kept in memory."""

import threading
import unicodedata
from collections.abc import Iterable
from typing import TypeVar

from smsbot.core.messages import Lang
from smsbot.db import answer_list, answers
from smsbot.db.answer_list import Open
from smsbot.db.store import Transaction

AnswerName = tuple[str, Lang]
"""Keyword and language."""
_Key = TypeVar("_Key")


class AnswerSearch:
    """The words of all answers, kept in step with one database. Safe across threads."""

    def __init__(self) -> None:
        """Know nothing yet: the first search reads what is there."""
        self._lock = threading.Lock()
        self._live_version = -1
        self._live: dict[AnswerName, int | None] = {}
        self._live_words: dict[AnswerName, str] = {}
        self._open: dict[int, int] = {}
        self._open_words: dict[int, str] = {}

    def keywords(self, tx: Transaction, sought: str, opened: Iterable[Open]) -> frozenset[str]:
        """The keywords of live answers and of these revisions that have all words of `sought`."""
        wanted = _plain(sought).split()
        opened = tuple(opened)
        with self._lock:
            self._keep_up(tx)
            self._keep_up_opened(tx, opened)
            live = {name[0] for name in _holding(self._live_words, wanted)}
            found = frozenset(_holding(self._open_words, wanted))
        return frozenset(live | {one.keyword for one in opened if one.id in found})

    def _keep_up(self, tx: Transaction) -> None:
        version = answers.version(tx)
        if version == self._live_version:
            return
        current = answers.revision_ids(tx)
        changed = {
            name
            for name, number in current.items()
            if number is None or self._live.get(name) != number
        }
        for name in self._live.keys() - current.keys():
            self._live_words.pop(name, None)
        for name, words in answer_list.texts(tx, changed):
            self._live_words[name] = _plain("\n".join(words))
        self._live, self._live_version = current, version

    def _keep_up_opened(self, tx: Transaction, opened: tuple[Open, ...]) -> None:
        current = {one.id: one.version for one in opened}
        changed = {key for key, version in current.items() if self._open.get(key) != version}
        for key in self._open.keys() - current.keys():
            self._open_words.pop(key, None)
        if changed:
            for key, words in answer_list.texts_of_revisions(tx, changed):
                self._open_words[key] = _plain("\n".join(words))
        self._open = current


def _plain(text: str) -> str:
    """Small Latin letters without accents or apostrophes.

    The fold of inbound texts also sees through fonts and other alphabets, at three times the time:
    staff who search write plainly.
    """
    parts = unicodedata.normalize("NFKD", text.casefold())
    return parts.encode("ascii", "ignore").decode().replace("'", "")


def _holding(words: dict[_Key, str], wanted: list[str]) -> Iterable[_Key]:
    if not wanted:
        return []
    return [key for key, text in words.items() if all(one in text for one in wanted)]
