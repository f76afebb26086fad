"""What outreach leaves behind: a campaign to half of the people, a code, a list, and such."""

from dataclasses import dataclass
from datetime import datetime
from itertools import product

from sqlalchemy import text

from bench.campaigns import CONTENT, start_campaign
from bench.load import BadAnswer
from smsbot.core.campaigns.audience import Audience
from smsbot.core.campaigns.upload_cells import Kind
from smsbot.core.editorial.deeds import By
from smsbot.core.messages import Lang
from smsbot.db.store import Store
from smsbot.services import audiences, campaign_views, gap_board, kit, number_lists
from smsbot.services.load_catalogue import from_files

TOPIC = "NEWS"
_CONSENTS = """INSERT INTO consent (contact_id, change, how, topic, words, origin, source,
    recorded_by, at)
    SELECT id, 'joined', 'form', 'NEWS', 'made up for a measurement', 'import', 'bench', 'bench',
    created_at FROM contact WHERE id % 2 = 0 AND care_until IS NULL"""
_MISSED = """SELECT id FROM inbound WHERE step = 'menu' AND tier IS NULL
    ORDER BY received_at DESC LIMIT 20000"""
_ASKED = ("do you know", "is there", "why is there", "can i see", "what about")
_MADE_OF = ("a green", "my old", "some free", "this strange", "another", "the second", "no")
_THINGS = tuple(
    f"{thing} {place}"
    for thing in ("lamp", "bicycle", "piano", "ticket", "garden", "window", "carpet", "engine")
    for place in ("upstairs", "in town", "for monday", "with wheels", "by the river")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outreach:
    """What of it has an address."""

    campaign_id: int
    code: str
    audience_id: int
    upload_id: int
    gap_id: str


def fill_outreach(store: Store, now: datetime) -> Outreach:
    """Put it all there, through the services that staff use but for the consents and the gaps."""
    by = By(name="bench", at=now)
    with store.begin() as tx:
        if not store.is_sqlite:
            tx.execute(text("SET LOCAL statement_timeout = 0"))
        tx.execute(text(_CONSENTS))
    start_campaign(store)
    made = kit.make(store, by, kit.Wanted(word="TOPIC7", lang=Lang.EN, label="A wall in town"))
    return Outreach(
        campaign_id=campaign_views.listed(store, 1)[0][0].id,
        code=made.code,
        audience_id=audiences.save(store, "Everybody", Audience(topic=TOPIC), by),
        upload_id=number_lists.look(store, _a_list(), by),
        gap_id=_gaps(store, now),
    )


def _a_list() -> number_lists.Wanted:
    rows = "\n".join(f"+1202555{number:04}" for number in range(5_000))
    return number_lists.Wanted(
        kind=Kind.AUDIENCE, name="Five thousand", data=f"number\n{rows}\n".encode()
    )


def _gaps(store: Store, now: datetime) -> str:
    """Give the newest texts without an answer many different bodies; the id of one such group."""
    bodies = [" ".join(words) for words in product(_ASKED, _MADE_OF, _THINGS)]
    with store.begin() as tx:
        ids = tx.scalars(text(_MISSED)).all()
        tx.execute(
            text("UPDATE inbound SET body_sealed = :body WHERE id = :id"),
            [
                {"id": one, "body": store.sealer.seal(bodies[at % len(bodies)])}
                for at, one in enumerate(ids)
            ],
        )
    catalogue = from_files(CONTENT, "Ketamine Info Line", "help@example.org")
    gap_board.make(store, catalogue, now)
    board = gap_board.read(store)
    if board is None or not board.report.gaps:
        raise BadAnswer("no gap was found among the texts without an answer")
    return board.report.gaps[0].id
