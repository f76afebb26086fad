"""Whatever people say and whenever: no text outside the hours, without a consent, or after STOP."""

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from smsbot.core.campaigns.hours import allowed
from smsbot.db.store import Store
from smsbot.db.tables import consent, contact
from smsbot.db.tables_outbox import attempt, outbox
from smsbot.services.hours import read_hours
from tests.builders import CONTENT, a_store
from tests.campaign_builders import a_campaign, a_desk, a_plan, join, say
from tests.pumping import Provider, pump

AREAS = (212, 213, 808, 787, 602)
"""New York, Los Angeles, Hawaii, Puerto Rico, Arizona: five ways to keep the time."""
FIRST = datetime(2026, 10, 30, tzinfo=UTC)
"""Two days before the clocks are put back."""
starts = st.integers(0, 150 * 86_400).map(lambda seconds: FIRST + timedelta(seconds=seconds))
deeds = st.lists(
    st.tuples(
        st.integers(0, 9), st.sampled_from(["opt_out", "opt_in", "left", "care", "nothing"]),
        st.sampled_from([1, 600, 7_200, 30_000]),
    ),
    max_size=6,
)  # fmt: skip


@given(start=starts, deeds=deeds, lasts=st.sampled_from([3, 20, 60]))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_text_leaves_outside_the_hours_without_consent_or_after_stop(
    sqlite_template: Path, start: datetime, deeds: list[tuple[int, str, int]], lasts: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = a_store(f"sqlite:///{shutil.copy(sqlite_template, Path(folder) / 'x.db')}")
        provider, whose = play(store, start, deeds, lasts)
        check(store, provider, whose)
        store.close()


def play(
    store: Store, start: datetime, deeds: list[tuple[int, str, int]], lasts: int
) -> tuple[Provider, dict[int, int]]:
    """People join, a campaign runs, and they do what they do meanwhile."""
    people = []
    for area in AREAS:
        people += join(store, 2, area=area, at=start - timedelta(days=1))
    one = a_campaign(store, a_plan(store, expires_at=start + timedelta(hours=lasts)))
    one.desk = a_desk(mps=1.0)
    one.launch(start)
    provider = Provider(at=start)
    for who, deed, seconds in [*deeds, (0, "nothing", 7_200), (0, "nothing", 40_000)]:
        assert provider.now is not None
        provider.now += timedelta(seconds=seconds)
        one.round(provider.now)
        if deed == "care":
            until = provider.now + timedelta(hours=1)
            with store.begin() as tx:
                tx.execute(
                    update(contact).where(contact.c.id == people[who]).values(care_until=until)
                )
        elif deed != "nothing":
            say(store, people[who], deed, provider.now)
        pump(store, provider)
    return provider, {who: AREAS[n // 2] for n, who in enumerate(people)}


def check(store: Store, provider: Provider, whose: dict[int, int]) -> None:
    """What the database kept of it, read back from scratch."""
    book = read_hours(CONTENT)
    desk = a_desk()
    with store.read() as tx:
        sent = tx.execute(
            select(attempt.c.started_at, outbox.c.contact_id, outbox.c.consent_id).join(
                outbox, outbox.c.id == attempt.c.outbox_id
            )
        ).all()
        ledger = tx.execute(select(consent).order_by(consent.c.at, consent.c.id)).all()
    assert len(sent) == len(provider.given)
    assert len({row.contact_id for row in sent}) == len(sent)
    for row in sent:
        place = desk.openings.place(f"::{whose[row.contact_id]}")
        assert allowed(book.hours, place, row.started_at), row
        theirs = [one for one in ledger if one.contact_id == row.contact_id]
        joined = next(one for one in theirs if one.id == row.consent_id)
        assert joined.change == "joined"
        assert joined.at < row.started_at
        ended = [one for one in theirs if one.change in {"opt_out", "left"}]
        assert not any(one.at < row.started_at for one in ended), "it left after STOP"
