"""The carrier's journal: one JSON object a line, so that a checker can read it after any crash.

It holds numbers and bodies, for it is what a test is checked against; the numbers of a simulated
carrier are made up. Only its owner can read the file.
"""

import json
import os
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path


class Journal:
    """A file that only grows; lines have a number `n`, a time `at` and a `kind`.

    | kind | members |
    |---|---|
    | `accepted` | `sid`, `direction`, `to`, `from`, `body`, `callback`: on disk before any answer |
    | `refused` | `code`, `to`, `body`: a create that was not accepted |
    | `status` | `sid`, `status`, `code` |
    | `receipt` | `sid`, `status`, `http`: the bot's answer to a status callback; null: none came |
    | `inbound` | `sid`, `from`, `body`: a text left a phone |
    | `exchange` | `sid`, `leg`, `http`, `code`, `answer`: a request to the webhook |
    | `fault` | `fault`, `about`: a rule struck |
    | `plan` | `plan`: the plan was changed |
    """

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        """Open the file, which may have lines already.

        Raises:
            OSError: it can't be opened.
        """
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._clock = clock
        self._lock = threading.Lock()
        self._count = 0

    def write(self, kind: str, *, durable: bool = False, **members: object) -> None:
        """Add a line; with `durable` it is on disk when this returns."""
        with self._lock:
            self._count += 1
            line = {"n": self._count, "at": self._clock().isoformat(), "kind": kind, **members}
            os.write(self._file, json.dumps(line, ensure_ascii=False).encode() + b"\n")
        if durable:
            os.fdatasync(self._file)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)
