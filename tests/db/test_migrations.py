import pytest
from sqlalchemy import create_engine, inspect, text

from smsbot.core.errors import StoreUnavailable
from smsbot.db import schema
from smsbot.db.answers import version
from tests.builders import a_store

_ADD = (
    "INSERT INTO answer (keyword, lang, category, aliases, loose, questions, cues, hints, short,"
    " claims, seed, sources, author, reviewer, review_by) VALUES ('{keyword}', 'en', 'content',"
    " '[]', '[]', '[]', '[]', '[]', 'Text.', '[]', '[]', '[]', 'a', {reviewer}, '2027-01-01')"
)


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


@pytest.mark.parametrize(
    "change",
    [
        _ADD.format(keyword="NEW", reviewer="NULL"),
        "UPDATE answer SET short = 'Other.'",
        "DELETE FROM answer",
    ],
    ids=["insert", "update", "delete"],
)
def test_any_change_of_an_answer_moves_the_content_version(database_url: str, change: str) -> None:
    store = a_store(database_url)
    with store.begin() as tx:
        tx.execute(text(_ADD.format(keyword="FDA", reviewer="NULL")))
        before = version(tx)

    with store.begin() as tx:
        tx.execute(text(change))

    with store.begin() as tx:
        assert version(tx) > before
    store.close()


def test_the_author_of_an_answer_cannot_sign_it(database_url: str) -> None:
    store = a_store(database_url)

    with pytest.raises(StoreUnavailable), store.begin() as tx:
        tx.execute(text(_ADD.format(keyword="X", reviewer="'a'")))
    store.close()
