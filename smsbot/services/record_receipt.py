"""A delivery receipt arrives: keep it, and move the text it is about upward, never back."""

from smsbot.core.outbound.outbox import State
from smsbot.core.outbound.receipts import Receipt
from smsbot.db import receipts
from smsbot.db.store import Store


def record_receipt(store: Store, receipt: Receipt) -> State | None:
    """Record one receipt; returns the state its text moved to, None when nothing moved.

    Raises:
        StoreUnavailable: the database can't be reached; the provider will call again.
    """
    with store.begin() as tx:
        return receipts.record(tx, receipt)
