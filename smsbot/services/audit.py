"""The audit log: everything that staff change, and every number that they look at."""

from collections.abc import Iterator

from smsbot.core.editorial.deeds import Deed, fit_to_keep
from smsbot.db import audit
from smsbot.db.audit import Line, Sought
from smsbot.db.store import Store, Transaction

__all__ = ["Deed", "Line", "Sought", "everything", "page", "record", "words"]

_CHUNK = 1_000


def record(into: Store | Transaction, deed: Deed) -> None:
    """Add a line to the log: in the transaction that changes the thing, else in one of its own.

    With a transaction the line is kept if and only if the change is.

    Raises:
        StoreUnavailable: the database can't be reached; whatever is to be recorded must not happen.
    """
    kept = fit_to_keep(deed)
    if isinstance(into, Store):
        with into.begin() as tx:
            audit.add(tx, kept)
    else:
        audit.add(into, kept)


def page(
    store: Store, sought: Sought, limit: int, before: int | None = None
) -> tuple[tuple[Line, ...], int | None]:
    """Some lines, the newest first, and what to pass as `before` for more; None: no more.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        lines = audit.newest(tx, sought, limit + 1, before)
    return lines[:limit], lines[limit - 1].id if len(lines) > limit else None


def everything(store: Store, sought: Sought) -> Iterator[Line]:
    """All lines that fit, the newest first, read a thousand at a time.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    before: int | None = None
    while True:
        lines, before = page(store, sought, _CHUNK, before)
        yield from lines
        if before is None:
            return


def words(store: Store) -> tuple[str, ...]:
    """Every kind of deed in the log, by the alphabet.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return audit.words(tx)
