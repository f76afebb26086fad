"""What came of a campaign: in numbers, person by person, as a file, and beside other campaigns."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from smsbot.core.campaigns.campaign import Campaign, CampaignFault
from smsbot.core.campaigns.outcomes import Recipient, Report, in_words
from smsbot.core.editorial.sheet import safe
from smsbot.db import campaign_report, campaigns, recipients
from smsbot.db.store import Store
from smsbot.services.dry_run import Desk

_CHUNK = 1_000
_COLUMNS = (
    "contact", "number", "language", "message", "state", "error", "what became of it", "segments",
    "queued at (UTC)", "last heard of (UTC)",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A campaign in a table with others."""

    campaign: Campaign
    report: Report


def report(store: Store, campaign_id: int, desk: Desk) -> Report:
    """What came of a campaign so far.

    Raises:
        CampaignFault: there is none.
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        if campaigns.find(tx, campaign_id) is None:
            raise CampaignFault(f"There is no campaign {campaign_id}.")
        checked = campaigns.held(tx, campaign_id, "checked")
        first = int(campaigns.held(tx, campaign_id, "watched").get("first_consent", 0))
        ends = campaign_report.ends(tx, campaign_id, first)
        aside = recipients.set_aside(tx, campaign_id)
    people = int(checked.get("people", 0))
    return Report(
        people=people,
        left_out=checked.get("left_out", {}),
        waiting=max(people - sum(one.texts for one in ends) - sum(aside.values()), 0),
        aside=aside,
        ends=ends,
        dollars_a_segment=desk.dollars_a_segment,
    )


def compare(store: Store, desk: Desk, limit: int, before: int | None = None) -> list[Compared]:
    """The newest campaigns, each with what came of it.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        some = campaigns.listed(tx, None, limit, before)
    return [Compared(campaign=one, report=report(store, one.id, desk)) for one in some]


def people(
    store: Store, campaign_id: int, after: int, limit: int, only: str = ""
) -> tuple[tuple[Recipient, ...], int | None]:
    """Some recipients, and what to pass as `after` for more; None: no more.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        found = campaign_report.page(tx, store.sealer, campaign_id, after, limit + 1, only)
    return found[:limit], found[limit - 1].contact_id if len(found) > limit else None


def as_csv(store: Store, campaign_id: int, meanings: Mapping[int, str]) -> Iterator[str]:
    """Every recipient as a line of CSV, numbers masked, no cell a formula; read in pages.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    yield _line(_COLUMNS)
    after: int | None = 0
    while after is not None:
        found, after = people(store, campaign_id, after, _CHUNK)
        yield "".join(_line(_cells(one, meanings)) for one in found)


def _cells(one: Recipient, meanings: Mapping[int, str]) -> tuple[str, ...]:
    return (
        str(one.contact_id),
        one.number,
        one.lang.value,
        one.arm,
        one.standing,
        str(one.error_code or ""),
        in_words(one, meanings),
        str(one.segments or ""),
        f"{one.due_at:%Y-%m-%d %H:%M:%S}" if one.due_at else "",
        f"{one.changed_at:%Y-%m-%d %H:%M:%S}" if one.changed_at else "",
    )


def _line(cells: tuple[str, ...]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([safe(cell) for cell in cells])
    return written.getvalue()
