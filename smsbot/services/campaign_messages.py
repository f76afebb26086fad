"""Writes, approves and retires the words of campaigns. Nobody approves what they wrote."""

from collections.abc import Iterable
from datetime import datetime

from smsbot.core.campaigns.campaign import CampaignFault, House
from smsbot.core.campaigns.message import Message, MessageState, lint
from smsbot.core.editorial.deeds import Deed
from smsbot.core.editorial.roles import Permission, StaffAccount
from smsbot.core.errors import StoreConflict
from smsbot.core.messages import Lang
from smsbot.db import campaign_messages
from smsbot.db.store import Store, Transaction
from smsbot.services import audit
from smsbot.services.campaigns import permit

LISTED = 500
_LONGEST_NAME = 40


def write(
    store: Store, by: StaffAccount, house: House, words: tuple[str, Lang, str], now: datetime
) -> Message:
    """Add a version of a message: `words` are its name, its language and what it says.

    Raises:
        CampaignFault: the account may not, the name is empty, or the words break a rule.
        StoreUnavailable: the database can't be reached.
    """
    permit(by, Permission.WRITE_CAMPAIGN)
    name, lang, body = words[0].strip(), words[1], words[2].strip()
    if not 0 < len(name) <= _LONGEST_NAME:
        raise CampaignFault(f"Name the message, in at most {_LONGEST_NAME} letters.")
    if wrong := lint(body, lang, house.program, house.domains):
        raise CampaignFault(" ".join(wrong))
    with store.begin() as tx:
        made = campaign_messages.add(tx, name, lang, body, by.name, now)
        _record(tx, by, "write_campaign_message", made, now)
        return campaign_messages.find(tx, [made])[made]


def approve(store: Store, by: StaffAccount, house: House, message_id: int, now: datetime) -> None:
    """Let campaigns use a version that somebody else wrote.

    Raises:
        CampaignFault: the account may not or wrote it, it is no draft, or it breaks a rule.
        StoreUnavailable: the database can't be reached.
    """
    permit(by, Permission.APPROVE_CAMPAIGN)
    try:
        with store.begin() as tx:
            one = campaign_messages.find(tx, [message_id]).get(message_id)
            if one is None:
                raise CampaignFault(f"There is no message {message_id}.")
            if wrong := lint(one.body, one.lang, house.program, house.domains):
                raise CampaignFault(" ".join(wrong))
            if not campaign_messages.approve(tx, message_id, by.name, now):
                raise CampaignFault(f"It is {one.state.value}: only a draft is approved.")
            _record(tx, by, "approve_campaign_message", message_id, now)
    except StoreConflict as error:
        raise CampaignFault(str(error)) from None


def retire(store: Store, by: StaffAccount, message_id: int, now: datetime) -> None:
    """Let no further campaign use a version. One that runs goes on with it.

    Raises:
        CampaignFault: the account may not, or it is retired already.
        StoreUnavailable: the database can't be reached.
    """
    permit(by, Permission.WRITE_CAMPAIGN)
    with store.begin() as tx:
        if not campaign_messages.retire(tx, message_id):
            raise CampaignFault(f"There is no message {message_id} in use.")
        _record(tx, by, "retire_campaign_message", message_id, now)


def listed(store: Store, states: Iterable[MessageState]) -> tuple[Message, ...]:
    """The versions in these states, the newest first.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return campaign_messages.listed(tx, states, LISTED)


def _record(tx: Transaction, by: StaffAccount, what: str, message_id: int, now: datetime) -> None:
    about = f"campaign message {message_id}"
    audit.record(tx, Deed(who=by.name, what=what, about=about, at=now))
