"""The rules of the answers, as triggers: the same ones on SQLite and on PostgreSQL.

Each rule is a condition under which a change is refused and the sentence that says why. They are
written once, with a few words that each database spells its own way in braces:

    {each:NEW.aliases}       the strings of a JSON list, as rows with the column `value`
    {is_list:NEW.aliases}    whether a JSON column holds a list of strings
    {differs:short}          whether NEW.short and OLD.short differ, NULL being a value too

A migration that changes a rule writes a new module like this one: this one stays as it was.
"""

# The statements are put together from the constants below: no value from outside is in them.
# ruff: noqa: S608

from dataclasses import dataclass

CONTENT = (
    "keyword", "lang", "category", "aliases", "loose", "questions", "cues", "hints", "short",
    "long", "claims", "seed", "sources", "review_by", "expires_on", "stub", "author", "origin",
)  # fmt: skip
"""What a revision says and who wrote it: fixed once it has left the draft."""

LISTS = ("aliases", "loose", "questions", "cues", "hints", "claims", "seed")

COPIED = (
    "keyword", "lang", "category", "aliases", "loose", "questions", "cues", "hints", "short",
    "long", "claims", "seed", "sources", "author", "reviewer", "reviewed_on", "review_by",
    "expires_on", "stub",
)  # fmt: skip
"""What publishing copies from the revision to the live answer."""

_MOVES = (
    ("draft", "in_review"), ("draft", "retired"), ("in_review", "draft"),
    ("in_review", "approved"), ("approved", "draft"), ("approved", "published"),
    ("published", "retired"), ("retired", "published"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A change of `table` that is refused: when, for which event, and in which words."""

    name: str
    table: str
    event: str
    when: str
    says: str


def _moved_to(state: str) -> str:
    return f"NEW.state = '{state}' AND OLD.state <> '{state}'"


def _not_staff(name: str, roles: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{role}'" for role in roles)
    return (
        f"NOT EXISTS (SELECT 1 FROM staff s WHERE s.name = {name} AND s.disabled_at IS NULL"
        f" AND s.role IN ({listed}))"
    )


_LEGAL = " OR ".join(f"(OLD.state = '{a}' AND NEW.state = '{b}')" for a, b in _MOVES)
_CHANGED = " OR ".join(f"{{differs:{column}}}" for column in CONTENT)
_NO_LISTS = " OR ".join(f"NOT {{is_list:NEW.{column}}}" for column in LISTS)
_ALL_SEED = (
    "NEW.origin = 'seed' AND NOT EXISTS (SELECT 1 FROM revision r WHERE r.keyword = NEW.keyword"
    " AND r.lang = NEW.lang AND r.origin <> 'seed')"
)
_SAME = "lower(trim({})) = lower(trim({}))"
PUBLISHED = _moved_to("published")
"""The condition that a revision becomes the live one with this change."""
NAMES = "(SELECT NEW.keyword AS value UNION ALL SELECT each_name.value FROM {each:NEW.aliases})"
_BAD_SHAPE = "a.value = '' OR a.value <> upper(a.value) OR a.value LIKE '% %'"
_LIVE = " AND ".join(f"NOT {{unlike:{column}}}" for column in COPIED)

RULES = (
    Rule(
        name="starts_as_draft", table="revision", event="INSERT",
        when="NEW.state <> 'draft' OR NEW.approved_by IS NOT NULL OR NEW.second_by IS NOT NULL"
        " OR NEW.published_at IS NOT NULL",
        says="A new revision starts as a draft that nobody has approved.",
    ),
    Rule(
        name="written_by_staff", table="revision", event="INSERT",
        when="NEW.origin <> 'seed' AND "
        + _not_staff("NEW.author", ("author", "reviewer", "publisher", "admin")),
        says="The author must be an active staff account, spelt as its name is.",
    ),
    Rule(
        name="still_written_by_staff", table="revision", event="UPDATE",
        when="{differs:author} AND NEW.origin <> 'seed' AND "
        + _not_staff("NEW.author", ("author", "reviewer", "publisher", "admin")),
        says="The author must be an active staff account, spelt as its name is.",
    ),
    Rule(
        name="signature_fixed", table="revision", event="UPDATE",
        when="({differs:reviewer} OR {differs:reviewed_on})"
        " AND OLD.state NOT IN ('draft', 'in_review')",
        says="Who signed a text, and when, is not changed after it was approved.",
    ),
    Rule(
        name="fixed_after_draft", table="revision", event="UPDATE",
        when=f"OLD.state <> 'draft' AND ({_CHANGED})",
        says="A text in review, approved or published is not edited in place:"
        " make a new revision, or take it back to draft first.",
    ),
    Rule(
        name="legal_move", table="revision", event="UPDATE",
        when=f"NEW.state <> OLD.state AND NOT ({_LEGAL})",
        says="A revision goes draft, in_review, approved, published, retired; this step is none.",
    ),
    Rule(
        name="approver_fixed", table="revision", event="UPDATE",
        when="{differs:approved_by} AND NOT (OLD.state = 'in_review' AND NEW.state = 'approved')"
        " AND NOT (NEW.state = 'draft' AND NEW.approved_by IS NULL)",
        says="approved_by is set while a revision goes from in_review to approved,"
        " and cleared when it goes back to draft.",
    ),
    Rule(
        name="second_fixed", table="revision", event="UPDATE",
        when="{differs:second_by} AND NOT (OLD.state = 'approved' AND NEW.state = 'approved'"
        " AND OLD.second_by IS NULL) AND NOT (NEW.state = 'draft' AND NEW.second_by IS NULL)",
        says="second_by is set once, on an approved revision.",
    ),
    Rule(
        name="draft_unapproved", table="revision", event="UPDATE",
        when="NEW.state IN ('draft', 'in_review')"
        " AND (NEW.approved_by IS NOT NULL OR NEW.second_by IS NOT NULL)",
        says="What is not approved has no approver: clear approved_by and second_by.",
    ),
    Rule(
        name="approved_by_somebody", table="revision", event="UPDATE",
        when=f"{_moved_to('approved')} AND NEW.approved_by IS NULL AND NOT ({_ALL_SEED})",
        says="Say in approved_by who approves; only a first seed has no approver.",
    ),
    Rule(
        name="two_people", table="revision", event="UPDATE",
        when="NEW.approved_by IS NOT NULL AND " + _SAME.format("NEW.approved_by", "NEW.author"),
        says="The approver must be another person than the author.",
    ),
    Rule(
        name="approver_is_reviewer", table="revision", event="UPDATE",
        when="NEW.approved_by IS NOT NULL AND {differs:approved_by} AND "
        + _not_staff("NEW.approved_by", ("reviewer",)),
        says="The approver must be an active staff account with the role reviewer.",
    ),
    Rule(
        name="second_is_a_third_person", table="revision", event="UPDATE",
        when="NEW.second_by IS NOT NULL AND {differs:second_by} AND ("
        + _SAME.format("NEW.second_by", "NEW.author")
        + " OR "
        + _SAME.format("NEW.second_by", "coalesce(NEW.approved_by, '')")
        + " OR "
        + _not_staff("NEW.second_by", ("reviewer", "publisher"))
        + ")",
        says="The second approver must be an active reviewer or publisher,"
        " neither the author nor the first approver.",
    ),
    Rule(
        name="only_approved", table="revision", event="UPDATE",
        when=f"{PUBLISHED} AND NEW.approved_by IS NULL AND NOT ({_ALL_SEED})",
        says="Only an approved revision can be published.",
    ),
    Rule(
        name="crisis_two_approvers", table="revision", event="UPDATE",
        when=f"{PUBLISHED} AND NEW.category = 'safety' AND NEW.second_by IS NULL"
        f" AND NOT ({_ALL_SEED})",
        says="A crisis text needs two approvers: set second_by.",
    ),
    Rule(
        name="crisis_says_988", table="revision", event="UPDATE",
        when=f"{PUBLISHED} AND NEW.category = 'safety'"
        " AND substr(NEW.short, 1, 40) NOT LIKE '%988%'",
        says="A crisis text must carry 988 in its first 40 characters.",
    ),
    Rule(
        name="says_something", table="revision", event="UPDATE",
        when="NEW.state IN ('in_review', 'approved', 'published') AND (trim(NEW.short) = ''"
        f" OR {_NO_LISTS} OR NOT {{is_sources:NEW.sources}})",
        says="An answer needs a text, and lists of strings where lists belong"
        " (aliases, loose, questions, cues, hints, claims, seed; sources: title, url, read_on).",
    ),
    Rule(
        name="names_squeezed", table="revision", event="UPDATE",
        when=f"{PUBLISHED} AND EXISTS (SELECT 1 FROM {NAMES} a WHERE {_BAD_SHAPE})",
        says="Keyword and aliases are written in capitals and digits without spaces.",
    ),
    Rule(
        name="names_unique", table="revision", event="UPDATE",
        when=f"{PUBLISHED} AND EXISTS (SELECT 1 FROM {NAMES} a JOIN live_name l"
        " ON l.name = a.value AND l.keyword <> NEW.keyword)",
        says="An alias or keyword of this revision belongs to another live answer:"
        " see the table live_name.",
    ),
    Rule(
        name="names_reserved", table="revision", event="UPDATE",
        when=f"{PUBLISHED} AND EXISTS (SELECT 1 FROM {NAMES} a JOIN reserved_word w"
        " ON w.name = a.value WHERE coalesce(w.category, '') <> NEW.category"
        " AND coalesce(w.keyword, '') <> NEW.keyword)",
        says="An alias or keyword of this revision is a reserved or safety word:"
        " see the table reserved_word.",
    ),
    Rule(
        name="keeps_category", table="revision", event="UPDATE",
        when=f"{PUBLISHED} AND EXISTS (SELECT 1 FROM answer o WHERE o.keyword = NEW.keyword"
        " AND o.category IN ('safety', 'reserved') AND o.category <> NEW.category)",
        says="A safety or reserved answer stays one.",
    ),
    Rule(
        name="safety_stays", table="revision", event="UPDATE",
        when="OLD.state = 'published' AND NEW.state = 'retired'"
        " AND NEW.category IN ('safety', 'reserved') AND EXISTS (SELECT 1 FROM answer o"
        " WHERE o.revision_id = OLD.id)",
        says="A safety or reserved answer is not retired: publish another revision of it.",
    ),
    Rule(
        name="kept", table="revision", event="DELETE",
        when="OLD.state <> 'draft' OR OLD.submitted_at IS NOT NULL",
        says="Only a draft that never went to review can be deleted: history is kept.",
    ),
    Rule(
        name="live_from_revision", table="answer", event="INSERT",
        when="NOT EXISTS (SELECT 1 FROM revision r WHERE r.id = NEW.revision_id"
        f" AND r.state = 'published' AND {_LIVE})",
        says="Answers change by publishing a revision, not in the table answer.",
    ),
    Rule(
        name="live_by_revision", table="answer", event="UPDATE",
        when="NOT EXISTS (SELECT 1 FROM revision r WHERE r.id = NEW.revision_id"
        f" AND r.state = 'published' AND {_LIVE})",
        says="Answers change by publishing a revision, not in the table answer.",
    ),
    Rule(
        name="live_until_retired", table="answer", event="DELETE",
        when="EXISTS (SELECT 1 FROM revision r WHERE r.id = OLD.revision_id"
        " AND r.state = 'published')",
        says="An answer leaves by retiring its published revision, not by deleting the row.",
    ),
    *(
        Rule(
            name=f"history_{event.lower()}", table="revision_event", event=event, when="1 = 1",
            says="The history of a revision is only ever added to.",
        )
        for event in ("UPDATE", "DELETE")
    ),
)  # fmt: skip
