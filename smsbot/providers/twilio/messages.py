"""Reads Twilio's own record of messages through its official client: by person, by SID, inbound.

The list takes no other filters than To, From and the day of sending, so what can be told apart
is told apart by the caller. It may lag behind what was sent. Sources:
https://www.twilio.com/docs/messaging/api/message-resource (read 2026-11-23) and
https://github.com/twilio/twilio-node/issues/647.
"""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.base.page import Page
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from smsbot.core.messages import E164, MessageSid
from smsbot.core.outbound.listing import Absent, Listed, Listing, Unreadable
from smsbot.providers.twilio.form import clean

CONNECT_SECONDS = 3.05
READ_SECONDS = 10.0

_PERSON_PAGE = 100
_PERSON_MOST = 300
"""Texts to one person that are read at most, newest first."""
_UNSORTED = timedelta(hours=1)
"""How far a list may be out of its order: what is scheduled is listed by another time."""
_INBOUND_PAGE = 1_000
_INBOUND_MOST = 50_000

_SID = re.compile(r"(SM|MM)[0-9a-f]{32}")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_T = TypeVar("_T")

# At INFO the client logs request parameters, phone numbers among them.
logging.getLogger("twilio.http_client").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How we prove who we are; `user` and `password` as for sending."""

    account_sid: str
    user: str
    password: str = field(repr=False)
    api_url: str
    """https anywhere, or plain http on this machine."""


class TwilioMessages:
    """Asks over one client with real timeouts. One a process; safe across threads."""

    def __init__(self, access: Access) -> None:
        """Make the client; nothing is connected yet.

        Raises:
            ValueError: the API address is neither https nor this machine.
        """
        parts = urlsplit(access.api_url)
        is_here = parts.hostname in _LOOPBACK
        if parts.scheme != "https" and not is_here:
            raise ValueError("TWILIO_API_URL must be https, or http on this machine.")
        self._client = Client(  # type: ignore[no-untyped-call]
            access.user,
            access.password,
            access.account_sid,
            http_client=_PatientClient(use_proxy=not is_here),
            # Not empty, or TWILIO_EDGE and TWILIO_REGION of the process would move the address.
            environment={"X": "1"},
        )
        self._client.api.base_url = access.api_url

    def to(self, person: E164, sender: str | None, since: datetime) -> Listing | Unreadable:
        """The last texts to a person, the newest first, back to `since` on the provider's clock.

        `sender` None: from any of our numbers, as a messaging service chooses.
        """
        filters = {"to": person} | ({"from_": sender} if sender else {})
        return _asked(lambda: self._read(filters, _PERSON_PAGE, _PERSON_MOST, since))

    def inbound(self, our_number: str | None, since: datetime) -> Listing | Unreadable:
        """The texts that reached our number since a moment, the newest first.

        None: those of all our numbers, and what left from them as well.
        """
        filters = {"date_sent_after": since} | ({"to": our_number} if our_number else {})
        return _asked(lambda: self._read(filters, _INBOUND_PAGE, _INBOUND_MOST, since))

    def get(self, sid: MessageSid) -> Listed | Absent | Unreadable:
        """The text with this SID."""
        return _asked(lambda: self._get(sid))

    def _get(self, sid: MessageSid) -> Listed | Absent | Unreadable:
        try:
            found = _listed(self._client.messages(sid).fetch())
        except TwilioRestException as error:
            if error.status == 404:
                return Absent()
            raise
        return found or Unreadable(reason="Twilio's answer could not be read.")

    def _read(
        self, filters: dict[str, Any], page_size: int, most: int, since: datetime
    ) -> Listing | Unreadable:
        first = self._client.messages.page_with_http_info(page_size=page_size, **filters)
        texts: list[Listed] = []
        for record in _records(first.data):
            one = _listed(record)
            if one is None:
                continue
            if one.created_at < since - _UNSORTED or len(texts) >= most:
                break
            if one.created_at >= since:
                texts.append(one)
        return Listing(
            texts=tuple(texts),
            provider_time=_date(first.headers),
            complete=len(texts) < most,
        )


class _PatientClient(TwilioHttpClient):
    """The SDK's own client, with the timeouts its constructor does not take as a pair."""

    def __init__(self, *, use_proxy: bool) -> None:
        super().__init__()
        self.timeout = (CONNECT_SECONDS, READ_SECONDS)  # type: ignore[assignment]
        if self.session is not None:
            self.session.trust_env = use_proxy
            adapter = HTTPAdapter(pool_maxsize=4, max_retries=0)
            self.session.mount("https://", adapter)
            self.session.mount("http://", adapter)


def _asked(ask: Callable[[], _T]) -> _T | Unreadable:
    """What an answer says; whatever goes wrong is a reason, without the values of the request."""
    try:
        return ask()
    except TwilioRestException as error:
        return Unreadable(reason=f"Twilio answered {error.status}.")
    except TwilioException as error:
        response = error.args[1] if len(error.args) > 1 else None
        status = getattr(response, "status_code", "with something that can't be read")
        return Unreadable(reason=f"Twilio answered {status}.")
    except requests.RequestException as error:
        return Unreadable(reason=f"Twilio could not be reached ({type(error).__name__}).")
    except Exception as error:  # noqa: BLE001 - bad JSON, or an answer of another shape
        return Unreadable(reason=f"Twilio's answer could not be read ({type(error).__name__}).")


def _records(page: Page | None) -> Iterator[Any]:
    while page is not None:
        yield from page
        page = page.next_page()


def _listed(record: Any) -> Listed | None:
    """One record of the list; None when it has not the shape of a text."""
    if not _SID.fullmatch(record.sid or "") or not isinstance(record.date_created, datetime):
        return None
    return Listed(
        sid=MessageSid(record.sid),
        direction=str(record.direction or ""),
        sender=E164(record.from_ or ""),
        recipient=E164(record.to or ""),
        body=clean(record.body or ""),
        status=str(record.status or "").lower(),
        error_code=record.error_code,
        created_at=record.date_created,
        media_count=int(record.num_media or 0),
    )


def _date(headers: Any) -> datetime:
    """The provider's clock, from the Date header that every HTTP answer carries."""
    given = next((value for key, value in headers.items() if key.lower() == "date"), None)
    return parsedate_to_datetime(str(given)).astimezone(UTC)
