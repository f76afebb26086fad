"""`GET Messages`: filters and pages, newest first, as Twilio lists them.

Source: https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources
(read 2026-11-23). Pages after the first go on below the last text shown, so that texts which
arrive meanwhile move nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from smsbot.providers.simulator.texts import Direction, Text

LARGEST_PAGE = 1000
USUAL_PAGE = 50
FILTERS = frozenset(
    {"To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"}
)
_TOKEN = "PA"  # noqa: S105 - a place in a list
Given = MultiDict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a list, and what stands around it."""

    texts: Sequence[Text]
    frame: dict[str, object]


def read_page(newest_first: Sequence[Text], given: Given, path: str, now: datetime) -> Page:
    """The page that `given`, the request's query, asks for.

    Raises:
        ValueError: a filter is unknown or malformed.
    """
    if set(given) - FILTERS:
        raise ValueError("a filter is unknown")
    size = min(max(1, int(given.get("PageSize", USUAL_PAGE))), LARGEST_PAGE)
    number = max(0, int(given.get("Page", 0)))
    found = [text for text in newest_first if _is_listed(text, now) and _matches(text, given)]
    start = _start(newest_first, found, given.get("PageToken", ""), number * size)
    shown = found[start : start + size]

    def uri(page: int, token: str = "") -> str:
        kept = {k: v for k, v in given.items() if k not in {"Page", "PageSize", "PageToken"}}
        place = {"PageSize": size, "Page": page} | ({"PageToken": token} if token else {})
        return f"{path}?{urlencode({**kept, **place})}"

    more = len(found) > start + size
    frame: dict[str, object] = {
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": number * size + max(0, len(shown) - 1),
        "uri": uri(number, given.get("PageToken", "")),
        "first_page_uri": uri(0),
        "previous_page_uri": uri(number - 1) if number else None,
        "next_page_uri": uri(number + 1, _TOKEN + shown[-1].sid) if more else None,
    }
    return Page(texts=shown, frame=frame)


def _start(newest_first: Sequence[Text], found: Sequence[Text], token: str, otherwise: int) -> int:
    """Where a page begins: below the text of the token, which no filter may hide meanwhile."""
    if not token:
        return otherwise
    above = {text.sid for text in newest_first[: _position(newest_first, token)]}
    return sum(text.sid in above for text in found)


def _position(newest_first: Sequence[Text], token: str) -> int:
    for position, text in enumerate(newest_first, 1):
        if token == _TOKEN + text.sid:
            return position
    raise ValueError("the page token is not known")


def _is_listed(text: Text, now: datetime) -> bool:
    return text.listed_at is None or text.listed_at <= now


def _matches(text: Text, given: Given) -> bool:
    if given.get("To", text.recipient) != text.recipient:
        return False
    if given.get("From", text.sender) != text.sender:
        return False
    dates = {name: given[name] for name in ("DateSent", "DateSent<", "DateSent>") if name in given}
    if not dates:
        return True
    sent = text.created_at if text.direction is Direction.INBOUND else text.sent_at
    return sent is not None and all(_fits(sent, name, day) for name, day in dates.items())


def _fits(sent: datetime, name: str, given: str) -> bool:
    limit = datetime.fromisoformat(given)
    limit = limit if limit.tzinfo else limit.replace(tzinfo=UTC)
    if name == "DateSent":
        return sent.astimezone(UTC).date() == limit.astimezone(UTC).date()
    return sent <= limit if name == "DateSent<" else sent >= limit
