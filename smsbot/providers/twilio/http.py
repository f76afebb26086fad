"""The SDK's asynchronous HTTP client, with what it lacks: deadlines, and how far a call has come.

It ignores its own timeout (twilio-python issue 925, so in 9.13.0 too). Whether a connection stood
decides whether a text may be tried again, so each call notes it.
"""

import base64
import logging
import string
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote_plus, urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

from aiohttp import ClientRequest, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response

CONNECT_SECONDS = 5.0
"""For the name, the connection and TLS."""

TOTAL_SECONDS = 25.0
"""For a call from end to end; less than the lease of the text it sends."""

_KEEP_ALIVE_SECONDS = 10.0
"""An idle connection is dropped before the other side does: a POST on one just closed is a riddle
that a new connection would not have been."""

_IN_USE = "Twilio-Concurrent-Requests"

# At INFO the client logs what it asks for, phone numbers among it.
logging.getLogger("twilio.async_http_client").setLevel(logging.WARNING)


class Call:
    """One call's progress; the connections report to the call of the task they work for."""

    def __init__(self) -> None:
        """Nothing has happened yet."""
        self.has_stood = False
        """A connection was there, so bytes may have left."""
        self.has_answered = False
        self.in_use: int | None = None
        """How many requests of the account were under way, if the answer said so."""
        self._token: Token[Call | None] | None = None

    def __enter__(self) -> Self:
        self._token = _current.set(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._token is not None:
            _current.reset(self._token)


_current: ContextVar[Call | None] = ContextVar("call", default=None)


class Http(AsyncTwilioHttpClient):
    """Connections that are kept and used again. Make it inside the event loop, close it there."""

    def __init__(self, *, proxy: str | None) -> None:
        """Connect through this proxy, or straight."""
        super().__init__(pool_connections=False)
        self._said_before: tuple[tuple[str, str], str] | None = None
        self.session = ClientSession(
            # Concurrency is bounded by whoever sends; waiting here would look like connecting.
            connector=_Connector(limit=0, keepalive_timeout=_KEEP_ALIVE_SECONDS),
            cookie_jar=DummyCookieJar(),
            proxy=proxy,
        )

    def log_request(self, kwargs: Any) -> None:
        """Nothing: a request holds a number and a text, and none may come near a log."""

    def log_response(self, status_code: int, response: Any) -> None:
        """Nothing, for the same reason."""

    async def request(  # type: ignore[override]  # so does the SDK's own asynchronous one
        self, *arguments: Any, **named: Any
    ) -> Response:
        """As the SDK's, and notes what the answer says beside the answer."""
        # The SDK's way to say who we are is one that aiohttp has deprecated.
        if (auth := named.pop("auth", None)) is not None:
            named["headers"] = {**(named.get("headers") or {}), "Authorization": self._said(auth)}
        # Written by aiohttp's form a text costs a quarter more: it prepares a multipart one first.
        if isinstance(form := named.get("data"), dict):
            named["data"] = _encoded(form)
        response = await super().request(*arguments, **named)
        call = _current.get()
        if call is not None:
            call.has_answered = True
            in_use = (response.headers or {}).get(_IN_USE, "")
            call.in_use = int(in_use) if in_use.isdigit() else None
        return response

    def _said(self, auth: tuple[str, str]) -> str:
        if self._said_before is None or self._said_before[0] != auth:
            said = base64.b64encode(":".join(auth).encode()).decode()
            self._said_before = auth, f"Basic {said}"
        return self._said_before[1]


def proxy_for(url: str) -> str | None:
    """The proxy that the process's environment names for an address; None: none.

    Asked once, at the start. aiohttp asks again for each text, in two other threads.
    """
    parts = urlsplit(url)
    if not parts.hostname or proxy_bypass(parts.hostname):
        return None
    return getproxies().get(parts.scheme)


def _encoded(form: dict[str, Any]) -> bytes:
    """The form's fields as they travel; one by one, at a third of what `urlencode` costs."""
    if any(isinstance(value, list | tuple) for value in form.values()):
        return urlencode(form, doseq=True).encode()
    return "&".join([f"{name}={_quoted(str(value))}" for name, value in form.items()]).encode()


def _quoted(value: str) -> str:
    return value.translate(_IN_A_FORM) if value.isascii() else quote_plus(value)


_AS_IT_IS = string.ascii_letters + string.digits + "_.-~"
_IN_A_FORM = str.maketrans(
    {one: quote_plus(one) for one in map(chr, range(128)) if one not in _AS_IT_IS}
)


class _Connector(TCPConnector):
    """Connects within `CONNECT_SECONDS`, and tells the call that waits when a connection is there.

    The time counts only for a new connection: one that is kept costs no clock.
    """

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,  # noqa: ASYNC109, ARG002 - aiohttp's own signature
    ) -> Connection:
        patience = ClientTimeout(total=None, connect=CONNECT_SECONDS)
        connection = await super().connect(req, traces, patience)
        call = _current.get()
        if call is not None:
            # New or used before: from here on nothing is certain.
            call.has_stood = True
        return connection
