"""Entry codes while texts are answered: which are understood, and what is counted of a text.

Only numbers are kept, by code and day. Nothing is counted of a text in a crisis, and of what people
ask later only health topics, not help lines.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from smsbot.core.answers import Group
from smsbot.core.contacts import ConsentChange, Contact
from smsbot.core.inbound import joining
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.core.inbound.decision import Decision, Step
from smsbot.core.inbound.entry_codes import EntryCode, heads
from smsbot.core.messages import InboundMessage
from smsbot.db import entry_codes
from smsbot.db.store import Transaction

TEXTS, PEOPLE, OPT_OUTS = "texts", "people", "opt_outs"
TOPIC, JOINED = "topic:", "joined:"
"""What is counted: texts with the code, people it brought, and what those did later."""


@dataclass(frozen=True, slots=True)
class Understood:
    """The codes that are understood, as they were when they were read."""

    version: tuple[int, datetime | None]
    codes: dict[str, EntryCode]


def understood(tx: Transaction, before: Understood | None) -> Understood:
    """All codes ever printed, retired ones too: a poster hangs longer than its campaign runs.

    Reads them only when there is a new one; else gives back `before`.
    """
    version = entry_codes.version(tx)
    if before is not None and before.version == version:
        return before
    kept = entry_codes.everything(tx)
    codes = {one.code: EntryCode(code=one.code, word=one.keyword, lang=one.lang) for one in kept}
    return Understood(version, codes)


def speaks_of_joining(body: str, catalogue: Catalogue) -> bool:
    """Whether a text asks to join or leave a topic, with or without a poster's code behind it."""
    ends = heads(body) if catalogue.entry_codes else ()
    return any(joining.read(one, catalogue.topics) is not None for one in (body, *ends))


class Counted:
    """What the texts of one transaction add to the numbers."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._counts: Counter[tuple[str, date, str]] = Counter()

    def add(
        self, message: InboundMessage, before: Contact, decision: Decision, catalogue: Catalogue
    ) -> None:
        """Count one text that has been decided; `before` is the contact as it was."""
        day = message.received_at.date()
        code, source = decision.entry_code, decision.contact.source_code
        if code is not None:
            self._counts[code, day, TEXTS] += 1
            if source == code and before.source_code is None:
                self._counts[code, day, PEOPLE] += 1
        if source is None or decision.step is Step.CRISIS:
            return
        if code is None and _is_health_topic(decision, catalogue):
            self._counts[source, day, f"{TOPIC}{decision.topic}"] += 1
        for one in decision.joining:
            if one.change is ConsentChange.JOINED:
                self._counts[source, day, f"{JOINED}{one.topic}"] += 1
        if decision.consent is ConsentChange.OPT_OUT and not before.opted_out:
            self._counts[source, day, OPT_OUTS] += 1

    def save(self, tx: Transaction) -> None:
        """Add to what is kept."""
        if self._counts:
            entry_codes.count(tx, self._counts)


def _is_health_topic(decision: Decision, catalogue: Catalogue) -> bool:
    if decision.step not in {Step.KEYWORD, Step.QUESTION} or decision.topic is None:
        return False
    answer = catalogue.answers.get(decision.topic, decision.lang)
    return answer is not None and answer.group is Group.CONTENT
