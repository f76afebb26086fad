"""Uploaded files of answers: sealed for an hour, for who sent them, and read within limits."""

import io
import os
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from smsbot.core.errors import ContentFault
from smsbot.db.store import Store
from smsbot.services.content_files import export
from smsbot.services.editorial_desk import NotAllowed
from smsbot.services.import_answers import plan
from smsbot.services.uploads import KEPT, Uploads
from tests.builders import NOW, a_store
from tests.editorial_builders import plant, someone


@pytest.fixture
def uploads(sqlite_url: str, tmp_path: Path) -> Iterator[Uploads]:
    store = a_store(sqlite_url)
    plant(store, "FDA", "KAP")
    yield Uploads(store=store, folder=tmp_path / "imports")
    store.close()


def a_file(store: Store, tmp_path: Path, kind: str) -> bytes:
    """Everything that is live, as a file of this kind."""
    if kind != ".zip":
        export(store, tmp_path / f"answers{kind}")
        return (tmp_path / f"answers{kind}").read_bytes()
    export(store, tmp_path / "content")
    return packed({
        f"content/{path.relative_to(tmp_path / 'content')}": path.read_bytes()
        for path in (tmp_path / "content").rglob("*.toml")
    })  # fmt: skip


def packed(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return data.getvalue()


@pytest.mark.parametrize("kind", [".csv", ".xlsx", ".zip"])
def test_what_was_exported_is_read_back_and_is_as_it_is(
    uploads: Uploads, tmp_path: Path, kind: str
) -> None:
    ann = someone(uploads.store)
    data = a_file(uploads.store, tmp_path, kind)
    token = uploads.keep(ann, f"My answers!{kind.upper()}", data, NOW)

    name, incoming = uploads.read(ann, token)
    planned = plan(uploads.store, incoming)

    assert name == f"My-answers-{kind}"
    assert (len(incoming), planned.unchanged, planned.bad) == (4, 4, ())


def test_a_bad_answer_in_an_archive_is_named_by_its_place_in_it(uploads: Uploads) -> None:
    ann = someone(uploads.store)
    data = packed({"x/topics/fda.en.toml": b"keyword = ", "x/README.md": b"no answer"})

    _, (bad,) = uploads.read(ann, uploads.keep(ann, "a.zip", data, NOW))

    assert bad.answer is None
    assert bad.faults[0].startswith("topics/fda.en.toml:1: This is not TOML")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.exe", b"x", "Choose a .csv"),
        ("a", b"x", "Choose a .csv"),
        ("a.csv", b"", "empty"),
        ("a.csv", b"x" * 10_000_001, "more than 10 MB"),
    ],
)
def test_what_is_no_such_file_is_refused_at_once(
    uploads: Uploads, name: str, data: bytes, words: str
) -> None:
    with pytest.raises(ContentFault, match=words):
        uploads.keep(someone(uploads.store), name, data, NOW)

    assert not list(uploads.folder.glob("*"))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"no zip", "no ZIP that can be read"),
        (packed({"readme.txt": b"x"}), "has no answers"),
        (packed({"../../topics/fda.en.toml": b"x"}), "has no answers"),
        (packed({"/topics/fda.en.toml": b"x"}), "has no answers"),
        (packed({f"topics/a{n}.en.toml": b"0" * 6_000_000 for n in range(18)}), "too much"),
    ],
    ids=["no zip", "nothing in it", "climbs", "from the root", "bomb"],
)
def test_an_archive_that_is_none_or_means_harm_is_refused(
    uploads: Uploads, data: bytes, words: str
) -> None:
    ann = someone(uploads.store)
    token = uploads.keep(ann, "a.zip", data, NOW)

    with pytest.raises(ContentFault, match=words):
        uploads.read(ann, token)


def test_an_upload_is_sealed_on_disk_and_another_can_not_read_it(uploads: Uploads) -> None:
    ann, ben = someone(uploads.store), someone(uploads.store, "Ben Author")
    token = uploads.keep(ann, "a.csv", b"keyword,language\n", NOW)

    (path,) = uploads.folder.iterdir()
    assert b"keyword" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    for who, what in ((ben, token), (ann, "0" * 32), (ann, "../secret")):
        with pytest.raises(ContentFault, match="no longer here"):
            uploads.read(who, what)


def test_uploads_end_after_an_hour_and_when_they_are_forgotten(uploads: Uploads) -> None:
    ann = someone(uploads.store)
    old, new = (uploads.keep(ann, "a.csv", b"x", NOW) for _ in range(2))
    long_ago = (NOW - KEPT - timedelta(seconds=1)).timestamp()
    for path in uploads.folder.iterdir():
        os.utime(path, (long_ago, long_ago) if old in path.name else (NOW.timestamp(),) * 2)

    latest = uploads.keep(ann, "b.csv", b"x", NOW)
    left = {path.name for path in uploads.folder.iterdir()}
    assert left == {f"{ann.id}-{token}.upload" for token in (new, latest)}
    uploads.forget(ann, new)
    uploads.forget(ann, "../anything")
    assert len(list(uploads.folder.iterdir())) == 1


def test_only_those_who_write_may_upload(uploads: Uploads) -> None:
    with pytest.raises(NotAllowed):
        uploads.keep(someone(uploads.store, "Rae Reviewer"), "a.csv", b"x", NOW)
