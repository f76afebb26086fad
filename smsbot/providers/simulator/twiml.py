"""Reads the bot's TwiML as Twilio would, and names what Twilio would not accept.

Sources: https://www.twilio.com/docs/messaging/twiml and the error pages 11200, 11205, 11750,
12100, 12200, 12300, 14109, 21617 (read 2026-11-23).
"""

from dataclasses import dataclass
from xml.etree import ElementTree as ET

from smsbot.providers.simulator.signed import LARGEST_ANSWER, Answer

MOST_MESSAGES = 10
LONGEST_BODY = 1600


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One <Message> of the answer."""

    body: str
    callback_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The replies of an answer, or Twilio's code for why there are none."""

    replies: tuple[Reply, ...] = ()
    error_code: int | None = None


def read_answer(answer: Answer) -> Reading:
    """What Twilio would make of an answer to the webhook."""
    trouble = _trouble(answer)
    if trouble is not None:
        return Reading(error_code=trouble)
    if not answer.content.strip():
        return Reading()
    # Entities are the only danger in this XML, and they need a document type.
    if b"<!DOCTYPE" in answer.content:
        return Reading(error_code=12100)
    try:
        root = ET.fromstring(answer.content)  # noqa: S314
    except ET.ParseError:
        return Reading(error_code=12100)
    return _replies(root)


def _trouble(answer: Answer) -> int | None:
    if answer.http_status is None:
        return 11200 if answer.failure == "rt" else 11205
    if not 200 <= answer.http_status < 300:
        return 11200
    if len(answer.content) > LARGEST_ANSWER:
        return 11750
    media_type = answer.content_type.partition(";")[0].strip().lower()
    if answer.content.strip() and media_type not in {"text/xml", "application/xml"}:
        return 12300
    return None


def _replies(root: ET.Element) -> Reading:
    if root.tag != "Response" or any(child.tag != "Message" for child in root):
        return Reading(error_code=12200)
    replies = tuple(_reply(child) for child in root)
    if len(replies) > MOST_MESSAGES:
        return Reading(error_code=14109)
    if any(len(reply.body) > LONGEST_BODY for reply in replies):
        return Reading(error_code=21617)
    return Reading(replies=tuple(reply for reply in replies if reply.body))


def _reply(message: ET.Element) -> Reply:
    bodies = message.findall("Body")
    body = "".join("".join(b.itertext()) for b in bodies) if bodies else (message.text or "")
    return Reply(body=body, callback_url=message.get("action") or message.get("statusCallback"))
