"""Hands one text to Twilio through its official client, and says plainly how that ended.

Twilio's POST has no idempotency key, so only what provably was not processed may be tried again:
a connection that never stood, or a 429. Everything else without a clear answer is `Unknown`.
Sources: https://www.twilio.com/docs/api/errors/20429 and /20500 (read 2026-11-23).
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from ssl import SSLCertVerificationError
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from smsbot.core.messages import MessageSid
from smsbot.core.outbound.sending import (
    Accepted,
    NotProcessed,
    Outgoing,
    Refused,
    SendResult,
    Unknown,
)
from smsbot.providers.twilio.callback import CallbackMark
from smsbot.providers.twilio.codes import OPTED_OUT, look_up

CONNECT_SECONDS = 3.05
READ_SECONDS = 10.0
CONNECTIONS = 32

_SID = re.compile(r"(SM|MM)[0-9a-f]{32}")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_NEVER_STOOD = (NewConnectionError, ConnectTimeoutError, SSLCertVerificationError)

# At INFO the client logs request parameters, phone numbers among them.
logging.getLogger("twilio.http_client").setLevel(logging.WARNING)


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
    """Sends texts over one client with real timeouts. One a process; safe across threads."""

    def __init__(self, account: Account, mark: CallbackMark) -> None:
        """Make the client; nothing is connected yet.

        Raises:
            ValueError: the API address is neither https nor this machine.
        """
        parts = urlsplit(account.api_url)
        is_here = parts.hostname in _LOOPBACK
        if parts.scheme != "https" and not is_here:
            raise ValueError("TWILIO_API_URL must be https, or http on this machine.")
        self._account = account
        self._mark = mark
        self._client = Client(  # type: ignore[no-untyped-call]
            account.user,
            account.password,
            account.account_sid,
            http_client=_PatientClient(use_proxy=not is_here),
            # Not empty, or TWILIO_EDGE and TWILIO_REGION of the process would move the address.
            environment={"X": "1"},
        )
        self._client.api.base_url = account.api_url

    def send(self, outgoing: Outgoing) -> SendResult:
        """Try once. Never raises, and never sends twice."""
        try:
            return self._create(outgoing)
        except (TwilioRestException, TwilioServiceException) as error:
            return _refusal(int(error.status), int(error.code or 0))
        except requests.RequestException as error:
            return _broken(error)
        except Exception as error:  # noqa: BLE001 - bad JSON and whatever else: the text may be out
            return Unknown(reason=f"Twilio's answer could not be read ({type(error).__name__}).")

    def _create(self, outgoing: Outgoing) -> SendResult:
        service = self._account.messaging_service_sid
        sender = {"messaging_service_sid": service} if service else {"from_": self._account.sender}
        seconds = int(outgoing.valid_for.total_seconds())
        message = self._client.messages.create(
            to=outgoing.recipient,
            body=outgoing.body,
            validity_period=min(max(seconds, 1), 36_000),
            status_callback=self._mark.address(
                self._account.public_url, outgoing.outbox_id, outgoing.attempt
            ),
            **sender,
        )
        if not _SID.fullmatch(message.sid or ""):
            return Unknown(reason="Twilio took the text and gave no SID.")
        return Accepted(sid=MessageSid(str(message.sid)), status=str(message.status))


class _PatientClient(TwilioHttpClient):
    """The SDK's own client, with the timeouts its constructor does not take as a pair."""

    def __init__(self, *, use_proxy: bool) -> None:
        super().__init__()
        self.timeout = (CONNECT_SECONDS, READ_SECONDS)  # type: ignore[assignment]
        if self.session is not None:
            self.session.trust_env = use_proxy
            adapter = HTTPAdapter(pool_maxsize=CONNECTIONS, max_retries=0)
            self.session.mount("https://", adapter)
            self.session.mount("http://", adapter)


def _refusal(http_status: int, code: int) -> SendResult:
    if http_status == 429:
        return NotProcessed(reason="Twilio asks us to slow down (429).", throttled=True)
    if not 400 <= http_status < 500 or http_status == 408:
        return Unknown(reason=f"Twilio answered {http_status}.")
    failure, reason = look_up(code, http_status)
    return Refused(code=code, failure=failure, reason=reason, suppress=code == OPTED_OUT)


def _broken(error: requests.RequestException) -> SendResult:
    causes = list(_causes(error))
    if any(isinstance(cause, _NEVER_STOOD) for cause in causes):
        return NotProcessed(reason=f"Twilio could not be reached ({type(error).__name__}).")
    return Unknown(reason=f"The connection broke after it stood ({type(error).__name__}).")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything it wraps, in whichever way the three libraries wrap."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        wrapped = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
        waiting += [cause for cause in wrapped if isinstance(cause, BaseException)]
