"""The web addresses in a text: is each one whole, safe and of a site that we know?

Looks at how they are written only: nothing is fetched.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

_LINK = re.compile(
    r"https?://[^\s<>\"]+|\b(?:[a-z0-9-]+\.)+(?:com|org|gov|net|edu|info|health|io|co|us|mx)\b"
    r"(?:/[^\s<>\"]*)?",
    re.IGNORECASE,
)
_TAIL = ".,;:!?)'\""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One address as it stands in a text."""

    written: str
    objection: str | None
    """What to look at, as a sentence; None when the site is known and the address is whole."""


def links(text: str, known: frozenset[str]) -> Iterator[Link]:
    """Each address of a text once, in its order. `known` are the hosts of our sources."""
    found = (match[0].rstrip(_TAIL) for match in _LINK.finditer(text) if not _is_mail(match))
    for written in dict.fromkeys(found):
        yield Link(written=written, objection=_objection(written, known))


def host_of(address: str) -> str:
    """The host of an address without "www."; "" when it can't be read."""
    whole = address if "://" in address else f"https://{address}"
    try:
        host = urlsplit(whole).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.").casefold()


def _is_mail(match: re.Match[str]) -> bool:
    return match.start() > 0 and match.string[match.start() - 1] == "@"


def _objection(written: str, known: frozenset[str]) -> str | None:
    host = host_of(written)
    if not host or "." not in host.strip("."):
        return f"{written} can't be read as a web address."
    if written.startswith("http://"):
        return f"{written} is not encrypted: write https:// if the site has it."
    if host not in known:
        return f"{host} is no site of our sources: open it and see that it is the right one."
    return None
