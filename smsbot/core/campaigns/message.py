"""A campaign's message: who it is from, how to end it, what it costs, and what it may not say.

A text that people asked for still has to say who sends it and how to stop it, each time.
Sources: CTIA Messaging Principles and Best Practices (2023), 5.1; 47 CFR 64.1200(a)(12); Twilio's
Messaging Policy on public link shorteners and on prescription drugs (all read 2026-11-23).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from smsbot.core.messages import Lang
from smsbot.core.text.segments import Measure, measure

MOST_SEGMENTS = 3

STOP_LINES = {
    Lang.EN: re.compile(r"\b(?:reply|text|send) STOP\b", re.IGNORECASE),
    Lang.ES: re.compile(
        r"\b(?:responda|responde|envie|envíe|mande) (?:STOP|ALTO)\b", re.IGNORECASE
    ),
}
STOP_EXAMPLES = {Lang.EN: "Reply STOP to end.", Lang.ES: "Responda ALTO para terminar."}

_LINK = re.compile(
    r"(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,24})(?=[/:?#\s.,;!)]|$)", re.IGNORECASE
)
_SOLD = re.compile(
    r"\b(?:buy|order now|discount|price|prices|offer|free trial|sale|coupon|ship(?:ped|ping)?"
    r"|compre|comprar|descuento|precio|oferta|gratis)\b",
    re.IGNORECASE,
)
_DOSE = re.compile(r"\b\d+(?:[.,]\d+)?\s?(?:mg|mcg|ml)\b", re.IGNORECASE)


class MessageState(StrEnum):
    """Where one version of a message is."""

    DRAFT = "draft"
    APPROVED = "approved"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One version of the words of a campaign in one language; never changed once written."""

    id: int
    name: str
    lang: Lang
    n: int
    body: str
    state: MessageState
    author: str
    approved_by: str | None
    created_at: datetime

    @property
    def size(self) -> Measure:
        """What it costs to send."""
        return measure(self.body)


def lint(body: str, lang: Lang, program: str, domains: Sequence[str]) -> tuple[str, ...]:
    """What is wrong with the words, one sentence each; none: a second person may approve them.

    `program` is the name people know us by; `domains` are the only ones a link may lead to.
    """
    found = []
    size = measure(body)
    if not body.strip():
        return ("Write what the message says.",)
    if program.casefold() not in body.casefold():
        found.append(f"Say who it is from: the name “{program}” must be in it.")
    if not STOP_LINES[lang].search(body):
        found.append(f"Say how to stop it: “{STOP_EXAMPLES[lang]}”")
    if size.segments > MOST_SEGMENTS:
        found.append(f"It takes {size.segments} segments; at most {MOST_SEGMENTS} may leave.")
    if size.offenders:
        shown = " ".join(size.offenders[:10])
        found.append(f"These letters cost double: {shown}. Write plain ones.")
    found += [
        f"The link to {host} is not ours: link only to {', '.join(domains) or 'our own site'}."
        for host in foreign_links(body, domains)
    ]
    if _SOLD.search(body):
        found.append("It may not sell anything: carriers filter it, and so do we.")
    if _DOSE.search(body):
        found.append("It may not name a dose.")
    return tuple(found)


def foreign_links(body: str, domains: Iterable[str]) -> tuple[str, ...]:
    """The hosts linked to that are not ours nor below ours, each once; 988lifeline.org may be."""
    ours = {"988lifeline.org", *(one.casefold().removeprefix("www.") for one in domains)}
    hosts = (found.casefold().removeprefix("www.") for found in _LINK.findall(body))
    return tuple(
        dict.fromkeys(
            host
            for host in hosts
            if not any(host == one or host.endswith(f".{one}") for one in ours)
        )
    )
