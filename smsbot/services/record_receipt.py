"""A delivery receipt arrives: keep it, and move the text it is about upward, never back.

The provider repeats a receipt only a few times, so one that the database can't take now is kept
on disk, sealed and synced, and recorded once the database is back.
"""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import structlog

from smsbot.core.errors import StoreConflict, StoreUnavailable
from smsbot.core.messages import E164, MessageSid
from smsbot.core.outbound.outbox import State
from smsbot.core.outbound.receipts import Receipt
from smsbot.db import clock as database_clock
from smsbot.db import receipts
from smsbot.db.group_commit import GroupCommit
from smsbot.db.receipts import OF_A_REPLY, Recorded
from smsbot.db.store import Store, Transaction
from smsbot.failpoints import reach
from smsbot.sealing import Sealer
from smsbot.services.clocks import not_ahead, put_right
from smsbot.services.sealed_files import SealedFiles

PATIENCE = 1.5
"""Seconds the database has before a receipt goes to the disk."""

REST = 2.0
"""Seconds a database that failed is left alone: receipts must not hold up texts that arrive."""

_log = structlog.get_logger(__name__)


def record_receipt(store: Store, receipt: Receipt) -> State | None:
    """Record one receipt; returns the state its text moved to, None when nothing moved.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        (recorded,) = receipts.record(tx, store.sealer, [receipt])
        reach("receipt.before_commit")
    reach("receipt.after_commit")
    return recorded.moved


def adopt_orphans(store: Store, now: datetime) -> int:
    """Apply receipts of the last 24 hours whose text was not known when they came; how many.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        return receipts.adopt(tx, store.sealer, now)


class ReceiptSpool:
    """The folder of receipts not recorded yet. Safe across threads and processes."""

    def __init__(self, folder: Path, sealer: Sealer) -> None:
        """Make the folder, readable by nobody else.

        Raises:
            OSError: it can't be made.
        """
        self._files = SealedFiles(folder, sealer, ".receipt")

    def keep(self, receipt: Receipt) -> None:
        """Write a receipt down; the same one again is the same file.

        Raises:
            OSError: the disk is full, read-only or gone.
        """
        said = (receipt.sid, receipt.status, receipt.error_code, receipt.raw_dlr_done)
        name = sha256(repr(said).encode()).hexdigest()[:40]
        values = asdict(receipt) | {"received_at": receipt.received_at.isoformat()}
        self._files.write(name, json.dumps(values))

    def depth(self) -> int:
        """How many wait to be recorded."""
        return self._files.depth()

    def replay(self, record: Callable[[Receipt], object]) -> int:
        """Record what waits, oldest first; returns how many were."""
        return self._files.replay(lambda text: record(_load(text)))


class Receipts:
    """Where receipts arrive in one process. Safe across threads; make it after forking."""

    def __init__(
        self,
        store: Store,
        spool: ReceiptSpool,
        ring: Callable[[], None],
        *,
        clock: Callable[[Transaction], datetime] = database_clock.now,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Record in `store`, and `ring` when a receipt lets the next part of an answer leave.

        By `clock`, the database's, the times of receipts are put right where this machine's is off.
        """
        self._store = store
        self._spool = spool
        self._ring = ring
        self._clock = clock
        self._seconds = seconds
        self._rests_until = float("-inf")
        self._commit: GroupCommit[Receipt, Recorded] = GroupCommit(store, self._record_fresh)

    def record(self, receipt: Receipt) -> None:
        """Keep a receipt in the database, or on disk while the database can't take it.

        Raises:
            StoreUnavailable: neither could; the provider has to call again.
        """
        if self._seconds() >= self._rests_until:
            try:
                self._done(receipt, self._commit.run(receipt, PATIENCE))
            except StoreUnavailable as error:
                if not isinstance(error, StoreConflict):
                    self._rests_until = self._seconds() + REST
                _log.warning("receipt_spooled", sid=receipt.sid, reason=str(error))
            else:
                return
        try:
            self._spool.keep(receipt)
        except OSError as error:
            says = f"A receipt could be kept nowhere ({error.strerror}). Look at the disk."
            raise StoreUnavailable(says) from None

    def replay(self) -> int:
        """Record what waits on disk; returns how many were."""
        return self._spool.replay(self._record_late)

    def depth(self) -> int:
        """How many wait on disk."""
        return self._spool.depth()

    def close(self) -> None:
        """Finish the receipts that wait."""
        self._commit.close()

    def _record_late(self, receipt: Receipt) -> None:
        with self._store.begin() as tx:
            (recorded,) = self._record_all(tx, [not_ahead(receipt, self._clock(tx))])
        self._done(receipt, recorded)

    def _record_fresh(self, tx: Transaction, some: Sequence[Receipt]) -> list[Recorded]:
        return self._record_all(tx, put_right(some, self._clock(tx)))

    def _record_all(self, tx: Transaction, some: Sequence[Receipt]) -> list[Recorded]:
        recorded = receipts.record(tx, self._store.sealer, some)
        reach("receipt.before_commit")
        return recorded

    def _done(self, receipt: Receipt, recorded: Recorded) -> None:
        reach("receipt.after_commit")
        if recorded.frees_next:
            self._ring()
        if recorded.is_alarming:
            _log.error("crisis_text_blocked", sid=receipt.sid)
        if recorded.is_new and recorded.outbox_id is None and receipt.outbox_id != OF_A_REPLY:
            _log.info("receipt_of_an_unknown_text", sid=receipt.sid, status=receipt.status)


def _load(text: str) -> Receipt:
    found = json.loads(text)
    recipient = found["recipient"]
    return Receipt(
        sid=MessageSid(found["sid"]),
        status=found["status"],
        error_code=found["error_code"],
        raw_dlr_done=found["raw_dlr_done"],
        outbox_id=found["outbox_id"],
        attempt=found["attempt"],
        received_at=datetime.fromisoformat(found["received_at"]),
        recipient=E164(recipient) if recipient else None,
    )
