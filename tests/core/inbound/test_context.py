"""A sentence sent in two texts is read as one, and the same pair is answered once."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.contacts import Contact
from smsbot.core.inbound.context import COUNTED, LONGEST_PIECE, find_across, piece
from smsbot.core.inbound.crisis import LIKENESS
from smsbot.core.inbound.decide import decide
from smsbot.core.inbound.decision import Decision, Finding, Step, Tier
from smsbot.core.messages import Lang, OptOutType
from tests.builders import NOW, an_inbound, the_catalogue

KNOWN = Contact(greeted=True)

SENTENCES = [
    "i want to die",
    "i am going to kill myself tonight",
    "my friend wants to kill herself",
    "i took all my pills",
    "i wish i was never born",
    "quiero morir",
    "no quiero vivir mas",
    "mi hermana se quiere matar",
]
words = st.text("abcdefghijklmnopqrstuvwxyz .,!?'…", max_size=30)
pieces = st.one_of(
    st.sampled_from([w for s in SENTENCES for w in s.split()] + ["", "...", "FDA", "STOP"]),
    st.sampled_from(SENTENCES),
    words,
)
cut_sentences = st.sampled_from(SENTENCES).flatmap(
    lambda s: st.integers(1, len(s.split()) - 1).map(
        lambda at: (" ".join(s.split()[:at]), " ".join(s.split()[at:]))
    )
)


def answer(*texts: str, contact: Contact = KNOWN, **more: object) -> Decision:
    message = an_inbound(texts[-1], **more)
    return decide(replace(message, recent=texts[:-1]), contact, the_catalogue(), NOW)


@pytest.mark.parametrize(
    ("texts", "tier"),
    [
        (("i want to kill", "myself"), Tier.ACTIVE),
        (("i'm going to kill...", "myself"), Tier.ACTIVE),
        (("i took,", "all my pills"), Tier.EMERGENCY),
        (("i wish i", "was never", "born"), Tier.PASSIVE),
        (("me quiero", "matar"), Tier.ACTIVE),
        (("no quiero", "vivir mas"), Tier.PASSIVE),
    ],
)
def test_the_second_half_of_a_sentence_is_read_with_the_first(
    texts: tuple[str, ...], tier: Tier
) -> None:
    alone = [
        found if found is None or found.rule != LIKENESS else None
        for found in map(the_catalogue().screen.find, texts)
    ]
    decision = answer(*texts)

    assert alone == [None] * len(texts)
    assert (decision.step, decision.tier) == (Step.CRISIS, tier)
    assert "988" in decision.messages[0][:40]
    assert decision.rule.endswith(".joined")
    assert decision.contact.care_until is not None


@given(st.lists(pieces, max_size=5), st.booleans())
def test_if_texts_together_fire_988_comes_first(texts: list[str], opted_out: bool) -> None:
    *recent, body = [*texts, "myself"]
    found = find_across(the_catalogue().screen, tuple(recent), body)
    decision = answer(*recent, body, contact=Contact(greeted=True, opted_out=opted_out))

    if found is not None:
        assert found.tier in COUNTED
        assert decision.step is Step.CRISIS
        assert "988" in decision.messages[0][:40]


@given(cut_sentences, st.sampled_from(["", "hello", "is it fda approved"]))
def test_a_crisis_sentence_cut_anywhere_gets_988_by_its_second_half(
    halves: tuple[str, str], before: str
) -> None:
    first, second = halves

    decision = answer(before, first, second)

    said = the_catalogue().screen.find(first)
    if said is None or not said.tier.is_urgent:
        assert decision.step is Step.CRISIS
        assert "988" in decision.messages[0][:40]


@given(cut_sentences, st.sampled_from(["lol", "what is it", "FDA", "ok", "gracias", "hello there"]))
def test_the_same_pair_does_not_fire_twice(halves: tuple[str, str], after: str) -> None:
    assert the_catalogue().screen.find(after) is None

    assert find_across(the_catalogue().screen, halves, after) is None


def test_the_second_texts_own_finding_wins() -> None:
    decision = answer("i want to", "die")
    alone = the_catalogue().screen.find("die")

    assert alone is not None
    assert decision.rule == alone.rule


def test_what_was_answered_is_answered_again_only_when_it_becomes_more_urgent() -> None:
    worse = answer("i want to kill myself", "i took", "all my pills")

    assert worse.tier is Tier.EMERGENCY
    assert answer("i want to kill myself", "thanks").step is not Step.CRISIS


class _Listens:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def find(self, text: str) -> Finding | None:
        self.heard.append(text)
        return None


@pytest.mark.parametrize(
    ("first", "read"),
    [
        ("i want to", "i want to die"),
        ("i want to... ", "i want to die"),
        ("i want to,", "i want to die"),
        ("i want to\u2026", "i want to die"),
        ("i want to -", "i want to die"),
        ("i know what i want to.", "i know what i want to. die"),
        ("what do i want to?", "what do i want to? die"),
    ],
)
def test_a_sentence_goes_on_unless_it_was_ended(first: str, read: str) -> None:
    screen = _Listens()

    find_across(screen, (first,), "die")  # type: ignore[arg-type]

    assert screen.heard == [read]


@pytest.mark.parametrize("tier", [t for t in Tier if t not in COUNTED])
def test_the_milder_tiers_do_not_count_across_texts(tier: Tier) -> None:
    class Mild:
        def find(self, text: str) -> Finding | None:
            return Finding(tier=tier, rule="mild", lang=Lang.EN) if "a b" in text else None

    assert find_across(Mild(), ("a",), "b") is None  # type: ignore[arg-type]


@pytest.mark.parametrize("word", ["STOP", "HELP", "START"])
def test_a_carriers_word_is_that_word_and_no_end_of_a_sentence(word: str) -> None:
    decision = answer("i took all my pills and i want it to", word)

    assert decision.step is Step.COMPLIANCE
    assert decision.topic == word


def test_what_the_provider_answered_is_left_to_it() -> None:
    decision = answer("i want to kill", "myself", opt_out_type=OptOutType.STOP)

    assert decision.messages == ()


class _FailsOnTheSecondLook:
    def find(self, text: str) -> Finding | None:
        if " " in text:
            raise RuntimeError("damaged")
        return None


def test_a_screen_that_fails_on_the_texts_together_has_fired() -> None:
    catalogue = replace(the_catalogue(), screen=_FailsOnTheSecondLook())  # type: ignore[arg-type]
    message = replace(an_inbound("FDA"), recent=("hello",))

    decision = decide(message, KNOWN, catalogue, NOW)

    assert decision.rule == "screen.failed"
    assert "988" in decision.messages[0][:40]


def test_without_texts_before_nothing_changes() -> None:
    assert find_across(the_catalogue().screen, (), "myself") is None
    assert find_across(the_catalogue().screen, ("i want to kill",), "  ") is None


@given(st.text(max_size=600))
def test_a_piece_is_the_end_of_the_text_from_a_whole_word(text: str) -> None:
    kept = piece(text)

    assert len(kept) <= LONGEST_PIECE
    assert text.endswith(kept)
    if 0 < len(kept) < len(text):
        assert text[-len(kept) - 1] == " "


def test_a_word_is_not_cut_into_another() -> None:
    assert not piece("s" + "kill " + "x" * (LONGEST_PIECE - 5)).startswith("kill")
