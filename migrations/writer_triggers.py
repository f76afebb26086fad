"""Who wrote a text, as triggers: everybody who did is remembered, and none of them approves it.

The author of a revision is only who saved it last. `revision_writer` has all of them: a row is
written with every draft that is begun and with every change of what people get (the text, the text
after MORE, names, questions, cues, hints, claims, sources, dates) or of the author, whoever makes
it and by whichever way. The reason for a change and the owner are not text. Who begins again with
the words of a draft that nobody approved has its writers with them.

`{differs:x}` stands for "NEW.x and OLD.x are not the same, NULL being a value too". A migration
that changes a rule writes a new module like this one: this one stays as it was.
"""

# The statements are put together from the constants below: no value from outside is in them.
# ruff: noqa: S608

import re
from collections.abc import Iterator
from functools import partial

from migrations import rule_triggers
from migrations.content_rules import COPIED
from migrations.rule_triggers import Rule

_WRITTEN = tuple(
    name for name in COPIED if name not in ("keyword", "lang", "reviewer", "reviewed_on")
)
"""What counts as writing: all that a change of it would send to people, and the author."""
_TO_PEOPLE = "(NEW.state IN ('in_review', 'approved', 'published') AND NEW.state <> OLD.state)"
_LIVE = "(NEW.state = 'published' AND OLD.state <> 'published')"


def _wrote(name: str) -> str:
    """Whether somebody is among the writers; of the author the older rules speak."""
    return (
        "EXISTS (SELECT 1 FROM revision_writer w WHERE w.revision_id = NEW.id"
        f" AND lower(trim(w.name)) = lower(trim({name}))"
        " AND lower(trim(w.name)) <> lower(trim(NEW.author)))"
    )


RULES = (
    Rule(
        table="revision", event="UPDATE",
        when=f"({{differs:approved_by}} OR {_LIVE}) AND {_wrote('NEW.approved_by')}",
        says="The approver has written some of this text: a person who has not must approve it.",
    ),
    Rule(
        table="revision", event="UPDATE",
        when=f"({{differs:second_by}} OR {_LIVE}) AND {_wrote('NEW.second_by')}",
        says="The second approver has written some of this text:"
        " a person who has not must approve it.",
    ),
    Rule(
        table="revision", event="UPDATE",
        when="NEW.state IN ('in_review', 'approved', 'published')"
        f" AND ({{differs:reviewer}} OR {_TO_PEOPLE}) AND {_wrote('NEW.reviewer')}",
        says="Who signed this text has written some of it: another person must sign.",
    ),
    Rule(
        table="revision_writer", event="INSERT",
        when="trim(NEW.name) = '' OR NOT EXISTS (SELECT 1 FROM revision r"
        " WHERE r.id = NEW.revision_id AND r.approved_by IS NULL AND r.published_at IS NULL)",
        says="Who wrote a text is noted by name, and before anybody approves it.",
    ),
    *(
        Rule(
            table="revision_writer", event=event, when="1 = 1",
            says="Who wrote a text stays on record.",
        )
        for event in ("UPDATE", "DELETE")
    ),
)  # fmt: skip

_SAME_WORDS = (
    "{0}.keyword = NEW.keyword AND {0}.lang = NEW.lang AND {0}.short = NEW.short"
    " AND coalesce({0}.long, '') = coalesce(NEW.long, '')"
)
_NOTED = (
    " INSERT INTO revision_writer (revision_id, name) SELECT NEW.id, p.name FROM"
    " (SELECT NEW.author AS name UNION SELECT NEW.moved_by WHERE NEW.origin <> 'seed'"
    " UNION SELECT w.name FROM revision r JOIN revision_writer w ON w.revision_id = r.id"
    f" WHERE {_SAME_WORDS.format('r')} AND trim(NEW.short) <> '' AND r.approved_by IS NULL"
    f" AND NOT EXISTS (SELECT 1 FROM answer a WHERE {_SAME_WORDS.format('a')})) p"
    " WHERE trim(p.name) <> '' AND NOT EXISTS (SELECT 1 FROM revision_writer o"
    " WHERE o.revision_id = NEW.id AND o.name = p.name);"
)
_CHANGED = " OR ".join(f"{{differs:{name}}}" for name in _WRITTEN)
_DIFFERS = {
    "sqlite": "NEW.{0} IS NOT OLD.{0}",
    "postgresql": "NEW.{0}::text IS DISTINCT FROM OLD.{0}::text",
}
_CALLED = "two_people"
_NOTING = (("revision", "revision_writer_begins"), ("revision", "revision_writer_writes"))


def make(dialect: str) -> Iterator[str]:
    """The statements that make the triggers."""
    spelt = partial(_spelt, dialect=dialect)
    changed = spelt(_CHANGED)
    (_, begins), (_, writes) = _NOTING
    if dialect == "sqlite":
        yield from rule_triggers.sqlite(RULES, spelt, _CALLED)
        yield f"CREATE TRIGGER {begins} AFTER INSERT ON revision BEGIN{_NOTED} END"
        yield f"CREATE TRIGGER {writes} AFTER UPDATE ON revision WHEN {changed} BEGIN{_NOTED} END"
        return
    yield from rule_triggers.postgresql(RULES, spelt, _CALLED)
    yield from rule_triggers.staying(("revision_writer",), "Who wrote the texts is not emptied.")
    noted = f"{_NOTED} RETURN NULL;"
    yield from rule_triggers.function(begins, "AFTER INSERT ON revision FOR EACH ROW", noted)
    on = f"AFTER UPDATE ON revision FOR EACH ROW WHEN ({changed})"
    yield from rule_triggers.function(writes, on, noted)


def drop(dialect: str) -> Iterator[str]:
    """The statements that take the triggers away."""
    made = [*rule_triggers.names(RULES, _CALLED), *_NOTING]
    if dialect == "sqlite":
        return rule_triggers.drop_sqlite(made)
    stays = ("revision_writer", "revision_writer_stays")
    return rule_triggers.drop_postgresql([*made, stays])


def _spelt(condition: str, dialect: str) -> str:
    return re.sub(r"\{differs:(\w+)\}", lambda found: _DIFFERS[dialect].format(found[1]), condition)
