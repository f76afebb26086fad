"""Each rule by itself: what it refuses, on both databases, in the words that staff read."""

import pytest
from sqlalchemy import text

from migrations import content_rules, writer_triggers
from smsbot.core.editorial.revisions import Revision
from smsbot.core.editorial.roles import Role
from smsbot.core.errors import StoreConflict
from smsbot.db.store import Store
from smsbot.services import editorial_review
from tests.builders import NOW, a_store
from tests.editorial_builders import PEOPLE, a_draft, plant, publish, someone

NEW = (
    "INSERT INTO revision (keyword, lang, n, category, short, review_by, author{more})"
    " VALUES ('NEW', 'en', 1, 'content', {short}, '2027-01-01', {author}{values})"
)


def new(short: str = "'Words.'", author: str = "'Ann Author'", **more: str) -> str:
    names, values = "".join(f", {n}" for n in more), "".join(f", {v}" for v in more.values())
    return NEW.format(short=short, author=author, more=names, values=values)


def on(state: str, sets: str) -> str:
    """A change of FDA's revision in that state."""
    return f"UPDATE revision SET {sets} WHERE keyword = 'FDA' AND lang = 'en' AND state = '{state}'"


AT_ONCE = {
    "begins as what it is not": (new(state="'published'"), "starts as a draft"),
    "begins approved": (new(approved_by="'Rae Reviewer'"), "starts as a draft"),
    "a number twice": (new().replace("'NEW'", "'FDA'"), "this id or n already"),
    "small letters": (new().replace("'NEW'", "'new'"), "1 to 20 of A-Z and 0-9"),
    "aliases no list": (new(aliases="'5'"), "JSON lists of texts"),
    "aliases a text": (new(aliases="'\"XX\"'"), "JSON lists of texts"),
    "aliases of numbers": (new(aliases="'[1]'"), "JSON lists of texts"),
    "sources no list": (new(sources="'{}'"), "sources is a JSON list"),
    "a source without a day": (
        new(sources="""'[{"title": "a", "url": "b", "read_on": "May"}]'"""),
        "sources is a JSON list",
    ),
    "a day that is none": (
        new(sources="""'[{"title": "a", "url": "b", "read_on": "2026-02-30"}]'"""),
        "sources is a JSON list",
    ),
    "a stranger writes": (new(author="'Nobody'"), "active staff account"),
    "an auditor writes": (new(author="'Aud Auditor'"), "active staff account"),
    "another keyword": (on("draft", "keyword = 'FDA2'"), "stay as they are"),
    "turned into a seed": (on("draft", "origin = 'seed'"), "stay as they are"),
    "a stranger takes over": (on("draft", "author = 'Nobody'"), "active staff account"),
    "edited in review": (on("in_review", "short = 'Other.'"), "not edited in place"),
    "edited when approved": (on("approved", "aliases = '[]'"), "not edited in place"),
    "edited when live": (on("published", "review_by = '2030-01-01'"), "not edited in place"),
    "straight to live": (on("draft", "state = 'published'"), "this step is none"),
    "signed afterwards": (on("approved", "reviewer = 'Rob Reviewer'"), "Who signed a text"),
    "approved in a draft": (on("draft", "approved_by = 'Rae Reviewer'"), "no approver"),
    "another approver": (on("approved", "approved_by = 'Rob Reviewer'"), "approved_by is set"),
    "a second in review": (on("in_review", "second_by = 'Rob Reviewer'"), "no approver"),
    "planned too early": (on("in_review", "publish_at = '2030-01-01 00:00:00'"), "publish_at is"),
    "approved by nobody": (on("in_review", "state = 'approved'"), "Say in approved_by"),
    "approved by the author": (
        on("in_review", "state = 'approved', approved_by = author"), "another person",
    ),
    "approved by a publisher": (
        on("in_review", "state = 'approved', approved_by = 'Pat Publisher'"), "role reviewer",
    ),
    "the second is the first": (on("approved", "second_by = approved_by"), "second approver must"),
    "the second is an author": (on("approved", "second_by = 'Ben Author'"), "second approver must"),
    "approved by who wrote some of it": (
        on("in_review", "state = 'approved', approved_by = 'Lea Reviewer'"), "The approver has",
    ),
    "seconded by who wrote some of it": (
        on("approved", "second_by = 'Lea Reviewer'"), "The second approver has",
    ),
    "signed by who wrote some of it": (
        on("in_review", "reviewer = 'Lea Reviewer'"), "Who signed this text has",
    ),
    "a writer forgotten": ("DELETE FROM revision_writer", "stays on record"),
    "a writer renamed": ("UPDATE revision_writer SET name = 'x'", "stays on record"),
    "a writer put down afterwards": (
        "INSERT INTO revision_writer SELECT revision_id, 'Pat Publisher' FROM answer",
        "before anybody approves",
    ),
    "nothing to say": (on("draft", "state = 'in_review', short = ' '"), "needs a text"),
    "ends without a word": (
        on("draft", "state = 'in_review', expires_on = '2030-01-01'"), "needs a stub",
    ),
    "signed by the author": (
        on("draft", "state = 'in_review', reviewer = author"), "signed their own",
    ),
    "deleted": ("DELETE FROM revision WHERE keyword = 'KAP'", "not deleted"),
    "a line of history": ("DELETE FROM revision_event", "only ever added to"),
    "history rewritten": ("UPDATE revision_event SET who = 'x'", "only ever added to"),
    "a word set free": ("DELETE FROM reserved_word WHERE name = 'STOP'", "stays reserved"),
    "a word's new owner": ("UPDATE reserved_word SET category = 'content'", "stays reserved"),
    "a live word reserved": (
        "INSERT INTO reserved_word (name, category) VALUES ('KAP', 'safety')", "a live answer",
    ),
    "a name freed": ("DELETE FROM live_name WHERE name = 'FDA'", "fills itself"),
    "a name taken": (
        "INSERT INTO live_name (name, keyword, lang) VALUES ('SQUAT', 'KAP', 'en')", "fills itself",
    ),
    "a name moved": ("UPDATE live_name SET keyword = 'KAP'", "fills itself"),
    "an answer written": ("UPDATE answer SET short = 'x'", "by publishing a revision"),
    "an answer renamed": ("UPDATE answer SET keyword = 'X' WHERE keyword = 'KAP' AND lang = 'en'",
                          "by publishing a revision"),
    "an answer deleted": ("DELETE FROM answer", "retiring its published revision"),
}  # fmt: skip


def shared(store: Store) -> Revision:
    """A revision of FDA in review that Lea wrote in before Ann saved it."""
    one = a_draft(store, "FDA", short="Words.")
    with store.begin() as tx:
        for sets in ("author = 'Lea Reviewer'", "author = 'Ann Author', state = 'in_review'"):
            tx.execute(text(f"UPDATE revision SET {sets} WHERE id = {one.id}"))
    return one


@pytest.fixture(scope="module")
def kinds(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """A database of each kind, with FDA in every state; the statements change nothing."""
    import shutil

    server = request.getfixturevalue("postgres_server")
    name = server.create(template=request.getfixturevalue("postgres_template"))
    file = tmp_path_factory.mktemp("rules") / "smsbot.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), file)
    stores = {"sqlite": a_store(f"sqlite:///{file}"), "postgresql": a_store(server.url(name))}
    for store in stores.values():
        plant(store)
        for person in PEOPLE:
            someone(store, person)
        publish(store, "FDA", short="Live.")
        someone(store, "Lea Reviewer", Role.REVIEWER)
        one, _ = shared(store), shared(store)
        editorial_review.approve(store, someone(store, "Rae Reviewer"), one.id, NOW)
        with store.begin() as tx:
            tx.execute(text(new().replace("'NEW'", "'FDA'").replace(", 1,", ", 9,")))
    yield stores
    for store in stores.values():
        store.close()
    server.drop(name)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize(("statement", "says"), AT_ONCE.values(), ids=AT_ONCE)
def test_it_is_refused_with_its_reason(
    kinds: dict[str, Store], kind: str, statement: str, says: str
) -> None:
    with pytest.raises(StoreConflict) as refused, kinds[kind].begin() as tx:
        tx.exec_driver_sql(statement)

    assert says in str(refused.value)
    rules = (*content_rules.RULES, *writer_triggers.RULES)
    assert str(refused.value) in {rule.says for rule in rules}


@pytest.mark.parametrize(
    "table", ["revision", "answer", "live_name", "reserved_word", "revision_writer"]
)
def test_postgresql_does_not_empty_a_table_at_once_either(
    kinds: dict[str, Store], table: str
) -> None:
    with pytest.raises(StoreConflict, match="not emptied"), kinds["postgresql"].begin() as tx:
        tx.exec_driver_sql(f"TRUNCATE {table} CASCADE")


def test_postgresql_publishes_only_where_it_sees_what_others_did(kinds: dict[str, Store]) -> None:
    statement = on("approved", "state = 'published'")
    stricter = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; "

    with pytest.raises(StoreConflict, match="READ COMMITTED"), kinds["postgresql"].begin() as tx:
        tx.exec_driver_sql(stricter + statement)


BYTES = ["short", "author", "stub", "aliases", "review_by"]


@pytest.mark.parametrize("column", BYTES)
def test_sqlite_takes_no_bytes_for_a_text(kinds: dict[str, Store], column: str) -> None:
    with pytest.raises(StoreConflict), kinds["sqlite"].begin() as tx:
        tx.exec_driver_sql(on("draft", f"{column} = x'41'"))


@pytest.mark.parametrize("day", ["2026-02-30", "soon", "0000-01-01", "2026-1-1"])
def test_sqlite_takes_only_days_for_days(kinds: dict[str, Store], day: str) -> None:
    with pytest.raises(StoreConflict, match="Write days as"), kinds["sqlite"].begin() as tx:
        tx.exec_driver_sql(on("draft", f"review_by = '{day}'"))
