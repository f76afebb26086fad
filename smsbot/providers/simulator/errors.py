"""The errors Twilio answers with, as data: code, HTTP status and a sentence of our own.

Codes: https://www.twilio.com/docs/api/errors (read 2026-11-23).
"""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A REST call was not accepted. Never holds a number or a body."""

    code: int
    http_status: int
    message: str

    def as_json(self) -> dict[str, str | int]:
        """The body Twilio's SDK turns into a TwilioRestException."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.http_status,
        }

    def as_text(self) -> str:
        """The same, written out."""
        return json.dumps(self.as_json())


SENTENCES: dict[int, tuple[int, str]] = {
    20001: (400, "A parameter is unknown or malformed"),
    20003: (401, "Authenticate"),
    20004: (405, "This method is not allowed here"),
    20009: (409, "The message is still on its way and cannot be deleted yet"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too many requests"),
    20500: (500, "An internal server error has occurred"),
    21211: (400, "The 'To' number is not a valid phone number"),
    21212: (400, "The 'From' number is not a valid phone number"),
    21408: (400, "Sending to the region of the 'To' number is not permitted"),
    21602: (400, "A message body or media is required"),
    21603: (400, "A 'From' number or a messaging service is required"),
    21604: (400, "A 'To' number is required"),
    21606: (400, "The 'From' number is not one of this account's message senders"),
    21609: (400, "The 'StatusCallback' address is not valid"),
    21610: (400, "The recipient has opted out of texts from this sender"),
    21611: (429, "This 'From' number has too many messages waiting"),
    21612: (400, "The 'To' number cannot be reached from this sender"),
    21614: (400, "The 'To' number is not a mobile number"),
    21617: (400, "The body is longer than 1600 characters"),
    30003: (200, "The handset could not be reached"),
    30400: (400, "The parameters of the update are not valid"),
    30409: (409, "The message cannot be canceled any more"),
    35118: (400, "A scheduled message needs a messaging service, 'ScheduleType' and 'SendAt'"),
}


def refusal(code: int, detail: str = "") -> Refusal:
    """The refusal with Twilio's `code`; `detail` names the parameter, never its value."""
    http_status, sentence = SENTENCES[code]
    message = f"{sentence}: {detail}" if detail else sentence
    return Refusal(code=code, http_status=http_status, message=message)
