"""Follow-ups to the repository's own answers, as people text them: made up, in two halves.

The second half was run before anybody had read what the code made of it; docs/conversation.md has
the figures of that day.
"""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from smsbot.core.contacts import Contact
from smsbot.core.inbound.decide import decide
from smsbot.core.messages import Lang
from tests.builders import NOW, an_inbound, the_catalogue

FILE = Path(__file__).resolve().parents[1] / "questions" / "follow_ups.jsonl"
ROWS = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
FEWEST_RIGHT, MOST_WRONG = 0.85, 0.1


def outcome(row: dict[str, str | list[str]]) -> str:
    """Right, asked back, not answered, or wrong: after the answer the row names, a minute on."""
    catalogue, later = the_catalogue(), NOW + timedelta(minutes=1)
    contact = Contact(greeted=True, lang=Lang(str(row["lang"])), lang_chosen=True)
    contact = decide(an_inbound(str(row["after"])), contact, catalogue, NOW).contact
    decision = decide(an_inbound(str(row["text"]), received_at=later), contact, catalogue, later)
    if row["expected"] == ["NONE"]:
        return "right" if decision.topic in {None, "MENU"} else "wrong"
    if decision.topic in row["expected"]:
        return "right"
    if decision.rule.startswith("ambiguous"):
        return "asked"
    return "unanswered" if decision.rule.startswith("unknown") else "wrong"


@pytest.mark.parametrize("lang", list(Lang))
def test_most_follow_ups_are_understood_and_few_wrongly(lang: Lang) -> None:
    counted = Counter(outcome(row) for row in ROWS if row["lang"] == lang.value)
    total = counted.total()

    assert total >= 25
    assert counted["right"] >= FEWEST_RIGHT * total, counted
    assert counted["wrong"] <= MOST_WRONG * total, counted
