from pathlib import Path
from shutil import copytree

import pytest
from sqlalchemy import delete, func, select, update

from smsbot.core.errors import ContentFault
from smsbot.db.store import Store
from smsbot.db.tables_answers import answer
from smsbot.services.seed import seed
from tests.builders import CONTENT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copied = Path(copytree(CONTENT, tmp_path / "content"))
    for file in copied.glob("*/*.toml"):
        if file.stem.partition(".")[0] not in {"fda", "kap", "stop"}:
            file.unlink()
    return copied


def short(store: Store, keyword: str = "FDA") -> str | None:
    with store.begin() as tx:
        found: str | None = tx.scalar(
            select(answer.c.short).where(answer.c.keyword == keyword, answer.c.lang == "en")
        )
    return found


def rewrite(folder: Path, old: str, new: str) -> None:
    file = folder / "topics" / "fda.en.toml"
    words = file.read_text()
    assert old in words
    file.write_text(words.replace(old, new))


def by_hand(store: Store, words: str) -> None:
    with store.begin() as tx:
        tx.execute(
            update(answer)
            .where(answer.c.keyword == "FDA", answer.c.lang == "en")
            .values(short=words)
        )


def test_an_empty_database_gets_every_answer_once(store: Store) -> None:
    first, second = seed(store, CONTENT), seed(store, CONTENT)

    assert first.added > 80
    assert (second.added, second.changed, second.kept) == (0, 0, ())
    with store.begin() as tx:
        assert tx.scalar(select(func.count()).select_from(answer)) == first.added


def test_a_file_that_changed_changes_the_answer(store: Store, folder: Path) -> None:
    seed(store, folder)
    rewrite(folder, "ketamine-type drug", "drug of this type")

    done = seed(store, folder)

    assert (done.added, done.changed, done.kept) == (0, 1, ())
    assert "drug of this type" in str(short(store))


def test_what_staff_have_changed_stays_and_is_named(store: Store, folder: Path) -> None:
    seed(store, folder)
    by_hand(store, "The staff's own words.")
    rewrite(folder, "ketamine-type drug", "drug of this type")

    done = seed(store, folder)

    assert done.kept == ("FDA.en",)
    assert short(store) == "The staff's own words."


def test_a_row_that_cannot_be_read_stays_and_is_named(store: Store, folder: Path) -> None:
    seed(store, folder)
    by_hand(store, " ")

    assert seed(store, folder).kept == ("FDA.en",)


def test_an_answer_that_was_deleted_comes_back(store: Store, folder: Path) -> None:
    seed(store, folder)
    with store.begin() as tx:
        tx.execute(delete(answer).where(answer.c.keyword == "FDA"))

    assert seed(store, folder).added == 2
    assert "FDA" in str(short(store))


def test_one_damaged_file_and_nothing_is_seeded(store: Store, folder: Path) -> None:
    (folder / "topics" / "fda.en.toml").write_text("keyword = [")

    with pytest.raises(ContentFault, match="nothing was seeded"):
        seed(store, folder)

    assert short(store, "KAP") is None
