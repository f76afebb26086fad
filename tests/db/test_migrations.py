from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import create_engine, inspect, text

from smsbot.core.answers import Answer, Group
from smsbot.core.messages import Lang
from smsbot.db import revisions, schema
from smsbot.db.answers import digest, version
from smsbot.db.store import Store
from smsbot.services import editorial
from tests.builders import NOW, a_store
from tests.editorial_builders import a_draft, plant, publish, retire, someone


def test_each_step_goes_up_and_down_and_the_last_is_what_the_code_says(
    empty_database_url: str,
) -> None:
    schema.upgrade(empty_database_url)
    schema.differences(empty_database_url)
    assert schema.is_current(empty_database_url)

    schema.downgrade(empty_database_url, "base")
    engine = create_engine(empty_database_url)
    left = set(inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    assert left == set()
    assert not schema.is_current(empty_database_url)

    schema.upgrade(empty_database_url)
    assert schema.is_current(empty_database_url)


def test_upgrading_again_changes_nothing(database_url: str) -> None:
    schema.upgrade(database_url)

    schema.differences(database_url)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = a_store(database_url)
    plant(store, "FDA", "KAP")
    yield store
    store.close()


def test_publishing_and_retiring_move_the_content_version(store: Store) -> None:
    def now() -> int:
        with store.begin() as tx:
            return version(tx)

    planted = now()
    publish(store, "FDA", short="Other.")
    changed = now()
    retire(store, "KAP")

    assert planted < changed < now()


OLDER = (
    "INSERT INTO answer (keyword, lang, category, aliases, loose, questions, cues, hints, short,"
    " claims, seed, sources, author, review_by, seeded_digest) VALUES ('{keyword}', 'en',"
    " 'content', '[\"{keyword}X\"]', '[]', '[]', '[]', '[]', 'Text.', '[]', '[]', '[]', 'a',"
    " '2027-01-01', '{digest}')"
)


def test_the_answers_of_an_older_database_become_first_revisions(empty_database_url: str) -> None:
    schema.upgrade(empty_database_url, "0005")
    untouched = "c0a6d0f4"
    engine = create_engine(empty_database_url)
    with engine.begin() as tx:
        tx.execute(text(OLDER.format(keyword="OLD", digest=_digest("OLD")).replace(":", "\\:")))
        tx.execute(text(OLDER.format(keyword="MINE", digest=untouched).replace(":", "\\:")))
    engine.dispose()

    schema.upgrade(empty_database_url)

    store = a_store(empty_database_url)
    with store.begin() as tx:
        found = tx.execute(
            text("SELECT r.keyword, r.origin, r.state FROM revision r JOIN answer a"
                 " ON a.revision_id = r.id ORDER BY r.keyword")
        ).all()  # fmt: skip
        names = tx.execute(text("SELECT name FROM live_name ORDER BY name")).scalars().all()
    store.close()
    assert [tuple(row) for row in found] == [
        ("MINE", "staff", "published"), ("OLD", "seed", "published"),
    ]  # fmt: skip
    assert names == ["MINE", "MINEX", "OLD", "OLDX"]


def test_who_began_an_older_text_and_who_saved_it_last_are_its_writers(
    empty_database_url: str,
) -> None:
    schema.upgrade(empty_database_url)
    store = a_store(empty_database_url)
    plant(store, "FDA")
    one = a_draft(store, "FDA", short="Words.")
    ben = someone(store, "Ben Author")
    editorial.save(store, ben, one, NOW, answer=one.answer, why="")
    publish(store, "FDA", short="Other.")
    store.close()
    schema.downgrade(empty_database_url, "0010")

    schema.upgrade(empty_database_url)

    store = a_store(empty_database_url)
    with store.begin() as tx:
        assert revisions.writers(tx, one.id) == ("Ann Author", "Ben Author")
        seed = revisions.numbered(tx, "FDA", Lang.EN, 1)
        assert seed is not None
        assert revisions.writers(tx, seed.id) == (seed.answer.author,)
    retire(store, "FDA")
    store.close()


def _digest(keyword: str) -> str:
    return digest(
        Answer(
            keyword=keyword, lang=Lang.EN, group=Group.CONTENT, aliases=(f"{keyword}X",),
            loose=frozenset(), questions=(), short="Text.", long=None, claims=(), seed=(),
            sources=(), author="a", reviewer=None, reviewed_on=None, review_by=date(2027, 1, 1),
        )
    )  # fmt: skip
