"""How our number is set up at Twilio, as far as its API tells, for `smsbot doctor`.

Source: https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource (2026-11-23).
The texts of STOP and HELP are set in the console and can't be read here.
"""

from dataclasses import dataclass

from twilio.rest import Client


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSetup:
    """Where Twilio sends what arrives at the number; "" where nothing is set."""

    sms_url: str
    sms_method: str
    sms_fallback_url: str
    voice_url: str


def look_up(user: str, password: str, account_sid: str, number: str) -> NumberSetup | None:
    """The number's setup; None when the account has no such number.

    Raises:
        Exception: whatever the SDK raises when Twilio refuses or can't be reached.
    """
    client = Client(user, password, account_sid)  # type: ignore[no-untyped-call]
    for found in client.incoming_phone_numbers.list(phone_number=number, limit=1):
        return NumberSetup(
            sms_url=found.sms_url or "",
            sms_method=found.sms_method or "",
            sms_fallback_url=found.sms_fallback_url or "",
            voice_url=found.voice_url or "",
        )
    return None
