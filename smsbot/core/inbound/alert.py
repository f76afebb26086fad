"""What staff are told of a text in a crisis: that there was one. Never what it said, or whose."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from smsbot.core.inbound.decision import Tier
from smsbot.core.messages import MessageSid


class Channel(StrEnum):
    """A way in which staff are told; each is told of each alert by itself."""

    WEBHOOK = "webhook"
    EMAIL = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One text that was answered as a crisis. Times are aware UTC."""

    id: int
    sid: MessageSid
    """For staff who may look the text up. It leaves the building in no alert."""
    tier: Tier
    at: datetime
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    notified_at: datetime | None = None
    """When the webhook took it; None while it has not, or when there is no webhook."""
    emailed_at: datetime | None = None
    """When the mail server took it; None as above."""
