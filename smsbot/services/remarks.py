"""Everything an editor is told of a text while it is being written, field by field.

The content check's findings, the names and questions that another answer has, where a new question
leads today, and words and links to look at twice. Quick enough to ask with every pause of typing.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from smsbot.core.answers import Answer
from smsbot.core.editorial.claims import Claims
from smsbot.core.editorial.faults import Fault
from smsbot.core.editorial.fields import load_table
from smsbot.core.editorial.lines import Lines
from smsbot.core.editorial.links import host_of, links
from smsbot.core.editorial.lint import lint_one
from smsbot.core.editorial.mentions import mentioned
from smsbot.core.editorial.names import plain_question
from smsbot.core.editorial.risky import RISKY
from smsbot.core.editorial.typed import LABELS, MOST_SOURCES
from smsbot.core.editorial.wording import sayings
from smsbot.core.inbound.router_conflicts import Clash, conflicts
from smsbot.core.inbound.router_index import Index
from smsbot.db import revisions
from smsbot.db.store import Transaction
from smsbot.services.check_content import CLAIMS_FILE, SOURCES_FILE, read_claims
from smsbot.services.editorial_desk import as_file, sister_of
from smsbot.services.neighbours import Neighbours

MOST_ROUTED = 20
"""New questions whose way is looked up at once: each takes about a millisecond."""

_KEYS = tuple(LABELS)
# A draft has no lines: the place of a finding is its field.
_PLACES = Lines(
    (),
    {key: number for number, key in enumerate(_KEYS, start=1)}
    | {
        f"sources.{n}.{part}": _KEYS.index("sources") + 1
        for n in range(MOST_SOURCES)
        for part in ("read", "title", "address")
    },
)
_NAMED = re.compile(r"`(\w+)`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing to know about a draft."""

    field: str
    """The field it is about; a key of `LABELS`."""
    what: str
    cure: str
    stops: bool
    """Whether the draft can't go to review with it; else it is a warning."""
    keyword: str | None = None
    """The other answer it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What the content folder says besides the answers: claims, and the sites of the sources."""

    claims: Claims
    hosts: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """What a draft is held against."""

    basis: Basis
    near: Neighbours
    index: Index
    """Of the answers that are live: where a question leads today."""


def basis(folder: Path) -> Basis:
    """What a content folder says, read again only when one of its two files has changed."""
    return _basis(folder, *(_changed_at(folder / name) for name in (CLAIMS_FILE, SOURCES_FILE)))


def remarks(
    tx: Transaction, answer: Answer, live: Answer | None, against: Against, today: date
) -> tuple[Remark, ...]:
    """All there is to say, what stops it first; `live` is what people get now."""
    found = (
        *_names(tx, answer),
        *_checked(tx, answer, against, today),
        *_same_questions(tx, answer, against),
        *_routed(answer, live, against.index),
        *_risky(answer),
        *_links(answer, live, against.basis.hosts),
    )
    return tuple(sorted(dict.fromkeys(found), key=lambda one: not one.stops))


def _names(tx: Transaction, answer: Answer) -> Iterator[Remark]:
    names = (answer.keyword, *answer.aliases)
    for name, owner in sorted(revisions.holders(tx, names).items()):
        if owner != answer.keyword:
            yield Remark(
                field=_field_of(name, answer), what=f"{name} already leads to {owner}.",
                cure="Take it out there, or here.", stops=True, keyword=owner,
            )  # fmt: skip
    for name, (category, keyword) in sorted(revisions.reserved(tx, names).items()):
        if category != answer.group.value and keyword != answer.keyword:
            yield Remark(
                field=_field_of(name, answer), what=f"{name} is a reserved or safety word.",
                cure="Choose another.", stops=True,
            )  # fmt: skip


def _checked(tx: Transaction, answer: Answer, against: Against, today: date) -> Iterator[Remark]:
    sister = sister_of(tx, answer)
    words = sorted(frozenset[str]().union(*map(mentioned, _texts(answer).values())))
    names = {*revisions.holders(tx, words), answer.keyword, *answer.aliases}
    file = replace(as_file(answer), lines=_PLACES)
    near = [as_file(sister)] if sister else []
    verdict = lint_one(file, near, names, against.basis.claims, today)
    for fault in verdict.faults:
        yield _of_fault(fault, stops=True)
    for fault in verdict.later:
        yield _of_fault(fault, stops=False)


def _of_fault(fault: Fault, *, stops: bool) -> Remark:
    what = _NAMED.sub(lambda found: f"“{LABELS.get(found[1], found[1])}”", fault.what)
    return Remark(field=_KEYS[fault.line - 1], what=what, cure=fault.cure, stops=stops)


def _same_questions(tx: Transaction, answer: Answer, against: Against) -> Iterator[Remark]:
    owners = {
        plain_question(question): other.keyword
        for other in against.near.of(tx, answer)
        for question in other.questions
        if other.keyword != answer.keyword
    }
    for question in answer.questions:
        owner = owners.get(plain_question(question))
        if owner is not None:
            yield Remark(
                field="questions", what=f"“{question[:60]}” is a question of {owner} too.",
                cure="Leave it where it fits better.", stops=True, keyword=owner,
            )  # fmt: skip


def _routed(answer: Answer, live: Answer | None, index: Index) -> Iterator[Remark]:
    """Where the questions lead that are not live yet: a person decides whether that is wrong."""
    known = frozenset(live.questions) if live else frozenset[str]()
    new = [question for question in answer.questions if question not in known]
    for question in new[:MOST_ROUTED]:
        for one in conflicts(question, answer.keyword, index):
            # A question word for word is a fault, said above.
            if one.clash is not Clash.QUESTION:
                yield Remark(
                    field="questions",
                    what=f"“{question[:60]}” leads to {one.keyword} today"
                    f" (as sure as {one.confidence:.2f}).",
                    cure="It will lead here once this is live. Is that right?",
                    stops=False,
                    keyword=one.keyword,
                )


def _risky(answer: Answer) -> Iterator[Remark]:
    for key, text in _texts(answer).items():
        for saying in sayings(text, RISKY):
            what = f"“{LABELS[key]}” says {saying.rule.what}: “{saying.words}”."
            yield Remark(field=key, what=what, cure=saying.rule.cure, stops=False)


def _links(answer: Answer, live: Answer | None, hosts: frozenset[str]) -> Iterator[Remark]:
    """Those that are live already have been looked at."""
    old = _texts(live).values() if live else ()
    known = {link.written for text in old for link in links(text, hosts)}
    for key, text in _texts(answer).items():
        for link in links(text, hosts):
            if link.objection and link.written not in known:
                cure = "No check opens it: do it once yourself."
                yield Remark(field=key, what=link.objection, cure=cure, stops=False)


def _texts(answer: Answer) -> dict[str, str]:
    every = {"short": answer.short, "long": answer.long, "stub": answer.stub}
    return {key: text for key, text in every.items() if text}


def _field_of(name: str, answer: Answer) -> str:
    return "keyword" if name == answer.keyword else "aliases"


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@functools.lru_cache(maxsize=4)
def _basis(folder: Path, _claims_at: int, _sources_at: int) -> Basis:
    path = folder / SOURCES_FILE
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    table, _, _ = load_table(path.as_posix(), text)
    addresses = (one.get("address") for one in table.values() if isinstance(one, dict))
    hosts = frozenset(host_of(one) for one in addresses if isinstance(one, str))
    # Staff are told the file's name, not where on the machine it lies.
    claims = replace(read_claims(folder), file=CLAIMS_FILE)
    return Basis(claims=claims, hosts=hosts - {""})
