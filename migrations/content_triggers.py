"""Writes the rules of the answers as triggers, for SQLite and for PostgreSQL, and drops them again.

Publishing is a trigger too: it copies the revision to the live answer and retires the one before.
"""

# The statements are put together from constants: no value from outside is in them.
# ruff: noqa: S608

import re
from collections.abc import Iterator

from migrations.content_rules import COPIED, NAMES, PUBLISHED, RULES

_SQLITE = {
    "each": "json_each({0}) AS each_name",
    "differs": "NEW.{0} IS NOT OLD.{0}",
    "unlike": "NEW.{0} IS NOT r.{0}",
    "is_list": "(json_valid({0}) AND json_type({0}) = 'array' AND NOT EXISTS"
    " (SELECT 1 FROM json_each({0}) AS item WHERE item.type <> 'text'))",
    "is_sources": "(json_valid({0}) AND json_type({0}) = 'array' AND NOT EXISTS"
    " (SELECT 1 FROM json_each({0}) AS item WHERE item.type <> 'object'"
    " OR coalesce(json_type(item.value, '$.title'), '') <> 'text'"
    " OR coalesce(json_type(item.value, '$.url'), '') <> 'text'"
    " OR coalesce(json_extract(item.value, '$.read_on'), '') NOT LIKE '____-__-__'))",
}
_POSTGRESQL = {
    "each": "json_array_elements_text({0}) AS each_name(value)",
    "differs": "NEW.{0}::text IS DISTINCT FROM OLD.{0}::text",
    "unlike": "NEW.{0}::text IS DISTINCT FROM r.{0}::text",
    "is_list": "(json_typeof({0}) = 'array' AND NOT EXISTS (SELECT 1 FROM json_array_elements("
    "CASE WHEN json_typeof({0}) = 'array' THEN {0} ELSE '[]'::json END) AS item(value)"
    " WHERE json_typeof(item.value) <> 'string'))",
    "is_sources": "(json_typeof({0}) = 'array' AND NOT EXISTS (SELECT 1 FROM json_array_elements("
    "CASE WHEN json_typeof({0}) = 'array' THEN {0} ELSE '[]'::json END) AS item(value)"
    " WHERE json_typeof(item.value) <> 'object'"
    " OR coalesce(json_typeof(item.value -> 'title'), '') <> 'string'"
    " OR coalesce(json_typeof(item.value -> 'url'), '') <> 'string'"
    " OR coalesce(item.value ->> 'read_on', '') NOT LIKE '____-__-__'))",
}


def _spelt(condition: str, words: dict[str, str]) -> str:
    return re.sub(
        r"\{(\w+):([\w.]+)\}", lambda found: words[found[1]].replace("{0}", found[2]), condition
    )


def _quoted(sentence: str) -> str:
    return "'smsbot: " + sentence.replace("'", "''") + "'"


def sqlite() -> Iterator[str]:
    """The statements that make the triggers on SQLite."""
    for rule in RULES:
        yield (
            f"CREATE TRIGGER {rule.table}_{rule.name} BEFORE {rule.event} ON {rule.table}"
            f" WHEN {_spelt(rule.when, _SQLITE)}"
            f" BEGIN SELECT RAISE(ABORT, {_quoted(rule.says)}); END"
        )
    columns, values = ", ".join(COPIED), ", ".join(f"NEW.{column}" for column in COPIED)
    sets = ", ".join(f"{column} = NEW.{column}" for column in COPIED)
    yield (
        "CREATE TRIGGER revision_published AFTER UPDATE OF state ON revision"
        f" WHEN {PUBLISHED} BEGIN"
        f" UPDATE answer SET {sets}, revision_id = NEW.id"
        " WHERE keyword = NEW.keyword AND lang = NEW.lang;"
        f" INSERT INTO answer ({columns}, revision_id) SELECT {values}, NEW.id WHERE NOT EXISTS"
        " (SELECT 1 FROM answer WHERE keyword = NEW.keyword AND lang = NEW.lang);"
        " DELETE FROM live_name WHERE keyword = NEW.keyword AND lang = NEW.lang;"
        " INSERT INTO live_name (name, keyword, lang)"
        " SELECT DISTINCT value, NEW.keyword, NEW.lang"
        f" FROM {_spelt(NAMES, _SQLITE)};"
        " UPDATE revision SET state = 'retired' WHERE keyword = NEW.keyword AND lang = NEW.lang"
        " AND state = 'published' AND id <> NEW.id; END"
    )
    yield (
        "CREATE TRIGGER revision_retired AFTER UPDATE OF state ON revision"
        " WHEN OLD.state = 'published' AND NEW.state = 'retired' BEGIN"
        " DELETE FROM live_name WHERE keyword = NEW.keyword AND lang = NEW.lang AND EXISTS"
        " (SELECT 1 FROM answer WHERE revision_id = NEW.id);"
        " DELETE FROM answer WHERE revision_id = NEW.id; END"
    )


def postgresql() -> Iterator[str]:
    """The statements that make the triggers on PostgreSQL."""
    for table, event in dict.fromkeys((rule.table, rule.event) for rule in RULES):
        checks = "".join(
            f" IF {_spelt(rule.when, _POSTGRESQL)} THEN RAISE EXCEPTION USING"
            f" ERRCODE = 'check_violation', MESSAGE = {_quoted(rule.says)}; END IF;"
            for rule in RULES
            if (rule.table, rule.event) == (table, event)
        )
        # Two people who publish the same alias at once: the second waits, then sees the first.
        lock = (
            f" IF {PUBLISHED} THEN PERFORM pg_advisory_xact_lock(988, 1); END IF;"
            if (table, event) == ("revision", "UPDATE")
            else ""
        )
        given = "OLD" if event == "DELETE" else "NEW"
        name = f"{table}_rules_on_{event.lower()}"
        yield (
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $rules$ BEGIN{lock}{checks} RETURN {given}; END $rules$"
        )
        yield (
            f"CREATE TRIGGER {name} BEFORE {event} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {name}()"
        )
    columns, values = ", ".join(COPIED), ", ".join(f"NEW.{column}" for column in COPIED)
    sets = ", ".join(f"{column} = NEW.{column}" for column in COPIED)
    yield (
        "CREATE FUNCTION revision_moved() RETURNS trigger LANGUAGE plpgsql AS $moved$ BEGIN"
        f" IF {PUBLISHED} THEN"
        f" UPDATE answer SET {sets}, revision_id = NEW.id"
        " WHERE keyword = NEW.keyword AND lang = NEW.lang;"
        f" IF NOT FOUND THEN INSERT INTO answer ({columns}, revision_id)"
        f" VALUES ({values}, NEW.id); END IF;"
        " DELETE FROM live_name WHERE keyword = NEW.keyword AND lang = NEW.lang;"
        " INSERT INTO live_name (name, keyword, lang)"
        " SELECT DISTINCT value, NEW.keyword, NEW.lang"
        f" FROM {_spelt(NAMES, _POSTGRESQL)} AS names;"
        " UPDATE revision SET state = 'retired' WHERE keyword = NEW.keyword AND lang = NEW.lang"
        " AND state = 'published' AND id <> NEW.id;"
        " ELSIF OLD.state = 'published' AND NEW.state = 'retired' THEN"
        " DELETE FROM live_name WHERE keyword = NEW.keyword AND lang = NEW.lang AND EXISTS"
        " (SELECT 1 FROM answer WHERE revision_id = NEW.id);"
        " DELETE FROM answer WHERE revision_id = NEW.id;"
        " END IF; RETURN NULL; END $moved$"
    )
    yield (
        "CREATE TRIGGER revision_moved AFTER UPDATE OF state ON revision"
        " FOR EACH ROW EXECUTE FUNCTION revision_moved()"
    )


def drop_sqlite() -> Iterator[str]:
    """The statements that take the triggers away on SQLite."""
    for rule in RULES:
        yield f"DROP TRIGGER {rule.table}_{rule.name}"
    yield "DROP TRIGGER revision_published"
    yield "DROP TRIGGER revision_retired"


def drop_postgresql() -> Iterator[str]:
    """The statements that take the triggers away on PostgreSQL."""
    for table, event in dict.fromkeys((rule.table, rule.event) for rule in RULES):
        name = f"{table}_rules_on_{event.lower()}"
        yield f"DROP TRIGGER {name} ON {table}"
        yield f"DROP FUNCTION {name}()"
    yield "DROP TRIGGER revision_moved ON revision"
    yield "DROP FUNCTION revision_moved()"
