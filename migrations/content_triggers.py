"""Writes the rules of the answers as triggers, for SQLite and for PostgreSQL, and drops them again.

Publishing is a trigger too: it copies the revision to the live answer, fills live_name and retires
the revision before. So is the history: each step of a revision writes its own event.
"""

# The statements are put together from constants: no value from outside is in them.
# ruff: noqa: S608

import re
from collections.abc import Iterator
from functools import partial

from migrations import rule_triggers
from migrations.content_rules import COPIED, NAMES, PUBLISHED, RULES

_SPACES = (9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 133, 160, 5760, *range(8192, 8203), 8232, 8233,
           8239, 8287, 12288)  # fmt: skip
"""What Python's strip takes for white space."""

_SQLITE_DAY = (
    "(typeof({0}) = 'text' AND {0} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'"
    " AND {0} NOT LIKE '0000%' AND date({0}, '+0 days') IS {0})"
)
_PG_DAY = (
    "CASE WHEN {0} ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'"
    " AND {0} NOT LIKE '0000%' THEN to_char(to_date(substr({0}, 1, 7) || '-01', 'YYYY-MM-DD')"
    " + substr({0}, 9, 2)::int - 1, 'YYYY-MM') = substr({0}, 1, 7) ELSE false END"
)
_SQLITE = {
    "each": "json_each({0}) AS each_name",
    "differs": "NEW.{0} IS NOT OLD.{0}",
    "unlike": "NEW.{0} IS NOT r.{0}",
    "is_text": "(typeof({0}) IN ('text', 'null') AND coalesce(instr({0}, char(0)), 0) = 0)",
    "is_blank": f"(trim(coalesce({{0}}, ''), char({', '.join(map(str, _SPACES))})) = '')",
    "is_day": "({0} IS NULL OR " + _SQLITE_DAY + ")",
    "is_name": "(typeof({0}) = 'text' AND length({0}) BETWEEN 1 AND 20"
    " AND {0} NOT GLOB '*[^A-Z0-9]*')",
    "is_list": "(CASE WHEN typeof({0}) = 'text' AND json_valid({0}) THEN json_type({0}) = 'array'"
    " AND NOT EXISTS (SELECT 1 FROM json_each({0}) AS item WHERE item.type <> 'text')"
    " ELSE 0 END)",
    "is_sources": "(CASE WHEN typeof({0}) = 'text' AND json_valid({0})"
    " THEN json_type({0}) = 'array' AND NOT EXISTS"
    " (SELECT 1 FROM json_each({0}) AS item WHERE CASE WHEN item.type <> 'object' THEN 1 ELSE"
    " coalesce(json_type(item.value, '$.title'), '') <> 'text'"
    " OR coalesce(json_type(item.value, '$.url'), '') <> 'text'"
    " OR NOT "
    + _SQLITE_DAY.replace("{0}", "coalesce(json_extract(item.value, '$.read_on'), '')")
    + " END) ELSE 0 END)",
}
_PG_ITEMS = (
    "(json_typeof({0}) = 'array' AND NOT EXISTS (SELECT 1 FROM json_array_elements("
    "CASE WHEN json_typeof({0}) = 'array' THEN {0} ELSE '[]'::json END) AS item(value) WHERE "
)
_PG_SPACES = "".join(f"\\u{code:04X}" for code in _SPACES)
_POSTGRESQL = {
    "each": "json_array_elements_text({0}) AS each_name(value)",
    "differs": "NEW.{0}::text IS DISTINCT FROM OLD.{0}::text",
    "unlike": "NEW.{0}::text IS DISTINCT FROM r.{0}::text",
    "is_text": "true",
    "is_blank": f"(btrim(coalesce({{0}}, ''), E'{_PG_SPACES}') = '')",
    "is_day": "true",
    "is_name": "({0} ~ '^[A-Z0-9]{1,20}$')",
    "is_list": _PG_ITEMS + "json_typeof(item.value) <> 'string'))",
    "is_sources": _PG_ITEMS + "CASE WHEN json_typeof(item.value) <> 'object' THEN true ELSE"
    " coalesce(json_typeof(item.value -> 'title'), '') <> 'string'"
    " OR coalesce(json_typeof(item.value -> 'url'), '') <> 'string'"
    " OR NOT (" + _PG_DAY.replace("{0}", "coalesce(item.value ->> 'read_on', '')") + ") END))",
}

_WHAT = (
    "CASE WHEN NEW.state = 'in_review' THEN 'submitted' WHEN NEW.state = 'approved' THEN 'approved'"
    " WHEN NEW.state = 'published' AND OLD.state = 'retired' THEN 'rolled back'"
    " WHEN NEW.state = 'published' THEN 'published'"
    " WHEN NEW.state = 'retired' AND OLD.state = 'draft' THEN 'discarded'"
    " WHEN NEW.state = 'retired' THEN 'retired'"
    " WHEN OLD.state = 'in_review' THEN 'refused' ELSE 'taken back' END"
)
_PLAIN = (
    "coalesce(CASE WHEN NEW.state = 'approved' AND OLD.state <> 'approved' THEN NEW.approved_by"
    " END, 'plain SQL')"
)
_MOVED = "NEW.state <> OLD.state"
_SECONDED = "NEW.second_by IS NOT NULL AND OLD.second_by IS NULL"
_SCHEDULED = "NEW.state = 'approved' AND OLD.state = 'approved' AND {differs:publish_at}"
# The odd `state || ''` keeps the planner from looking through everything that is published.
_REPLACE = (
    "UPDATE revision SET state = 'retired', moved_by = NEW.moved_by, changed_at = NEW.changed_at,"
    " note = 'replaced by revision ' || NEW.n WHERE keyword = NEW.keyword AND lang = NEW.lang"
    " AND state || '' = 'published' AND id <> NEW.id;"
)
_FORGET = (
    " DELETE FROM live_name WHERE keyword = NEW.keyword AND lang = NEW.lang AND NOT EXISTS"
    f" (SELECT 1 FROM {NAMES} a WHERE a.value = live_name.name);"
    " INSERT INTO live_name (name, keyword, lang)"
    " SELECT DISTINCT a.value, NEW.keyword, NEW.lang"
    f" FROM {NAMES} a WHERE NOT EXISTS (SELECT 1 FROM live_name l WHERE l.name = a.value"
    " AND l.keyword = NEW.keyword AND l.lang = NEW.lang);"
)
_LEAVE = (
    " DELETE FROM answer WHERE keyword = NEW.keyword AND lang = NEW.lang AND revision_id = NEW.id;"
    " DELETE FROM live_name WHERE keyword = NEW.keyword AND lang = NEW.lang AND NOT EXISTS"
    " (SELECT 1 FROM answer WHERE keyword = NEW.keyword AND lang = NEW.lang);"
)
_LEFT = "OLD.state = 'published' AND NEW.state = 'retired'"
_COLUMNS = ", ".join(COPIED)
_VALUES = ", ".join(f"NEW.{column}" for column in COPIED)
_SETS = ", ".join(f"{column} = NEW.{column}" for column in COPIED)
_NOT_TAKEN = "smsbot: The answer could not be made live."


def _at(words: dict[str, str]) -> str:
    """When it happened: as the statement says, else now."""
    differs = _spelt("{differs:changed_at}", words)
    return f"CASE WHEN {differs} THEN NEW.changed_at ELSE CURRENT_TIMESTAMP END"


def _event(at: str, who: str, what: str) -> str:
    return (
        " INSERT INTO revision_event (revision_id, at, who, what, note)"
        f" VALUES (NEW.id, {at}, coalesce(NEW.moved_by, {who}), {what}, NEW.note);"
    )


def _stamp(words: dict[str, str]) -> str:
    """The times of a step, and nobody's name left for the next one."""
    at = _at(words)
    return (
        f" UPDATE revision SET changed_at = {at}, moved_by = NULL, note = '',"
        f" submitted_at = CASE WHEN NEW.state = 'in_review' THEN {at} ELSE submitted_at END,"
        f" published_at = CASE WHEN {PUBLISHED} THEN {at} ELSE published_at END,"
        " publish_at = CASE WHEN NEW.state = 'approved' THEN publish_at ELSE NULL END"
        " WHERE id = NEW.id;"
    )


def _spelt(condition: str, words: dict[str, str]) -> str:
    return re.sub(
        r"\{(\w+):([\w.]+)\}", lambda found: words[found[1]].replace("{0}", found[2]), condition
    )


def sqlite() -> Iterator[str]:
    """The statements that make the triggers on SQLite."""
    yield from rule_triggers.sqlite(RULES, partial(_spelt, words=_SQLITE))
    yield (
        f"CREATE TRIGGER revision_published AFTER UPDATE OF state ON revision WHEN {PUBLISHED}"
        f" BEGIN UPDATE answer SET {_SETS}, revision_id = NEW.id"
        " WHERE keyword = NEW.keyword AND lang = NEW.lang;"
        f" INSERT INTO answer ({_COLUMNS}, revision_id) SELECT {_VALUES}, NEW.id WHERE NOT EXISTS"
        " (SELECT 1 FROM answer WHERE keyword = NEW.keyword AND lang = NEW.lang);"
        f" {_spelt(_FORGET, _SQLITE)} {_REPLACE}"
        # UPDATE OR IGNORE would skip a step that fails: all of it, or nothing.
        f" SELECT RAISE(ABORT, '{_NOT_TAKEN}') WHERE NOT EXISTS (SELECT 1 FROM answer"
        " WHERE keyword = NEW.keyword AND lang = NEW.lang AND revision_id = NEW.id)"
        " OR EXISTS (SELECT 1 FROM revision WHERE keyword = NEW.keyword AND lang = NEW.lang"
        " AND state || '' = 'published' AND id <> NEW.id)"
        f" OR EXISTS (SELECT 1 FROM {_spelt(NAMES, _SQLITE)} a WHERE NOT EXISTS (SELECT 1 FROM"
        " live_name l WHERE l.name = a.value AND l.keyword = NEW.keyword AND l.lang = NEW.lang));"
        " END"
    )
    yield (
        f"CREATE TRIGGER revision_retired AFTER UPDATE OF state ON revision WHEN {_LEFT}"
        f" BEGIN{_LEAVE} END"
    )
    at, stamp = _at(_SQLITE), _stamp(_SQLITE)
    for name, on, when, what in (
        ("moved", "state", _MOVED, _WHAT),
        ("seconded", "second_by", _SECONDED, "'approved too'"),
        ("scheduled", "publish_at", _SCHEDULED, "'scheduled'"),
    ):
        who = "NEW.second_by" if name == "seconded" else _PLAIN
        yield (
            f"CREATE TRIGGER revision_{name} AFTER UPDATE OF {on} ON revision"
            f" WHEN {_spelt(when, _SQLITE)} BEGIN{_event(at, who, what)}{stamp} END"
        )
    yield (
        "CREATE TRIGGER revision_begun AFTER INSERT ON revision BEGIN"
        f"{_event('NEW.created_at', 'NEW.author', _quoted_begun())}"
        " UPDATE revision SET moved_by = NULL, note = '' WHERE id = NEW.id; END"
    )


def _quoted_begun() -> str:
    return "CASE WHEN NEW.origin = 'staff' THEN 'drafted' ELSE NEW.origin END"


def postgresql() -> Iterator[str]:
    """The statements that make the triggers on PostgreSQL."""
    spelt = partial(_spelt, words=_POSTGRESQL)
    yield from rule_triggers.postgresql(RULES, spelt, first={("revision", "UPDATE"): _LOCK})
    yield from rule_triggers.staying(_TABLES, _NOT_EMPTIED)
    at, stamp = _at(_POSTGRESQL), _stamp(_POSTGRESQL)
    yield from rule_triggers.function(
        "revision_moved", "AFTER UPDATE ON revision FOR EACH ROW",
        f" IF {PUBLISHED} THEN UPDATE answer SET {_SETS}, revision_id = NEW.id"
        " WHERE keyword = NEW.keyword AND lang = NEW.lang;"
        f" IF NOT FOUND THEN INSERT INTO answer ({_COLUMNS}, revision_id)"
        f" VALUES ({_VALUES}, NEW.id); END IF; {_spelt(_FORGET, _POSTGRESQL)} {_REPLACE}"
        f" ELSIF {_LEFT} THEN{_LEAVE} END IF;"
        f" IF {_MOVED} THEN{_event(at, _PLAIN, _WHAT)}{stamp}"
        f" ELSIF {_SECONDED} THEN{_event(at, 'NEW.second_by', _TOO)}{stamp}"
        f" ELSIF {_spelt(_SCHEDULED, _POSTGRESQL)} THEN{_event(at, _PLAIN, _WHEN)}{stamp} END IF;"
        " RETURN NULL;",
    )  # fmt: skip
    yield from rule_triggers.function(
        "revision_begun", "AFTER INSERT ON revision FOR EACH ROW",
        f"{_event('NEW.created_at', 'NEW.author', _quoted_begun())}"
        " UPDATE revision SET moved_by = NULL, note = '' WHERE id = NEW.id; RETURN NULL;",
    )  # fmt: skip


_TOO, _WHEN = "'approved too'", "'scheduled'"
_TABLES = ("revision", "answer", "live_name", "reserved_word", "revision_event")
_NOT_EMPTIED = "The answers, their names and their history are not emptied."
# Two people who publish the same alias at once: the second waits, then sees the first. What a
# transaction sees is fixed under the stricter levels, so the second would not see it there.
_LOCK = (
    f" IF {PUBLISHED} THEN IF current_setting('transaction_isolation') <> 'read committed' THEN"
    f" {rule_triggers.raising('Publish in a transaction of the level READ COMMITTED.')} END IF;"
    " PERFORM pg_advisory_xact_lock(988, 1); END IF;"
)


def drop_sqlite() -> Iterator[str]:
    """The statements that take the triggers away on SQLite."""
    steps = ("published", "retired", "moved", "seconded", "scheduled", "begun")
    own = [("revision", f"revision_{name}") for name in steps]
    yield from rule_triggers.drop_sqlite([*rule_triggers.names(RULES), *own])


def drop_postgresql() -> Iterator[str]:
    """The statements that take the triggers away on PostgreSQL."""
    own = [(table, f"{table}_stays") for table in _TABLES]
    own += [("revision", "revision_moved"), ("revision", "revision_begun")]
    yield from rule_triggers.drop_postgresql([*rule_triggers.names(RULES), *own])
