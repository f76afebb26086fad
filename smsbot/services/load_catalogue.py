"""What the bot says, in memory: read from the files at start, then from the database as it changes.

The crisis screen and its texts come from files only: they work with no database at all.
"""

import threading
from dataclasses import replace
from pathlib import Path

import structlog

from smsbot.core.answers import Answer, Group
from smsbot.core.errors import ContentFault, StoreUnavailable
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.core.inbound.decide import build_catalogue
from smsbot.core.inbound.reply import Answers
from smsbot.core.inbound.router_index import compile_index
from smsbot.core.messages import Lang
from smsbot.db import answers as stored
from smsbot.db import topics
from smsbot.db.store import Store
from smsbot.services.check_content import read_content
from smsbot.services.entry_codes import Understood, understood
from smsbot.services.read_screen import read_screen
from smsbot.services.read_vocabulary import read_vocabulary

EVERY = 0.7
"""Seconds between two looks at the content version: a change is live within two, compiled."""

_log = structlog.get_logger(__name__)


def from_files(folder: Path, program: str, contact: str) -> Catalogue:
    """The catalogue as the files have it: no database needed.

    Raises:
        ScreenFault: the crisis screen is missing, damaged or fails its self-test.
        ContentFault: there are no answers that can be read.
    """
    answers = read_content(folder).answers
    if not answers:
        raise ContentFault(f"No answer in {folder} can be read. Run `smsbot content check`.")
    return build_catalogue(
        read_screen(folder), fill(answers, program, contact), program, read_vocabulary(folder)
    )


def fill(answers: tuple[Answer, ...], program: str, contact: str) -> tuple[Answer, ...]:
    """The answers with {program} and {contact} filled in, once, before anything is sent."""
    return tuple(
        replace(
            answer,
            short=_filled(answer.short, program, contact),
            long=_filled(answer.long, program, contact) if answer.long else None,
        )
        for answer in answers
    )


def _filled(text: str, program: str, contact: str) -> str:
    return text.replace("{program}", program).replace("{contact}", contact)


class LiveCatalogue:
    """The catalogue of the moment. A thread looks for changes; readers never wait."""

    def __init__(self, first: Catalogue, store: Store, program: str, contact: str) -> None:
        """Serve `first` until the database has been read."""
        self._current = first
        self._store = store
        self._names = program, contact
        self._reserved = {
            name: one for name, one in first.answers.by_name.items() if one.group is Group.RESERVED
        }
        self._version = -1
        self._posters: Understood | None = None
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def current(self) -> Catalogue:
        """What the bot says now."""
        return self._current

    @property
    def version(self) -> int:
        """The content version in use; -1 while only the files have been read."""
        return self._version

    def refresh(self) -> bool:
        """Look once; whether the answers have changed.

        Raises:
            StoreUnavailable: the database can't be reached; what is in memory stays in use.
        """
        with self._store.read() as tx:
            self._posters = understood(tx, self._posters)
            self._current = replace(self._current, entry_codes=self._posters.codes)
            found = stored.version(tx)
            if found == self._version:
                return False
            answers, broken = stored.readable(tx)
            retired = tuple(one for one in topics.every(tx) if one.retired)
            all_topics = topics.live(tx) + retired
        if not answers:
            # An empty table is a database nobody has seeded, not a wish to say nothing.
            return False
        for keyword, lang in broken:
            _log.error("answer_unreadable", keyword=keyword, lang=lang.value, then="kept as it was")
        program, contact = self._names
        self._take(self._completed(fill(answers, program, contact), broken))
        self._current = replace(self._current, topics=all_topics)
        self._version = found
        return True

    def _completed(
        self, answers: tuple[Answer, ...], broken: tuple[tuple[str, Lang], ...]
    ) -> dict[tuple[str, Lang], Answer]:
        """With what the law wants said whatever the table holds, and what was damaged in it."""
        now = self._current.answers.by_name
        kept = {name: now[name] for name in broken if name in now}
        return self._reserved | kept | {(one.keyword, one.lang): one for one in answers}

    def _take(self, by_name: dict[tuple[str, Lang], Answer]) -> None:
        if by_name == self._current.answers.by_name:
            return
        # The words first, they are what people read; the look-ups take a moment to compile.
        answers = Answers(by_name=by_name, program=self._names[0])
        self._current = replace(self._current, answers=answers)
        index = self._current.index
        index = compile_index(by_name.values(), index.vocabulary, before=index)
        self._current = replace(self._current, index=index)

    def start(self) -> None:
        """Read the database now if it answers, then keep looking until `close`."""
        self._look()
        self._thread = threading.Thread(target=self._loop, name="catalogue", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop looking."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _loop(self) -> None:
        while not self._ended.wait(EVERY):
            self._look()

    def _look(self) -> None:
        try:
            if self.refresh():
                _log.info("answers_read", version=self._version)
        except StoreUnavailable as error:
            _log.warning("answers_not_read", reason=str(error))
        except Exception:  # noqa: BLE001 - one bad row must not end the look-out
            _log.exception("answers_not_read")
