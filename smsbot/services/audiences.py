"""Audiences: counted live, kept under names, changed, and taken off the list."""

from smsbot.core.campaigns.audience import Audience
from smsbot.core.editorial.deeds import By, Deed
from smsbot.core.errors import ContentFault, StoreConflict
from smsbot.db import audience, audiences, topics
from smsbot.db.audience import Counted, LeftOut
from smsbot.db.audiences import Saved
from smsbot.db.store import Store
from smsbot.services import audit

__all__ = ["Counted", "LeftOut", "Saved", "change", "count", "every", "get", "retire", "save"]

LONGEST_NAME = 80


def count(store: Store, one: Audience, by: By) -> Counted:
    """How many people an audience has at this moment, and why others are not in it.

    Raises:
        ContentFault: it names no topic there is.
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        if one.topic not in {topic.keyword for topic in topics.every(tx)}:
            raise ContentFault("Choose the topic they have to have joined.")
        return audience.count(tx, one, by.at)


def every(store: Store) -> tuple[Saved, ...]:
    """The saved audiences, by name.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return audiences.every(tx)


def get(store: Store, audience_id: int) -> Saved | None:
    """One saved audience; None when there is none.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return audiences.get(tx, audience_id)


def save(store: Store, name: str, one: Audience, by: By) -> int:
    """Keep an audience under a new name; its id.

    Raises:
        ContentFault: there is no name, or another audience has it.
        StoreUnavailable: the database can't be reached.
    """
    name = _name(name)
    try:
        with store.begin() as tx:
            found = audiences.save(tx, name, one, by.name, by.at)
            audit.record(tx, _deed(by, "save_audience", found, name))
    except StoreConflict:
        raise ContentFault("Another audience has this name. Choose another.") from None
    return found


def change(store: Store, saved: Saved, by: By) -> None:
    """Write a changed audience back; `saved.version` is the one that was opened.

    Raises:
        ContentFault: somebody else changed it meanwhile, or another audience has the name.
        StoreUnavailable: the database can't be reached.
    """
    _name(saved.name)
    try:
        with store.begin() as tx:
            if not audiences.change(tx, saved, by.name, by.at):
                raise ContentFault("Somebody else changed this audience meanwhile. Open it again.")
            audit.record(tx, _deed(by, "change_audience", saved.id, saved.name))
    except StoreConflict:
        raise ContentFault("Another audience has this name. Choose another.") from None


def retire(store: Store, audience_id: int, by: By) -> bool:
    """Take an audience off the list; False when it is not on it.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        if not audiences.retire(tx, audience_id, by.name, by.at):
            return False
        audit.record(tx, _deed(by, "retire_audience", audience_id, ""))
    return True


def _name(written: str) -> str:
    name = " ".join(written.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise ContentFault("Give the audience a name of at most 80 characters.")
    return name


def _deed(by: By, what: str, audience_id: int, note: str) -> Deed:
    return Deed(who=by.name, what=what, about=f"audience {audience_id}", at=by.at, note=note)
