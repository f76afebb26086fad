"""The published answers in the database, and the counter that moves when one of them changes."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select, tuple_

from smsbot.core.answers import Answer, Group, Source
from smsbot.core.messages import Lang
from smsbot.db.tables_answers import answer, content_version

_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)
"""What reading a row raises whose JSON, dates or texts are not what they should be."""


def version(tx: Connection) -> int:
    """The content version: moves with every change of an answer, however it is made."""
    return int(tx.scalar(select(content_version.c.version)) or 0)


def published(tx: Connection) -> tuple[Answer, ...]:
    """Every answer people may read, in the order of keyword and language.

    Raises:
        ValueError, TypeError, KeyError: a row can't be read; `readable` goes round it.
    """
    rows = tx.execute(select(answer).order_by(answer.c.keyword, answer.c.lang))
    return tuple(answer_of(row) for row in rows)


def readable(tx: Connection) -> tuple[tuple[Answer, ...], tuple[tuple[str, Lang], ...]]:
    """The answers that can be read, and the names of those that can't.

    Whoever writes plain SQL may leave a list that is none, or no text: the others still count.
    """
    try:
        return published(tx), ()
    except _UNREADABLE:
        pass
    found, broken = [], []
    for row_id, keyword, lang in tx.execute(select(answer.c.id, answer.c.keyword, answer.c.lang)):
        try:
            found.append(answer_of(tx.execute(select(answer).where(answer.c.id == row_id)).one()))
        except _UNREADABLE:
            broken.append((keyword, Lang(lang)))
    return tuple(found), tuple(broken)


def find(tx: Connection, keyword: str, lang: Lang) -> Answer | None:
    """One answer that people may read."""
    row = tx.execute(
        select(answer).where(answer.c.keyword == keyword, answer.c.lang == lang.value)
    ).one_or_none()
    return None if row is None else answer_of(row)


def hold(tx: Connection, keyword: str, lang: Lang) -> None:
    """Let nobody else hold this answer until the transaction ends; they wait for it."""
    if tx.dialect.name == "sqlite":
        # A transaction that writes is alone there from its first moment.
        return
    tx.execute(
        select(answer.c.id)
        .where(answer.c.keyword == keyword, answer.c.lang == lang.value)
        .with_for_update()
    )


def some(tx: Connection, names: Sequence[tuple[str, Lang]]) -> tuple[Answer, ...]:
    """The answers of these names that people may read; one that can't be read is left out."""
    return tuple(one for name in names if (one := _tried(tx, name)) is not None)


def revision_ids(tx: Connection) -> dict[tuple[str, Lang], int | None]:
    """Every live answer and the revision it is; None where a row has none."""
    rows = tx.execute(select(answer.c.keyword, answer.c.lang, answer.c.revision_id))
    return {(row.keyword, Lang(row.lang)): row.revision_id for row in rows}


def questions(
    tx: Connection, names: Sequence[tuple[str, Lang]] | None
) -> Iterator[tuple[tuple[str, Lang], tuple[str, ...]]]:
    """The example questions of these live answers, or of all; unreadable ones are left out."""
    wanted = select(answer.c.keyword, answer.c.lang, answer.c.questions)
    if names is not None:
        keys = [(keyword, lang.value) for keyword, lang in names]
        wanted = wanted.where(tuple_(answer.c.keyword, answer.c.lang).in_(keys))
    for row in tx.execute(wanted):
        try:
            yield (row.keyword, Lang(row.lang)), _strings(row.questions)
        except _UNREADABLE:
            continue


def texts_with(tx: Connection, words: Sequence[str]) -> Iterator[tuple[tuple[str, Lang], str]]:
    """The live answers that have one of these words in a text, with all their texts."""
    columns = (answer.c.short, answer.c.long, answer.c.stub)
    # Faster than LIKE, which would look for small letters too.
    place_of = func.instr if tx.dialect.name == "sqlite" else func.strpos
    having = or_(*(place_of(column, word) > 0 for word in words for column in columns))
    rows = select(answer.c.keyword, answer.c.lang, *columns).where(having)
    for row in tx.execute(rows.order_by(answer.c.keyword, answer.c.lang)):
        yield (row.keyword, Lang(row.lang)), "\n".join(filter(None, row[2:]))


def _tried(tx: Connection, name: tuple[str, Lang]) -> Answer | None:
    try:
        return find(tx, *name)
    except _UNREADABLE:
        return None


def digest(one: Answer) -> str:
    """A fingerprint of an answer's content: the same content gives the same 64 hex digits."""
    text = json.dumps(columns_of(one), sort_keys=True, default=str, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def columns_of(one: Answer) -> dict[str, object]:
    """What the tables `answer` and `revision` hold of an answer, by column."""
    return {
        "keyword": one.keyword,
        "lang": one.lang.value,
        "category": one.group.value,
        "aliases": list(one.aliases),
        "loose": sorted(one.loose),
        "questions": list(one.questions),
        "cues": list(one.cues),
        "hints": list(one.hints),
        "short": one.short,
        "long": one.long,
        "claims": list(one.claims),
        "seed": list(one.seed),
        "sources": [
            {"title": s.title, "url": s.url, "read_on": s.read_on.isoformat()} for s in one.sources
        ],
        "author": one.author,
        "reviewer": one.reviewer,
        "reviewed_on": one.reviewed_on,
        "review_by": one.review_by,
        "expires_on": one.expires_on,
        "stub": one.stub,
    }


def answer_of(row: Row[Any], *, draft: bool = False) -> Answer:
    """The answer that a row of `answer` or `revision` holds; a draft may have no text yet.

    Raises:
        ValueError, TypeError, KeyError: the row holds something else.
    """
    if not draft and not row.short.strip():
        raise ValueError("an answer without a text")
    return Answer(
        keyword=row.keyword,
        lang=Lang(row.lang),
        group=Group(row.category),
        aliases=_strings(row.aliases),
        loose=frozenset(_strings(row.loose)),
        questions=_strings(row.questions),
        cues=_strings(row.cues),
        hints=_strings(row.hints),
        short=row.short,
        long=row.long,
        claims=_strings(row.claims),
        seed=_strings(row.seed),
        sources=tuple(
            Source(title=s["title"], url=s["url"], read_on=date.fromisoformat(s["read_on"]))
            for s in row.sources
        ),
        author=row.author,
        reviewer=row.reviewer,
        reviewed_on=row.reviewed_on,
        review_by=row.review_by,
        expires_on=row.expires_on,
        stub=row.stub,
    )


def _strings(value: object) -> tuple[str, ...]:
    # A JSON string is a sequence of strings too, and would become one alias a letter.
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise TypeError("not a list of strings")
    return tuple(value)
