"""Tags: a word of our own for the people of a list, by which audiences are narrowed."""

from smsbot.core.campaigns.audience import is_tag
from smsbot.core.campaigns.upload_cells import Kind
from smsbot.core.editorial.deeds import By, Deed
from smsbot.core.errors import ContentFault
from smsbot.db import tags, uploads
from smsbot.db.store import Store
from smsbot.services import audit


def tag_list(store: Store, upload_id: int, written: str, by: By, *, away: bool = False) -> int:
    """Give the people of a taken list a tag, or take it away; how many it changed.

    Raises:
        ContentFault: it is no tag, or there is no such list of people that was taken.
        StoreUnavailable: the database can't be reached.
    """
    tag = " ".join(written.lower().split())
    if not is_tag(tag):
        raise ContentFault("A tag is up to 40 letters, digits, spaces and - _.")
    with store.begin() as tx:
        found = uploads.get(tx, upload_id)
        if found is None or found.kind is not Kind.AUDIENCE or found.state != "taken":
            raise ContentFault(f"There is no list {upload_id} of people that was taken.")
        if away:
            number = tags.take(tx, upload_id, tag)
        else:
            number = tags.give(tx, upload_id, tag, by.name, by.at)
        what = "untag_list" if away else "tag_list"
        about = f"upload {upload_id}"
        note = f"{tag}: {number} people"
        audit.record(tx, Deed(who=by.name, what=what, about=about, at=by.at, note=note))
    return number
