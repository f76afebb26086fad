"""A campaign with people who joined its topic, messages two people agreed on, and rounds to run."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from smsbot.core.campaigns.campaign import Arm, CampaignState, House, Phase, Plan
from smsbot.core.editorial.roles import Role, StaffAccount
from smsbot.core.messages import E164, Lang
from smsbot.db import campaigns, contacts
from smsbot.db.store import Store
from smsbot.db.tables import consent, contact
from smsbot.db.tables_campaigns import campaign, campaign_recipient
from smsbot.db.tables_outbox import outbox
from smsbot.services import campaign_messages, campaign_views, dry_run
from smsbot.services import campaigns as service
from smsbot.services.campaign_hours import open_hours
from smsbot.services.campaign_memory import Memory
from smsbot.services.dry_run import Desk
from smsbot.services.run_campaign import run_round
from tests.builders import CONTENT, NOW, OUR_NUMBER

CAMPAIGNS_FROM = "+15005550100"
TOPIC = "NEWS"
HOUSE = House(
    program="Ketamine Info Line",
    domains=("example.org",),
    answers_from=OUR_NUMBER,
    campaigns_from=CAMPAIGNS_FROM,
    mps=100.0,
)
ENGLISH = "Ketamine Info Line: our FDA answer is new. Text FDA to read it. Reply STOP to end."
SPANISH = "Ketamine Info Line: la respuesta FDA es nueva. Envie FDA. Responda ALTO para terminar."


def somebody(role: Role, name: str = "") -> StaffAccount:
    return StaffAccount(
        id=1,
        name=name or role.value,
        role=role,
        created_at=NOW,
        disabled_at=None,
        session_epoch=0,
    )


AUTHOR = somebody(Role.SENDER, "Ana")
SECOND = somebody(Role.PUBLISHER, "Ben")


def number(n: int, area: int = 212) -> E164:
    return E164(f"+1{area}555{n:04}")


def join(
    store: Store,
    how_many: int = 1,
    *,
    first: int = 0,
    area: int = 212,
    at: datetime = NOW - timedelta(days=7),
    **changes: Any,
) -> list[int]:
    """People who joined the topic some days ago; their ids."""
    numbers = [number(n, area) for n in range(first, first + how_many)]
    with store.begin() as tx:
        known = contacts.lock(tx, store.sealer, numbers, at)
        ids = [known[one].id for one in numbers]
        if changes:
            tx.execute(update(contact).where(contact.c.id.in_(ids)).values(**changes))
        tx.execute(
            insert(consent),
            [
                {
                    "contact_id": one, "topic": TOPIC, "change": "joined", "how": "import",
                    "origin": "import", "words": "Reply JOIN to get news.", "recorded_by": "Ana",
                    "source": "upload 1", "at": at,
                }
                for one in ids
            ],
        )  # fmt: skip
    return ids


def say(store: Store, contact_id: int, change: str, at: datetime) -> None:
    """What a person says: "opt_out", "opt_in" or "left"."""
    topic = TOPIC if change == "left" else None
    with store.begin() as tx:
        tx.execute(
            insert(consent).values(
                contact_id=contact_id, change=change, topic=topic, how="text", origin="text", at=at
            )
        )


def a_plan(store: Store, desk: Desk | None = None, **changes: Any) -> Plan:
    """A plan with an approved message in each language."""
    desk = desk or a_desk()
    messages = {}
    for lang, words in ((Lang.EN, ENGLISH), (Lang.ES, SPANISH)):
        made = campaign_messages.write(store, AUTHOR, desk.house, ("news", lang, words), NOW)
        campaign_messages.approve(store, SECOND, desk.house, made.id, NOW)
        messages[Arm.A, lang] = made.id
    plan = Plan(
        name="A new answer",
        topic=TOPIC,
        audience="{}",
        sender=CAMPAIGNS_FROM,
        expires_at=NOW + timedelta(days=7),
        canary_size=0,
        messages=messages,
    )
    return replace(plan, **changes)


def a_desk(**changes: Any) -> Desk:
    return Desk(house=replace(HOUSE, **changes), openings=open_hours(CONTENT))


@dataclass
class Campaigning:
    """One campaign, and whoever works on it."""

    store: Store
    id: int
    desk: Desk = field(default_factory=a_desk)
    memory: Memory = field(default_factory=Memory)

    def check(self, at: datetime = NOW) -> str:
        return dry_run.check(self.store, AUTHOR, self.id, self.desk, at)

    def approve(self, at: datetime = NOW) -> None:
        service.approve(self.store, SECOND, self.id, self.one.token or "", at)

    def start(self, at: datetime = NOW) -> None:
        dry_run.start(self.store, AUTHOR, self.id, self.desk, at)

    def launch(self, at: datetime = NOW) -> None:
        self.check(at)
        self.approve(at)
        self.start(at)

    def round(self, at: datetime = NOW) -> None:
        run_round(self.store, self.desk, self.memory, at)

    @property
    def one(self):
        return campaign_views.show(self.store, self.id).campaign

    @property
    def state(self) -> CampaignState:
        return self.one.state

    @property
    def phase(self) -> Phase:
        return self.one.phase

    def people(self) -> dict[int, str]:
        """The state of each person, by their contact's id."""
        with self.store.read() as tx:
            rows = tx.execute(
                select(campaign_recipient.c.contact_id, campaign_recipient.c.state).where(
                    campaign_recipient.c.campaign_id == self.id
                )
            )
            return {row.contact_id: row.state for row in rows}

    def texts(self) -> list[Any]:
        """Its rows in the outbox, in the order they were queued."""
        with self.store.read() as tx:
            return list(
                tx.execute(
                    select(outbox).where(outbox.c.campaign_id == self.id).order_by(outbox.c.id)
                )
            )

    def states(self) -> list[str]:
        return sorted(row.state for row in self.texts())


def a_campaign(store: Store, plan: Plan | None = None, **changes: Any) -> Campaigning:
    """A draft; `changes` are of its plan."""
    made = service.create(store, AUTHOR, plan or a_plan(store, **changes), NOW)
    return Campaigning(store=store, id=made)


def events(store: Store, campaign_id: int) -> Sequence[str]:
    with store.read() as tx:
        return [one.what for one in campaigns.history(tx, campaign_id)]


def set_state(store: Store, campaign_id: int, state: str) -> None:
    """Plain SQL, as somebody with the database's password might."""
    with store.begin() as tx:
        tx.execute(update(campaign).where(campaign.c.id == campaign_id).values(state=state))
