"""Small sealed files that outlive the loss of power: what waits on disk for the database."""

import contextlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

import structlog

from smsbot.core.errors import SmsbotError, StoreConflict, StoreUnavailable
from smsbot.sealing import Sealer

_log = structlog.get_logger(__name__)


class SealedFiles:
    """The files of one kind in one folder. Safe across threads and processes."""

    def __init__(self, folder: Path, sealer: Sealer, suffix: str) -> None:
        """Make the folder, readable by nobody else.

        Raises:
            OSError: it can't be made.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._sealer = sealer
        self._suffix = suffix

    def write(self, name: str, text: str) -> None:
        """Keep a text under this name; the same name again replaces it.

        Raises:
            OSError: the disk is full, read-only or gone.
        """
        path = self._folder / f"{name}{self._suffix}"
        started = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.part")
        with started.open("wb") as file:
            file.write(self._sealer.seal(text))
            file.flush()
            os.fsync(file.fileno())
        started.replace(path)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def depth(self) -> int:
        """How many wait."""
        return sum(1 for _ in self._folder.glob(f"*{self._suffix}"))

    def replay(self, take: Callable[[str], object]) -> int:
        """Hand over what waits, oldest first, and forget it; returns how many were taken.

        A file that can't be read is set aside and named in the log. A database that is still down
        ends the round; one that refuses a file keeps it for the next, and the others go on.
        """
        done = 0
        for path in sorted(self._folder.glob(f"*{self._suffix}"), key=_age):
            try:
                take(self._sealer.open(path.read_bytes()))
            except FileNotFoundError:
                continue  # another process was quicker
            except StoreConflict as error:
                _log.warning("spooled_file_refused", reason=str(error))
                continue
            except StoreUnavailable:
                break
            except (SmsbotError, ValueError, KeyError, OSError) as error:
                _log.exception("spooled_text_unreadable", reason=type(error).__name__)
                with contextlib.suppress(OSError):
                    path.rename(path.with_suffix(".unreadable"))
                continue
            except Exception:  # noqa: BLE001 - a fault of ours: the file is kept, the others go on
                _log.exception("spooled_file_failed")
                continue
            path.unlink(missing_ok=True)
            done += 1
        return done


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
