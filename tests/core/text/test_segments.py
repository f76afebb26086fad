import random
import unicodedata

import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.text.graphemes import may_cut
from smsbot.core.text.segments import (
    GSM7,
    GSM7_BASIC,
    GSM7_EXTENSION,
    measure,
    split,
    to_gsm7,
)

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
FLAG = "\U0001f1f2\U0001f1fd"
THUMB = "\U0001f44d\U0001f3fd"
# Without the escape: the other counter takes a bare one for a letter, which no network does.
POOLS = (
    sorted(GSM7_BASIC),
    sorted(GSM7_EXTENSION),
    list("áíóúÁ漢字你привет\u2019\u201c\u2014\u2022\u00a0"),
    ["\U0001f600", "\U0001f9e0", FAMILY, FLAG, THUMB, "\u200d", "e\u0301", "\u2764\ufe0f"],
)


def random_text(chance: random.Random) -> str:
    weights = chance.choice([(1, 0, 0, 0), (9, 1, 0, 0), (1, 1, 0, 0), (20, 2, 1, 1), (2, 1, 2, 2)])
    length = chance.choice(
        [chance.randrange(1, 12), chance.randrange(60, 80)] * 2
        + [
            chance.randrange(130, 175),
            chance.randrange(290, 330),
            chance.randrange(1, 1600),
        ]
    )
    pools = chance.choices(POOLS, weights, k=length)
    return "".join(chance.choice(pool) for pool in pools)


def counted_elsewhere(text: str) -> tuple[str, int, int]:
    other = smsutil.split(text)
    if other.encoding == "gsm0338":
        return "GSM-7", other.total_bytes, len(other.parts)
    return "UCS-2", other.total_bytes // 2, len(other.parts)


def test_it_counts_what_an_independent_counter_counts_on_5000_random_texts() -> None:
    chance = random.Random(20261123)
    encodings = set()

    for _ in range(5000):
        text = random_text(chance)
        ours = measure(text)
        encodings.add(ours.encoding)

        assert (ours.encoding, ours.units, ours.segments) == counted_elsewhere(text), ascii(text)

    assert encodings == {"GSM-7", "UCS-2"}


BORDERS = [
    before + middle + after
    for border in (67, 70, 134, 140, 153, 160, 201, 306, 320, 459, 612)
    for length in range(border - 3, border + 3)
    for middle in ("", "€", "€€", "\U0001f600", "á", "á€")
    for before, after in (("a" * length, ""), ("a" * length, "b" * 40), ("漢" * length, "c"))
]


def test_it_counts_what_an_independent_counter_counts_at_every_border() -> None:
    for text in BORDERS:
        ours = measure(text)

        assert (ours.encoding, ours.units, ours.segments) == counted_elsewhere(text), ascii(text)


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        pytest.param("", "GSM-7", 0, 1, id="nothing"),
        pytest.param("a" * 160, "GSM-7", 160, 1, id="one full"),
        pytest.param("a" * 161, "GSM-7", 161, 2, id="one too many"),
        pytest.param("€" * 80, "GSM-7", 160, 1, id="euro signs take two"),
        pytest.param("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3, id="a euro sign is not parted"),
        pytest.param("á" * 70, "UCS-2", 70, 1, id="one full of accents"),
        pytest.param("á" * 71, "UCS-2", 71, 2, id="one accent too many"),
        pytest.param("á" * 66 + "\U0001f600" + "á" * 66, "UCS-2", 134, 3, id="an emoji is whole"),
        pytest.param("él niño, ¿sí?".replace("í", "i"), "GSM-7", 13, 1, id="Spanish that is GSM-7"),
        pytest.param("\x1b", "UCS-2", 1, 1, id="the escape is no character"),
        pytest.param("\ud800", "UCS-2", 1, 1, id="a lone surrogate"),
    ],
)
def test_it_knows_the_limits(text: str, encoding: str, units: int, segments: int) -> None:
    found = measure(text)

    assert (found.encoding, found.units, found.segments) == (encoding, units, segments)


def test_it_names_each_offender_once_in_the_order_of_the_text() -> None:
    assert measure("¿Qué es \u201cla ketamina\u201d? Información é ñ \U0001f600 ó").offenders == (
        "\u201c",
        "\u201d",
        "ó",
        "\U0001f600",
    )
    assert measure("¿Que paso el año pasado? {ok} €").offenders == ()


@given(st.text())
def test_it_measures_any_text(text: str) -> None:
    found = measure(text)

    assert found.segments >= 1
    assert bool(found.offenders) == (found.encoding == "UCS-2")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("\u201cIt\u2019s\u201d \u2013 \u2022 one\u2026", '"It\'s" - - one...'),
        ("Más información está aquí: ¿útil?", "Mas informacion esta aqui: ¿util?"),
        ("el niño, pingüino, café, ¡sí!", "el niño, pingüino, café, ¡si!"),
        ("e\u0301 n\u0303 a\u0301", "é ñ a"),
        ("two\u00a0hours\u200b", "two hours"),
        ("ﬁnd ＦＤＡ Ω", "find FDA Ω"),
        ("Stay OK \U0001f600", "Stay OK \U0001f600"),
        ("10\u00b2", "10\u00b2"),
    ],
)
def test_it_writes_gsm7_lookalikes(text: str, plain: str) -> None:
    assert to_gsm7(text) == plain


@given(st.text(alphabet=sorted(GSM7)))
def test_it_leaves_gsm7_texts_alone(text: str) -> None:
    assert to_gsm7(text) == text


@given(st.text())
def test_lookalikes_never_add_an_offender(text: str) -> None:
    composed = set(unicodedata.normalize("NFC", text))

    assert set(measure(to_gsm7(text)).offenders) <= composed


WORDS = st.text(alphabet="abcdefgé€á\U0001f600\u0301\u200d .!?\n", max_size=400)


def without_space(text: str) -> str:
    return "".join(char for char in text if not char.isspace())


@given(text=WORDS | st.text(), segments=st.integers(1, 3))
def test_every_part_fits_and_nothing_but_space_is_lost(text: str, segments: int) -> None:
    parts = split(text, segments)

    assert all(part and measure(part).segments <= segments for part in parts)
    assert without_space("".join(parts)) == without_space(text)


@given(text=WORDS, segments=st.integers(1, 2))
def test_no_visible_character_is_cut(text: str, segments: int) -> None:
    place = 0
    for part in split(text, segments):
        at = text.index(part, place)
        assert may_cut(text, at)
        assert may_cut(text, at + len(part))
        place = at + len(part)


@given(st.lists(st.integers(1, 120), min_size=2, max_size=20))
def test_it_cuts_at_sentence_ends_when_they_fit(lengths: list[int]) -> None:
    sentences = ["W" + "o" * length + "." for length in lengths]

    parts = split(" ".join(sentences), 1)

    assert all(part.endswith(".") for part in parts)
    assert " ".join(parts) == " ".join(sentences)


def test_a_long_sentence_is_cut_between_words() -> None:
    text = "one two three four five six " * 20

    parts = split(text, 1)

    assert " ".join(parts) == text.strip()
    assert all(len(part) > 130 for part in parts[:-1])


@pytest.mark.parametrize(
    "emoji", [FAMILY, FLAG, THUMB, "e\u0301\u0302", "\u2764\ufe0f", "\u1112\u1161\u11ab"]
)
def test_a_visible_character_stays_whole(emoji: str) -> None:
    for before in range(60, 72):
        parts = split("x" * before + emoji * 30, 1)

        pieces = [part.removeprefix("x" * before) for part in parts]
        assert all(len(piece) % len(emoji) == 0 for piece in pieces)
        assert "".join(pieces) == emoji * 30


def test_a_character_larger_than_a_message_is_cut_rather_than_dropped() -> None:
    monster = "a" + "\u0301" * 500

    parts = split(monster, 1)

    assert "".join(parts) == monster
    assert all(measure(part).segments == 1 for part in parts)


def test_it_prefers_a_paragraph_and_a_sentence_to_an_abbreviation() -> None:
    text = (
        "Ask about this today. " + "x" * 100 + " See Dr. Lee in the U.S. or elsewhere " + "y" * 15
    )

    first, second = split(text, 1)

    assert first == "Ask about this today."
    assert second.startswith("xxx")


def test_a_space_that_carries_an_accent_is_no_white_space() -> None:
    assert split("  \u0301a b", 1) == (" \u0301a b",)


def test_an_empty_text_gives_no_message_and_no_segments_is_refused() -> None:
    assert split(" \n ", 1) == ()
    with pytest.raises(ValueError, match="at least one segment"):
        split("a", 0)
