"""Keys are rotated: every contact's number is found and sealed under the newest ones.

So are the secrets of the staff's second factors: they are few, and go first.

A contact is looked up under all keys that are configured, so this may run while texts arrive, be
broken off and begun again. The old keys may go once it has come to its end, with one exception:
whose number was deleted at their wish is known by the index of the time only, and an opt-out of
theirs would be forgotten with that index key.
"""

from collections.abc import Iterator

from smsbot.db import rekey, second_factors
from smsbot.db.rekey import Moved
from smsbot.db.store import Store

BATCH = 500
"""Contacts in one transaction: some 20 ms."""


def contacts(store: Store) -> int:
    """How many contacts there are to look at.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return rekey.count(tx)


def run(store: Store, batch: int = BATCH) -> Iterator[Moved]:
    """Move them all; what each transaction did to the contacts.

    Raises:
        SealBroken: a number opens with none of the keys: an old one is missing.
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        second_factors.reseal(tx, store.sealer)
    after: int | None = 0
    while after is not None:
        with store.begin() as tx:
            done = rekey.move(tx, store.sealer, after, batch)
        yield done
        after = done.last_id
