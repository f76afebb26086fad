"""Reads the folder of answers and says whether they may be published.

The command line, the seeding of the database and `smsbot doctor` all read content through here.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from smsbot.core.answers import Answer
from smsbot.core.editorial.claims import Claims, parse_claims, parse_sources
from smsbot.core.editorial.faults import Fault
from smsbot.core.editorial.lint import lint
from smsbot.core.editorial.parse import ParsedFile, parse_answer

FOLDERS = ("topics", "crisis", "compliance")
CLAIMS_FILE, SOURCES_FILE = "claims.toml", "sources.toml"
_NO_ANSWERS = frozenset({"README.md"})
_MOST_BYTES = 4 * 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentSet:
    """What a content folder holds, as far as it could be read."""

    folder: Path
    files: tuple[ParsedFile, ...]
    claims: Claims
    faults: tuple[Fault, ...]
    """Files that could not be read at all."""

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The answers without a fault in how they are written."""
        return tuple(file.answer for file in self.files if file.answer is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The verdict on a content folder."""

    answers: int
    keywords: int
    waiting: int
    """Answers that no clinician has signed yet. That is no fault: they say so themselves."""
    faults: tuple[Fault, ...]


def read_content(folder: Path) -> ContentSet:
    """Read every answer under a content folder. Never raises for what a file holds.

    Answers are the `KEYWORD.LANG.toml` right inside topics/, crisis/ and compliance/; folders
    inside those are for others to read.

    Raises:
        FileNotFoundError: there is no such folder.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"There is no folder {folder}: name the one with the answers.")
    faults: list[Fault] = []
    paths = sorted(path for name in FOLDERS for path in (folder / name).glob("*.toml"))
    texts = {path.as_posix(): _read(path, faults) for path in paths}
    files = tuple(parse_answer(name, text) for name, text in texts.items() if text is not None)
    sources_path = folder / SOURCES_FILE
    claims = _claims(folder / CLAIMS_FILE, faults)
    sources = _read(sources_path, faults)
    if sources is not None:
        faults.extend(parse_sources(sources_path.as_posix(), sources, claims))
    faults.extend(_strays(folder))
    return ContentSet(folder=folder, files=files, claims=claims, faults=tuple(faults))


def read_claims(folder: Path) -> Claims:
    """The table of claims of a content folder; empty if it can't be read."""
    return _claims(folder / CLAIMS_FILE, [])


def check_content(content: ContentSet, today: date) -> Report:
    """Hold a content folder against the publishing rules as of a day."""
    answers = content.answers
    return Report(
        answers=len(answers),
        keywords=len({answer.keyword for answer in answers}),
        waiting=sum(answer.reviewer is None for answer in answers),
        faults=tuple(sorted({*content.faults, *lint(content.files, content.claims, today)})),
    )


def _claims(path: Path, faults: list[Fault]) -> Claims:
    return parse_claims(path.as_posix(), _read(path, faults) or "")


def _strays(folder: Path) -> list[Fault]:
    """Files that nobody would read, such as "fda.en.toml.txt"."""
    return [
        Fault(
            file=path.as_posix(), line=1, what="This is no answer: its name doesn't end in .toml.",
            cure="Name it KEYWORD.LANG.toml in small letters, or put it elsewhere.",
        )
        for name in FOLDERS
        for path in sorted((folder / name).glob("[!.]*"))
        if path.is_file() and path.suffix != ".toml" and path.name not in _NO_ANSWERS
    ]  # fmt: skip


def _read(path: Path, faults: list[Fault]) -> str | None:
    """A file's text, or None and a fault."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            what, cure = "The file is too large for an answer.", "Put one answer in it."
        else:
            return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        what, cure = f"Byte {error.start} is not UTF-8.", "Save the file as UTF-8 without BOM."
    except OSError as error:
        what, cure = f"The file can't be read: {error.strerror}.", "Put it there, readable."
    faults.append(Fault(file=path.as_posix(), line=1, what=what, cure=cure))
    return None
