from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.inbound.router_features import Vocabulary, compile_meanings, features
from smsbot.core.inbound.router_likeness import Example, Likeness, compile_likeness
from smsbot.core.text.normalise import tokens

VOCABULARY = Vocabulary(
    means={
        "lozenge": ("lozenge", "troche", "pastilla", "under the tongue"),
        "mail": ("mail", "correo"),
    }
)


def likeness(*examples: tuple[str, str], weight: float = 1.0) -> Likeness:
    return compile_likeness(
        (Example(text=text, topic=topic, weight=weight) for text, topic in examples),
        compile_meanings(VOCABULARY),
    )


def best(compiled: Likeness, text: str) -> str | None:
    scores = compiled.read(tokens(text)).scores
    return max(scores, key=lambda topic: scores[topic], default=None)


def test_a_word_of_the_same_meaning_finds_the_answer_in_the_other_language() -> None:
    compiled = likeness(("lozenge by mail", "ATHOME"), ("drip in the arm", "CLINIC"))

    assert best(compiled, "pastilla del correo") == "ATHOME"


def test_a_misspelt_word_is_known_by_its_letters() -> None:
    compiled = likeness(("bladder trouble", "BLADDER"), ("heart trouble", "HEART"))

    assert best(compiled, "bladderr") == "BLADDER"


def test_what_every_topic_is_asked_with_speaks_for_none() -> None:
    compiled = likeness(*((f"ketamine topic{n}", f"T{n}") for n in range(80)))

    assert compiled.read(("ketamine",)).scores == {}
    assert best(compiled, "ketamine topic7") == "T7"


def test_words_nobody_has_asked_with_are_counted() -> None:
    reading = likeness(("is it safe", "RISKS")).read(tokens("is the volcano safe"))

    assert reading.unknown == 1


def test_the_longest_phrase_with_a_meaning_counts() -> None:
    found = features(tokens("under the tongue"), compile_meanings(VOCABULARY))

    assert "@lozenge" in found


@given(st.permutations([("a b c", "ONE"), ("b c d", "TWO"), ("c d e", "ONE"), ("d e f", "THREE")]))
def test_the_order_of_the_examples_does_not_matter(rows: list[tuple[str, str]]) -> None:
    text = tokens("b c d e")

    assert likeness(*rows).read(text).scores == likeness(*sorted(rows)).read(text).scores
