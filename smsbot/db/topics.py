"""Topics people can join. A change here moves the content version, so every process reads it."""

from sqlalchemy import Connection, Row, select

from smsbot.core.contacts import Topic
from smsbot.db.tables_consent import topic


def live(tx: Connection) -> tuple[Topic, ...]:
    """The topics that can be joined now, in the order they were made."""
    wanted = select(topic).where(topic.c.retired_at.is_(None))
    return tuple(map(_topic, tx.execute(wanted.order_by(topic.c.created_at, topic.c.keyword))))


def every(tx: Connection) -> tuple[Topic, ...]:
    """All topics there have been, retired ones too, by keyword."""
    return tuple(map(_topic, tx.execute(select(topic).order_by(topic.c.keyword))))


def _topic(row: Row[tuple[object, ...]]) -> Topic:
    return Topic(
        keyword=row.keyword,
        keyword_es=row.keyword_es,
        name_en=row.name_en,
        name_es=row.name_es,
        words_en=row.words_en,
        words_es=row.words_es,
    )
