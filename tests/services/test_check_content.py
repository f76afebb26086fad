from datetime import date
from pathlib import Path

import pytest

from smsbot.services.check_content import check_content, read_content
from tests.core.editorial.builders import CLAIMS, a_file, whats

TODAY = date(2026, 11, 23)
SOURCES = '[a1]\ntitle = "A"\naddress = "https://example.org"\nread = 2026-11-23\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("topics", "crisis/lexicon", "compliance"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "claims.toml").write_text(CLAIMS, encoding="utf-8")
    (tmp_path / "sources.toml").write_text(SOURCES, encoding="utf-8")
    (tmp_path / "topics/heart.en.toml").write_text(a_file(), encoding="utf-8")
    spanish = a_file(language="es", aliases=[], loose=[], questions=["corazon"])
    (tmp_path / "topics/heart.es.toml").write_text(spanish, encoding="utf-8")
    return tmp_path


def faults_of_files(folder: Path) -> list[str]:
    """The faults besides what so small a set can't cover."""
    report = check_content(read_content(folder), TODAY)
    return [what for what in whats(report.faults) if "of the explainer is in no answer" not in what]


def test_it_reads_a_folder_and_counts_who_waits_for_a_signature(folder: Path) -> None:
    signed = a_file(reviewer="A. Doctor", reviewed_on=TODAY)
    (folder / "topics/heart.en.toml").write_text(signed, encoding="utf-8")

    content = read_content(folder)
    report = check_content(content, TODAY)

    assert {answer.lang.value for answer in content.answers} == {"en", "es"}
    assert (report.answers, report.keywords, report.waiting) == (2, 1, 1)
    assert faults_of_files(folder) == []


def test_faults_name_the_path_of_the_file(folder: Path) -> None:
    (folder / "topics/heart.en.toml").write_text(a_file(short="Take 50 mg."), encoding="utf-8")

    report = check_content(read_content(folder), TODAY)

    lines = [str(fault) for fault in report.faults]
    assert any(line.startswith(f"{folder}/topics/heart.en.toml:7: `short` says") for line in lines)


def test_folders_inside_the_folders_and_readmes_are_for_others(folder: Path) -> None:
    (folder / "crisis/lexicon/words.toml").write_text("not = an answer", encoding="utf-8")
    (folder / "topics/README.md").write_text("# Topics", encoding="utf-8")
    (folder / "topics/.swap").write_text("x", encoding="utf-8")

    assert faults_of_files(folder) == []


def test_a_file_nobody_would_read_is_a_fault(folder: Path) -> None:
    (folder / "topics/fda.en.toml.txt").write_text(a_file(), encoding="utf-8")

    assert faults_of_files(folder) == ["This is no answer: its name doesn't end in .toml."]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "`keyword` is missing."),
        (b"\x00" * 50, "This is not TOML"),
        (b"\x7fELF\x02\x01\xff\xfe", "Byte 6 is not UTF-8."),
        (b'keyword = "\xe9"', "Byte 11 is not UTF-8."),
        ("keyword = 1".encode("utf-16"), "Byte 0 is not UTF-8."),
        (bytes(range(256)), "is not UTF-8."),
        (b"x" * 300_000, "The file is too large for an answer."),
        (b"a" * 100_000, "The file has 100,000 characters"),
        (b"[[[[[[", "This is not TOML"),
        (b"sources = 1\nshort = []\n[keyword]\nx = 1\n", "`keyword` is a table."),
    ],
    ids=[
        "empty", "nul", "binary", "latin-1", "utf-16", "all bytes", "huge", "long", "brackets",
        "types",
    ],
)  # fmt: skip
def test_no_content_of_a_file_makes_it_crash(folder: Path, content: bytes, what: str) -> None:
    (folder / "topics/heart.en.toml").write_bytes(content)

    assert any(what in found for found in faults_of_files(folder))


@pytest.mark.parametrize("name", ["claims.toml", "sources.toml"])
def test_a_missing_table_is_a_fault(folder: Path, name: str) -> None:
    (folder / name).unlink()

    assert faults_of_files(folder) == ["The file can't be read: No such file or directory."]


def test_a_folder_named_like_an_answer_is_a_fault(folder: Path) -> None:
    (folder / "topics/fda.en.toml").mkdir()

    assert faults_of_files(folder) == ["The file can't be read: Is a directory."]


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="name the one with the answers"):
        read_content(tmp_path / "nowhere")
