"""Runs what docs/staff-sql.md tells staff to type, on both databases, in its order."""

import re
from pathlib import Path

import pytest
from sqlalchemy import text

from smsbot.core.errors import StoreConflict
from smsbot.core.messages import Lang
from smsbot.db.store import Store
from tests.builders import a_store
from tests.editorial_builders import PEOPLE, approved, plant, publish, someone, submitted

DOC = (Path(__file__).parents[2] / "docs" / "staff-sql.md").read_text(encoding="utf-8")
RECIPES = {
    title: re.findall(r"```sql\n(.*?)```", part, re.DOTALL)
    for title, part in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", DOC, re.DOTALL | re.MULTILINE)
}
REFUSED = re.findall(r"```sql refused\n(.*?)```\n\n> ([^\n]+)\n", DOC, re.DOTALL)


@pytest.fixture
def store(database_url: str):
    store = a_store(database_url)
    plant(store)
    for name in PEOPLE:
        someone(store, name)
    yield store
    store.close()


def run(store: Store, statement: str) -> list[tuple[object, ...]]:
    with store.begin() as tx:
        done = tx.execute(text(re.sub(r":(?=\s|\d)", r"\\:", statement)))
        rows = [tuple(row) for row in done] if done.returns_rows else []
        assert done.returns_rows or done.rowcount == 1, statement
    return rows


def live(store: Store, keyword: str, column: str = "short") -> object:
    with store.begin() as tx:
        return tx.scalar(
            text(f"SELECT {column} FROM answer WHERE keyword = :k AND lang = 'en'"), {"k": keyword}
        )


def test_a_text_is_changed_as_the_page_says(store: Store) -> None:
    draft, write, submit, approve, make_live, *_ = RECIPES["Change a text"]
    for statement in (draft, write, submit, approve, make_live):
        run(store, statement)

    assert str(live(store, "FDA")).startswith("Spravato is the only ketamine-type drug approved")
    assert live(store, "FDA", "reviewer") == "Rae Reviewer"
    events = [row[:1] + row[2:] for row in run(store, RECIPES["Look"][0])][-5:]
    assert run(store, RECIPES["Look"][3]) == [("Ann Author",)]
    assert events[:3] == [
        (2, "Ann Author", "drafted", ""),
        (2, "Ann Author", "submitted", ""),
        (2, "Rae Reviewer", "approved", "Read against the label."),
    ]
    assert sorted(events[3:]) == [
        (1, "Pat Publisher", "retired", "replaced by revision 2"),
        (2, "Pat Publisher", "published", ""),
    ]


def test_a_text_is_refused_as_the_page_says(store: Store) -> None:
    submitted(store, "KAP", short="Words.")

    run(store, RECIPES["Change a text"][5])

    found = run(store, RECIPES["Look"][1])
    assert [row[:4] for row in found] == [("KAP", "en", 2, "draft")]


def test_a_text_is_scheduled_as_the_page_says(store: Store) -> None:
    approved(store, "FDA", Lang.ES, short="Palabras.")

    run(store, RECIPES["Change a text"][6])

    with store.begin() as tx:
        assert tx.scalar(text("SELECT count(*) FROM revision WHERE publish_at > '2029-12-31'")) == 1


def test_an_alias_is_added_as_the_page_says(store: Store) -> None:
    draft, _, submit, approve, make_live, *_ = RECIPES["Change a text"]
    for statement in (draft, RECIPES["Add an alias"][0], submit, approve, make_live):
        run(store, statement)

    with store.begin() as tx:
        assert tx.scalar(text("SELECT keyword FROM live_name WHERE name = 'GREENLIGHT'")) == "FDA"
    assert run(store, RECIPES["Look"][2]) == [("FDA", "en")]


def test_an_answer_is_added_as_the_page_says(store: Store) -> None:
    run(store, RECIPES["Add an answer"][0])
    for statement in RECIPES["Change a text"][2:5]:
        run(store, statement.replace("'FDA'", "'PARKING'"))

    assert str(live(store, "PARKING")).startswith("Ask the clinic")


def test_a_crisis_text_goes_live_as_the_page_says(store: Store) -> None:
    submitted(store, "CRISIS", short="Call or text 988. Someone is there.")
    approve, make_live = (one.replace("'FDA'", "'CRISIS'") for one in RECIPES["Change a text"][3:5])
    run(store, approve)
    with pytest.raises(StoreConflict, match="two approvers"):
        run(store, make_live)
    run(store, RECIPES["A crisis text"][0])
    run(store, make_live)

    assert str(live(store, "CRISIS")).startswith("Call or text 988. Someone")


def test_an_earlier_text_comes_back_as_the_page_says(store: Store) -> None:
    publish(store, "FDA", short="Earlier.")
    publish(store, "FDA", short="Later.")

    run(store, RECIPES["Go back to an earlier text"][0])

    assert live(store, "FDA") == "Earlier."


def test_an_answer_is_taken_away_as_the_page_says(store: Store) -> None:
    run(store, RECIPES["Take an answer away"][0])

    assert live(store, "KAP") is None


def test_a_word_is_reserved_as_the_page_says(store: Store) -> None:
    run(store, RECIPES["Reserve a word"][0])
    one = submitted(store, "KAP", aliases=("LIFELINE",))
    with store.begin() as tx:
        approve = "UPDATE revision SET state = 'approved', approved_by = 'Rae Reviewer'"
        tx.execute(text(f"{approve} WHERE id = {one.id}"))
    with pytest.raises(StoreConflict, match="reserved or safety word"), store.begin() as tx:
        tx.execute(text(f"UPDATE revision SET state = 'published' WHERE id = {one.id}"))


@pytest.mark.parametrize(("statement", "sentence"), REFUSED, ids=range(len(REFUSED)))
def test_what_the_page_says_is_refused_is_with_that_sentence(
    store: Store, statement: str, sentence: str
) -> None:
    run(store, RECIPES["Add an answer"][0])

    with pytest.raises(StoreConflict) as refused:
        run(store, statement)

    assert str(refused.value) == sentence


def test_every_recipe_of_the_page_is_tried_here() -> None:
    assert {title: len(found) for title, found in RECIPES.items() if found} == {
        "Change a text": 7, "Add an alias": 1, "Add an answer": 1, "A crisis text": 1,
        "Go back to an earlier text": 1, "Take an answer away": 1, "Reserve a word": 1, "Look": 4,
    }  # fmt: skip
    assert len(REFUSED) == 6
