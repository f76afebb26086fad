"""Ties together how posters and cards are printed: settings in, a printer out."""

from smsbot.config import Settings
from smsbot.core.messages import E164
from smsbot.printing.press import Press
from smsbot.services.kit import FOLDER, Printer


def printer(settings: Settings) -> Printer:
    """What prints the sheets of this service, with the number that answers."""
    return Printer(
        render=Press(settings.content / FOLDER).make,
        folder=settings.content,
        program=settings.program,
        number=E164(settings.sender),
    )
