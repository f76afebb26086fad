"""Checks the parameters of a new text as Twilio's published API description does.

Stricter than Twilio in one thing: a parameter the description does not name is refused, because
in development it is a typing mistake. Names and forms: Twilio's OpenAPI for Messages,
https://github.com/twilio/twilio-oai, and the API page (read 2026-11-23).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from smsbot.providers.simulator.carrier import Account
from smsbot.providers.simulator.errors import Refusal, refusal
from smsbot.providers.simulator.outbound import NewText

LONGEST_BODY = 1600
LONGEST_URL = 4000
LONGEST_VALIDITY = 36_000

E164 = re.compile(r"\+[1-9]\d{6,14}")
_SENDER = re.compile(r"\+[1-9]\d{6,14}|\d{3,6}|[A-Za-z0-9 ]{1,11}")
_TRUTH = re.compile(r"true|false", re.IGNORECASE)
_INTEGER = re.compile(r"-?\d{1,9}")
_ANY = re.compile(r".*", re.DOTALL)


def _sid(prefix: str) -> re.Pattern[str]:
    return re.compile(prefix + r"[0-9a-fA-F]{32}")


FORMS: dict[str, re.Pattern[str]] = {
    "To": _ANY,
    "From": _ANY,
    "Body": _ANY,
    "StatusCallback": _ANY,
    "FallbackFrom": _SENDER,
    "MessagingServiceSid": _sid("MG"),
    "ApplicationSid": _sid("AP"),
    "ContentSid": _sid("HX"),
    "ContentVariables": _ANY,
    "MediaUrl": re.compile(r"https?://\S+"),
    "PersistentAction": _ANY,
    "MaxPrice": re.compile(r"\d+(\.\d+)?"),
    "Attempt": _INTEGER,
    "ValidityPeriod": _INTEGER,
    "ProvideFeedback": _TRUTH,
    "ForceDelivery": _TRUTH,
    "SmartEncoded": _TRUTH,
    "ShortenUrls": _TRUTH,
    "SendAsMms": _TRUTH,
    "ContentRetention": re.compile(r"retain|discard"),
    "AddressRetention": re.compile(r"retain|obfuscate"),
    "TrafficType": re.compile(r"free"),
    "ScheduleType": re.compile(r"fixed"),
    "SendAt": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"),
    "RiskCheck": re.compile(r"enable|disable"),
}
REPEATABLE = frozenset({"MediaUrl", "PersistentAction"})

# Numbers that always fail, so that every branch can be tried by number alone.
# Source: https://www.twilio.com/docs/iam/test-credentials (read 2026-11-23).
FAILING_TO = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
FAILING_FROM = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
TEST_SENDER = "+15005550006"


def read_new_text(form: Mapping[str, Sequence[str]], account: Account) -> NewText | Refusal:
    """The text a `POST Messages` asks for, or why it is refused."""
    fault = _malformed(form)
    if fault is not None:
        return fault
    values = {name: given[-1] for name, given in form.items()}
    fault = _sender_fault(values, account) or _recipient_fault(values) or _content_fault(values)
    if fault is not None:
        return fault
    send_at = values.get("SendAt")
    return NewText(
        recipient=values["To"],
        body=values.get("Body", ""),
        callback_url=values.get("StatusCallback") or None,
        service_sid=values.get("MessagingServiceSid") or None,
        sender=values.get("From") or None,
        send_at=datetime.fromisoformat(send_at).astimezone(UTC) if send_at else None,
    )


def _malformed(form: Mapping[str, Sequence[str]]) -> Refusal | None:
    for name, given in form.items():
        pattern = FORMS.get(name)
        if pattern is None:
            return refusal(20001, f"{name[:40]!r} is not a parameter of this resource")
        if len(given) > 1 and name not in REPEATABLE:
            return refusal(20001, f"'{name}' is given more than once")
        if not all(pattern.fullmatch(value) for value in given):
            return refusal(20001, f"'{name}'")
    return None


def _sender_fault(values: Mapping[str, str], account: Account) -> Refusal | None:
    sender, service = values.get("From", ""), values.get("MessagingServiceSid", "")
    if not sender and not service:
        return refusal(21603)
    if service and service != account.service_sid:
        return refusal(20404, "'MessagingServiceSid'")
    if not sender:
        return None
    if sender in FAILING_FROM:
        return refusal(FAILING_FROM[sender])
    if not _SENDER.fullmatch(sender):
        return refusal(21212)
    return (
        None if sender in {account.number, TEST_SENDER, *account.more_numbers} else refusal(21606)
    )


def _recipient_fault(values: Mapping[str, str]) -> Refusal | None:
    recipient = values.get("To", "")
    if not recipient:
        return refusal(21604)
    if recipient in FAILING_TO:
        return refusal(FAILING_TO[recipient])
    return None if E164.fullmatch(recipient) else refusal(21211)


def _content_fault(values: Mapping[str, str]) -> Refusal | None:
    if not (values.get("Body") or values.get("MediaUrl") or values.get("ContentSid")):
        return refusal(21602)
    if len(values.get("Body", "")) > LONGEST_BODY:
        return refusal(21617)
    if not 1 <= int(values.get("ValidityPeriod", "1")) <= LONGEST_VALIDITY:
        return refusal(20001, "'ValidityPeriod'")
    if not _is_callback(values.get("StatusCallback", "")):
        return refusal(21609)
    scheduled = {"SendAt", "ScheduleType"} & values.keys()
    if scheduled and not {"SendAt", "ScheduleType", "MessagingServiceSid"} <= values.keys():
        return refusal(35118)
    return None


def _is_callback(url: str) -> bool:
    if not url:
        return True
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    fits = len(url) <= LONGEST_URL and url.isprintable() and " " not in url
    return fits and parts.scheme in {"http", "https"} and bool(host) and "_" not in host
