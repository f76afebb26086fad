"""Texts that arrived while the database was down: kept on disk, sealed, and recorded later, once.

One file a text, named by its MessageSid, written and synced before the reply goes out. Recording
is keyed by the SID as ever, so a file that is read twice has one effect.
"""

import json
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog

from smsbot.core.messages import E164, InboundMessage, MessageSid, OptOutType
from smsbot.sealing import Sealer
from smsbot.services.sealed_files import SealedFiles

EVERY = 5.0
"""Seconds between two looks into the spool."""

_log = structlog.get_logger(__name__)


class Spool:
    """The folder of texts not recorded yet. Safe across threads and processes."""

    def __init__(self, folder: Path, sealer: Sealer) -> None:
        """Make the folder, readable by nobody else.

        Raises:
            OSError: it can't be made.
        """
        self._files = SealedFiles(folder, sealer, ".text")

    def keep(self, message: InboundMessage, reply: bytes) -> None:
        """Write a text and its reply down so that they survive the loss of power. Never raises.

        A full or read-only disk costs the record, not the reply that is about to go out.
        """
        try:
            self._files.write(message.sid, _dump(message, reply))
        except OSError as error:
            _log.exception("text_not_spooled", sid=message.sid, reason=error.strerror)

    def depth(self) -> int:
        """How many texts wait to be recorded."""
        return self._files.depth()

    def replay(self, record: Callable[[InboundMessage, bytes | None], object]) -> int:
        """Record what waits, oldest first, and its replies; returns how many were."""
        return self._files.replay(lambda text: record(*_load(text)))


class Replay:
    """Looks into the spools every few seconds and records what waits there."""

    def __init__(self, *replays: Callable[[], int]) -> None:
        """Start nothing yet. Each of `replays` records what it has, and says how many."""
        self._replays = replays
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="spool", daemon=True)

    def start(self) -> None:
        """Look from now on, the first time at once."""
        self._thread.start()

    def close(self) -> None:
        """Stop looking."""
        self._ended.set()
        self._thread.join(timeout=5)

    def _loop(self) -> None:
        while True:
            for replay in self._replays:
                try:
                    done = replay()
                    if done:
                        _log.info("spool_recorded", files=done)
                except Exception:  # noqa: BLE001 - the next round must come
                    _log.exception("spool_not_recorded")
            if self._ended.wait(EVERY):
                return


def _dump(message: InboundMessage, reply: bytes) -> str:
    return json.dumps(
        {
            "sid": message.sid,
            "sender": message.sender,
            "recipient": message.recipient,
            "body": message.body,
            "received_at": message.received_at.isoformat(),
            "media_count": message.media_count,
            "opt_out_type": message.opt_out_type.value if message.opt_out_type else None,
            "is_fallback": message.is_fallback,
            "recent": message.recent,
            "reply": reply.decode(),
        }
    )


def _load(text: str) -> tuple[InboundMessage, bytes | None]:
    found = json.loads(text)
    message = InboundMessage(
        sid=MessageSid(found["sid"]),
        sender=E164(found["sender"]),
        recipient=E164(found["recipient"]),
        body=found["body"],
        received_at=datetime.fromisoformat(found["received_at"]),
        media_count=found["media_count"],
        opt_out_type=OptOutType(found["opt_out_type"]) if found["opt_out_type"] else None,
        is_fallback=found["is_fallback"],
        # Files of before this field was kept have none.
        recent=tuple(found.get("recent", ())),
    )
    # Nor have they the reply.
    return message, found["reply"].encode() if "reply" in found else None
