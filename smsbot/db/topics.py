"""Topics people can join. A change here moves the content version, so every process reads it."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, Row, insert, select, update

from smsbot.core.contacts import Topic
from smsbot.db.tables_answers import live_name, reserved_word
from smsbot.db.tables_campaigns import campaign
from smsbot.db.tables_consent import topic

_OVER = ("finished", "cancelled")
_WORDS = ("name_en", "name_es", "words_en", "words_es")


def live(tx: Connection) -> tuple[Topic, ...]:
    """The topics that can be joined now, in the order they were made."""
    wanted = select(topic).where(topic.c.retired_at.is_(None))
    return tuple(map(_topic, tx.execute(wanted.order_by(topic.c.created_at, topic.c.keyword))))


def every(tx: Connection) -> tuple[Topic, ...]:
    """All topics there have been, retired ones too, by keyword."""
    return tuple(map(_topic, tx.execute(select(topic).order_by(topic.c.keyword))))


def get(tx: Connection, keyword: str) -> Topic | None:
    """One topic, held until the transaction ends; None when there is none."""
    wanted = select(topic).where(topic.c.keyword == keyword).with_for_update()
    row = tx.execute(wanted).one_or_none()
    return None if row is None else _topic(row)


def add(tx: Connection, one: Topic, who: str, now: datetime) -> None:
    """Make a topic; from then on no answer can have its words."""
    values = {name: value for name, value in asdict(one).items() if name != "retired"}
    tx.execute(insert(topic).values(**values, created_by=who, created_at=now))


def change(tx: Connection, one: Topic) -> None:
    """Give a topic other names and words. Its keywords stay: the ledger speaks of them."""
    values = {name: getattr(one, name) for name in _WORDS}
    tx.execute(update(topic).where(topic.c.keyword == one.keyword).values(**values))


def retire(tx: Connection, keyword: str, now: datetime) -> None:
    """Let nobody join it from now on."""
    tx.execute(update(topic).where(topic.c.keyword == keyword).values(retired_at=now))


def owners(tx: Connection, words: Collection[str]) -> dict[str, str]:
    """Which of these words are taken, and by what, in words for the staff."""
    reserved = tx.scalars(select(reserved_word.c.name).where(reserved_word.c.name.in_(words)))
    found = dict.fromkeys(reserved, "a word with a meaning of its own")
    named = select(live_name.c.name, live_name.c.keyword).where(live_name.c.name.in_(words))
    found |= {row.name: f"a word of the answer {row.keyword}" for row in tx.execute(named)}
    either = topic.c.keyword.in_(words) | topic.c.keyword_es.in_(words)
    for row in tx.execute(select(topic).where(either)):
        said = f"a word of the topic {row.keyword}"
        found |= {word: said for word in (row.keyword, row.keyword_es) if word in words}
    return found


def campaigns_of(tx: Connection, keyword: str) -> tuple[str, ...]:
    """The names of campaigns for those who joined it that are not over."""
    wanted = select(campaign.c.name).where(
        campaign.c.topic == keyword, campaign.c.state.not_in(_OVER)
    )
    return tuple(tx.scalars(wanted.order_by(campaign.c.id)))


def _topic(row: Row[tuple[object, ...]]) -> Topic:
    return Topic(
        keyword=row.keyword,
        keyword_es=row.keyword_es,
        name_en=row.name_en,
        name_es=row.name_es,
        words_en=row.words_en,
        words_es=row.words_es,
        retired=row.retired_at is not None,
    )
