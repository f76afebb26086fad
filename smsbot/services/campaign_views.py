"""What staff see of campaigns, and what one can be made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from smsbot.core.campaigns.audience import to_json
from smsbot.core.campaigns.campaign import Campaign, CampaignFault
from smsbot.core.campaigns.message import Message, MessageState
from smsbot.db import audiences, campaign_messages, campaigns, topics
from smsbot.db.campaigns import CampaignEvent
from smsbot.db.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A campaign with all that its page shows."""

    campaign: Campaign
    messages: Mapping[int, Message]
    history: tuple[CampaignEvent, ...]
    checked: Mapping[str, Any]
    """The summary of the last dry run, as `smsbot.services.dry_run` keeps it; {}: none."""
    progress: Mapping[str, Any]
    """How the sending stands, as `smsbot.services.run_campaign` keeps it; {}: not begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a campaign can be made of."""

    topics: Mapping[str, str]
    """Keyword -> name."""
    audiences: Mapping[str, tuple[str, str]]
    """Id -> (name, rule); "" is everybody who joined."""
    messages: tuple[Message, ...]
    """The approved ones, the newest first."""


def choices(store: Store) -> Choices:
    """What can be chosen now.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        saved = audiences.every(tx)
        return Choices(
            topics={one.keyword: one.name_en for one in topics.live(tx)},
            audiences={
                "": ("Everybody who joined the topic", "{}"),
                **{str(one.id): (one.name, to_json(one.audience)) for one in saved},
            },
            messages=campaign_messages.listed(tx, (MessageState.APPROVED,), 500),
        )


def listed(
    store: Store, limit: int, before: int | None = None
) -> list[tuple[Campaign, Mapping[str, Any]]]:
    """The newest campaigns, each with its progress; those older than `before` if it is given.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        some = campaigns.listed(tx, None, limit, before)
        return [(one, campaigns.held(tx, one.id, "progress")) for one in some]


def show(store: Store, campaign_id: int) -> Shown:
    """One campaign.

    Raises:
        CampaignFault: there is none.
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        one = campaigns.find(tx, campaign_id)
        if one is None:
            raise CampaignFault(f"There is no campaign {campaign_id}.")
        return Shown(
            campaign=one,
            messages=campaign_messages.find(tx, one.plan.messages.values()),
            history=campaigns.history(tx, campaign_id),
            checked=campaigns.held(tx, campaign_id, "checked"),
            progress=campaigns.held(tx, campaign_id, "progress"),
        )
