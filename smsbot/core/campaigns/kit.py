"""What stands on a poster or card: the words, the text to send and the link in the QR code."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from smsbot.core.messages import E164, Lang


class Kind(StrEnum):
    """What is printed on one sheet of letter paper."""

    POSTER = "poster"
    QUARTER = "quarter"
    """Four handbills."""
    CARDS = "cards"
    """Ten business cards."""


class Format(StrEnum):
    """The file that is made of a sheet."""

    PDF = "pdf"
    SVG = "svg"
    PNG = "png"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet to print, with everything that stands on it."""

    kind: Kind
    lang: Lang
    title: str
    program: str
    text: str
    """What to send: "FDA K7"."""
    number: str
    """Where to send it, as people read it."""
    link: str
    words: Mapping[str, object]
    small: str
    """Who we are, how often, what it costs, how to stop."""


def sms_link(number: E164, body: str) -> str:
    """The address that opens a phone's message app with the text filled in.

    Android reads `?body=` (RFC 5724) and iPhones since iOS 8 look for `&body=`; with `?&body=` the
    first finds an empty field and then the body, and the second finds what it looks for.

    Sources (read 2026-11-23): https://www.rfc-editor.org/rfc/rfc5724 and
    https://stackoverflow.com/questions/6480462/how-to-pre-populate-the-sms-body-text-via-an-html-link;
    the university hospital of Arkansas gives much the same link for both kinds of phone,
    https://communications.uams.edu/web/kb/creating-an-sms-link.
    """
    return f"sms:{number}?&body={quote(body, safe='')}"


def shown(number: E164) -> str:
    """The number as Americans write it: "(555) 123-4567"; others and short codes as they are."""
    digits = number.removeprefix("+1")
    if number.startswith("+1") and len(digits) == 10:
        return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    return number
