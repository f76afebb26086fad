import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.text.sentences import sentence_ends


def sentences(text: str) -> list[str]:
    ends = [0, *sentence_ends(text), len(text)]
    pieces = [text[first:last].strip() for first, last in pairwise(ends)]
    return [piece for piece in pieces if piece]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("¿Qué es? ¡Llama! Ya.", ["¿Qué es?", "¡Llama!", "Ya."]),
        ('He said "No." She left.', ['He said "No."', "She left."]),
        ("Basics: WHAT, FDA\nSafety: RISKS", ["Basics: WHAT, FDA", "Safety: RISKS"]),
        ("First.\n\nSecond.", ["First.", "Second."]),
        ("See Dr. Lee today.", ["See Dr. Lee today."]),
        ("In the U.S. or abroad.", ["In the U.S. or abroad."]),
        ("In the U.S. Ask there.", ["In the U.S.", "Ask there."]),
        ("Fuera de EE.UU. llama.", ["Fuera de EE.UU. llama."]),
        ("It is 2.5 times 988lifeline.org now", ["It is 2.5 times 988lifeline.org now"]),
        ("Wait... then go.", ["Wait...", "then go."]),
    ],
)
def test_sentences_end_where_a_reader_stops(text: str, found: list[str]) -> None:
    assert sentences(text) == found


@given(st.text(alphabet="aB .!?\n\"'", max_size=200))
def test_the_ends_are_places_in_the_text_in_order(text: str) -> None:
    ends = sentence_ends(text)

    assert ends == sorted(set(ends))
    assert all(0 < at <= len(text) for at in ends)


@pytest.mark.parametrize(
    "text", ["." * 100_000 + "x", "a. " * 40_000, " " * 100_000, "U." * 50_000]
)
def test_a_long_text_takes_no_time(text: str) -> None:
    started = time.perf_counter()

    sentence_ends(text)

    assert time.perf_counter() - started < 2
