"""`smsbot report`: what staff can learn from the texts that came, without reading anybody's."""

import csv
import json
import sys
from dataclasses import asdict
from datetime import datetime, timedelta

import click

from smsbot.cli.opening import opened
from smsbot.config import load_settings
from smsbot.core.reports.report import Report as Figures
from smsbot.core.reports.report import build
from smsbot.services import gaps as service
from smsbot.services import reports
from smsbot.services.gaps import Action, Report, Seen
from smsbot.services.load_catalogue import LiveCatalogue
from smsbot.wiring import clock, first_catalogue, open_store

_PATIENCE_MS = 20_000


@click.group()
def report() -> None:
    """Learn from the texts that came, without reading anybody's."""


@report.command()
@click.option("--days", type=click.IntRange(1, 400), default=30, show_default=True)
@click.option("--most", type=click.IntRange(1), default=40, show_default=True, help="Groups shown.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every group.")
@click.option("--dismiss", metavar="ID", help="Put a group away for good. Needs --by.")
@click.option("--by", metavar="NAME", help="Who dismisses it.")
def gaps(days: int, most: int, *, as_json: bool, dismiss: str | None, by: str | None) -> None:
    """Show what people asked and got no answer to, in groups, those most people asked first.

    A sentence is shown only when two different people asked alike, with the words that one of them
    alone used left out. What one person asked is shown as loose words.
    """
    if (dismiss is None) is not (by is None):
        raise click.UsageError("--dismiss and --by belong together.")
    settings = load_settings()
    store = open_store(settings, patience_ms=_PATIENCE_MS)
    try:
        live = LiveCatalogue(first_catalogue(settings), store, settings.program, settings.contact)
        live.refresh()
        found = service.find(store, live.current, clock() - timedelta(days=days))
        if dismiss is not None and by is not None:
            gap = _with_id(found, dismiss)
            service.handle(store, gap, Action.DISMISSED, by, clock())
            click.echo(f"Dismissed {gap.id}: {gap.texts} texts. It will not be shown again.")
        else:
            click.echo(_as_json(found) if as_json else "\n".join(_table(found, most)))
    finally:
        store.close()


@report.command()
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="The first day (UTC).")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="The last day; today.")
@click.option("--csv", "as_csv", is_flag=True, help="Print every count as CSV.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def days(first: datetime | None, last: datetime | None, *, as_csv: bool, as_json: bool) -> None:
    """Show the figures of some days: texts, share answered, crisis, time to reply, opt-outs.

    The last 30 days unless told otherwise; the same figures as on the page Reports.
    """
    now = clock()
    begin, end = reports.span(
        first.date() if first else None, last.date() if last else None, now.date()
    )
    with opened(patience_ms=_PATIENCE_MS) as store:
        counted = reports.counts(store, begin, end, now)
    if as_csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows(reports.csv_rows(counted))
        return
    found = build(counted, begin, end)
    if as_json:
        click.echo(json.dumps(asdict(found), default=str))
    else:
        click.echo("\n".join(_figures(found)))


def _figures(found: Figures) -> list[str]:
    share, half, slow = found.share_answered, found.reply_p50_in_all, found.reply_p99_in_all
    texts = {one.name: one for one in found.texts}
    lines = [
        f"{found.days[0]} to {found.days[-1]}, days of UTC",
        f"texts {found.total:,}, of them in Spanish {texts['es'].total:,.0f}",
        f"questions {found.questions:,}, answered " + ("-" if share is None else f"{share:.1f} %"),
        f"crisis texts {found.crisis.total:,.0f}",
        "time to reply: "
        + ("none measured" if half is None else f"half within {half} ms, 99 % within {slow} ms"),
        f"new people {found.people.total:,.0f}, opt-outs {found.opt_outs.total:,.0f}",
        "",
        f"{'day':10}  {'texts':>7}  {'answered':>8}  {'crisis':>6}  {'opt-outs':>8}",
    ]
    for n, day in enumerate(found.days):
        number = sum(one.values[n] or 0 for one in found.texts)
        answered = found.answered.values[n]
        lines.append(
            f"{day}  {number:7,.0f}  {'-' if answered is None else f'{answered:.1f} %':>8}  "
            f"{found.crisis.values[n]:6,.0f}  {found.opt_outs.values[n]:8,.0f}"
        )
    return lines


def _with_id(found: Report, wanted: str) -> Seen:
    for gap in found.gaps:
        if gap.id == wanted:
            return gap
    raise click.ClickException(f"There is no group {wanted}. `smsbot report gaps` lists the ids.")


def _as_json(found: Report) -> str:
    document = asdict(found) | {"since": found.since.isoformat()}
    for gap in document["gaps"]:
        gap["last_at"] = gap["last_at"].isoformat()
    return json.dumps(document)


def _table(found: Report, most: int) -> list[str]:
    if not found.gaps:
        return [f"Nothing was missed since {found.since:%Y-%m-%d}.", *_left_out(found)]
    since = f"{found.since:%Y-%m-%d}"
    lines = [
        f"{found.texts} texts without an answer since {since}, in {len(found.gaps)} groups.",
        "",
        f"{'id':12}  {'texts':>5}  {'people':>6}  what they asked, and the topics nearest to it",
    ]
    for gap in found.gaps[:most]:
        near = ", ".join(f"{keyword} {score:.2f}" for keyword, score in gap.nearest)
        words = f"[one person] {gap.example or 'no known words'}" if gap.one_person else gap.example
        now = f"; now answered by {gap.answered_now}" if gap.answered_now else ""
        lines.append(f"{gap.id:12}  {gap.texts:5}  {gap.people:6}  {words}")
        lines.append(f"{'':29}{near or 'nothing near'}{now}")
    if len(found.gaps) > most:
        lines.append(f"... and {len(found.gaps) - most} more groups (--most, --json).")
    return lines + _left_out(found)


def _left_out(found: Report) -> list[str]:
    if not found.left_out:
        return []
    why = ", ".join(f"{count} {name}" for name, count in sorted(found.left_out.items()))
    lines = ["", f"Left out: {why}."]
    if found.left_out.get("crisis"):
        lines.append(
            "The crisis screen of today fires on some of them, and did not then: see to it."
        )
    return lines
