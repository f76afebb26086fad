from pathlib import Path

import pytest

from smsbot.core.errors import ContentFault
from smsbot.core.inbound.router_features import NO_VOCABULARY
from smsbot.services.read_vocabulary import read_vocabulary
from tests.builders import CONTENT


def a_folder(tmp_path: Path, name: str, text: str) -> Path:
    (tmp_path / "routing").mkdir()
    (tmp_path / "routing" / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_repositorys_own_is_read() -> None:
    found = read_vocabulary(CONTENT)

    assert "troche" in found.means["lozenge"]
    assert found.subject <= found.means.keys()
    assert len(found.small_talk) > 500


def test_no_files_are_an_empty_vocabulary(tmp_path: Path) -> None:
    assert read_vocabulary(tmp_path) == NO_VOCABULARY


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("vocabulary.toml", "[means"),
        ("vocabulary.toml", "means = 3"),
        ("vocabulary.toml", '[means]\nlozenge = "troche"'),
        ("vocabulary.toml", "subject = [1]"),
        ("small_talk.toml", '[small_talk]\nhome = ["hi", 2]'),
    ],
)
def test_a_damaged_file_is_named_with_the_cure(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(ContentFault, match=name):
        read_vocabulary(a_folder(tmp_path, name, text))
