"""The rules of the answers, as data: `content_triggers` makes triggers of them on both databases.

Each rule is a condition under which a change is refused and the sentence that says why. They are
written once, with a few words that each database spells its own way in braces:

    {each:NEW.aliases}      the strings of a JSON list, as rows with the column `value`
    {is_list:NEW.aliases}   whether a JSON column holds a list of strings
    {is_sources:NEW.sources} whether it holds a list of sources
    {is_text:NEW.short}     whether the value is text, or NULL
    {is_blank:NEW.short}    whether it has nothing but white space
    {is_day:NEW.review_by}  whether it is a day, or NULL
    {is_name:a.value}       whether it has 1 to 20 of A-Z and 0-9 and nothing else
    {differs:short}         whether NEW.short and OLD.short differ, NULL being a value too
    {unlike:short}          whether NEW.short and r.short differ, likewise

They are tried in the order in which they stand here. A migration that changes a rule writes a new
module like this one: this one stays as it was.
"""

# The statements are put together from the constants below: no value from outside is in them.
# ruff: noqa: S608

from migrations.rule_triggers import Rule

COPIED = (
    "keyword", "lang", "category", "aliases", "loose", "questions", "cues", "hints", "short",
    "long", "claims", "seed", "sources", "author", "reviewer", "reviewed_on", "review_by",
    "expires_on", "stub",
)  # fmt: skip
"""What publishing copies from the revision to the live answer."""

_IDENTITY = ("id", "keyword", "lang", "n", "origin", "digest", "created_at")
_CONTENT = (
    "category", "aliases", "loose", "questions", "cues", "hints", "short", "long", "claims",
    "seed", "sources", "review_by", "expires_on", "stub", "author", "why",
)  # fmt: skip
_LISTS = ("aliases", "loose", "questions", "cues", "hints", "claims", "seed")
_TEXTS = ("short", "long", "stub", "author", "reviewer", "owner", "why")
_DAYS = ("review_by", "expires_on", "reviewed_on")
_MOVES = (
    ("draft", "in_review"), ("draft", "retired"), ("in_review", "draft"),
    ("in_review", "approved"), ("approved", "draft"), ("approved", "published"),
    ("published", "retired"), ("retired", "published"),
)  # fmt: skip


def _moved_to(state: str) -> str:
    return f"(NEW.state = '{state}' AND OLD.state <> '{state}')"


def _not_staff(name: str, roles: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{role}'" for role in roles)
    return (
        f"NOT EXISTS (SELECT 1 FROM staff s WHERE s.name = {name} AND s.disabled_at IS NULL"
        f" AND s.role IN ({listed}))"
    )


def _any(pattern: str, columns: tuple[str, ...]) -> str:
    return "(" + " OR ".join(pattern % column for column in columns) + ")"


_LEGAL = " OR ".join(f"(OLD.state = '{a}' AND NEW.state = '{b}')" for a, b in _MOVES)
_ALL_SEED = (
    "NEW.origin = 'seed' AND NOT EXISTS (SELECT 1 FROM revision r WHERE r.keyword = NEW.keyword"
    " AND r.lang = NEW.lang AND r.origin <> 'seed')"
)
_WRITERS = ("author", "reviewer", "publisher", "admin")
_WRITTEN = "The author must be an active staff account of those who write, spelt as its name is."
_LIVE = " AND ".join(f"NOT {{unlike:{column}}}" for column in COPIED)
_NOT_LIVE = (
    "NOT EXISTS (SELECT 1 FROM revision r WHERE r.id = NEW.revision_id"
    f" AND r.state = 'published' AND {_LIVE})"
)
_BY_PUBLISHING = "Answers change by publishing a revision, not in the table answer."
_NAMES_FILL = "The table live_name fills itself as revisions are published."
PUBLISHED = _moved_to("published")
"""The condition that a revision becomes the live one with this change."""
NAMES = "(SELECT NEW.keyword AS value UNION ALL SELECT each_name.value FROM {each:NEW.aliases})"
_HELD = (
    "EXISTS (SELECT 1 FROM answer a WHERE a.keyword = %(row)s.keyword AND a.lang = %(row)s.lang"
    " AND (a.keyword = %(row)s.name"
    " OR EXISTS (SELECT 1 FROM {each:a.aliases} WHERE each_name.value = %(row)s.name)))"
)
SHAPE = (
    ("{is_name:NEW.keyword}", "The keyword has 1 to 20 of A-Z and 0-9, nothing else."),
    ("NOT " + _any("NOT {is_text:NEW.%s}", _TEXTS), "A text is not text."),
    ("NOT " + _any("NOT {is_day:NEW.%s}", _DAYS), "Write days as 2027-02-28."),
    (
        "NOT " + _any("NOT {is_list:NEW.%s}", _LISTS),
        "aliases, loose, questions, cues, hints, claims and seed are JSON lists of texts.",
    ),
    (
        "{is_sources:NEW.sources}",
        "sources is a JSON list of objects with title, url and read_on (2027-02-28).",
    ),
)
"""How a revision must be written down at all times: drafts have to be readable too."""

RULES = (
    Rule(
        table="revision", event="INSERT",
        when="NEW.state <> 'draft' OR NEW.approved_by IS NOT NULL OR NEW.second_by IS NOT NULL"
        " OR NEW.submitted_at IS NOT NULL OR NEW.publish_at IS NOT NULL"
        " OR NEW.published_at IS NOT NULL",
        says="A new revision starts as a draft that nobody has submitted or approved.",
    ),
    Rule(
        table="revision", event="INSERT",
        when="EXISTS (SELECT 1 FROM revision r WHERE r.id = NEW.id"
        " OR (r.keyword = NEW.keyword AND r.lang = NEW.lang AND r.n = NEW.n))",
        says="There is a revision with this id or n already: take the next n.",
    ),
    Rule(
        table="revision", event="UPDATE", when=_any("{differs:%s}", _IDENTITY),
        says="id, keyword, lang, n, origin, digest and created_at of a revision stay as they are:"
        " make a new revision.",
    ),
    *(
        Rule(table="revision", event=event, when=f"NOT ({good})", says=says)
        for event in ("INSERT", "UPDATE")
        for good, says in SHAPE
    ),
    Rule(
        table="revision", event="INSERT",
        when="NEW.origin <> 'seed' AND " + _not_staff("NEW.author", _WRITERS), says=_WRITTEN,
    ),
    Rule(
        table="revision", event="UPDATE",
        when="{differs:author} AND NEW.origin <> 'seed' AND " + _not_staff("NEW.author", _WRITERS),
        says=_WRITTEN,
    ),
    Rule(
        table="revision", event="UPDATE",
        when=f"OLD.state <> 'draft' AND {_any('{differs:%s}', _CONTENT)}",
        says="A text in review, approved, published or retired is not edited in place:"
        " make a new revision, or take it back to draft first.",
    ),
    Rule(
        table="revision", event="UPDATE",
        when=f"NEW.state <> OLD.state AND NOT ({_LEGAL})",
        says="A revision goes draft, in_review, approved, published, retired; this step is none.",
    ),
    Rule(
        table="revision", event="UPDATE",
        when="({differs:reviewer} OR {differs:reviewed_on})"
        " AND OLD.state NOT IN ('draft', 'in_review') AND NOT (NEW.state = 'draft'"
        " AND NEW.reviewer IS NULL AND NEW.reviewed_on IS NULL)",
        says="Who signed a text, and when, is not changed after it was approved.",
    ),
    Rule(
        table="revision", event="UPDATE",
        when="NEW.state IN ('draft', 'in_review')"
        " AND (NEW.approved_by IS NOT NULL OR NEW.second_by IS NOT NULL)",
        says="What is not approved has no approver: clear approved_by and second_by.",
    ),
    Rule(
        table="revision", event="UPDATE",
        when="{differs:approved_by} AND NOT (OLD.state = 'in_review' AND NEW.state = 'approved')"
        " AND NOT (NEW.state = 'draft' AND NEW.approved_by IS NULL)",
        says="approved_by is set while a revision goes from in_review to approved,"
        " and cleared when it goes back to draft.",
    ),
    Rule(
        table="revision", event="UPDATE",
        when="{differs:second_by} AND NOT (OLD.state = 'approved' AND NEW.state = 'approved'"
        " AND OLD.second_by IS NULL) AND NOT (NEW.state = 'draft' AND NEW.second_by IS NULL)",
        says="second_by is set once, on an approved revision.",
    ),
    Rule(
        table="revision", event="UPDATE",
        when="{differs:publish_at} AND NEW.publish_at IS NOT NULL AND NEW.state <> 'approved'",
        says="publish_at is set on an approved revision.",
    ),
    Rule(
        table="revision", event="UPDATE",
        when=f"{_moved_to('approved')} AND NEW.approved_by IS NULL AND NOT ({_ALL_SEED})",
        says="Say in approved_by who approves; only a first seed has no approver.",
    ),
    Rule(
        table="revision", event="UPDATE",
        when="NEW.approved_by IS NOT NULL"
        " AND lower(trim(NEW.approved_by)) = lower(trim(NEW.author))",
        says="The approver must be another person than the author.",
    ),
    Rule(
        table="revision", event="UPDATE",
        when="NEW.approved_by IS NOT NULL AND {differs:approved_by} AND "
        + _not_staff("NEW.approved_by", ("reviewer",)),
        says="The approver must be an active staff account with the role reviewer.",
    ),
    Rule(
        table="revision", event="UPDATE",
        when="NEW.second_by IS NOT NULL AND {differs:second_by}"
        " AND (lower(trim(NEW.second_by)) = lower(trim(NEW.author))"
        " OR NEW.approved_by IS NULL"
        " OR lower(trim(NEW.second_by)) = lower(trim(NEW.approved_by))"
        f" OR {_not_staff('NEW.second_by', ('reviewer', 'publisher'))})",
        says="The second approver must be an active reviewer or publisher,"
        " neither the author nor the first approver.",
    ),
    Rule(
        table="revision", event="UPDATE",
        when="NEW.state IN ('in_review', 'approved', 'published') AND {is_blank:NEW.short}",
        says="An answer needs a text.",
    ),
    Rule(
        table="revision", event="UPDATE",
        when="NEW.state IN ('in_review', 'approved', 'published')"
        " AND lower(trim(coalesce(NEW.reviewer, ''))) = lower(trim(NEW.author))",
        says="The author has signed their own answer: another person must.",
    ),
    Rule(
        table="revision", event="UPDATE",
        when="NEW.state IN ('in_review', 'approved', 'published')"
        " AND NEW.expires_on IS NOT NULL AND {is_blank:NEW.stub}",
        says="An answer that expires needs a stub: what is said after that day.",
    ),
    Rule(
        table="revision", event="UPDATE",
        when=f"{PUBLISHED} AND NEW.approved_by IS NULL AND NOT ({_ALL_SEED})",
        says="Only an approved revision can be published.",
    ),
    Rule(
        table="revision", event="UPDATE",
        when=f"{PUBLISHED} AND NEW.category = 'safety' AND NEW.second_by IS NULL"
        f" AND NOT ({_ALL_SEED})",
        says="A crisis text needs two approvers: set second_by.",
    ),
    Rule(
        table="revision", event="UPDATE",
        when=f"{PUBLISHED} AND NEW.category = 'safety'"
        " AND (substr(NEW.short, 1, 40) NOT LIKE '%988%'"
        " OR substr(coalesce(NEW.stub, '988'), 1, 40) NOT LIKE '%988%')",
        says="A crisis text must carry 988 in its first 40 characters.",
    ),
    Rule(
        table="revision", event="UPDATE",
        when=f"{PUBLISHED} AND EXISTS (SELECT 1 FROM {NAMES} a WHERE NOT {{is_name:a.value}})",
        says="Keyword and aliases have 1 to 20 of A-Z and 0-9, nothing else.",
    ),
    Rule(
        table="revision", event="UPDATE",
        when=f"{PUBLISHED} AND EXISTS (SELECT 1 FROM {NAMES} a JOIN live_name l"
        " ON l.name = a.value AND l.keyword <> NEW.keyword)",
        says="An alias or keyword of this revision belongs to another live answer:"
        " see the table live_name.",
    ),
    Rule(
        table="revision", event="UPDATE",
        when=f"{PUBLISHED} AND EXISTS (SELECT 1 FROM {NAMES} a JOIN reserved_word w"
        " ON w.name = a.value WHERE coalesce(w.category, '') <> NEW.category"
        " AND coalesce(w.keyword, '') <> NEW.keyword)",
        says="An alias or keyword of this revision is a reserved or safety word:"
        " see the table reserved_word.",
    ),
    Rule(
        table="revision", event="UPDATE",
        when=f"{PUBLISHED} AND EXISTS (SELECT 1 FROM answer o WHERE o.keyword = NEW.keyword"
        " AND o.category <> NEW.category AND (o.category IN ('safety', 'reserved')"
        " OR (NEW.category IN ('safety', 'reserved') AND o.lang <> NEW.lang)))",
        says="A safety or reserved answer is one in both languages, and stays one.",
    ),
    Rule(
        table="revision", event="UPDATE",
        when="OLD.state = 'published' AND NEW.state = 'retired'"
        " AND NEW.category IN ('safety', 'reserved') AND EXISTS (SELECT 1 FROM answer o"
        " WHERE o.revision_id = OLD.id AND o.keyword = OLD.keyword)",
        says="A safety or reserved answer is not retired: publish another revision of it.",
    ),
    Rule(
        table="revision", event="DELETE", when="1 = 1",
        says="A revision is not deleted, history is kept: retire it (a draft too).",
    ),
    Rule(table="answer", event="INSERT", when=_NOT_LIVE, says=_BY_PUBLISHING),
    Rule(
        table="answer", event="UPDATE",
        when=f"{{differs:id}} OR {{differs:keyword}} OR {{differs:lang}} OR {_NOT_LIVE}",
        says=_BY_PUBLISHING,
    ),
    Rule(
        table="answer", event="DELETE",
        when="EXISTS (SELECT 1 FROM revision r WHERE r.id = OLD.revision_id"
        " AND r.state = 'published')",
        says="An answer leaves by retiring its published revision, not by deleting the row.",
    ),
    Rule(
        table="live_name", event="INSERT", when="NOT " + _HELD % {"row": "NEW"}, says=_NAMES_FILL
    ),
    Rule(
        table="live_name", event="INSERT",
        when="EXISTS (SELECT 1 FROM live_name l WHERE l.name = NEW.name"
        " AND l.keyword <> NEW.keyword)",
        says="Two of these revisions have the same alias or keyword: publish one.",
    ),
    Rule(table="live_name", event="UPDATE", when="1 = 1", says=_NAMES_FILL),
    Rule(table="live_name", event="DELETE", when=_HELD % {"row": "OLD"}, says=_NAMES_FILL),
    Rule(
        table="reserved_word", event="INSERT",
        when="EXISTS (SELECT 1 FROM reserved_word w WHERE w.name = NEW.name) OR EXISTS"
        " (SELECT 1 FROM live_name l JOIN answer a ON a.keyword = l.keyword AND a.lang = l.lang"
        " WHERE l.name = NEW.name AND coalesce(NEW.category, '') <> a.category"
        " AND coalesce(NEW.keyword, '') <> l.keyword)",
        says="This word is reserved already, or a live answer has it.",
    ),
    *(
        Rule(
            table="reserved_word", event=event, when="1 = 1",
            says="A reserved word stays reserved; words can be added.",
        )
        for event in ("UPDATE", "DELETE")
    ),
    Rule(
        table="revision_event", event="INSERT",
        when="EXISTS (SELECT 1 FROM revision_event e WHERE e.id = NEW.id)",
        says="The history of a revision is only ever added to.",
    ),
    *(
        Rule(
            table="revision_event", event=event, when="1 = 1",
            says="The history of a revision is only ever added to.",
        )
        for event in ("UPDATE", "DELETE")
    ),
)  # fmt: skip
