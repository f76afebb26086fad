"""Writes TwiML, the XML that Twilio turns into texts and speech.

Limits: at most 10 messages a reply (error 14109), 1,600 characters each (21617), 64 kB in all
(11750), nothing XML 1.0 forbids (12100). Sources: https://www.twilio.com/docs/messaging/twiml and
https://www.twilio.com/docs/api/errors (read 2026-11-23).
"""

import re
from xml.sax.saxutils import escape, quoteattr, unescape

MOST_MESSAGES = 10
LONGEST_MESSAGE = 1600
LARGEST = 64_000
"""Bytes of all messages together, the tags around them not counted."""
CONTENT_TYPE = "text/xml; charset=utf-8"

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_START, _END, _EMPTY = f"{_HEAD}<Response>".encode(), b"</Response>", f"{_HEAD}<Response/>".encode()
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


LEADING = 40
"""A text with 988 within so many characters is an answer to a crisis."""


def render(messages: tuple[str, ...], told_at: str | None = None) -> bytes:
    """The reply that sends these texts; `<Response/>`, which sends nothing, when there are none.

    What is beyond Twilio's limits is cut off: a shortened answer arrives, a refused one does not.
    `told_at` is where Twilio tells what became of a first text that leads with 988: somebody must
    know when it was blocked. Source: https://www.twilio.com/docs/messaging/twiml/message.
    """
    parts: list[bytes] = []
    room = LARGEST
    for message in messages:
        text = _safe(message)
        is_told = told_at is not None and not parts and "988" in message[:LEADING]
        tag = f"Message action={quoteattr(told_at or '')}" if is_told else "Message"
        part = f"<{tag}><Body>{text}</Body></Message>".encode()
        if text.strip() and len(part) <= room and len(parts) < MOST_MESSAGES:
            parts.append(part)
            room -= len(part)
    if not parts:
        return _EMPTY
    return b"".join([_START, *parts, _END])


def _safe(message: str) -> str:
    """Escaped for XML, at most 1,600 characters as Twilio counts them after parsing."""
    return escape(_FORBIDDEN.sub("", message)[:LONGEST_MESSAGE])


_BODY = re.compile(r"<Body>(.*?)</Body>", re.DOTALL)


def texts(document: bytes) -> tuple[str, ...]:
    """The texts in a document that `render` made, for staff to read."""
    return tuple(unescape(body) for body in _BODY.findall(document.decode(errors="replace")))


_DIGITS = '<say-as interpret-as="digits">{}</say-as>'
_988, _911 = _DIGITS.format("988"), _DIGITS.format("911")

VOICE = (
    f"{_HEAD}<Response>"
    f'<Say voice="Polly.Joanna" language="en-US">Call or text {_988} if you are in crisis or '
    "thinking about suicide: that is the Suicide and Crisis Lifeline, free, day and night. "
    f"If a life is in danger now, call {_911}.</Say>"
    f'<Say voice="Polly.Lupe" language="es-US">Llame al {_988} si está en crisis o piensa en el '
    "suicidio, y oprima el 2 para español: es gratis, de día y de noche. "
    f"Si hay una vida en peligro, llame al {_911}.</Say>"
    '<Say voice="Polly.Joanna" language="en-US">This number answers text messages, not calls. '
    "Text the word MENU to it.</Say>"
    '<Say voice="Polly.Lupe" language="es-US">Este número contesta mensajes de texto, no '
    "llamadas. Envíe la palabra MENU.</Say>"
    "<Hangup/></Response>"
).encode()
"""What a caller hears: 988 first, in both languages, then that this number answers texts.

The digits are marked, or a voice would say "nine hundred and eighty-eight". Sources:
https://www.twilio.com/docs/voice/twiml/say/text-speech and, for pressing 2,
https://988lifeline.org/get-help/what-to-expect (read 2026-11-23).
"""
