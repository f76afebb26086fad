"""Audiences as conditions on `contact`, counted by the database itself.

Nobody is loaded to be counted. What holds of all of them, an audience can't change: the ledger's
own conditions are added to every count.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    true,
)

from smsbot.core.campaigns.audience import Audience, from_json
from smsbot.core.messages import Lang
from smsbot.db.tables import UtcDateTime, contact, inbound
from smsbot.db.tables_consent import contact_tag, subscription, upload_contact


class LeftOut(StrEnum):
    """Why somebody who ever wished for the topic is left out; the first that holds counts."""

    STOPPED = "stopped"
    LEFT = "left"
    UNCONFIRMED = "unconfirmed"
    IN_CARE = "in_care"
    LANGUAGE = "language"
    PLACE = "place"
    SEEN = "seen"
    SOURCE = "source"
    FIRST = "first_keyword"
    KEYWORD = "keyword"
    TAG = "tag"
    LIST = "list"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many people an audience has, and where the others went."""

    contacts: int
    wished: int
    """Of all contacts, those who ever asked for the topic."""
    left_out: Mapping[LeftOut, int]
    """Of those, who is left out and why."""
    reached: int


def among(tx: Connection, rule: str, now: datetime) -> ColumnElement[bool]:
    """A stored rule as a condition on `contact`; the topic is the caller's to join.

    Raises:
        AudienceFault: the rule can't be read.
    """
    inside = _listed if tx.dialect.name == "sqlite" else _looked_up
    return and_(true(), *(holds for _, holds in _conditions(from_json(rule), now, inside)))


def count(tx: Connection, one: Audience, now: datetime) -> Counted:
    """Count an audience, in one pass over those who ever wished for its topic."""
    everybody = int(tx.scalar(select(func.count()).select_from(contact)) or 0)
    state = subscription.c.state
    conditions = [
        (LeftOut.STOPPED, and_(~contact.c.opted_out, state != "stopped")),
        (LeftOut.LEFT, state != "left"),
        (LeftOut.UNCONFIRMED, state != "asked"),
        (LeftOut.IN_CARE, _not_in_care(now)),
        *_conditions(one, now, _listed),
    ]
    numbered = {reason: at for at, reason in enumerate(dict(conditions), start=1)}
    why = case(
        *((~holds, literal_column(str(numbered[reason]))) for reason, holds in conditions),
        else_=literal_column("0"),
    )
    if tx.dialect.name == "postgresql":
        # Lists of some million people are kept in memory instead of read through for each person;
        # and a count may take longer than an answer to a text, which waits for no more than a
        # second.
        tx.execute(text("SET LOCAL work_mem = '128MB'"))
        tx.execute(text("SET LOCAL statement_timeout = '10s'"))
    people = (
        select(why.label("why"))
        .select_from(subscription.join(contact, contact.c.id == subscription.c.contact_id))
        .where(subscription.c.topic == one.topic)
        # Reckoned once for each person, and not again for every number below. In quotes, as
        # PostgreSQL sees only in that form, in time, that nobody is passed over by it: else it
        # does not count on several processors.
        .offset(literal_column("'0'"))
        .subquery()
    )
    # Not grouped: PostgreSQL would expect as many reasons as people and, again, count on one
    # processor; SQLite would sort them all.
    sums = [
        func.count().filter(people.c.why == literal_column(str(at)))
        for at in (0, *numbered.values())
    ]
    reached, *others = (int(n) for n in tx.execute(select(*sums).select_from(people)).one())
    left_out = {reason: n for reason, n in zip(numbered, others, strict=True) if n}
    return Counted(
        contacts=everybody,
        wished=reached + sum(left_out.values()),
        left_out=left_out,
        reached=reached,
    )


_Ids = Select[tuple[int]]
_Inside = Callable[[_Ids], ColumnElement[bool]]
"""How a database is best asked whether a contact is among some ids."""


def _listed(ids: _Ids) -> ColumnElement[bool]:
    """Made a list of once, in memory."""
    return contact.c.id.in_(ids)


def _looked_up(ids: _Ids) -> ColumnElement[bool]:
    """Along an index: for a few people that is less than the whole list, on PostgreSQL."""
    return ids.where(ids.selected_columns[0] == contact.c.id).exists()


def _not_in_care(now: datetime) -> ColumnElement[bool]:
    until = contact.c.care_until
    return or_(until.is_(None), until <= literal(now, UtcDateTime))


_Conditions = list[tuple[LeftOut, ColumnElement[bool]]]


def _conditions(one: Audience, now: datetime, inside: _Inside) -> _Conditions:
    """What an audience asks for, cheap questions first; each with the reason that it is."""
    return [
        *_of_the_contact(one),
        *_seen(one, now),
        *_of_lists(one, inside),
        *_excluded(one, inside),
    ]


def _of_the_contact(one: Audience) -> _Conditions:
    columns, found = contact.c, _Conditions()
    if one.langs:
        lang = func.coalesce(columns.lang, Lang.EN.value)
        found.append((LeftOut.LANGUAGE, lang.in_(one.langs)))
    if one.states:
        found.append((LeftOut.PLACE, func.coalesce(columns.state, "").in_(one.states)))
    if one.sources:
        found.append((LeftOut.SOURCE, func.coalesce(columns.source_code, "").in_(one.sources)))
    if one.first_keywords:
        first = func.coalesce(columns.first_keyword, "")
        found.append((LeftOut.FIRST, first.in_(one.first_keywords)))
    return found


def _seen(one: Audience, now: datetime) -> _Conditions:
    found = []
    if one.seen_within is not None:
        since = literal(now - timedelta(days=one.seen_within), UtcDateTime)
        found.append(contact.c.seen_at >= since)
    if one.seen_before is not None:
        before = literal(now - timedelta(days=one.seen_before), UtcDateTime)
        found.append(contact.c.seen_at <= before)
    return [(LeftOut.SEEN, holds) for holds in found]


def _of_lists(one: Audience, inside: _Inside) -> _Conditions:
    found = _Conditions()
    if one.keywords:
        texted = select(inbound.c.contact_id).where(
            inbound.c.topic.in_(one.keywords), inbound.c.topic.is_not(None)
        )
        found.append((LeftOut.KEYWORD, inside(texted)))
    if one.tags:
        found.append((LeftOut.TAG, inside(_tagged(one.tags))))
    if one.upload is not None:
        found.append((LeftOut.LIST, inside(_on(one.upload))))
    return found


def _excluded(one: Audience, inside: _Inside) -> _Conditions:
    lists: list[_Ids] = []
    if one.without_tags:
        lists.append(_tagged(one.without_tags))
    if one.without_topics:
        other = subscription.alias("other")
        lists.append(
            select(other.c.contact_id).where(
                other.c.topic.in_(one.without_topics), other.c.state == "joined"
            )
        )
    if one.without_upload is not None:
        lists.append(_on(one.without_upload))
    return [(LeftOut.EXCLUDED, ~inside(ids)) for ids in lists]


def _tagged(tags: tuple[str, ...]) -> _Ids:
    return select(contact_tag.c.contact_id).where(contact_tag.c.tag.in_(tags))


def _on(upload_id: int) -> _Ids:
    return select(upload_contact.c.contact_id).where(upload_contact.c.upload_id == upload_id)
