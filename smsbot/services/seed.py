"""Seeding: the answers in the content folder become the answers in the database.

An answer nobody on the staff has touched follows its file at once, the first time and whenever a
release brings a newer one. What staff have changed is never overwritten: the newer file becomes a
draft, which goes the way of every other draft, and is proposed once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from smsbot.core.answers import Answer
from smsbot.core.editorial.revisions import Origin
from smsbot.core.errors import ContentFault
from smsbot.db import answers as stored
from smsbot.db import revisions, seeds
from smsbot.db.store import Store, Transaction
from smsbot.services.check_content import read_content


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """What seeding did; the names are as "FDA.en"."""

    added: int
    changed: int
    proposed: tuple[str, ...]
    """Newer files that became drafts now."""
    kept: tuple[str, ...]
    """Answers left as staff have them: the file was proposed before."""


def seed(store: Store, folder: Path, now: datetime) -> Seeded:
    """Take over the folder's answers.

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
    return seed_answers(store, content.answers, now)


def seed_answers(store: Store, answers: Iterable[Answer], now: datetime) -> Seeded:
    """Take over these answers, as `seed` does a folder's.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    added, changed = 0, 0
    proposed: list[str] = []
    kept: list[str] = []
    with store.begin() as tx:
        known = seeds.Known(tx)
        waiting: list[tuple[Answer, int]] = []
        for one in answers:
            name = (one.keyword, one.lang.value)
            fingerprint = stored.digest(one)
            earlier = known.seeds.get(name, {}).get(fingerprint)
            if earlier is not None and earlier == known.live.get(name):
                continue
            free = known.may_go_live(name)
            if earlier is not None and not free:
                kept.append(".".join(name))
            elif free:
                waiting.append((one, earlier or _draft(tx, one, fingerprint, now)))
            else:
                _draft(tx, one, fingerprint, now)
                proposed.append(".".join(name))
        for one, refused in _go_live(tx, waiting, now):
            name = (one.keyword, one.lang.value)
            if refused:
                proposed.append(".".join(name))
            else:
                changed, added = changed + (name in known.live), added + (name not in known.live)
    return Seeded(added=added, changed=changed, proposed=tuple(proposed), kept=tuple(kept))


def _draft(tx: Transaction, one: Answer, fingerprint: str, now: datetime) -> int:
    return revisions.add(tx, one, origin=Origin.SEED, now=now, by=seeds.SEED, digest=fingerprint)


def _go_live(
    tx: Transaction, waiting: list[tuple[Answer, int]], now: datetime
) -> list[tuple[Answer, bool]]:
    """Make them live, and say of each whether it was refused.

    An alias may have moved from one file to another: whoever takes it is tried again once the
    others have let go.
    """
    refused = {number for _, number in waiting if not seeds.go_live(tx, number, now)}
    again = {number for number in refused if not seeds.go_live(tx, number, now)}
    return [(one, number in again) for one, number in waiting]
