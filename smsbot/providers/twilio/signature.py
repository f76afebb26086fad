"""Proves that a webhook comes from Twilio: one pass over the raw body, any token, any address.

Twilio signs base64(HMAC-SHA1(auth token, address + sorted(field + value) without separators)),
a repeated field with each different value once. The address is the one Twilio was told, which
is never rebuilt from Host or X-Forwarded-*: those are the caller's to write.
Source: https://www.twilio.com/docs/usage/security (read 2026-11-23); checked against the
official SDK's RequestValidator in the tests.
"""

import base64
import hmac
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, urlsplit

MOST_FIELDS = 400
"""Twilio sends some thirty; more is not a text."""

Fields = Sequence[tuple[str, str]]
"""Form fields in order of arrival. A byte that is not UTF-8 is kept as a lone surrogate."""

_DEFAULT_PORTS = {"https": 443, "http": 80}
_DIGESTS = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}


def read_fields(raw_body: bytes) -> Fields | None:
    """The form fields of an urlencoded body, empty ones too; None when there are too many."""
    try:
        return parse_qsl(
            raw_body.decode("utf-8", "surrogateescape"),
            keep_blank_values=True,
            errors="surrogateescape",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        return None


class Verifier:
    """Checks signatures against several tokens and several public addresses, in constant time."""

    def __init__(self, tokens: Iterable[str], public_urls: Iterable[str]) -> None:
        """Take the auth tokens and the exact base addresses that Twilio was given."""
        self._tokens = tuple(token.encode() for token in tokens)
        bases = (base for url in public_urls for base in _with_and_without_port(url))
        self._bases = tuple(base.encode() for base in dict.fromkeys(bases))

    def holds(
        self, path_and_query: str, fields: Fields, signature: str, settings: str = ""
    ) -> bool:
        """Whether `signature` was made with one of our tokens for one of our addresses.

        `path_and_query` is the raw request target, still percent-encoded. `settings` is the
        header X-Twilio-Webhooks-Signature-Settings, which names HMAC_SHA256 for a shared key;
        a shared key is configured as one more token.
        """
        digest = _DIGESTS.get(_algorithm(settings))
        if digest is None or not signature:
            return False
        given = signature.encode("utf-8", "replace")
        target = path_and_query.encode("utf-8", "surrogateescape")
        # Which token or address matched is no secret; how far a wrong signature got would be.
        return any(
            hmac.compare_digest(_signature(token, base + target + payload, digest), given)
            for payload in _payloads(fields)
            for base in self._bases
            for token in self._tokens
        )


def _signature(token: bytes, signed: bytes, digest: str) -> bytes:
    return base64.b64encode(hmac.digest(token, signed, digest))


def _payloads(fields: Fields) -> list[bytes]:
    """What may have been signed: the bytes as sent and, if not UTF-8, as most readers mend them."""
    joined = _joined(fields)
    try:
        return [joined.encode()]
    except UnicodeEncodeError:
        mended = _joined([(_mend(key), _mend(value)) for key, value in fields])
        return [joined.encode("utf-8", "surrogateescape"), mended.encode()]


def _joined(fields: Fields) -> str:
    return "".join([key + value for key, value in sorted(set(fields))])


def _mend(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _algorithm(settings: str) -> str:
    for part in settings.split(","):
        name, _, value = part.partition("=")
        if name.strip() == "algorithm" and value.strip():
            return value.strip().upper()
    return "HMAC_SHA1"


def _with_and_without_port(url: str) -> tuple[str, str]:
    """Twilio signs now with and now without the port: both are the same address.

    Source: twilio-python 9.13 `RequestValidator.validate` (read 2026-11-23).
    """
    parts = urlsplit(url)
    port = parts.port or _DEFAULT_PORTS[parts.scheme]
    host = parts.netloc.removesuffix(f":{parts.port}")
    rest = url.split("://", 1)[1].removeprefix(parts.netloc)
    return f"{parts.scheme}://{host}{rest}", f"{parts.scheme}://{host}:{port}{rest}"
