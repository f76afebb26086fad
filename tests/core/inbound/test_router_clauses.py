import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.inbound.router_clauses import clauses
from smsbot.core.text.normalise import tokens


def asked(text: str) -> list[str]:
    return [" ".join(clause.words) for clause in clauses(text) if clause.asks]


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("bp high, on klonopin. worth asking about spravato?", ["worth asking about spravato"]),
        ("my dad is 70. is he too old", ["is he too old"]),
        ("does it work and how long does it last", ["does it work", "how long does it last"]),
        ("funciona? y cuanto dura", ["funciona", "cuanto dura"]),
        ("my dad is old and sad", []),
        ("me siento mal. puedo tomarla", ["me siento mal", "puedo tomarla"]),
        ("side effects? plus can i have a beer w it", ["side effects", "can i have a beer w it"]),
    ],
)
def test_what_is_asked_is_told_from_what_is_said(text: str, questions: list[str]) -> None:
    assert asked(text) == questions


def test_two_words_joined_are_one_clause() -> None:
    assert len(clauses("safe and legal")) == 1


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=200))
def test_no_clause_is_empty_and_no_word_is_made_up(text: str) -> None:
    found = clauses(text)

    assert all(clause.words for clause in found)
    assert {word for clause in found for word in clause.words} <= set(tokens(text))
