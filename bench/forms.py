"""Signed form posts, ready to be written to a socket: made before the clock starts."""

import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from bench import texts

PATH = "/webhooks/twilio/message"
ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "token-of-the-benchmark"
OUR_NUMBER = "+15005550006"
PEOPLE = 1_999
"""How many different numbers write, each of them again and again; no factor of the mix's length,
so that everybody sends every kind of text."""

_CRISIS_EVERY = 25
_ANY = b"<Response"
_AREAS = range(201, 990)
"""With 555-01xx, the numbers that are kept free for stories: 100 an area."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One request, complete, and what its reply must contain."""

    request: bytes
    must_contain: bytes


class Kind(StrEnum):
    """What the texts are."""

    MIXED = "mixed"
    KEYWORDS = "keywords"


class Forms:
    """Makes signed forms for one server."""

    def __init__(self, port: int, *, screens: bool) -> None:
        """`screens`: whether the server answers a crisis with 988, which is then insisted on."""
        self._authority = f"127.0.0.1:{port}"
        self._validator = RequestValidator(AUTH_TOKEN)  # type: ignore[no-untyped-call]
        self._to_crisis = b"988" if screens else _ANY
        self._everyday = texts.everyday()
        self._keywords = itertools.cycle(texts.KEYWORDS)
        self._crisis = itertools.cycle(texts.CRISIS)
        self._people = itertools.cycle(_numbers(PEOPLE, _AREAS))
        self._in_crisis = itertools.cycle(_numbers(100, range(990, 1000)))

    def make(self, count: int, kind: Kind = Kind.MIXED) -> list[Post]:
        """So many posts, each with a MessageSid of its own."""
        return [self._post(number, kind) for number in range(1, count + 1)]

    def _post(self, number: int, kind: Kind) -> Post:
        if kind is Kind.KEYWORDS:
            return self._signed(next(self._people), next(self._keywords), _ANY)
        if number % _CRISIS_EVERY == 0:
            # Others than who asks: whoever was in a crisis gets 988 on every answer after it.
            return self._signed(next(self._in_crisis), next(self._crisis), self._to_crisis)
        return self._signed(next(self._people), next(self._everyday), _ANY)

    def _signed(self, sender: str, body: str, must_contain: bytes) -> Post:
        fields = _fields(sender, body)
        url = f"http://{self._authority}{PATH}"
        signature = self._validator.compute_signature(url, fields)  # type: ignore[no-untyped-call]
        payload = urlencode(fields).encode()
        lines = [
            f"POST {PATH} HTTP/1.1",
            f"Host: {self._authority}",
            "User-Agent: TwilioProxy/1.1",
            "Accept: */*",
            "Content-Type: application/x-www-form-urlencoded; charset=utf-8",
            f"Content-Length: {len(payload)}",
            f"X-Twilio-Signature: {signature}",
            "I-Twilio-Idempotency-Token: " + uuid.uuid4().hex,
            "",
            "",
        ]
        # Line ends are CR LF: with LF alone a server may answer 400, and very fast at that.
        return Post(request="\r\n".join(lines).encode() + payload, must_contain=must_contain)


def _numbers(count: int, areas: range) -> Iterator[str]:
    every = (f"+1{area}55501{last:02d}" for last in range(100) for area in areas)
    return itertools.islice(every, count)


def _fields(sender: str, body: str) -> dict[str, str]:
    sid = "SM" + uuid.uuid4().hex
    return {
        "ToCountry": "US",
        "ToState": "",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "20001",
        "SmsSid": sid,
        "FromState": "DC",
        "SmsStatus": "received",
        "FromCity": "WASHINGTON",
        "Body": body,
        "FromCountry": "US",
        "To": OUR_NUMBER,
        "ToZip": "",
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": ACCOUNT_SID,
        "From": sender,
        "ApiVersion": "2010-04-01",
    }
