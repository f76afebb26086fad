"""The learned layer of the crisis screen: the weights that ship, and what damage does to them."""

import hashlib
import tomllib
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.errors import ScreenFault
from smsbot.core.inbound.crisis_model import BITS, Model, buckets, build_model, load_model, pack

FOLDER = Path(__file__).resolve().parents[3] / "content" / "crisis" / "model"
DESCRIPTION = (FOLDER / "model.toml").read_text(encoding="utf-8")
WEIGHTS = (FOLDER / "weights.bin").read_bytes()


@pytest.fixture(scope="module")
def model() -> Model:
    return build_model(DESCRIPTION, WEIGHTS)


def small(weight: float = 1.0, bias: float = -2.0) -> bytes:
    weights = [0.0] * (1 << BITS)
    for bucket in buckets("i want to die"):
        weights[bucket] = weight
    return pack(weights, bias)


def checksum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_the_weights_that_ship_are_small_and_match_their_checksum() -> None:
    assert checksum(WEIGHTS) == tomllib.loads(DESCRIPTION)["sha256"]
    assert len(WEIGHTS) <= 200_000
    assert len(zlib.decompress(WEIGHTS)) < 1_000_000


def test_the_description_says_what_the_weights_rest_on() -> None:
    told = tomllib.loads(DESCRIPTION)

    assert told["texts"]["written-crisis"] >= 750
    assert {one["source"] for one in told["held_out"]} >= {"own-questions"}
    assert all(one["alarms"] <= one["allowed"] for one in told["held_out"])


@pytest.mark.parametrize(
    "text",
    [
        "i dont want to be alive anymore",
        "I am going to end my own life tonight",
        "my family would be better off if i was dead",
        "goodbye everyone, by morning i will be at peace",
        "ya no quiero vivir, perdonenme",
        "me quiero matar esta noche",
    ],
)
def test_it_fires_on_plain_crisis_texts(model: Model, text: str) -> None:
    assert model.fires(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FDA",
        "RISKS",
        "how much does a session cost",
        "is ketamine safe with zoloft",
        "my phone died, call you later",
        "see you at 8, love you",
        "having a bad day",
        "cuanto cuesta la ketamina",
        "me muero de hambre",
    ],
)
def test_it_leaves_plain_texts_alone(model: Model, text: str) -> None:
    assert not model.fires(text)


def test_how_a_text_is_dressed_changes_nothing(model: Model) -> None:
    plain = model.score("i dont want to live")

    assert model.score("I DON\u2019T  want to LIVE!!") == plain
    assert model.score("ｉ ｄｏｎｔ want\u200b to live") == plain


def test_the_same_text_falls_into_the_same_buckets_everywhere() -> None:
    # Pinned: weights learned on one machine are used on every other.
    assert sorted(buckets("hi 988")) == [7149, 13946, 29861, 32733, 37770, 61367]


def test_three_words_are_left_to_the_lexicon(model: Model) -> None:
    assert model.score("kill myself tonight") == 0.0
    assert model.score("i kill myself tonight") > 0.0


def test_long_numbers_are_all_alike() -> None:
    assert buckets("call 5550100") == buckets("call 988")
    assert buckets("plan 2") != buckets("plan 20")


@given(st.text(alphabet=st.characters(), max_size=400))
def test_any_text_has_a_score(text: str) -> None:
    score = build_model(DESCRIPTION, WEIGHTS).score(text)

    assert 0.0 <= score <= 1.0
    assert score == build_model(DESCRIPTION, WEIGHTS).score(text)


@pytest.mark.parametrize("text", ["\ud800", "\x00", "\u0301" * 1600, "a" * 1600, "!?" * 800])
def test_odd_texts_have_a_score(model: Model, text: str) -> None:
    assert 0.0 <= model.score(text) <= 1.0


def test_what_is_packed_is_what_is_scored() -> None:
    data = small(weight=1.0, bias=-2.0)
    loaded = load_model(data, checksum(data), threshold=0.6)

    assert loaded.score("zzz zzz zzz zzz") == pytest.approx(0.119, abs=0.001)
    assert loaded.fires("I want to die")
    assert not loaded.fires("lovely weather")
    assert pack([0.0] * (1 << BITS), 0.0) == pack([0.0] * (1 << BITS), 0.0)


def test_weights_of_another_size_are_not_packed() -> None:
    with pytest.raises(ValueError, match="one weight"):
        pack([0.0], 0.0)


def test_weights_that_were_changed_are_refused() -> None:
    changed = bytearray(WEIGHTS)
    changed[len(changed) // 2] ^= 1

    with pytest.raises(ScreenFault, match="checksum"):
        build_model(DESCRIPTION, bytes(changed))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not compressed",
        zlib.compress(b""),
        zlib.compress(b"SCM1"),
        zlib.compress(zlib.decompress(small())[:-1]),
        zlib.compress(b"XXXX" + zlib.decompress(small())[4:]),
        zlib.compress(bytes(1 << 22)),
        small(bias=float("inf")),
        bytes(2 << 20),
    ],
    ids=["empty", "raw", "nothing", "cut", "short", "magic", "bomb", "infinite", "huge"],
)
def test_bytes_that_hold_no_model_are_refused_whatever_their_checksum(data: bytes) -> None:
    with pytest.raises(ScreenFault, match="Restore"):
        load_model(data, checksum(data))


@pytest.mark.parametrize(
    "description",
    [
        "",
        "sha256 = ",
        'sha256 = "x"',
        'sha256 = "x"\nthreshold = "high"',
        'sha256 = "x"\nthreshold = 0.0',
        'sha256 = "x"\nthreshold = 1.5',
        'sha256 = "x"\nthreshold = nan',
        'sha256 = "x"\nthreshold = []',
    ],
)
def test_a_damaged_description_is_refused(description: str) -> None:
    with pytest.raises(ScreenFault, match=r"model\.toml"):
        build_model(description, WEIGHTS)
