"""Whether imported evidence of a consent may still count, given what the person has said since."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of the person an imported row names; times are aware UTC."""

    opted_out: bool = False
    care_until: datetime | None = None
    joined: frozenset[str] = frozenset()
    last_stop: datetime | None = None
    """When they last opted out of everything, undone or not."""
    last_left: Mapping[str, datetime] = field(default_factory=dict)
    """When they last left each topic."""


NOBODY = Standing()


def refusal(known: Standing, topic: str, agreed_at: datetime, now: datetime) -> str | None:
    """Why evidence of a consent does not count; None: it does. The database refuses the same."""
    if known.opted_out:
        return "They have opted out of all texts: only their own START ends that."
    if known.care_until is not None and known.care_until > now:
        return "They wrote in a crisis a short while ago: nobody signs them up now."
    if known.last_stop is not None and known.last_stop >= agreed_at:
        return "They opted out after that day."
    left = known.last_left.get(topic)
    if left is not None and left >= agreed_at:
        return f"They left {topic} after that day."
    return None
