"""What the commands that need the database share: it is opened, and closed whatever happens."""

from collections.abc import Iterator
from contextlib import contextmanager

from smsbot.config import load_settings
from smsbot.services.store import Store
from smsbot.wiring import open_store


@contextmanager
def opened(*, patience_ms: int = 1_200) -> Iterator[Store]:
    """The database of the settings, for the length of the block; a statement may take so long."""
    store = open_store(load_settings(), patience_ms=patience_ms)
    try:
        yield store
    finally:
        store.close()
