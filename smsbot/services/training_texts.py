"""Reads what the crisis screen's learned layer learns from: the project's own texts."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from smsbot.core.errors import ContentFault

LABELS = ("crisis", "harmless", "distress")
"""Distress is counted and not learned: it is neither a crisis text nor a harmless one."""


def written_texts(content: Path) -> dict[str, list[str]]:
    """The texts of content/crisis/training, by label, each once, in the files' order.

    Raises:
        ContentFault: a file is damaged, not marked synthetic, or a label has no text at all.
    """
    found: dict[str, dict[str, None]] = {label: {} for label in LABELS}
    for path in sorted((content / "crisis" / "training").glob("*.toml")):
        try:
            told = tomllib.loads(path.read_text(encoding="utf-8"))
            texts, label = told["tiers"].values(), told["label"]
            if told.get("synthetic") is not True or label not in found:
                raise ContentFault(f"{path.name}: say `synthetic = true` and a label of {LABELS}.")
            for paragraph in texts:
                found[label].update(dict.fromkeys(paragraph.strip().splitlines()))
        except (tomllib.TOMLDecodeError, KeyError, AttributeError) as fault:
            raise ContentFault(f"{path.name}: {fault}. Mend the file.") from fault
    if not (found["crisis"] and found["harmless"]):
        raise ContentFault(f"No training texts in {content}/crisis/training. Restore the folder.")
    return {label: list(texts) for label, texts in found.items()}


def plain_questions(content: Path) -> Iterator[str]:
    """The example questions of the answers, without those of the safety answers."""
    for told in _plain_answers(content):
        yield from told.get("questions", [])


def plain_keywords(content: Path) -> Iterator[str]:
    """The keywords and aliases of the answers, without those of the safety answers."""
    for told in _plain_answers(content):
        yield from (told["keyword"], *told.get("aliases", []))


def _plain_answers(content: Path) -> Iterator[dict[str, Any]]:
    for folder in ("topics", "compliance"):
        for path in sorted((content / folder).glob("*.toml")):
            told = tomllib.loads(path.read_text(encoding="utf-8"))
            if told.get("group") != "safety":
                yield told


def read_lexicon(content: Path) -> dict[str, str]:
    """The lexicon's files: name -> TOML text."""
    return {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted((content / "crisis" / "lexicon").glob("*.toml"))
    }
