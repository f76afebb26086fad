"""What people wrote, for staff: a list with filters, and the whole conversation with one person."""

from smsbot.core.messages import MessageSid
from smsbot.core.people import Conversation, Filter, Text
from smsbot.db import message_list, people
from smsbot.db.store import Store

ANY = message_list.ANY
MOST_TURNS = 40
"""Texts of one page of a conversation."""


def page(
    store: Store, wanted: Filter, limit: int, before: int | None = None
) -> tuple[tuple[Text, ...], int | None]:
    """Some texts, the newest first, and what to pass as `before` for more; None: no more.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        found = message_list.newest(tx, store.sealer, wanted, limit + 1, before)
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def place_of(store: Store, sid: MessageSid) -> tuple[int, int] | None:
    """The contact whose text this is, and the text's id; None when it is not there any more.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return message_list.contact_of(tx, sid)


def conversation(store: Store, contact_id: int, before: int | None = None) -> Conversation | None:
    """The last stretch of what was said with a person, or the one before a text.

    None: there is no such contact.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        person = people.get(tx, store.sealer, contact_id)
        if person is None:
            return None
        found = people.turns(tx, store.sealer, contact_id, MOST_TURNS + 1, before)
        turns = found[:MOST_TURNS]
        has_older = len(found) > MOST_TURNS
        since = turns[-1].text.at if turns and has_older else None
        until = None if before is None else people.received_at(tx, contact_id, before)
        sent = people.sent(tx, store.sealer, contact_id, (since, until))
        consents = people.consents(tx, contact_id)
    return Conversation(
        person=person,
        turns=turns[::-1],
        sent=sent[::-1],
        consents=consents,
        older=turns[-1].text.id if has_older else None,
    )
