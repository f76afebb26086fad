"""Twilio's connection overrides: how long and how often it tries, written after "#" in a URL.

Source: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides (read 2026-11-23).
"""

from dataclasses import dataclass
from urllib.parse import parse_qs, urldefrag


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A URL as it is requested, and how patiently. Times in seconds."""

    url: str
    connect_seconds: float = 5.0
    read_seconds: float = 15.0
    retries: int = 1
    retried: frozenset[str] = frozenset({"ct"})
    """Which failures are retried: "4xx", "5xx", "ct" (connect), "rt" (read), "all"."""

    def retries_after(self, failure: str) -> bool:
        """A failure of this kind is tried again."""
        return "all" in self.retried or failure in self.retried


def read_address(url: str) -> Address:
    """Take the overrides off a URL. What is missing or out of range keeps Twilio's default."""
    plain, fragment = urldefrag(url)
    given = {name: values[-1] for name, values in parse_qs(fragment).items()}
    retried = frozenset(given["rp"].split(",")) if given.get("rp") else frozenset({"ct"})
    return Address(
        url=plain,
        connect_seconds=_number(given.get("ct"), 100, 10_000, 5_000) / 1000,
        read_seconds=_number(given.get("rt"), 100, 15_000, 15_000) / 1000,
        retries=_number(given.get("rc"), 0, 5, 1),
        retried=retried,
    )


def _number(text: str | None, lowest: int, highest: int, otherwise: int) -> int:
    if text is None or not text.isascii() or not text.isdigit():
        return otherwise
    return int(text) if lowest <= int(text) <= highest else otherwise
