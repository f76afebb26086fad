"""One plain writing for every font, alphabet, accent and invisible mark; and never an exception."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.text.normalise import fold, squeeze, tokens


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("I DON'T", "i dont"),
        ("don\u2019t", "dont"),
        ("don`t", "dont"),
        ("dont", "dont"),
        ("da\u00f1o \u00bfQU\u00c9?", "dano \u00bfque?"),
        ("k\u200bi\u200dl\ufeffl", "kill"),
        ("\u202ekill\u202c", "kill"),
        ("ki\u00adll", "kill"),
        ("ki\u3164ll", "kill"),
        ("\u043aill m\u0443\u0455\u0435lf", "kill myself"),
        ("\u03bailll", "killl"),
        ("\uff4b\uff49\uff4c\uff4c", "kill"),
        ("\U0001d4f4\U0001d4f2\U0001d4f5\U0001d4f5", "kill"),
        ("\u24da\u24d8\u24db\u24db", "kill"),
        ("\U0001f17a\U0001f178\U0001f17b\U0001f17b", "kill"),
        ("\U0001f1f0\U0001f1ee\U0001f1f1\U0001f1f1", "kill"),
        ("\u1d0b\u026a\u029f\u029f", "kill"),
        ("k\u0336i\u0336l\u0336l\u0336", "kill"),
        ("9\ufe0f\u20e38\ufe0f\u20e38\ufe0f\u20e3", "988"),
        ("two\n\n  words\tmore", "two words more"),
        ("\ufb01ne", "fine"),
        ("Stra\u00dfe \u0141\u00f3d\u017a", "strasse lodz"),
        ("a\x00b", "ab"),
        ("2 mg, side-effects!", "2 mg, side-effects!"),
    ],
)
def test_a_word_is_the_same_however_it_is_dressed(written, plain):
    assert fold(written) == plain


def test_squeezing_leaves_only_capitals_and_digits():
    assert squeeze("Side effects!") == "SIDEEFFECTS"
    assert squeeze("espa\u00f1ol") == "ESPANOL"
    assert squeeze("\U0001f600 ?") == ""


def test_tokens_are_the_words_without_punctuation_and_emoji():
    assert tokens("I'm ok... 2mg \U0001f600 side-effects") == ("im", "ok", "2mg", "side", "effects")
    assert tokens("") == ()


def test_every_single_character_folds_to_something_that_folds_to_itself():
    for code_point in range(0x110000):
        once = fold(chr(code_point))
        assert fold(once) == once, hex(code_point)


@given(st.text(st.characters(codec=None)))
def test_no_text_raises_and_folding_twice_changes_nothing(text):
    once = fold(text)

    assert fold(once) == once
    assert squeeze(once) == squeeze(text)
    assert squeeze(text).isascii()
    assert not any(unicodedata.category(char) in {"Mn", "Cf", "Cs"} for char in once)
    assert all(tokens(text))


@given(st.text(st.characters(min_codepoint=0xD800, max_codepoint=0xDFFF)))
def test_lone_surrogates_are_dropped(text):
    assert fold(text) == ""


@pytest.mark.parametrize("unit", ["\u0301\u0323", "\ufdfa", "a\u0300", "\U0001d4f4", "'"])
def test_time_grows_with_length_not_with_its_square(unit):
    def spent(copies):
        text = unit * copies
        fold(text)
        rounds = []
        for _ in range(5):
            started = time.thread_time()
            fold(text)
            rounds.append(time.thread_time() - started)
        return min(rounds)

    assert spent(20_000) < 40 * spent(2_000) + 0.02
