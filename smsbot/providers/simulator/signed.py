"""Signed form posts to the bot, as Twilio makes them.

Source: https://www.twilio.com/docs/usage/security (read 2026-11-23): HMAC-SHA1 with the primary
auth token over the exact URL and every form field.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy

import requests
from requests.adapters import HTTPAdapter
from twilio.request_validator import SIGNATURE_HEADER, RequestValidator
from urllib3.exceptions import ProtocolError, ReadTimeoutError

from smsbot.providers.simulator.overrides import Address, read_address

LARGEST_ANSWER = 64 * 1024
"""Bytes of TwiML Twilio reads (error 11750 beyond)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. `failure` is "ct", "rt", "4xx", "5xx" or "" when it is a 2xx."""

    failure: str
    http_status: int | None
    content_type: str
    content: bytes
    milliseconds: float


class SignedPoster:
    """Posts forms signed with one auth token. Safe to share between threads."""

    def __init__(self, auth_token: str) -> None:
        self._validator = RequestValidator(auth_token)  # type: ignore[no-untyped-call]
        self._session = requests.Session()
        # Loopback only: a proxy of the environment has no business here, and no cookie is kept.
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.mount("http://", HTTPAdapter(pool_maxsize=64))

    def post(self, url: str, form: Mapping[str, str], *, signed_as: str = "") -> Answer:
        """Post once, or as often as the URL's overrides say.

        `signed_as` is the URL the signature covers when the bot sits behind another address.
        """
        address = read_address(url)
        covered = read_address(signed_as).url if signed_as else address.url
        signature: str = self._validator.compute_signature(covered, form)  # type: ignore[no-untyped-call]
        answer = self._once(address, form, signature)
        for _ in range(address.retries):
            if not answer.failure or not address.retries_after(answer.failure):
                break
            answer = self._once(address, form, signature)
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _once(self, address: Address, form: Mapping[str, str], signature: str) -> Answer:
        started = time.monotonic()
        headers = {SIGNATURE_HEADER: signature, "User-Agent": "TwilioProxy/1.1", "Accept": "*/*"}
        try:
            with self._session.post(
                address.url,
                data=dict(form),
                headers=headers,
                timeout=(address.connect_seconds, address.read_seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                content = response.raw.read(LARGEST_ANSWER + 1, decode_content=True)
                status = response.status_code
                content_type = response.headers.get("Content-Type", "")
        except (requests.ReadTimeout, ProtocolError, ReadTimeoutError):
            return _no_answer("rt", started)
        except (requests.RequestException, OSError):
            return _no_answer("ct", started)
        failure = "" if status < 400 else f"{status // 100}xx"
        return Answer(
            failure=failure,
            http_status=status,
            content_type=content_type,
            content=content,
            milliseconds=_since(started),
        )


def _no_answer(failure: str, started: float) -> Answer:
    return Answer(
        failure=failure,
        http_status=None,
        content_type="",
        content=b"",
        milliseconds=_since(started),
    )


def _since(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)
