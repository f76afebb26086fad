"""Hands texts to Twilio through its official asynchronous client, and says plainly how that ended.

Twilio's POST has no idempotency key, so only what provably was not processed may be tried again:
a connection that never stood, or a 429. Everything else without a clear answer is `Unknown`.
Sources: https://www.twilio.com/docs/api/errors/20429 and /20500 (read 2026-11-23).
"""

import asyncio
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.rest import Client

from smsbot.core.messages import MessageSid
from smsbot.core.outbound.sending import (
    Accepted,
    NotProcessed,
    Outgoing,
    Refused,
    SendResult,
    Unknown,
)
from smsbot.providers.twilio import http
from smsbot.providers.twilio.callback import CallbackMark
from smsbot.providers.twilio.codes import OPTED_OUT, look_up
from smsbot.providers.twilio.http import Call, Http, proxy_for

_SID = re.compile(r"(SM|MM)[0-9a-f]{32}")
_FORM = "application/x-www-form-urlencoded"
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where texts leave from and how we prove who we are.

    `user` and `password` are an API key and its secret, or the account's SID and auth token.
    """

    account_sid: str
    user: str
    password: str = field(repr=False)
    sender: str = field(repr=False)
    """Our number, used when there is no messaging service."""
    messaging_service_sid: str | None
    api_url: str
    """https anywhere, or plain http on this machine."""
    public_url: str
    """Our address as Twilio reaches it, for the receipts."""


class TwilioSender:
    """Sends texts over one client and its connections. One a process, for one event loop."""

    def __init__(self, account: Account, mark: CallbackMark) -> None:
        """Remember the account; the client is made with the first text, inside the event loop.

        Raises:
            ValueError: the API address is neither https nor this machine.
        """
        parts = urlsplit(account.api_url)
        self._is_here = parts.hostname in _LOOPBACK
        if parts.scheme != "https" and not self._is_here:
            raise ValueError("TWILIO_API_URL must be https, or http on this machine.")
        self._account = account
        self._mark = mark
        self._path = f"/Accounts/{account.account_sid}/Messages.json"
        self._http: Http | None = None
        self._client: Client | None = None

    async def send(self, outgoing: Outgoing) -> SendResult:
        """Try once. Never raises, never sends twice, and ends within 25 seconds."""
        client = self._connected()
        with Call() as call:
            try:
                async with asyncio.timeout(http.TOTAL_SECONDS):
                    return await self._create(client, outgoing)
            except (TwilioRestException, TwilioServiceException) as error:
                return _refusal(int(error.status), int(error.code or 0), call.in_use)
            except Exception as error:  # noqa: BLE001 - bad JSON and whatever else: see `_broken`
                return _broken(error, call)

    async def prepare(self) -> None:
        """Make the client now: reading in the SDK takes a while, and the first text has a slot."""
        _ = self._connected().api.v2010

    async def close(self) -> None:
        """Let go of the connections."""
        if self._http is not None:
            await self._http.close()  # type: ignore[no-untyped-call]

    async def _create(self, client: Client, outgoing: Outgoing) -> SendResult:
        service = self._account.messaging_service_sid
        # A campaign names its number: the service would choose one, maybe the one for crises.
        named = outgoing.sender or (None if service else self._account.sender)
        seconds = int(outgoing.valid_for.total_seconds())
        form: dict[str, object] = {
            "To": outgoing.recipient,
            "StatusCallback": self._mark.address(
                self._account.public_url, outgoing.outbox_id, outgoing.attempt
            ),
            "ValidityPeriod": min(max(seconds, 1), 36_000),
            **({"From": named} if named is not None else {"MessagingServiceSid": service}),
            "Body": outgoing.body,
        }
        # What `client.messages.create_async` comes down to; that one reads some twenty fields of
        # the answer, dates among them, of which we want two.
        answer = await client.api.v2010.create_async(
            method="POST", uri=self._path, data=form, headers={"Content-Type": _FORM}
        )
        sid = answer.get("sid") or ""
        if not _SID.fullmatch(sid):
            return Unknown(reason="Twilio took the text and gave no SID.")
        return Accepted(sid=MessageSid(sid), status=str(answer.get("status")))

    def _connected(self) -> Client:
        if self._client is None:
            self._http = Http(proxy=None if self._is_here else proxy_for(self._account.api_url))
            self._client = Client(  # type: ignore[no-untyped-call]
                self._account.user,
                self._account.password,
                self._account.account_sid,
                http_client=self._http,
                # Not empty, or TWILIO_EDGE and TWILIO_REGION of the process would move the address.
                environment={"X": "1"},
            )
            self._client.api.base_url = self._account.api_url
        return self._client


def _refusal(http_status: int, code: int, in_use: int | None) -> SendResult:
    if http_status == 429:
        reason = "Twilio asks us to slow down (429)."
        return NotProcessed(reason=reason, throttled=True, in_use=in_use)
    if not 400 <= http_status < 500 or http_status == 408:
        return Unknown(reason=f"Twilio answered {http_status}.")
    failure, reason = look_up(code, http_status)
    return Refused(code=code, failure=failure, reason=reason, suppress=code == OPTED_OUT)


def _broken(error: Exception, call: Call) -> SendResult:
    kind = type(error).__name__
    if not call.has_stood:
        return NotProcessed(reason=f"Twilio could not be reached ({kind}).")
    if call.has_answered:
        return Unknown(reason=f"Twilio's answer could not be read ({kind}).")
    return Unknown(reason=f"The connection broke after it stood ({kind}).")
