import json
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from smsbot.core.answers import Answer
from smsbot.core.inbound.router import route
from smsbot.core.inbound.router_index import Index, compile_index
from tests.builders import the_catalogue

QUESTIONS = Path(__file__).parents[2] / "questions" / "before.jsonl"

ASKED = [json.loads(line)["text"] for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]

WORDS = st.sampled_from(
    "xylophone harbour bladderr ketamine therapy home vejiga mailed q zzz".split()
)


def the_answers() -> list[Answer]:
    return list(the_catalogue().answers.by_name.values())[:8]


def read_the_same(one: Index, other: Index, texts: list[str]) -> bool:
    return all(route(text, one) == route(text, other) for text in texts)


@settings(max_examples=10)
@given(
    question=st.lists(WORDS, min_size=1, max_size=5).map(" ".join),
    at=st.integers(0, 7),
    left_out=st.none() | st.integers(0, 6),
    first=st.integers(0, len(ASKED) - 15),
)
def test_an_index_made_from_the_one_before_is_the_same_as_a_new_one(
    question: str, at: int, left_out: int | None, first: int
) -> None:
    vocabulary = the_catalogue().index.vocabulary
    answers = the_answers()
    before = compile_index(answers, vocabulary)
    answers[at] = replace(answers[at], questions=(question, *answers[at].questions[1:]))
    if left_out is not None:
        del answers[left_out]

    after = compile_index(answers, vocabulary, before=before)

    anew = compile_index(answers, vocabulary)
    assert (after.slips.words, after.known) == (anew.slips.words, anew.known)
    assert after.likeness.spelt.keys() == anew.likeness.spelt.keys()
    assert read_the_same(after, anew, [question, f"is {question}", *ASKED[first : first + 15]])


def test_only_the_answer_that_changed_is_compiled_again() -> None:
    vocabulary = the_catalogue().index.vocabulary
    answers = the_answers()
    before = compile_index(answers, vocabulary)
    answers[3] = replace(answers[3], questions=("does a xylophone help",))

    after = compile_index(answers, vocabulary, before=before)

    changed = [name for name, one in after.compiled.items() if before.compiled[name] is not one]
    assert changed == [(answers[3].keyword, answers[3].lang)]


def test_another_vocabulary_compiles_everything_anew() -> None:
    vocabulary = the_catalogue().index.vocabulary
    answers = the_answers()
    before = compile_index(answers, vocabulary)
    other = replace(vocabulary, means={"xylophone": ("xylophone", "glockenspiel")})

    after = compile_index(answers, other, before=before)

    assert read_the_same(after, compile_index(answers, other), ASKED[:20])
