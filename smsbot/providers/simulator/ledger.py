"""Every text the carrier has seen, in memory, with a change counter that pages poll."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from smsbot.providers.simulator.texts import Status, Text


class Ledger:
    """Texts by id. Safe to use from many threads; nothing is ever dropped but by `delete`."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self._texts: dict[str, Text] = {}
        self._of_phone: dict[str, list[str]] = {}
        self._changed: dict[str, int] = {}
        self._place: dict[str, int] = {}
        self._count = 0

    @property
    def count(self) -> int:
        """How many changes there have been; only grows."""
        with self._lock:
            return self._count

    def add(self, text: Text) -> Text:
        """Keep a new text."""
        with self._lock:
            self._texts[text.sid] = text
            self._of_phone.setdefault(text.phone, []).append(text.sid)
            self._touch(text.sid)
            self._place[text.sid] = self._count
        return text

    def update(self, sid: str, **changes: Any) -> Text | None:
        """Change a text's fields; None when it has been deleted meanwhile.

        A status that is final stays: what comes after it is a stale step.
        """
        with self._lock:
            before = self._texts.get(sid)
            if before is None:
                return None
            if before.status.is_final:
                changes.pop("status", None)
            text = replace(before, **changes, updated_at=self._clock())
            self._texts[sid] = text
            self._touch(sid)
            if changes.get("status") is Status.DELIVERED:
                self._place[sid] = self._count
        return text

    def change(self, sid: str, amend: Callable[[Text], Text]) -> None:
        """Amend a text from what it is now, with no other change in between."""
        with self._lock:
            if sid in self._texts:
                self._texts[sid] = amend(self._texts[sid])
                self._touch(sid)

    def age(self, by: timedelta) -> None:
        """Move everything that has happened into the past: so much time has gone by."""
        with self._lock:
            for sid, text in self._texts.items():
                times = {
                    name: moment - by
                    for name in ("created_at", "updated_at", "listed_at", "sent_at")
                    if (moment := getattr(text, name)) is not None
                }
                self._texts[sid] = replace(text, **times)

    def get(self, sid: str) -> Text | None:
        """The text with that id."""
        with self._lock:
            return self._texts.get(sid)

    def delete(self, sid: str) -> None:
        """Forget a text."""
        with self._lock:
            text = self._texts.pop(sid, None)
            if text is not None:
                self._of_phone[text.phone].remove(sid)

    def newest_first(self) -> list[Text]:
        """All texts, the one created last first."""
        with self._lock:
            return list(reversed(self._texts.values()))

    def of_phone(self, number: str, *, since: int = 0, floor: int = 0) -> list[tuple[int, Text]]:
        """A phone's texts that changed after `since`, each with its place on the screen, in order.

        The place is when the text left the phone or arrived at it, so a late text comes late.
        Texts placed at or before `floor` are left out: the screen was cleared then.
        """
        with self._lock:
            mine = self._of_phone.get(number, [])
            found = [
                (self._place[sid], self._texts[sid])
                for sid in mine
                if self._changed[sid] > since and self._place[sid] > floor
            ]
        return sorted(found, key=lambda pair: pair[0])

    def is_waiting(self, number: str) -> bool:
        """Something is on its way to or from that phone."""
        with self._lock:
            mine = self._of_phone.get(number, [])
            return any(not self._texts[sid].status.is_final for sid in mine)

    def _touch(self, sid: str) -> None:
        self._count += 1
        self._changed[sid] = self._count
