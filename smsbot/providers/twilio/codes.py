"""Twilio's error codes as a table: what each means for the text, in one sentence for staff.

A code that is not here is never retried and is shown to a person: Twilio adds codes.
Source: https://www.twilio.com/docs/api/errors/{code}, each page read 2026-11-23.
"""

from smsbot.core.outbound.sending import Failure

OPTED_OUT = 21610

_RECIPIENT = {
    21211: "The number is not a phone number.",
    21217: "The number is not a phone number.",
    21268: "Numbers of this kind (premium, satellite) are not texted.",
    21610: "The person texted STOP: Twilio blocks every text from this sender to them.",
    21612: "Twilio has no route from this sender to that number.",
    21614: "The number can't receive texts; it may be a landline.",
    30004: "The person or their carrier blocks this sender.",
    30005: "The number is unknown or no longer in service.",
    30006: "The number is a landline or its carrier can't be reached.",
}
_CONTENT = {
    21602: "The text is empty.",
    21617: "The text is longer than 1,600 characters.",
    30007: "The carrier filtered the text as unwanted; don't just reword it, look into why.",
    30019: "The text is larger than the carrier takes.",
}
_ACCOUNT = {
    20003: "Twilio refused our credentials: check TWILIO_AUTH_TOKEN or the API key.",
    20005: "The Twilio account is not active.",
    21212: "The sender is not a valid number: check TWILIO_FROM.",
    21606: "The sender is not ours or can't send texts: check TWILIO_FROM.",
    21703: "The messaging service has no sender in it.",
    21704: "The messaging service has no sender that fits.",
    21705: "The messaging service does not exist: check TWILIO_MESSAGING_SERVICE_SID.",
    30002: "The Twilio account is suspended.",
    30018: "The destination wants a registered sender.",
    30024: "The sender is not provisioned at that carrier yet.",
    30032: "The toll-free number is not verified.",
    30033: "The 10DLC campaign is suspended.",
    30034: "The number is not registered with a 10DLC campaign.",
    30035: "The number's registration is still under way: wait.",
}
_DESTINATION = {
    21408: "The account may not text that country: check the geographic permissions.",
}
_CAPACITY = {
    21611: "Twilio's queue for this sender is full.",
    30001: "Twilio's queue for this sender overflowed after it took the text.",
    30017: "The carrier's network is congested.",
    30022: "The carrier's limit for this 10DLC campaign is reached.",
    30023: "The carrier's limit for the day is reached; it starts anew at midnight Pacific time.",
    30027: "The carrier's limit for the day is reached; it starts anew at midnight Pacific time.",
    30036: "The text expired before it could be sent.",
    30450: "Twilio holds texts to this destination back for some minutes against fraud.",
    63018: "The channel's rate limit is reached.",
}
_UNREACHABLE_NOW = {
    30003: "The handset was off or out of reach.",
    30008: "The carrier failed and did not say why.",
}
_POSSIBLY_SENT = {
    30410: "The carrier did not answer; the text may have arrived, so it is not sent again.",
}

TABLE: dict[int, tuple[Failure, str]] = {
    code: (failure, sentence)
    for failure, sentences in (
        (Failure.RECIPIENT, _RECIPIENT),
        (Failure.CONTENT, _CONTENT),
        (Failure.ACCOUNT, _ACCOUNT),
        (Failure.DESTINATION, _DESTINATION),
        (Failure.CAPACITY, _CAPACITY),
        (Failure.UNREACHABLE_NOW, _UNREACHABLE_NOW),
        (Failure.POSSIBLY_SENT, _POSSIBLY_SENT),
    )
    for code, sentence in sentences.items()
}


def look_up(code: int, http_status: int) -> tuple[Failure, str]:
    """What a refusal means: the table's word, else the account for 401, else unlisted."""
    if code in TABLE:
        return TABLE[code]
    if http_status == 401:
        return Failure.ACCOUNT, _ACCOUNT[20003]
    return Failure.UNLISTED, f"Twilio refused with {code}: see twilio.com/docs/api/errors/{code}."
