"""Answers as files: `content export` writes what the database says in the format `seed` reads."""

from collections.abc import Iterable
from pathlib import Path

from smsbot.core.answers import Answer, Group
from smsbot.core.editorial.sheet import to_row
from smsbot.db import answers as stored
from smsbot.db.store import Store
from smsbot.services.sheets import write_sheet

SHEETS = (".csv", ".xlsx")
"""The suffixes of a sheet; any other path is a folder."""

_FOLDERS = {Group.CONTENT: "topics", Group.FALLBACK: "topics", Group.SAFETY: "crisis"}


def export(store: Store, path: Path) -> int:
    """Write every answer that is live to a .csv, a .xlsx or else a folder; returns how many.

    Raises:
        ContentFault: an answer holds what no spreadsheet takes.
        StoreUnavailable: the database can't be reached.
        OSError: the file or folder can't be written.
    """
    with store.read() as tx:
        answers = stored.published(tx)
    if path.suffix.casefold() in SHEETS:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_sheet(path, map(to_row, answers))
    else:
        _write_folder(path, answers)
    return len(answers)


def _write_folder(folder: Path, answers: Iterable[Answer]) -> None:
    for answer in answers:
        path = folder / place(answer)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(to_toml(answer), encoding="utf-8")


def place(answer: Answer) -> Path:
    """Where in a content folder the answer lies."""
    name = f"{answer.keyword.lower()}.{answer.lang.value}.toml"
    home = "topics" if answer.keyword == "MENU" else _FOLDERS.get(answer.group, "compliance")
    return Path(home) / name


def to_toml(answer: Answer) -> str:
    """The answer in the format of content/README.md."""
    lines = [
        f"keyword = {_text(answer.keyword)}",
        f"language = {_text(answer.lang.value)}",
        f"group = {_text(answer.group.value)}",
        f"aliases = {_texts(answer.aliases)}",
        f"loose = {_texts(sorted(answer.loose))}",
        f"questions = {_texts(answer.questions)}",
        f"cues = {_texts(answer.cues)}",
        f"hints = {_texts(answer.hints)}",
        f"short = {_text(answer.short)}",
        *([f"long = {_text(answer.long)}"] if answer.long else []),
        f"claims = {_texts(answer.claims)}",
        f"seed = {_texts(answer.seed)}",
        f"author = {_text(answer.author)}",
        f"reviewer = {_text(answer.reviewer or '')}",
        f"reviewed_on = {answer.reviewed_on.isoformat() if answer.reviewed_on else _text('')}",
        f"review_by = {answer.review_by.isoformat()}",
        *([f"expires_on = {answer.expires_on.isoformat()}"] if answer.expires_on else []),
        *([f"stub = {_text(answer.stub)}"] if answer.stub else []),
    ]
    for source in answer.sources:
        lines += [
            "",
            "[[sources]]",
            f"title = {_text(source.title)}",
            f"address = {_text(source.url)}",
            f"read = {source.read_on.isoformat()}",
        ]
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    # TOML's basic strings escape as JSON's do, for everything that an answer may hold.
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    if "\n" in value:
        return f'"""\n{escaped}"""'
    return f'"{escaped}"'


def _texts(values: tuple[str, ...] | list[str]) -> str:
    if not values:
        return "[]"
    return "[\n" + "".join(f"  {_text(value)},\n" for value in values) + "]"
