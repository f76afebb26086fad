"""Reads what staff know about words: content/routing/, two files a nurse can edit."""

import tomllib
from pathlib import Path

from smsbot.core.errors import ContentFault
from smsbot.core.inbound.router_features import Vocabulary

FOLDER = "routing"
MEANINGS_FILE, SMALL_TALK_FILE = "vocabulary.toml", "small_talk.toml"


def read_vocabulary(folder: Path) -> Vocabulary:
    """The vocabulary of a content folder. A file that is not there is an empty one.

    Raises:
        ContentFault: a file is there and can't be read, or holds something else.
    """
    words = _read(folder / FOLDER / MEANINGS_FILE)
    small_talk = _read(folder / FOLDER / SMALL_TALK_FILE).get("small_talk", {})
    return Vocabulary(
        means=_lists(MEANINGS_FILE, words.get("means", {})),
        subject=frozenset(_texts(MEANINGS_FILE, "subject", words.get("subject", []))),
        small_talk=tuple(
            text for texts in _lists(SMALL_TALK_FILE, small_talk).values() for text in texts
        ),
    )


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ContentFault(f"{path.name} can't be read: {error}. Save it as TOML.") from None


def _lists(file: str, table: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(table, dict):
        raise ContentFault(f"{file} must hold lists of texts under one heading.")
    return {name: _texts(file, name, texts) for name, texts in table.items()}


def _texts(file: str, name: str, texts: object) -> tuple[str, ...]:
    if isinstance(texts, list) and all(isinstance(text, str) for text in texts):
        return tuple(texts)
    raise ContentFault(f"{file}: {name} must be a list of texts in quotes.")
