import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from smsbot.core.contacts import Contact
from smsbot.core.errors import ScreenFault
from smsbot.core.inbound.crisis import build_screen, self_test
from smsbot.core.inbound.crisis_model import Model
from smsbot.core.inbound.decide import decide
from smsbot.core.inbound.decision import Step, Tier
from smsbot.services.read_screen import read_model, read_screen
from tests.builders import CONTENT, NOW, an_inbound, the_catalogue


@pytest.fixture
def content(tmp_path: Path) -> Path:
    shutil.copytree(CONTENT / "crisis", tmp_path / "crisis")
    return tmp_path


def test_the_learned_layer_is_there_and_the_screen_passes_its_self_test() -> None:
    assert read_model(CONTENT) is not None
    self_test(read_screen(CONTENT))


@pytest.mark.parametrize("damage", ["weights gone", "weights changed", "description gone"])
def test_without_the_learned_layer_the_lexicon_screens_alone(content: Path, damage: str) -> None:
    home = content / "crisis" / "model"
    if damage == "weights gone":
        (home / "weights.bin").unlink()
    elif damage == "weights changed":
        (home / "weights.bin").write_bytes(b"?" + (home / "weights.bin").read_bytes()[1:])
    else:
        (home / "model.toml").unlink()

    assert read_model(content) is None
    self_test(read_screen(content))


def test_without_the_lexicon_nothing_starts(content: Path) -> None:
    shutil.rmtree(content / "crisis" / "lexicon")

    with pytest.raises(ScreenFault):
        read_screen(content)


def _always(fires: bool) -> Model:
    score = 30.0 if fires else -30.0
    return Model(weights=bytes([128]) * (1 << 16), scale=1.0, bias=score, threshold=0.5)


def test_the_learned_layer_adds_and_never_takes_away() -> None:
    lexicon = {p.name: p.read_text() for p in (CONTENT / "crisis" / "lexicon").glob("*.toml")}
    eager, silent = build_screen(lexicon, _always(True)), build_screen(lexicon, _always(False))

    added = eager.find("we had a lovely quiet lunch today")
    assert added is not None
    assert (added.tier, added.rule) == (Tier.PASSIVE, "model.likeness")
    assert silent.find("we had a lovely quiet lunch today") is None
    for text in ("i want to kill myself", "quiero morir", "988"):
        assert eager.find(text) == silent.find(text) is not None


def test_a_learned_layer_that_fails_has_fired() -> None:
    lexicon = {p.name: p.read_text() for p in (CONTENT / "crisis" / "lexicon").glob("*.toml")}
    broken = build_screen(lexicon, Model(weights=b"", scale=1.0, bias=0.0, threshold=0.5))
    catalogue = replace(the_catalogue(), screen=broken)

    decision = decide(an_inbound("we had a lovely quiet lunch today"), Contact(), catalogue, NOW)

    assert decision.step is Step.CRISIS
    assert "988" in decision.messages[0][:40]
