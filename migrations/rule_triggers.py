"""Makes triggers of rules, for SQLite and for PostgreSQL: what is refused, when, in which words.

The modules of the rules (`content_rules` and the others beside this one) say what is refused. What
is written here is in databases already: it stays as it is, to the byte.
"""

# The statements are put together from constants: no value from outside is in them.

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

Named = tuple[str, str]
"""A table, and the name of a trigger on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A change of `table` that is refused: for which event, when, and in which words.

    `only` is asked first, of the row alone: PostgreSQL takes ten times as long to ask a table.
    """

    table: str
    event: str
    only: str | None = None
    when: str
    says: str


def as_it_is(condition: str) -> str:
    """For rules that both databases spell alike."""
    return condition


def sqlite(
    rules: Iterable[Rule], spelt: Callable[[str], str] = as_it_is, called: str = "rules"
) -> Iterator[str]:
    """One trigger a table and event, so that its rules are tried in their order."""
    for (table, event), some in _by_event(rules).items():
        checks = "".join(
            f" SELECT RAISE(ABORT, {quoted(rule.says)}) WHERE {_asked(rule, spelt)};"
            for rule in some
        )
        name = f"{table}_{called}_on_{event.lower()}"
        yield f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN{checks} END"


def postgresql(
    rules: Iterable[Rule],
    spelt: Callable[[str], str] = as_it_is,
    called: str = "rules",
    *,
    first: Mapping[Named, str] | None = None,
    setting: str = "",
) -> Iterator[str]:
    """As on SQLite. `first`: what is done before the rules of a table and event are tried."""
    for (table, event), some in _by_event(rules).items():
        given = "OLD" if event == "DELETE" else "NEW"
        checks = (first or {}).get((table, event), "") + "".join(
            _refusing(rule, spelt) for rule in some
        )
        yield from function(
            f"{table}_{called}_on_{event.lower()}", f"BEFORE {event} ON {table} FOR EACH ROW",
            f"{checks} RETURN {given};", setting,
        )  # fmt: skip


def staying(tables: Iterable[str], says: str, setting: str = "") -> Iterator[str]:
    """Keeps PostgreSQL from emptying these tables at once."""
    for table in tables:
        yield from function(
            f"{table}_stays", f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT",
            f" {raising(says)}", setting,
        )  # fmt: skip


def function(name: str, on: str, body: str, setting: str = "") -> Iterator[str]:
    """A trigger of PostgreSQL with the function that it calls."""
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql{setting} AS"
        f" $rules$ BEGIN{body} END $rules$"
    )
    yield f"CREATE TRIGGER {name} {on} EXECUTE FUNCTION {name}()"


def names(rules: Iterable[Rule], called: str = "rules") -> list[Named]:
    """The triggers that `sqlite` and `postgresql` make of these rules."""
    return [(table, f"{table}_{called}_on_{event.lower()}") for table, event in _by_event(rules)]


def drop_sqlite(triggers: Iterable[Named]) -> Iterator[str]:
    """The statements that take triggers away."""
    for _, name in triggers:
        yield f"DROP TRIGGER {name}"


def drop_postgresql(triggers: Iterable[Named]) -> Iterator[str]:
    """The statements that take triggers away, each with its function."""
    for table, name in triggers:
        yield f"DROP TRIGGER {name} ON {table}"
        yield f"DROP FUNCTION {name}()"


def raising(sentence: str) -> str:
    """The statement by which PostgreSQL refuses."""
    return f"RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = {quoted(sentence)};"


def quoted(sentence: str) -> str:
    """A sentence as SQL, with the name before it by which the program knows its own."""
    return "'smsbot: " + sentence.replace("'", "''") + "'"


def _by_event(rules: Iterable[Rule]) -> dict[tuple[str, str], list[Rule]]:
    groups: dict[tuple[str, str], list[Rule]] = {}
    for rule in rules:
        groups.setdefault((rule.table, rule.event), []).append(rule)
    return groups


def _asked(rule: Rule, spelt: Callable[[str], str]) -> str:
    when = spelt(rule.when)
    return when if rule.only is None else f"{rule.only} AND ({when})"


def _refusing(rule: Rule, spelt: Callable[[str], str]) -> str:
    refused = f"IF {spelt(rule.when)} THEN {raising(rule.says)} END IF;"
    return f" {refused}" if rule.only is None else f" IF {rule.only} THEN {refused} END IF;"
