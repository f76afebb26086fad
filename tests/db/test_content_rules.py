"""Whatever is tried by plain SQL: what is live was let through by the people who must."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smsbot.core.editorial.names import COMMANDS, HELPLINE_WORDS, RESERVED_WORDS, SAFETY_WORDS

STAFF = {
    "ann": "author", "rae": "reviewer", "rob": "reviewer", "pat": "publisher", "sid": "sender",
    "gone": "reviewer",
}  # fmt: skip
KEYWORDS = {"AA": "content", "BB": "content", "CRISIS": "safety"}
ALIASES = ["[]", '["XX"]', '["XX", "YY"]', '["AA"]', '["STOP"]', '["SUICIDE"]', '["a b"]', "5",
           '["HOLA"]', "[1]", '"XX"']  # fmt: skip
GOOD = ["[]", '["XX"]', '["XX", "YY"]', '["AA"]', '["STOP"]', '["SUICIDE"]', '["HOLA"]']
SHORTS = ["Words.", "Call or text 988 now.", " ", "\u2003\n", "x" * 60 + " 988"]
ORIGINS = ["staff", "staff", "staff", "seed", "import"]
STATES = ["draft", "in_review", "approved", "published", "retired"]

Run = Callable[[str], bool]
Ask = Callable[[str], list[tuple[object, ...]]]


def _add_staff(name: str, role: str) -> str:
    gone = "'2026-01-01 00:00:00'" if name == "gone" else "NULL"
    return (
        "INSERT INTO staff (name, name_key, role, password_hash, created_at, disabled_at)"
        f" VALUES ('{name}', '{name}', '{role}', 'h', '2026-01-01 00:00:00', {gone})"
    )


def new(keyword: str, n: int, author: str = "ann", origin: str = "staff", **more: str) -> str:
    """Write a draft; `more` holds other columns, given as SQL."""
    values = {
        "keyword": f"'{keyword}'", "lang": "'en'", "n": str(n), "author": f"'{author}'",
        "category": f"'{KEYWORDS.get(keyword, 'content')}'", "origin": f"'{origin}'",
        "short": "'Call or text 988.'", "review_by": "'2027-01-01'", **more,
    }  # fmt: skip
    return f"INSERT INTO revision ({', '.join(values)}) VALUES ({', '.join(values.values())})"


def step(revision: int, sets: str, how: str = "") -> str:
    return f"UPDATE {how} revision SET {sets} WHERE id = {revision}"


CATEGORIES = ["content", "safety", "reserved", "system"]


def _rarely(usual: object, other: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.integers(0, 3).flatmap(lambda n: other if n == 0 else st.just(usual))


_id = st.integers(1, 4)
_keyword = st.sampled_from(sorted(KEYWORDS))
_who = st.sampled_from([*STAFF, "nobody", "Ann", " ann"])
_draft = st.builds(
    lambda keyword, n, author, origin, aliases, short: new(
        keyword, n, author, origin, aliases=f"'{aliases}'", short=f"'{short}'"
    ),
    _keyword, st.integers(1, 4), _who, st.sampled_from(ORIGINS), st.sampled_from(ALIASES),
    st.sampled_from(SHORTS),
)  # fmt: skip
_good_draft = st.builds(
    lambda keyword, n, author, aliases: new(keyword, n, author, aliases=f"'{aliases}'"),
    _keyword, st.integers(1, 4), st.sampled_from(["ann", "rae"]), st.sampled_from(GOOD),
)  # fmt: skip
_forward = st.builds(
    step,
    _id,
    st.sampled_from(
        ["state = 'in_review'", "state = 'approved', approved_by = 'rae'", "second_by = 'rob'",
         "state = 'published'", "state = 'retired'"]
    ),
)  # fmt: skip
_move = st.builds(
    lambda one, state, approver, how: step(
        one, f"state = '{state}'" + (f", approved_by = {approver}" if approver else ""), how
    ),
    _id, st.sampled_from(STATES), st.sampled_from(["", "'rae'", "'rob'", "'ann'", "'gone'",
    "'sid'", "NULL"]), st.just(""),
)  # fmt: skip
_edits = st.sampled_from(
    [
        "short = 'Stolen.'",
        "aliases = '[\"STOP\"]'",
        "origin = 'seed'",
        "keyword = 'AA'",
        "author = 'rob'",
        "author = 'rae', short = 'Call or text 988, today.'",
        "author = 'ann'",
        "long = 'More.', moved_by = 'rob'",
        "id = id + 1",
        "n = n + 1",
        "category = 'reserved'",
        "lang = 'es'",
        "approved_by = 'rae'",
        "second_by = 'pat'",
        "second_by = 'ann'",
        "second_by = NULL",
        "approved_by = NULL, second_by = NULL, state = 'draft'",
        "reviewer = author",
        "state = 'approved', approved_by = 'rob', short = 'Stolen.'",
        "expires_on = '2026-01-01'",
        "short = ''",
        "aliases = '5'",
        "aliases = '[\"XX\"]'",
        "aliases = '[\"a b\"]'",
        "short = 'Words.'",
        "publish_at = '2026-01-01 00:00:00'",
    ]
)
_edit = st.builds(step, _id, _edits)
_blunt = st.sampled_from(
    [
        new("AA", 9, state="'published'"),
        new("BB", 9, state="'approved'", approved_by="'rae'"),
        new("BB", 8, approved_by="'rob'"),
        new("CRISIS", 8, short="'Words.'", second_by="'rob'"),
        new("CRISIS", 7, short="'Words.'"),
        new("CRISIS", 6, category="'content'"),
        "UPDATE revision SET state = 'retired' WHERE state = 'published'",
        "UPDATE revision SET state = 'published'",
        "UPDATE revision SET state = 'published' WHERE state = 'approved'",
        "UPDATE revision SET state = 'in_review' WHERE state = 'draft'",
        "UPDATE revision SET state = 'approved', approved_by = 'rae' WHERE state = 'in_review'",
        "UPDATE answer SET short = 'Stolen.'",
        (
            "INSERT INTO answer (keyword, lang, category, aliases, loose, questions, cues, hints,"
            " short, claims, seed, sources, author, review_by, revision_id) SELECT 'NN', lang,"
            " category, aliases, loose, questions, cues, hints, short, claims, seed, sources,"
            " author, review_by, id FROM revision WHERE id = 1"
        ),
        "UPDATE answer SET revision_id = 1",
        "UPDATE answer SET id = 1",
        "UPDATE answer SET keyword = 'AA'",
        "DELETE FROM answer",
        "DELETE FROM revision",
        "DELETE FROM live_name",
        "UPDATE live_name SET keyword = 'BB'",
        "INSERT INTO live_name (name, keyword, lang) VALUES ('XX', 'BB', 'en')",
        "DELETE FROM reserved_word",
        "UPDATE reserved_word SET category = 'content'",
        "INSERT INTO reserved_word (name, category) VALUES ('XX', 'safety')",
        "DELETE FROM revision_event",
        "UPDATE revision_event SET who = 'nobody'",
        "DELETE FROM revision_writer",
        "UPDATE revision_writer SET name = 'nobody'",
        "INSERT INTO revision_writer (revision_id, name) VALUES (1, 'pat')",
        "UPDATE staff SET disabled_at = '2026-01-01 00:00:00' WHERE name = 'rob'",
    ]
)
_sqlite_only = st.sampled_from(
    [
        new("AA", 1, id="1").replace("INSERT", "INSERT OR REPLACE"),
        new("BB", 1, id="2").replace("INSERT", "INSERT OR REPLACE"),
        "INSERT OR REPLACE INTO reserved_word (name, category) VALUES ('STOP', 'content')",
        "INSERT OR REPLACE INTO live_name (name, keyword, lang) VALUES ('XX', 'AA', 'en')",
        "UPDATE OR REPLACE answer SET id = 1",
        "UPDATE OR IGNORE revision SET state = 'published'",
        "UPDATE OR REPLACE revision SET state = 'published' WHERE state = 'approved'",
        "UPDATE OR REPLACE revision SET id = 1 WHERE id = 2",
        "UPDATE OR IGNORE revision SET state = 'published' WHERE id = 2",
        "INSERT OR REPLACE INTO revision_event SELECT 1, 1, 'x', 'x', 'x', 'x'",
        "INSERT OR REPLACE INTO revision_writer VALUES (1, 'ann')",
        "UPDATE OR REPLACE revision_writer SET revision_id = 2",
        "UPDATE OR IGNORE revision SET author = 'rae', short = 'Call or text 988, today.'",
    ]
)
_together = st.sampled_from(
    [
        "UPDATE revision SET state = 'in_review' WHERE state = 'draft'",
        "UPDATE revision SET state = 'approved', approved_by = 'rae' WHERE state = 'in_review'",
        "UPDATE revision SET second_by = 'rob' WHERE state = 'approved'",
    ]
)


@st.composite
def _ways(draw: st.DrawFn) -> list[str]:
    """One text taken its whole way, by people and with values that may be the wrong ones."""
    keyword, n = draw(_keyword), draw(st.integers(2, 6))
    author, approver = draw(_rarely("ann", _who)), draw(_rarely("rae", _who))
    begun = new(
        keyword, n, author, draw(_rarely("staff", st.sampled_from(ORIGINS))),
        aliases=f"'{draw(_rarely('[]', st.sampled_from([*GOOD, *ALIASES])))}'",
        short=f"'{draw(_rarely('Call or text 988.', st.sampled_from(SHORTS)))}'",
        category=f"'{draw(_rarely(KEYWORDS[keyword], st.sampled_from(CATEGORIES)))}'",
    )  # fmt: skip
    approval = f", approved_by = '{approver}'" if draw(_rarely(True, st.booleans())) else ""
    second = draw(_rarely("pat", _who))
    sets = [
        "state = 'in_review'", f"state = 'approved'{approval}", f"second_by = '{second}'",
        "state = 'published'",
    ]  # fmt: skip
    skipped = draw(_rarely(None, st.sampled_from(sets)))
    extra = draw(_rarely(None, _edits))
    if extra is not None:
        sets.insert(draw(st.integers(0, 3)), extra)
    where = f" WHERE keyword = '{keyword}' AND n = {n}"
    return [begun, *(f"UPDATE revision SET {one}{where}" for one in sets if one != skipped)]


_publish = st.builds(step, _id, st.just("state = 'published'"))
_one = st.one_of(_forward, _together, _publish, _good_draft, _draft, _move, _edit, _blunt).map(
    lambda statement: [statement]
)
_both = st.one_of(_one, _ways(), _ways())


LIVE = [
    new("AA", 1, aliases="'[\"XX\"]'"),
    new("CRISIS", 1),
    new("BB", 1, "the files", "seed"),
    "UPDATE revision SET state = 'in_review'",
    "UPDATE revision SET state = 'approved', approved_by = 'rae' WHERE origin = 'staff'",
    "UPDATE revision SET state = 'approved' WHERE origin = 'seed'",
    "UPDATE revision SET second_by = 'pat' WHERE category = 'safety'",
    "UPDATE revision SET state = 'published'",
]
"""One answer that staff have written, a crisis text and a seed, all of them live."""


class Watch:
    """Looks at everything after each statement, and remembers what may not change."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self.live: dict[tuple[object, ...], object] = {}
        self.fixed: dict[object, tuple[object, ...]] = {}
        self.events = 0
        self.safe: set[tuple[object, ...]] = set()
        self.wrote: dict[object, set[object]] = {}

    def look(self) -> None:
        revisions = {
            row[0]: row
            for row in self.ask(
                "SELECT id, keyword, lang, state, origin, author, approved_by, second_by, category,"
                " short, aliases FROM revision"
            )
        }
        answers = self.ask(
            "SELECT keyword, lang, revision_id, short, aliases, category FROM answer"
        )
        self._writers(revisions)
        published = {one for one, row in revisions.items() if row[3] == "published"}
        assert published == {row[2] for row in answers}
        taken: dict[str, object] = {}
        for keyword, lang, number, short, aliases, category in answers:
            row = revisions[number]
            assert (keyword, lang, category, short) == (row[1], row[2], row[8], row[9])
            assert str(short).strip()
            names = [str(keyword), *json.loads(str(aliases))]
            assert json.loads(str(row[10])) == names[1:]
            self._let_through(row, revisions)
            for name in names:
                assert taken.setdefault(name, keyword) == keyword
                assert re.fullmatch("[A-Z0-9]{1,20}", name)
                self._not_reserved(name, str(category))
            if category == "safety":
                assert "988" in str(short)[:40]
        categories = {(row[0], row[1]): row[5] for row in answers}
        assert self.safe <= {name for name, one in categories.items() if one == "safety"}
        self.safe = {name for name, one in categories.items() if one == "safety"}
        self.live = {(row[0], row[1]): row[2] for row in answers}
        self._names_and_history(revisions, taken)

    def _writers(self, revisions: dict[object, tuple[object, ...]]) -> None:
        """Whoever was the author at any time is on record, and has approved nothing of it."""
        listed: dict[object, set[object]] = {}
        for one, name in self.ask("SELECT revision_id, name FROM revision_writer"):
            listed.setdefault(one, set()).add(name)
        for one, row in revisions.items():
            self.wrote.setdefault(one, set()).add(row[5])
            assert self.wrote[one] <= listed[one]
            self.wrote[one] = listed[one]
            assert not {row[6], row[7]} & listed[one]

    def _names_and_history(
        self, revisions: dict[object, tuple[object, ...]], taken: dict[str, object]
    ) -> None:
        listed = self.ask("SELECT name, keyword FROM live_name")
        assert {(str(a), b) for a, b in listed} == set(taken.items())
        for one, row in revisions.items():
            if row[3] != "draft":
                said = (row[1], row[2], row[5], row[8], row[9], row[10])
                assert self.fixed.setdefault(one, said) == said
            else:
                self.fixed.pop(one, None)
        assert set(self.fixed) <= set(revisions)
        (events,) = self.ask("SELECT count(*) FROM revision_event")
        assert int(str(events[0])) >= self.events
        self.events = int(str(events[0]))

    def _let_through(
        self, row: tuple[object, ...], revisions: dict[object, tuple[object, ...]]
    ) -> None:
        number, keyword, lang, _, origin, author, approver, second, category, *_ = row
        if approver is None or (category == "safety" and second is None):
            # Short of approvals: only what came with the program, over nothing else, may be.
            assert origin == "seed"
            if self.live.get((keyword, lang)) != number:
                of_it = [one for one in revisions.values() if one[1:3] == (keyword, lang)]
                assert {one[4] for one in of_it} == {"seed"}
            return
        assert str(approver).strip().lower() != str(author).strip().lower()
        assert STAFF[str(approver)] == "reviewer"
        if category == "safety":
            assert second is not None
            assert second not in (author, approver)
            assert STAFF[str(second)] in ("reviewer", "publisher")

    def _not_reserved(self, name: str, category: str) -> None:
        assert name not in COMMANDS | HELPLINE_WORDS
        assert name not in RESERVED_WORDS or category == "reserved"
        assert name not in SAFETY_WORDS or category == "safety"


@pytest.fixture(scope="module")
def memory(sqlite_template: Path) -> Iterator[sqlite3.Connection]:
    with (
        closing(sqlite3.connect(sqlite_template)) as file,
        closing(sqlite3.connect(":memory:", isolation_level=None)) as made,
    ):
        file.backup(made)
        for name, role in STAFF.items():
            made.execute(_add_staff(name, role))
        yield made


def _tried(connection: sqlite3.Connection, statement: str) -> bool:
    try:
        connection.execute(statement)
    except sqlite3.Error:
        return False
    return True


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.booleans(),
    st.lists(st.one_of(_both, _both, _sqlite_only.map(lambda one: [one])), max_size=12),
)
def test_nothing_gets_live_on_sqlite_that_was_not_let_through(
    memory: sqlite3.Connection, begun: bool, statements: list[list[str]]
) -> None:
    def ask(question: str) -> list[tuple[object, ...]]:
        return memory.execute(question).fetchall()

    memory.execute("BEGIN")
    try:
        watch = Watch(ask)
        for statement in LIVE if begun else ():
            memory.execute(statement)
            watch.look()
        for statement in chain.from_iterable(statements):
            _tried(memory, statement)
            watch.look()
    finally:
        memory.execute("ROLLBACK")


@pytest.fixture(scope="module")
def shared_postgres(postgres_server, postgres_template) -> Iterator[psycopg.Connection]:
    name = postgres_server.create(template=postgres_template)
    url = postgres_server.url(name).replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        for one, role in STAFF.items():
            connection.execute(_add_staff(one, role))
        yield connection
    postgres_server.drop(name)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.booleans(), st.lists(_both, max_size=12))
def test_nothing_gets_live_on_postgresql_that_was_not_let_through(
    shared_postgres: psycopg.Connection, begun: bool, statements: list[list[str]]
) -> None:
    connection = shared_postgres

    def ask(question: str) -> list[tuple[object, ...]]:
        asked = question.replace(" aliases", " aliases::text")
        return connection.execute(asked).fetchall()

    with connection.transaction(force_rollback=True):
        connection.execute("SELECT setval(pg_get_serial_sequence('revision', 'id'), 1, false)")
        watch = Watch(ask)
        for statement in LIVE if begun else ():
            connection.execute(statement)
            watch.look()
        for statement in chain.from_iterable(statements):
            try:
                with connection.transaction():
                    connection.execute(statement.replace("UPDATE  ", "UPDATE "))
            except psycopg.Error:
                pass
            watch.look()
