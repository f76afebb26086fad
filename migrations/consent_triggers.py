"""The rules of consent as triggers, for SQLite and for PostgreSQL, and how to drop them again.

The ledger (`consent`) is only ever added to. What follows from a line of it, the subscriptions and
whether the number has opted out, is written by the triggers alone; a line that must not be is
refused, and so is a campaign's text to somebody without a live subscription. A migration that
changes a rule writes a new module like this one: this one stays as it was.
"""

# The statements are put together from the constants below: no value from outside is in them.
# ruff: noqa: S608

from collections.abc import Iterator

from migrations import rule_triggers
from migrations.rule_triggers import Rule, quoted, raising

_EACH = "1 = 1"
"""For a rule that looks at every row."""


def _later(one: str, than: str) -> str:
    return f"({one}.at > {than}.at OR ({one}.at = {than}.at AND {one}.id > {than}.id))"


def _is_out(contact: str) -> str:
    """Whether a contact's last word on the number as a whole is STOP, and nobody undid it."""
    return (
        f"EXISTS (SELECT 1 FROM consent o WHERE o.contact_id = {contact} AND o.change = 'opt_out'"
        " AND NOT EXISTS (SELECT 1 FROM consent i WHERE i.contact_id = o.contact_id AND"
        f" ((i.change = 'opt_in' AND {_later('i', 'o')})"
        " OR (i.change = 'undone' AND i.undoes_id = o.id))))"
    )


def _is_live(join: str) -> str:
    """Whether a join has not been ended since, by leaving the topic or by STOP."""
    return (
        f"NOT EXISTS (SELECT 1 FROM consent e WHERE e.contact_id = {join}.contact_id"
        f" AND {_later('e', join)} AND ((e.change = 'left' AND e.topic = {join}.topic)"
        " OR (e.change = 'opt_out' AND NOT EXISTS (SELECT 1 FROM consent u WHERE"
        " u.contact_id = e.contact_id AND u.change = 'undone' AND u.undoes_id = e.id))))"
    )


_WHOLE = "NEW.change IN ('opt_out', 'opt_in', 'undone')"
_KEPT = "A line of the ledger of consents stays as it is; add another."
_FOLLOWS = "Subscriptions follow from the ledger of consents: add a line there."
_THEMSELVES = "They opted out themselves: only their own START ends that."
_JOINS = "NEW.change IN ('asked', 'joined')"
_OWN_ROW = "s.contact_id = NEW.contact_id AND s.topic = NEW.topic"
_PROVEN = (
    "EXISTS (SELECT 1 FROM consent j WHERE j.id = NEW.consent_id AND"
    " j.contact_id = NEW.contact_id AND ((NEW.state = 'stopped' AND j.change = 'opt_out')"
    " OR (NEW.state IN ('asked', 'left') AND j.change = NEW.state AND j.topic = NEW.topic)"
    " OR (NEW.state = 'joined' AND j.change = 'joined' AND j.topic = NEW.topic"
    f" AND j.at = NEW.since AND {_is_live('j')})))"
)

RULES = (
    Rule(
        table="consent", event="INSERT",
        only=_EACH,
        when="NEW.change NOT IN ('asked', 'joined', 'left', 'opt_out', 'opt_in', 'undone')",
        says="There is no such change of consent.",
    ),
    Rule(
        table="consent", event="INSERT",
        only=_EACH,
        when="NEW.origin NOT IN ('text', 'provider', 'staff', 'import')",
        says="A consent comes from a text, the provider, the staff or an import.",
    ),
    Rule(
        table="consent", event="INSERT",
        only=_EACH,
        when=f"(NEW.topic IS NULL) <> ({_WHOLE})",
        says="Joining and leaving name a topic; stopping and starting are for the whole number.",
    ),
    Rule(
        table="consent", event="INSERT",
        only="NEW.topic IS NOT NULL",
        when="NOT EXISTS (SELECT 1 FROM topic t WHERE t.keyword = NEW.topic)",
        says="There is no such topic.",
    ),
    Rule(
        table="consent", event="INSERT",
        only=_EACH,
        when=f"{_JOINS} AND length(trim(coalesce(NEW.words, ''))) = 0",
        says="An opt-in needs the exact words that the person was shown.",
    ),
    Rule(
        table="consent", event="INSERT",
        only=_JOINS,
        when="EXISTS (SELECT 1 FROM contact c WHERE c.id = NEW.contact_id"
        " AND c.opted_out)",
        says="This person has opted out: only their own START ends that.",
    ),
    Rule(
        table="consent", event="INSERT",
        only=_JOINS,
        when="EXISTS (SELECT 1 FROM contact c WHERE c.id = NEW.contact_id"
        " AND c.care_until > coalesce(NEW.recorded_at, NEW.at))",
        says="This person is in care after a crisis: nobody signs them up now.",
    ),
    Rule(
        table="consent", event="INSERT",
        only="NEW.change = 'joined' AND NEW.origin = 'text'",
        when="NOT EXISTS"
        f" (SELECT 1 FROM subscription s WHERE {_OWN_ROW} AND s.state IN ('asked', 'joined'))",
        says="Nobody joins by text who was not asked to confirm it.",
    ),
    Rule(
        table="consent", event="INSERT",
        only=_EACH,
        when=f"{_JOINS} AND NEW.origin NOT IN ('text', 'import')",
        says="An opt-in is the person's own text, or evidence of one that is imported.",
    ),
    Rule(
        table="consent", event="INSERT",
        only="NEW.change = 'joined' AND NEW.origin = 'import'",
        when="EXISTS (SELECT 1 FROM consent e"
        " WHERE e.contact_id = NEW.contact_id AND e.at >= NEW.at AND (e.change = 'opt_out'"
        " OR (e.change = 'left' AND e.topic = NEW.topic)))",
        says="The evidence is older than this person's own no.",
    ),
    Rule(
        table="consent", event="INSERT",
        only=_EACH,
        when="NEW.origin IN ('staff', 'import')"
        " AND length(trim(coalesce(NEW.recorded_by, ''))) = 0",
        says="Who recorded it?",
    ),
    Rule(
        table="consent", event="INSERT",
        only=_EACH,
        when="NEW.origin = 'staff' AND length(trim(coalesce(NEW.reason, ''))) = 0",
        says="What staff record needs a reason.",
    ),
    Rule(
        table="consent", event="INSERT",
        only=_EACH,
        when="NEW.change = 'opt_in' AND NEW.origin <> 'text'",
        says="Only the person's own START starts again.",
    ),
    Rule(
        table="consent", event="INSERT",
        only=_EACH,
        when="(NEW.change = 'undone') <> (NEW.undoes_id IS NOT NULL)"
        " OR (NEW.change = 'undone' AND NEW.origin <> 'staff')",
        says="An undo is by staff, and names what it undoes.",
    ),
    Rule(
        table="consent", event="INSERT",
        only="NEW.change = 'undone'",
        when="NOT EXISTS (SELECT 1 FROM consent o WHERE"
        " o.id = NEW.undoes_id AND o.contact_id = NEW.contact_id AND o.change = 'opt_out'"
        " AND o.origin IN ('staff', 'import'))",
        says="Only an opt-out that staff recorded or imported can be undone.",
    ),
    Rule(
        table="consent", event="INSERT",
        only="NEW.change = 'undone'",
        when="EXISTS (SELECT 1 FROM consent u"
        " WHERE u.contact_id = NEW.contact_id AND u.undoes_id = NEW.undoes_id)",
        says="That has been undone already.",
    ),
    Rule(
        table="consent", event="INSERT",
        only="NEW.change = 'undone'",
        when="EXISTS (SELECT 1 FROM consent o WHERE"
        " o.contact_id = NEW.contact_id AND o.change = 'opt_out'"
        " AND o.origin IN ('text', 'provider') AND NOT EXISTS (SELECT 1 FROM consent i WHERE"
        f" i.contact_id = o.contact_id AND i.change = 'opt_in' AND {_later('i', 'o')}))",
        says=_THEMSELVES,
    ),
    Rule(table="consent", event="UPDATE", only=_EACH, when="1 = 1", says=_KEPT),
    Rule(table="consent", event="DELETE", only=_EACH, when="1 = 1", says=_KEPT),
    Rule(table="subscription", event="INSERT", only=_EACH, when=f"NOT {_PROVEN}", says=_FOLLOWS),
    Rule(
        table="subscription", event="UPDATE",
        only=_EACH,
        when="NEW.contact_id <> OLD.contact_id OR NEW.topic <> OLD.topic"
        f" OR NOT {_PROVEN}",
        says=_FOLLOWS,
    ),
    Rule(table="subscription", event="DELETE", only=_EACH, when="1 = 1", says=_FOLLOWS),
    Rule(
        table="topic", event="INSERT",
        only=_EACH,
        when="EXISTS (SELECT 1 FROM live_name l WHERE l.name IN (NEW.keyword, NEW.keyword_es))",
        says="A live answer has this name.",
    ),
    Rule(
        table="topic", event="UPDATE",
        only=_EACH,
        when="NEW.keyword <> OLD.keyword OR NEW.keyword_es <> OLD.keyword_es",
        says="A topic keeps its keywords: retire it and make another.",
    ),
    Rule(
        table="topic", event="DELETE", only=_EACH, when="1 = 1",
        says="A topic is retired, not deleted: the ledger speaks of it.",
    ),
)  # fmt: skip

_CONTACT = (
    "NOT NEW.opted_out AND OLD.opted_out",
    f"{_is_out('NEW.id')}",
    "An opt-out ends by the person's own START, or by an undo in the ledger.",
)
# One look-up of the subscription, one of the contact, both by primary key.
_UNWANTED = (
    "NOT EXISTS (SELECT 1 FROM subscription s JOIN contact c ON c.id = s.contact_id"
    " WHERE s.contact_id = NEW.contact_id AND s.consent_id = NEW.consent_id"
    " AND s.state = 'joined' AND s.since <= NEW.created_at AND NOT c.opted_out"
    " AND c.number_index = NEW.number_index"
    " AND (c.care_until IS NULL OR c.care_until <= NEW.created_at))"
)
_ONLY_WANTED = (
    "A campaign's text goes only to somebody who joined before it, has not opted out since and"
    " is not in care."
)
_CAMPAIGN = ("NEW.lane >= 30", _UNWANTED, _ONLY_WANTED)
_MOVED = "(NEW.lane <> OLD.lane OR NEW.contact_id <> OLD.contact_id OR {differs})"
_CAMPAIGN_MOVED = (
    f"NEW.lane >= 30 AND {_MOVED}",
    "1 = 1",
    "A campaign's text stays whose it is, with the consent it was queued on.",
)
_MOVING = "lane, contact_id, consent_id, number_index"

_OWN = "contact_id = NEW.contact_id"
_ROW = f"{_OWN} AND topic = NEW.topic"
_NO_ROW = f"NOT EXISTS (SELECT 1 FROM subscription s WHERE {_OWN_ROW})"
_FLAG = (
    f"UPDATE contact SET opted_out = ({_is_out('NEW.contact_id')}) WHERE id = NEW.contact_id"
    f" AND opted_out <> ({_is_out('NEW.contact_id')});"
)
FOLLOWS: dict[str, str] = {
    "asked": (
        "UPDATE subscription SET state = 'asked', since = NEW.at, consent_id = NEW.id"
        f" WHERE {_ROW} AND state <> 'joined' AND since <= NEW.at;"
        " INSERT INTO subscription (contact_id, topic, state, since, consent_id)"
        f" SELECT NEW.contact_id, NEW.topic, 'asked', NEW.at, NEW.id WHERE {_NO_ROW};"
    ),
    "joined": (
        "UPDATE subscription SET state = 'joined', since = NEW.at, consent_id = NEW.id,"
        f" joined_id = NEW.id WHERE {_ROW} AND state <> 'joined' AND {_is_live('NEW')};"
        " INSERT INTO subscription (contact_id, topic, state, since, consent_id, joined_id)"
        " SELECT NEW.contact_id, NEW.topic, 'joined', NEW.at, NEW.id, NEW.id"
        f" WHERE {_NO_ROW} AND {_is_live('NEW')};"
    ),
    "left": (
        "UPDATE subscription SET state = 'left', since = NEW.at, consent_id = NEW.id"
        f" WHERE {_ROW} AND state <> 'left' AND since <= NEW.at;"
    ),
    "opt_out": (
        "UPDATE subscription SET state = 'stopped', since = NEW.at, consent_id = NEW.id"
        f" WHERE {_OWN} AND state IN ('asked', 'joined') AND since <= NEW.at; {_FLAG}"
    ),
    "opt_in": _FLAG,
    "undone": (
        "UPDATE subscription SET state = 'joined', consent_id = joined_id,"
        " since = (SELECT j.at FROM consent j WHERE j.id = subscription.joined_id)"
        f" WHERE {_OWN} AND state = 'stopped' AND EXISTS (SELECT 1 FROM consent j"
        f" WHERE j.id = subscription.joined_id AND {_is_live('j')})"
        f" AND NOT {_is_out('NEW.contact_id')}; {_FLAG}"
    ),
}
"""What follows from a line of the ledger, by its change. A late line ends what it found."""

_ONCE = (
    "INSERT INTO reserved_word (name) SELECT {0} WHERE NOT EXISTS"
    " (SELECT 1 FROM reserved_word w WHERE w.name = {0});"
)
_TOPIC = (
    _ONCE.format("NEW.keyword")
    + " "
    + _ONCE.format("NEW.keyword_es")
    + " UPDATE content_version SET version = version + 1 WHERE id = 1;"
)
_CHANGED = " UPDATE content_version SET version = version + 1 WHERE id = 1;"
_STAYING = ("consent", "subscription", "topic")
_NOT_EMPTIED = "The ledger of consents and what follows from it are not emptied."
# A plan made while the ledger was small is kept, and would read the whole of it for each row of a
# large import.
_BY_INDEX = " SET enable_seqscan = off"


def sqlite() -> Iterator[str]:
    """The statements that make the triggers on SQLite."""
    yield from rule_triggers.sqlite(RULES)
    moved = (
        _CAMPAIGN_MOVED[0].format(
            differs="NEW.consent_id IS NOT OLD.consent_id OR NEW.number_index <> OLD.number_index"
        ),
        *_CAMPAIGN_MOVED[1:],
    )
    for name, on, (when, refused, says) in (
        ("contact_stays_out", "UPDATE OF opted_out ON contact", _CONTACT),
        ("outbox_needs_consent", "INSERT ON outbox", _CAMPAIGN),
        ("outbox_keeps_consent", f"UPDATE OF {_MOVING} ON outbox", moved),
    ):
        yield (
            f"CREATE TRIGGER {name} BEFORE {on} WHEN {when}"
            f" BEGIN SELECT RAISE(ABORT, {quoted(says)}) WHERE {refused}; END"
        )
    for change, statements in FOLLOWS.items():
        yield (
            f"CREATE TRIGGER consent_{change} AFTER INSERT ON consent"
            f" WHEN NEW.change = '{change}' BEGIN {statements} END"
        )
    yield f"CREATE TRIGGER topic_made AFTER INSERT ON topic BEGIN {_TOPIC} END"
    yield f"CREATE TRIGGER topic_changed AFTER UPDATE ON topic BEGIN {_CHANGED} END"


def postgresql() -> Iterator[str]:
    """The statements that make the triggers on PostgreSQL."""
    yield from rule_triggers.postgresql(RULES, setting=_BY_INDEX)
    yield from rule_triggers.staying(_STAYING, _NOT_EMPTIED, _BY_INDEX)
    moved = (
        _CAMPAIGN_MOVED[0].format(
            differs="NEW.consent_id IS DISTINCT FROM OLD.consent_id"
            " OR NEW.number_index <> OLD.number_index"
        ),
        *_CAMPAIGN_MOVED[1:],
    )
    for name, on, (when, refused, says) in (
        ("contact_stays_out", "UPDATE OF opted_out ON contact", _CONTACT),
        ("outbox_needs_consent", "INSERT ON outbox", _CAMPAIGN),
        ("outbox_keeps_consent", f"UPDATE OF {_MOVING} ON outbox", moved),
    ):
        # Not where every text of a campaign passes: there are two look-ups only.
        yield from rule_triggers.function(
            name, f"BEFORE {on} FOR EACH ROW WHEN ({when})",
            f" IF {refused} THEN {raising(says)} END IF; RETURN NEW;",
            "" if name.startswith("outbox") else _BY_INDEX,
        )  # fmt: skip
    branches = " ELS".join(
        f"IF NEW.change = '{change}' THEN {statements}" for change, statements in FOLLOWS.items()
    )
    for name, on, body in (
        ("consent_followed", "AFTER INSERT ON consent", f" {branches} END IF;"),
        ("topic_made", "AFTER INSERT ON topic", f" {_TOPIC}"),
        ("topic_changed", "AFTER UPDATE ON topic", _CHANGED),
    ):
        yield from rule_triggers.function(
            name, f"{on} FOR EACH ROW", f"{body} RETURN NULL;", _BY_INDEX
        )


_ELSEWHERE = (
    ("contact", "contact_stays_out"),
    ("outbox", "outbox_needs_consent"),
    ("outbox", "outbox_keeps_consent"),
    ("topic", "topic_made"),
    ("topic", "topic_changed"),
)


def drop_sqlite() -> Iterator[str]:
    """The statements that take the triggers away on SQLite."""
    own = [("consent", f"consent_{change}") for change in FOLLOWS]
    yield from rule_triggers.drop_sqlite([*rule_triggers.names(RULES), *own, *_ELSEWHERE])


def drop_postgresql() -> Iterator[str]:
    """The statements that take the triggers away on PostgreSQL."""
    own = [(table, f"{table}_stays") for table in _STAYING]
    own += [("consent", "consent_followed"), *_ELSEWHERE]
    yield from rule_triggers.drop_postgresql([*rule_triggers.names(RULES), *own])
