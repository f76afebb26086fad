"""When the crisis screen itself fails, 988 is the answer; and it does not start half broken."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from smsbot.core.answers import Answer
from smsbot.core.contacts import Contact
from smsbot.core.errors import ScreenFault
from smsbot.core.inbound.crisis import Screen, build_screen, self_test
from smsbot.core.inbound.crisis_lexicon import compile_lexicon
from smsbot.core.inbound.decide import build_catalogue, decide
from smsbot.core.inbound.decision import Finding, Step
from tests.builders import NOW, an_inbound, the_catalogue

LEXICON = Path(__file__).resolve().parents[3] / "content" / "crisis" / "lexicon"
PLAIN = "we had a lovely quiet lunch in the park today"
KNOWN = Contact(greeted=True)


def files() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in LEXICON.glob("*.toml")}


class _Raising:
    """A screen that fails in a way of its own."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def find(self, text: str) -> Finding | None:
        raise self._error


@pytest.mark.parametrize(
    "error",
    [TimeoutError(), RecursionError(), MemoryError(), KeyError("word"), ScreenFault("damaged"),
     UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), ZeroDivisionError()],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_whatever_the_screen_raises_988_is_the_answer(error: BaseException) -> None:
    catalogue = replace(the_catalogue(), screen=_Raising(error))  # type: ignore[arg-type]

    decision = decide(an_inbound(PLAIN), KNOWN, catalogue, NOW)

    assert (decision.step, decision.rule) == (Step.CRISIS, "screen.failed")
    assert "988" in decision.messages[0][:40]


def test_a_text_that_takes_too_long_is_answered_with_988() -> None:
    hasty = Screen(compile_lexicon(files()), most_steps=5)
    catalogue = replace(the_catalogue(), screen=hasty)

    with pytest.raises(ScreenFault, match="too long"):
        hasty.find(PLAIN)
    decision = decide(an_inbound(PLAIN), KNOWN, catalogue, NOW)

    assert (decision.step, decision.rule) == (Step.CRISIS, "screen.failed")
    assert "988" in decision.messages[0][:40]


def test_no_text_that_a_carrier_delivers_comes_near_the_limit() -> None:
    screen = Screen(compile_lexicon(files()), most_steps=50_000)

    for unit in ("i want to want to ", "kill ", "my friend wants to i ", "quiero me quiero no "):
        screen.find((unit * 1600)[:1600])


def test_texts_joined_that_the_screen_fails_on_are_answered_with_988_too() -> None:
    class _FailsOnTwo:
        def find(self, text: str) -> Finding | None:
            if "lunch" in text and "park" in text:
                raise RuntimeError
            return None

    catalogue = replace(the_catalogue(), screen=_FailsOnTwo())  # type: ignore[arg-type]
    message = replace(an_inbound("in the park"), recent=("a lovely lunch",))

    assert "988" in decide(message, KNOWN, catalogue, NOW).messages[0][:40]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("tier", "teir", 1),
        lambda text: text.replace("[[rule]]", "[[rules]]", 1),
        lambda text: text.replace("active", "aktive"),
        lambda text: text.replace("says = [", 'says = ["(never closed",', 1),
        lambda text: text.replace("says = [", 'says = ["<no_such_class> me",', 1),
        lambda text: "\x00" + text,
    ],
    ids=["cut short", "key", "table", "tier", "bracket", "class", "nul"],
)
def test_a_damaged_lexicon_does_not_start(damage: Callable[[str], str]) -> None:
    kept = files()
    damaged = damage(kept["intent.en.toml"])
    assert damaged != kept["intent.en.toml"]

    with pytest.raises(ScreenFault):
        self_test(build_screen({**kept, "intent.en.toml": damaged}))


def test_no_catalogue_is_built_with_a_screen_that_fails_its_self_test() -> None:
    deaf = {
        name: text.replace("myself", "mychair").replace("suicid", "sugar")
        for name, text in files().items()
    }
    answers: list[Answer] = []

    with pytest.raises(ScreenFault, match="self-test"):
        build_catalogue(build_screen(deaf), answers, "Ketamine Info Line")
