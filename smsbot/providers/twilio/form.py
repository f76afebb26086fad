"""Reads what Twilio posts, strictly: a signed form that is not shaped like a text is refused.

The signature joins fields without separators, so whoever captured one request can move the
borders between them ("Body=hello" + "From=+1555" verifies as "Body=helloFrom+1555"). Hence the
allow-lists here: each field that matters occurs once, has its exact shape, and no key can have
swallowed a number. Source: https://www.twilio.com/docs/messaging/guides/webhook-request
(read 2026-11-23).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from smsbot.core.messages import E164, InboundMessage, MessageSid, OptOutType
from smsbot.core.outbound.receipts import Receipt
from smsbot.providers.twilio.signature import Fields

LONGEST_BODY = 1600
"""Characters; Twilio sends no more."""

_ACCOUNT = "AccountSid"
_SID = re.compile(r"(SM|MM)[0-9a-f]{32}")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,6}")
_CHANNEL = re.compile(r"(whatsapp|rcs|messenger|sip|client):\S{1,120}")
_NAMED_SENDER = re.compile(r"(?=[A-Za-z0-9 ]*[A-Za-z])[A-Za-z0-9 ]{1,11}")
_KEY = re.compile(r"(?!.*[0-9]{3})[A-Za-z0-9_.\[\]-]{1,40}")
_EVERYDAY = frozenset(
    (
        "AccountSid ApiVersion Body From FromCity FromCountry FromState FromZip MessageSid "
        "MessagingServiceSid NumMedia NumSegments SmsMessageSid SmsSid SmsStatus "
        "To ToCity ToCountry ToState ToZip"
    ).split()
)
_STATUS = re.compile(r"[A-Za-z][A-Za-z_-]{0,29}")
_SHAPES = {
    "MessageSid": _SID,
    "From": re.compile(f"{_NUMBER.pattern}|{_CHANNEL.pattern}|{_NAMED_SENDER.pattern}"),
    "To": re.compile(f"{_NUMBER.pattern}|{_CHANNEL.pattern}"),
    "NumMedia": re.compile(r"[0-9]{1,2}"),
    "ApiVersion": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "MessageStatus": _STATUS,
    "ErrorCode": re.compile(r"[0-9]{0,6}"),
    "RawDlrDoneDate": re.compile(r"[0-9]{0,14}"),
}
_ONCE = frozenset({_ACCOUNT, "Body", "OptOutType", *_SHAPES})
_HALF = re.compile("[\ud800-\udfff]")
# Control characters but tab and line feed; NUL is dropped, the others part words.
_CONTROL = {code: " " for code in (*range(32), *range(127, 160)) if code not in {0, 9, 10}}
_CLEANED = {**_CONTROL, 0: None, 0xFFFE: "\ufffd", 0xFFFF: "\ufffd"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A signed form we do not act on. `reason` holds none of its values."""

    reason: str
    is_channel: bool = False
    """It is a real text, but not by SMS or not from a number that can be answered."""


def read_text(fields: Fields, account_sid: str, now: datetime) -> InboundMessage | Refusal:
    """The text in a signed form, or why it is none."""
    form = _form(fields, account_sid, ("MessageSid", "From", "To"))
    if isinstance(form, Refusal):
        return form
    media = int(form.get("NumMedia", "0"))
    if "Body" not in form and media == 0:
        return Refusal(reason="no Body and no media")
    if not (_NUMBER.fullmatch(form["From"]) and _NUMBER.fullmatch(form["To"])):
        return Refusal(reason="not an SMS between two numbers", is_channel=True)
    return InboundMessage(
        sid=MessageSid(form["MessageSid"]),
        sender=E164(form["From"]),
        recipient=E164(form["To"]),
        body=clean(form.get("Body", "")),
        received_at=now,
        media_count=media,
        opt_out_type=_opt_out_type(form),
        is_fallback="ErrorCode" in form,
    )


def read_receipt(
    fields: Fields, account_sid: str, named: tuple[int, int] | None, now: datetime
) -> Receipt | Refusal:
    """The receipt in a signed form; `named` is the proven outbox row and attempt, if any."""
    form = _form(fields, account_sid, ("MessageSid", "MessageStatus"))
    if isinstance(form, Refusal):
        return form
    return Receipt(
        sid=MessageSid(form["MessageSid"]),
        status=form["MessageStatus"].lower(),
        error_code=int(form["ErrorCode"]) if form.get("ErrorCode") else None,
        raw_dlr_done=form.get("RawDlrDoneDate") or None,
        outbox_id=named[0] if named else None,
        attempt=named[1] if named else None,
        received_at=now,
        recipient=E164(form["To"]) if _NUMBER.fullmatch(form.get("To", "")) else None,
    )


def is_our_account(fields: Fields, account_sid: str) -> bool:
    """Whether a signed form is about our account, and only ours."""
    return {value for key, value in fields if key == _ACCOUNT} == {account_sid}


def clean(text: str) -> str:
    """A body that any database, log and XML can hold, cut to 1,600 characters.

    NUL is dropped, other control characters become spaces, bytes that are not UTF-8 become the
    replacement character. Never raises.
    """
    whole = _HALF.sub("\ufffd", text)
    return whole.replace("\r\n", "\n").replace("\r", "\n").translate(_CLEANED)[:LONGEST_BODY]


def _form(
    fields: Fields, account_sid: str, mandatory: tuple[str, ...]
) -> Mapping[str, str] | Refusal:
    """One value a key, where that matters; the first value of all others."""
    if not is_our_account(fields, account_sid):
        return Refusal(reason="AccountSid is not ours")
    form: dict[str, str] = {}
    for key, value in fields:
        if not (key in _EVERYDAY or _KEY.fullmatch(key)):
            return Refusal(reason="a field's name is not one")
        if key in _ONCE and form.get(key, value) != value:
            return Refusal(reason=f"{key} occurs twice with two values")
        form.setdefault(key, value)
    return _misshapen(form, mandatory) or form


def _misshapen(form: Mapping[str, str], mandatory: tuple[str, ...]) -> Refusal | None:
    for key in mandatory:
        if key not in form:
            return Refusal(reason=f"{key} is missing")
    for key, shape in _SHAPES.items():
        if key in form and not shape.fullmatch(form[key]):
            return Refusal(reason=f"{key} has a wrong shape")
    return None


def _opt_out_type(form: Mapping[str, str]) -> OptOutType | None:
    word = form.get("OptOutType", "").upper()
    return OptOutType(word) if word in OptOutType.__members__ else None
