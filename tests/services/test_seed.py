from pathlib import Path
from shutil import copytree

import pytest
from sqlalchemy import func, select

from smsbot.core.errors import ContentFault
from smsbot.db.store import Store
from smsbot.db.tables_answers import answer
from smsbot.services import seed as seeding
from smsbot.services.seed import Seeded
from tests.builders import CONTENT, NOW
from tests.editorial_builders import publish, retire, states


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copied = Path(copytree(CONTENT, tmp_path / "content"))
    for file in copied.glob("*/*.toml"):
        if file.stem.partition(".")[0] not in {"fda", "kap", "stop"}:
            file.unlink()
    return copied


def seed(store: Store, folder: Path) -> Seeded:
    return seeding.seed(store, folder, NOW)


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


def test_an_empty_database_gets_every_answer_once(store: Store) -> None:
    first, second = seed(store, CONTENT), seed(store, CONTENT)

    assert first.added > 80
    assert first.proposed == ()
    assert (second.added, second.changed, second.proposed, second.kept) == (0, 0, (), ())
    with store.begin() as tx:
        assert tx.scalar(select(func.count()).select_from(answer)) == first.added


def test_a_file_that_changed_changes_an_answer_nobody_has_touched(
    store: Store, folder: Path
) -> None:
    seed(store, folder)
    rewrite(folder, "ketamine-type drug", "drug of this type")

    done = seed(store, folder)

    assert (done.added, done.changed, done.proposed, done.kept) == (0, 1, (), ())
    assert "drug of this type" in str(short(store))
    assert states(store, "FDA") == ["published", "retired"]


def test_a_file_that_goes_back_takes_its_earlier_text_back(store: Store, folder: Path) -> None:
    seed(store, folder)
    before = short(store)
    rewrite(folder, "ketamine-type drug", "drug of this type")
    seed(store, folder)
    rewrite(folder, "drug of this type", "ketamine-type drug")

    assert seed(store, folder).changed == 1

    assert short(store) == before
    assert states(store, "FDA") == ["retired", "published"]


def test_over_what_staff_have_changed_a_newer_file_is_proposed_once(
    store: Store, folder: Path
) -> None:
    seed(store, folder)
    publish(store, "FDA", short="The staff's own words.")
    rewrite(folder, "ketamine-type drug", "drug of this type")

    first, second = seed(store, folder), seed(store, folder)

    assert (first.proposed, first.kept) == (("FDA.en",), ())
    assert (second.proposed, second.kept) == ((), ("FDA.en",))
    assert short(store) == "The staff's own words."
    assert states(store, "FDA") == ["draft", "published", "retired"]


def test_the_file_of_the_first_seed_is_not_proposed_again(store: Store, folder: Path) -> None:
    seed(store, folder)
    publish(store, "FDA", short="The staff's own words.")

    done = seed(store, folder)

    assert (done.proposed, done.kept) == ((), ("FDA.en",))
    assert states(store, "FDA") == ["published", "retired"]


def test_an_answer_that_staff_have_retired_does_not_come_back(store: Store, folder: Path) -> None:
    seed(store, folder)
    retire(store, "FDA")
    rewrite(folder, "ketamine-type drug", "drug of this type")

    done = seed(store, folder)

    assert (done.added, done.proposed) == (0, ("FDA.en",))
    assert short(store) is None


def test_an_alias_may_move_from_one_file_to_another(store: Store, folder: Path) -> None:
    seed(store, folder)
    rewrite(folder, '"APPROVED", "APPROVAL"', '"APPROVED"')
    kap = folder / "topics" / "kap.en.toml"
    kap.write_text(kap.read_text().replace("aliases = [", 'aliases = ["APPROVAL", ', 1))

    done = seed(store, folder)

    assert (done.changed, done.proposed) == (2, ())


def test_a_name_that_staff_gave_away_keeps_a_new_file_a_draft(store: Store, folder: Path) -> None:
    seed(store, folder)
    publish(store, "FDA", aliases=("APPROVED", "BRANDNEW"))
    kap = folder / "topics" / "kap.en.toml"
    kap.write_text(kap.read_text().replace("aliases = [", 'aliases = ["BRANDNEW", ', 1))

    done = seed(store, folder)

    assert (done.changed, done.proposed, done.kept) == (0, ("KAP.en",), ("FDA.en",))
    assert states(store, "KAP") == ["draft", "published"]


def test_one_damaged_file_and_nothing_is_seeded(store: Store, folder: Path) -> None:
    (folder / "topics" / "fda.en.toml").write_text("keyword = [")

    with pytest.raises(ContentFault, match="nothing was seeded"):
        seed(store, folder)

    assert short(store, "KAP") is None
