"""Tags on contacts: given to everybody on a list in one statement, and taken away again."""

from datetime import datetime

from sqlalchemy import Connection, delete, exists, insert, literal, select

from smsbot.db.tables import UtcDateTime
from smsbot.db.tables_consent import contact_tag, upload_contact


def give(tx: Connection, upload_id: int, tag: str, who: str, now: datetime) -> int:
    """Give everybody on a list a tag; how many did not have it."""
    there = exists().where(
        contact_tag.c.contact_id == upload_contact.c.contact_id, contact_tag.c.tag == tag
    )
    people = select(
        upload_contact.c.contact_id, literal(tag), literal(who), literal(now, UtcDateTime)
    ).where(upload_contact.c.upload_id == upload_id, ~there)
    columns = ["contact_id", "tag", "added_by", "added_at"]
    given = insert(contact_tag).from_select(columns, people)
    # Without the option PostgreSQL does not tell how many an INSERT made.
    return tx.execute(given, execution_options={"preserve_rowcount": True}).rowcount


def take(tx: Connection, upload_id: int, tag: str) -> int:
    """Take a tag from everybody on a list; how many had it."""
    people = select(upload_contact.c.contact_id).where(upload_contact.c.upload_id == upload_id)
    taken = tx.execute(
        delete(contact_tag).where(
            contact_tag.c.tag == tag, contact_tag.c.contact_id.in_(people.scalar_subquery())
        )
    )
    return taken.rowcount
