"""The rules of campaigns as triggers, on SQLite and PostgreSQL: two people, and nothing in place.

Each rule is a condition under which a change is refused, and the sentence that says why. The word
`{differs:x}` stands for "NEW.x and OLD.x are not the same, NULL being a value too".
"""

# The statements are put together from the constants below: no value from outside is in them.
# ruff: noqa: S608

import re
from collections.abc import Iterator
from functools import partial

from migrations import rule_triggers
from migrations.rule_triggers import Rule

_MOVES = (
    ("draft", "checked"), ("checked", "draft"), ("checked", "approved"), ("approved", "draft"),
    ("approved", "running"), ("running", "paused"), ("paused", "running"),
    ("running", "finished"), ("paused", "finished"), ("draft", "cancelled"),
    ("checked", "cancelled"), ("approved", "cancelled"), ("running", "cancelled"),
    ("paused", "cancelled"),
)  # fmt: skip
_LEGAL = " OR ".join(f"(OLD.state = '{one}' AND NEW.state = '{two}')" for one, two in _MOVES)
_SET = (
    "name", "topic", "audience", "sender", "sender_confirmed_by", "starts_at", "expires_at",
    "repeat_days", "canary_size", "canary_minutes", "most_errors", "most_opt_outs",
    "most_filtered", "slowest_reply_ms", "sample", "sample_hours", "author", "created_at",
)  # fmt: skip
_CHANGES = " OR ".join(f"{{differs:{name}}}" for name in _SET)
_MESSAGE_CHANGES = " OR ".join(
    f"{{differs:{name}}}" for name in ("name", "lang", "n", "body", "author", "created_at")
)
_BLANK_APPROVER = "NEW.approved_by IS NULL OR NEW.approved_by = ''"

RULES = (
    Rule(
        table="campaign_message", event="INSERT",
        when="NEW.state <> 'draft' OR NEW.approved_by IS NOT NULL OR NEW.author = ''",
        says="A campaign's message begins as somebody's draft.",
    ),
    Rule(
        table="campaign_message", event="UPDATE", when=_MESSAGE_CHANGES,
        says="The words of a campaign's message are never changed: write a new version.",
    ),
    Rule(
        table="campaign_message", event="UPDATE",
        when="NEW.state <> OLD.state AND NOT ((OLD.state = 'draft' AND NEW.state = 'approved')"
        " OR (OLD.state IN ('draft', 'approved') AND NEW.state = 'retired'))",
        says="A campaign's message goes from draft to approved, and from either to retired.",
    ),
    Rule(
        table="campaign_message", event="UPDATE",
        when="NEW.state = 'approved' AND OLD.state = 'draft'"
        f" AND ({_BLANK_APPROVER} OR lower(NEW.approved_by) = lower(NEW.author))",
        says="Somebody else than its author approves a campaign's message.",
    ),
    Rule(
        table="campaign_message", event="UPDATE",
        when="OLD.state <> 'draft' AND ({differs:approved_by} OR {differs:approved_at})",
        says="Who approved a campaign's message is not changed.",
    ),
    Rule(
        table="campaign_message", event="DELETE", when="1 = 1",
        says="The versions of a campaign's message are kept.",
    ),
    Rule(
        table="campaign", event="INSERT",
        when="NEW.state <> 'draft' OR NEW.approved_by IS NOT NULL OR NEW.token IS NOT NULL",
        says="A campaign begins as a draft.",
    ),
    Rule(
        table="campaign", event="UPDATE", when=f"NEW.state <> OLD.state AND NOT ({_LEGAL})",
        says="A campaign does not go from that state to this one.",
    ),
    Rule(
        table="campaign", event="UPDATE", when=f"OLD.state <> 'draft' AND ({_CHANGES})",
        says="Only a draft is changed: take the campaign back to draft first.",
    ),
    Rule(
        table="campaign", event="UPDATE",
        when="NEW.state = 'approved' AND OLD.state = 'checked' AND"
        f" ({_BLANK_APPROVER} OR lower(NEW.approved_by) IN (lower(NEW.author),"
        " lower(NEW.changed_by)))",
        says="Somebody else than those who wrote the campaign approves it.",
    ),
    Rule(
        table="campaign", event="UPDATE",
        when="NEW.state IN ('approved', 'running') AND NEW.state <> OLD.state AND"
        " (NEW.token IS NULL OR NEW.approved_token IS NULL OR NEW.approved_token <> NEW.token)",
        says="What is approved and started is the dry run as it was seen.",
    ),
    Rule(
        table="campaign", event="UPDATE",
        when="NEW.state IN ('approved', 'running') AND NEW.state <> OLD.state AND"
        " (NOT EXISTS (SELECT 1 FROM campaign_use u WHERE u.campaign_id = NEW.id) OR EXISTS"
        " (SELECT 1 FROM campaign_use u JOIN campaign_message m ON m.id = u.message_id"
        " WHERE u.campaign_id = NEW.id AND m.state <> 'approved'))",
        says="Every message of a campaign must be approved for campaigns.",
    ),
    Rule(
        table="campaign", event="UPDATE",
        when="OLD.state NOT IN ('draft', 'checked') AND NEW.state = OLD.state AND"
        " ({differs:token} OR {differs:approved_token} OR {differs:approved_by})",
        says="What was approved, and by whom, is not changed.",
    ),
    Rule(
        table="campaign", event="DELETE", when="1 = 1",
        says="Campaigns are kept: cancel it.",
    ),
    *(
        Rule(
            table="campaign_use", event=event,
            when=f"(SELECT state FROM campaign WHERE id = {row}.campaign_id) <> 'draft'",
            says="Only a draft is changed: take the campaign back to draft first.",
        )
        for event, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
    ),
    *(
        Rule(
            table="campaign_event", event=event, when="1 = 1",
            says="The history of a campaign is only added to.",
        )
        for event in ("UPDATE", "DELETE")
    ),
)  # fmt: skip
_DIFFERS = {"sqlite": "NEW.{0} IS NOT OLD.{0}", "postgresql": "NEW.{0} IS DISTINCT FROM OLD.{0}"}


def make(dialect: str) -> Iterator[str]:
    """The statements that make the triggers."""
    made = rule_triggers.sqlite if dialect == "sqlite" else rule_triggers.postgresql
    return made(RULES, partial(_spelt, dialect=dialect))


def drop(dialect: str) -> Iterator[str]:
    """The statements that take the triggers away."""
    is_sqlite = dialect == "sqlite"
    dropped = rule_triggers.drop_sqlite if is_sqlite else rule_triggers.drop_postgresql
    return dropped(rule_triggers.names(RULES))


def _spelt(condition: str, dialect: str) -> str:
    return re.sub(r"\{differs:(\w+)\}", lambda found: _DIFFERS[dialect].format(found[1]), condition)
