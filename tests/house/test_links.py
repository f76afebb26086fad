"""The documents' links lead somewhere, and the checker notices when one does not."""

from pathlib import Path

import pytest

from tools import links

ROOT = Path(__file__).resolve().parents[2]


def test_no_document_has_a_dead_link() -> None:
    assert list(links.dead(ROOT)) == []


@pytest.mark.parametrize(
    ("text", "dead"),
    [
        ("[there](other.md)", 0),
        ("[there](other.md#a-heading-twice)", 0),
        ("[there](other.md#a-heading-twice-1)", 0),
        ("[there](#here)\n\n# Here", 0),
        ("[far](https://example.org/nothing)", 0),
        ("`[code](nothing.md)`", 0),
        ("```\n[code](nothing.md)\n```", 0),
        ("[gone](nothing.md)", 1),
        ("[gone](other.md#nothing)", 1),
        ("[gone](#nothing)", 1),
        ("![gone](picture.png)", 1),
        ('<img src="picture.png">', 1),
        ("[gone]: nothing.md", 1),
        ("[out](../outside.md)", 1),
    ],
)
def test_a_dead_link_is_found(tmp_path: Path, text: str, dead: int) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "outside.md").touch()
    (root / "other.md").write_text("# A heading, twice\n\n# A heading, twice\n")
    (root / "page.md").write_text(text)

    assert len(list(links.dead(root))) == dead
