"""The crisis screen finds what it must, leaves alone what it must, and never raises."""

# Tables of texts read best a row a line.
# ruff: noqa: E501

import functools
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsbot.core.errors import ScreenFault
from smsbot.core.inbound.crisis import build_screen, self_test
from smsbot.core.inbound.decision import Tier
from smsbot.core.messages import Lang

HERE = Path(__file__).parent
LEXICON = HERE.parents[2] / "content" / "crisis" / "lexicon"
SELF = {Tier.EMERGENCY, Tier.ACTIVE, Tier.PASSIVE}
ALLOWED = {
    "explicit": SELF,
    "suicidal": SELF,
    "emergency": {Tier.EMERGENCY},
    "third_party": {Tier.THIRD_PARTY, Tier.EMERGENCY},
    "violence": {Tier.VIOLENCE, Tier.EMERGENCY},
    "bereavement": {Tier.BEREAVEMENT},
    "information": {Tier.INFORMATION},
    "some": set(Tier),
}


@functools.cache
def lexicon():
    return {path.name: path.read_text("utf-8") for path in LEXICON.glob("*.toml")}


@functools.cache
def screen():
    return build_screen(lexicon())


def fixtures(part):
    for path in sorted(HERE.glob("crisis_fixtures*.toml")):
        for section, texts in tomllib.loads(path.read_text("utf-8"))[part].items():
            yield pytest.param(section, texts, id=f"{path.stem}-{section}")


def tier(text):
    found = screen().find(text)
    return found.tier if found else None


@pytest.mark.parametrize(("section", "texts"), list(fixtures("must_fire")))
def test_it_finds(section, texts):
    found = {text: tier(text) for text in texts}

    assert {text: it for text, it in found.items() if it not in ALLOWED[section]} == {}


@pytest.mark.parametrize(("section", "texts"), list(fixtures("must_not_fire")))
def test_it_leaves_alone(section, texts):
    found = {text: screen().find(text) for text in texts}

    assert {text: it for text, it in found.items() if it is not None} == {}, section


def test_no_text_is_a_fixture_twice():
    listed = [
        text
        for part in ("must_fire", "must_not_fire")
        for param in fixtures(part)
        for text in param.values[1]
    ]

    assert sorted({text for text in listed if listed.count(text) > 1}) == []


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("im suicidal", ("CRISIS",)),
        ("my brother texted me goodbye and has pills", ("CRISIS", "EMERGENCY")),
        ("i took too much ketamine", ("EMERGENCY", "CRISIS")),
        ("i cant wake him up", ("EMERGENCY", "CRISIS")),
        ("shes not breathing", ("EMERGENCY", "CRISIS")),
        ("my friend overdosed", ("EMERGENCY", "CRISIS")),
        ("my husband hits me", ("DV", "CRISIS")),
        ("im going to shoot up my work", ("EMERGENCY", "CRISIS")),
        ("i want to kill my boss", ("EMERGENCY", "CRISIS")),
        ("quiero matar a mi esposo", ("EMERGENCY", "CRISIS")),
        ("im a vet and im not ok", ("CRISIS", "LINES")),
        ("ya no quiero vivir", ("CRISIS",)),
        ("what is the overdose risk", ("EMERGENCY", "CRISIS")),
    ],
)
def test_it_says_which_safety_answer_leads(text, topics):
    assert screen().find(text).topics == topics


@pytest.mark.parametrize(
    "word", ["CRISIS", "988", "SUICIDE", "Suicidal", "SOS", "suicidio", "SUICIDA"]
)
@pytest.mark.parametrize("dress", ["{}", "{}!!", "  {} ", '"{}"', "*{}*", "{}\n"])
def test_a_bare_crisis_word_is_an_active_crisis(word, dress):
    found = screen().find(dress.format(word))

    assert (found.tier, found.topics[0]) == (Tier.ACTIVE, "CRISIS")


@pytest.mark.parametrize(
    "word", ["EMERGENCY", "911", "OVERDOSE", "POISON", "OD", "EMERGENCIA", "SOBREDOSIS", "VENENO"]
)
def test_a_bare_emergency_word_is_an_emergency(word):
    found = screen().find(word)

    assert (found.tier, found.topics[0]) == (Tier.EMERGENCY, "EMERGENCY")


@pytest.mark.parametrize(
    "text",
    [
        "not suicidal but i want to die", "i won't kill myself", "jk i want to kill myself lol",
        "i used to want to kill myself", "'i want to kill myself' is what i think",
        "homework makes me want to kill myself", "stop i want to die", "STOP. i want to kill myself",
    ],
)  # fmt: skip
def test_negation_past_jokes_and_stop_never_silence_it(text):
    assert tier(text) is not None


def test_an_idiom_takes_a_phrase_down_one_step_and_no_further():
    assert tier("i want to kill myself") is Tier.ACTIVE
    assert tier("this homework makes me want to kill myself") is Tier.PASSIVE
    assert tier("i want to kill myself. also the homework is late") is Tier.ACTIVE


def test_an_idiom_covers_only_its_own_words():
    assert tier("dying of laughter. but really i want to kill myself") is Tier.ACTIVE


@pytest.mark.parametrize(
    "joined",
    ["matarme", "morirme", "suicidarme", "quitarme la vida", "cortarme", "ahorcarme", "tirarme del puente",
     "colgarme", "autolesionarme", "hacerme daño", "queriendome matar", "cortarme las venas"],
)  # fmt: skip
def test_spanish_pronouns_joined_to_the_verb_are_found(joined):
    assert tier(f"quiero {joined}") in SELF
    assert screen().find(f"quiero {joined}").lang is Lang.ES


def test_the_language_is_that_of_the_phrase_and_open_when_it_is_the_same_in_both():
    assert screen().find("quiero morir").lang is Lang.ES
    assert screen().find("i want to die").lang is Lang.EN
    assert screen().find("988").lang is None


def test_a_finding_holds_none_of_the_text():
    found = screen().find("zebra i want to kill myself zebra")

    assert "zebra" not in repr(found)
    assert found.rule == "intent.kill_self.en"


def test_it_reads_the_whole_of_a_long_text():
    assert tier("what about the side effects of it all, " * 39 + "i want to die") in SELF


@given(st.text(st.characters(codec=None), max_size=400))
def test_no_text_makes_it_raise(text):
    screen().find(text)


@given(
    st.lists(
        st.sampled_from("i want to kill my self die * . ! 1 2 mg e d k quiero morir 🔫".split()),
        max_size=60,
    )
)
@settings(max_examples=200)
def test_no_pile_of_its_own_words_makes_it_raise(words):
    screen().find(" ".join(words))
    screen().find("".join(words))


@pytest.mark.parametrize(
    "unit",
    ["i want to ", "kill ", "i just really ", "a", "k i l l ", "\u0301\u0323", "killmyself", "k*ll ", "xqzptw ",
     "my friend ", "wantto", "*", ".", "4 ", "1l|!"],
)  # fmt: skip
def test_no_text_of_carrier_length_keeps_it_busy(unit):
    text = (unit * 1600)[:1600]
    screen().find(text)
    started = time.perf_counter()
    screen().find(text)

    # Twenty times what it takes on an idle machine: this one may be shared.
    assert time.perf_counter() - started < 0.05


def test_it_passes_its_own_self_test():
    self_test(screen())


def test_a_lexicon_without_its_rules_does_not_start():
    kept = {name: text for name, text in lexicon().items() if "intent" not in name}

    with pytest.raises(ScreenFault, match="crisis lexicon"):
        self_test(build_screen(kept))


@pytest.mark.parametrize(
    "gone",
    ["alone.toml", "emergency.en.toml", "third.en.toml", "violence.en.toml", "crisis.es.toml"],
)
def test_the_self_test_notices_each_missing_file(gone):
    kept = {name: text for name, text in lexicon().items() if name != gone}

    with pytest.raises(ScreenFault):
        self_test(build_screen(kept))


def test_an_empty_lexicon_does_not_build():
    with pytest.raises(ScreenFault, match="complete"):
        build_screen({})
