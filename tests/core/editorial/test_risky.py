import pytest

from smsbot.core.editorial.risky import RISKY
from smsbot.core.editorial.wording import sayings
from tests.builders import the_catalogue


@pytest.mark.parametrize(
    "text",
    [
        "Buy now and save.",
        "It is completely safe.",
        "You should take it twice.",
        "Deja de tomar tu medicina.",
        "Es totalmente segura.",
    ],
)
def test_a_risky_sentence_is_warned_of(text: str) -> None:
    assert sayings(text, RISKY)


def test_no_answer_of_ours_is_warned_of() -> None:
    found = {
        (answer.keyword, answer.lang.value, saying.words)
        for answer in the_catalogue().answers.by_name.values()
        for text in (answer.short, answer.long or "", answer.stub or "")
        for saying in sayings(text, RISKY)
    }

    assert found == set()
