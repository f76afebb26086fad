"""Everything one decision is made from: the crisis screen, the router's look-ups, the answers."""

from dataclasses import dataclass

from smsbot.core.inbound.crisis import Screen
from smsbot.core.inbound.reply import Answers
from smsbot.core.inbound.router_index import Index


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Immutable; a newly published answer makes a new one, the screen stays the same object."""

    screen: Screen
    index: Index
    answers: Answers
