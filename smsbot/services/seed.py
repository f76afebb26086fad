"""Seeding: the answers in the content folder become the answers in the database.

What staff have changed in the database is never overwritten; it is named instead.
"""

from dataclasses import dataclass
from pathlib import Path

from smsbot.core.errors import ContentFault
from smsbot.db import answers as stored
from smsbot.db.store import Store
from smsbot.services.check_content import read_content


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """What seeding did. `kept` names the answers left as staff have them."""

    added: int
    changed: int
    kept: tuple[str, ...]


def seed(store: Store, folder: Path) -> Seeded:
    """Write the folder's answers where the database has none or an older seed.

    Raises:
        ContentFault: a file can't be read as an answer.
        StoreUnavailable: the database can't be reached.
    """
    content = read_content(folder)
    unreadable = [fault for file in content.files for fault in file.faults]
    if content.faults or unreadable or not content.answers:
        raise ContentFault(
            f"{len(content.faults) + len(unreadable)} faults in {folder}: nothing was seeded."
            " Run `smsbot content check`."
        )
    with store.begin() as tx:
        added, changed, kept = stored.seed(tx, content.answers)
    return Seeded(added=added, changed=changed, kept=tuple(kept))
