"""Texts that got no answer, read for staff to learn from; and what staff have dealt with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select, text

from smsbot.db.tables import contact, gap_handled, inbound
from smsbot.db.tables_reports import gap_report
from smsbot.sealing import SealBroken, Sealer

# In these words, or SQLite does not use the partial index: it compares them as they are written.
MISSED = text(
    "inbound.step IN ('menu', 'question')"
    " AND (inbound.topic IS NULL OR inbound.topic IN ('MENU', 'NOTCOVERED'))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedRow:
    """One text that got the menu, "not covered" or a question back."""

    id: int
    contact_id: int
    body: str | None
    """Plain, so not to be kept or logged; None when no configured key opens it any more."""
    topic: str | None
    rule: str
    offers: tuple[str, ...]
    """The topics that its reply offered to choose from."""
    lang: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """What staff did about one wording."""

    action: str
    keyword: str | None
    by: str
    at: datetime


def missed(tx: Connection, sealer: Sealer, since: datetime, most: int) -> Iterator[MissedRow]:
    """The newest texts without an answer since a moment, at most so many.

    Left out: texts of a crisis tier, of people who opted out, of people since their last crisis
    text, and texts whose body has expired.
    """
    rows = tx.execute(
        select(
            inbound.c.id, inbound.c.contact_id, inbound.c.body_sealed, inbound.c.topic,
            inbound.c.why, inbound.c.lang, inbound.c.received_at,
        )
        .join(contact, contact.c.id == inbound.c.contact_id)
        .where(
            MISSED,
            inbound.c.received_at >= since,
            inbound.c.tier.is_(None),
            inbound.c.body_sealed.is_not(None),
            contact.c.opted_out.is_(False),
            or_(contact.c.crisis_at.is_(None), inbound.c.received_at < contact.c.crisis_at),
        )
        .order_by(inbound.c.received_at.desc())
        .limit(most)
    )  # fmt: skip
    for row in rows:
        yield MissedRow(
            id=row.id, contact_id=row.contact_id, body=_opened(sealer, row.body_sealed),
            topic=row.topic, rule=str(row.why.get("rule", "")),
            offers=tuple(row.why.get("offers", ())), lang=row.lang, at=row.received_at,
        )  # fmt: skip


def _opened(sealer: Sealer, sealed: bytes) -> str | None:
    try:
        return sealer.open(sealed)
    except SealBroken:
        return None


def topics_in_order(
    tx: Connection, contact_ids: Iterable[int], since: datetime
) -> dict[int, list[tuple[int, str | None]]]:
    """For each of these contacts the texts since a moment in order: id, and topic of the answer."""
    found: dict[int, list[tuple[int, str | None]]] = {}
    wanted = sorted(set(contact_ids))
    for start in range(0, len(wanted), _AT_ONCE):
        rows = tx.execute(
            select(inbound.c.contact_id, inbound.c.id, inbound.c.topic)
            .where(
                inbound.c.contact_id.in_(wanted[start : start + _AT_ONCE]),
                inbound.c.received_at >= since,
            )
            .order_by(inbound.c.received_at, inbound.c.id)
        )
        for row in rows:
            found.setdefault(row.contact_id, []).append((row.id, row.topic))
    return found


_AT_ONCE = 500


def handled(tx: Connection) -> dict[str, Handled]:
    """What has been dealt with, by fingerprint of the wording."""
    rows = tx.execute(select(gap_handled))
    return {
        row.fingerprint: Handled(
            action=row.action, keyword=row.keyword, by=row.handled_by, at=row.handled_at
        )
        for row in rows
    }


def handle(tx: Connection, fingerprints: Iterable[str], done: Handled) -> None:
    """Remember what was done about these wordings; what was remembered of them before goes."""
    wanted = sorted(set(fingerprints))
    if not wanted:
        return
    tx.execute(delete(gap_handled).where(gap_handled.c.fingerprint.in_(wanted)))
    values = {
        "action": done.action,
        "keyword": done.keyword,
        "handled_by": done.by,
        "handled_at": done.at,
    }
    tx.execute(insert(gap_handled), [{"fingerprint": one, **values} for one in wanted])


def newest_missed(tx: Connection) -> datetime | None:
    """When the last text without an answer came; None: there is none."""
    found: datetime | None = tx.scalar(
        select(inbound.c.received_at).where(MISSED).order_by(inbound.c.received_at.desc()).limit(1)
    )
    return found


def keep_report(tx: Connection, sealed: bytes, made_at: datetime) -> None:
    """Keep a sealed report in place of the one before."""
    tx.execute(delete(gap_report))
    tx.execute(insert(gap_report).values(id=1, sealed=sealed, made_at=made_at))


def report(tx: Connection) -> tuple[bytes, datetime] | None:
    """The sealed report that was kept last, and when it was made."""
    row = tx.execute(select(gap_report.c.sealed, gap_report.c.made_at)).one_or_none()
    return None if row is None else (bytes(row.sealed), row.made_at)
