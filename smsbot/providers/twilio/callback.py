"""The address Twilio reports back to: names our outbox row and attempt, with our own mark.

A receipt may arrive before we know the SID of what we sent; then this name is all that ties them.
Twilio signs the address, but a mark of our own keeps a captured receipt from being re-aimed.
"""

import hmac
import re
from urllib.parse import parse_qsl, urlsplit

PATH = "/webhooks/twilio/status"

_LOOPBACK = {"127.0.0.1", "localhost"}
_NUMBER = re.compile(r"[0-9]{1,18}")


class CallbackMark:
    """Makes and checks the query `o=<outbox row>&a=<attempt>&k=<mark>`."""

    def __init__(self, secret_key: str) -> None:
        """Derive our own key, so that the mark says nothing of what else the secret guards."""
        self._key = hmac.digest(secret_key.encode(), b"smsbot/status-callback", "sha256")

    def address(self, public_url: str, outbox_id: int, attempt: int) -> str:
        """Where Twilio reports what became of this attempt."""
        mark = self._mark(outbox_id, attempt)
        return f"{public_url}{PATH}?o={outbox_id}&a={attempt}&k={mark}"

    def address_of_replies(self, public_url: str) -> str | None:
        """Where Twilio reports what became of a text in the webhook's own answer: row 0.

        None when Twilio would not take the address: then the text leaves without.
        Source: https://www.twilio.com/docs/api/errors/21609 (read 2026-11-23).
        """
        parts = urlsplit(public_url)
        host = parts.hostname or ""
        is_fit = parts.scheme == "https" and "." in host and "_" not in host
        return self.address(public_url, 0, 0) if is_fit or host in _LOOPBACK else None

    def read(self, query: str) -> tuple[int, int] | None:
        """The outbox row and attempt that a raw query names; None when it names none.

        Raises:
            ValueError: the query names a row, and the mark is not ours.
        """
        fields = parse_qsl(query, keep_blank_values=True)
        values = dict(fields)
        if not values.keys() & {"o", "a", "k"}:
            return None
        row, attempt = values.get("o", ""), values.get("a", "")
        if (
            len(fields) != len(values)
            or not _NUMBER.fullmatch(row)
            or not _NUMBER.fullmatch(attempt)
        ):
            raise ValueError("the status callback names no outbox row")
        given = values.get("k", "").encode("utf-8", "replace")
        if not hmac.compare_digest(self._mark(int(row), int(attempt)).encode(), given):
            raise ValueError("the status callback carries a wrong mark")
        return int(row), int(attempt)

    def _mark(self, outbox_id: int, attempt: int) -> str:
        return hmac.digest(self._key, f"{outbox_id}.{attempt}".encode(), "sha256").hex()[:32]
