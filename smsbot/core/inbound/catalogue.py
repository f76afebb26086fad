"""Everything one decision is made from: the crisis screen, the router's look-ups, the answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from smsbot.core.contacts import Topic
from smsbot.core.inbound.crisis import Screen
from smsbot.core.inbound.entry_codes import EntryCode
from smsbot.core.inbound.reply import Answers
from smsbot.core.inbound.router_index import Index


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Immutable; a newly published answer makes a new one, the screen stays the same object."""

    screen: Screen
    index: Index
    answers: Answers
    topics: tuple[Topic, ...] = ()
    """What people can ask to be sent, and what they once could: they can still leave that.

    From the database only: without it nobody can join.
    """
    entry_codes: Mapping[str, EntryCode] = field(default_factory=dict)
    """The codes on posters and cards. From the database only: without it none is understood."""
