"""MORE, BACK, MENU and SOURCES: moving about in the last answer.

The place is remembered per contact and expires (`contacts.MEMORY`). Only whole messages count:
"more" inside a sentence is a question for the router.
"""

from datetime import datetime
from enum import StrEnum

from smsbot.core.contacts import Contact, Place
from smsbot.core.text.normalise import squeeze


class Command(StrEnum):
    """Where to go in the last answer."""

    MORE = "more"
    BACK = "back"
    SOURCES = "sources"


# NEXT is not here: it is what 988 asks its own texters to send.
_COMMANDS: dict[str, Command] = {
    **dict.fromkeys(
        (
            "MORE", "MOREPLEASE", "MOREINFO", "TELLMEMORE", "GOON", "CONTINUE", "KEEPGOING",
            "MOREDETAILS", "DETAILS", "MAS", "MASINFO", "DIMEMAS", "SIGUE", "CONTINUA",
            "MASPORFAVOR",
            "DETALLES", "MASDETALLES",
        ),
        Command.MORE,
    ),
    **dict.fromkeys(
        (
            "BACK", "GOBACK", "REPEAT", "AGAIN", "REPEATPLEASE", "SAYAGAIN", "ATRAS", "VOLVER",
            "REPITE", "REPETIR", "OTRAVEZ",
        ),
        Command.BACK,
    ),
    **dict.fromkeys(
        (
            "SOURCES", "SOURCE", "CITE", "CITATION", "CITATIONS", "REFERENCES", "FUENTE", "FUENTES",
        ),
        Command.SOURCES,
    ),
}  # fmt: skip
NAMES = frozenset(_COMMANDS)
"""The squeezed words that are commands; no answer may claim one, SOURCES apart."""


def command(body: str) -> Command | None:
    """The command this whole message is, or None."""
    return _COMMANDS.get(squeeze(body))


def place(contact: Contact, now: datetime) -> Place | None:
    """Where the contact is in the last answer, or None when nothing is remembered any more."""
    if contact.place is None or contact.place.expires_at <= now:
        return None
    return contact.place
