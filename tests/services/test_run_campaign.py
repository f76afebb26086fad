"""A campaign from its dry run to its end, over real databases and a pump of the real kind."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from smsbot.core.campaigns.campaign import (
    Arm,
    CampaignFault,
    CampaignState,
    Limits,
    Phase,
    Sample,
)
from smsbot.core.errors import StoreConflict
from smsbot.core.messages import Lang
from smsbot.core.outbound.outbox import Lane
from smsbot.core.outbound.sending import Failure, Refused
from smsbot.db.store import Store
from smsbot.db.tables import contact
from smsbot.db.tables_outbox import outbox
from smsbot.services import after_campaign, campaign_messages
from smsbot.services import campaigns as service
from tests.builders import NOW
from tests.campaign_builders import (
    AUTHOR,
    CAMPAIGNS_FROM,
    ENGLISH,
    SECOND,
    Campaigning,
    a_campaign,
    a_desk,
    a_plan,
    events,
    join,
    say,
    set_state,
)
from tests.pumping import Provider, pump


class Clocked:
    """One round of the campaign, then the pump, and time goes on."""

    def __init__(self, one: Campaigning, *answers: Refused) -> None:
        self.one, self.provider = one, Provider(*answers)
        self.now = NOW

    def send(self, rounds: int = 1, seconds: float = 1.0, *, pumps: bool = True) -> None:
        for _ in range(rounds):
            self.now += timedelta(seconds=seconds)
            self.provider.now = self.now
            self.one.round(self.now)
            if pumps:
                pump(self.one.store, self.provider)

    def receipts(self, state: str = "delivered", code: int | None = None) -> None:
        """The provider says the same of all that it has."""
        with self.one.store.begin() as tx:
            tx.execute(
                update(outbox)
                .where(outbox.c.campaign_id == self.one.id, outbox.c.state == "accepted")
                .values(state=state, error_code=code, updated_at=self.now)
            )


def test_a_campaign_reaches_everybody_who_joined_in_their_language_and_ends(store: Store) -> None:
    english, spanish = join(store, 20), join(store, 5, first=20, lang="es")
    one = a_campaign(store)
    one.launch()
    clocked = Clocked(one)

    clocked.send(3)

    assert set(one.people()) == {*english, *spanish}
    said = [outgoing.body for outgoing in clocked.provider.given]
    assert (said.count(ENGLISH), len(said)) == (20, 25)
    assert {outgoing.sender for outgoing in clocked.provider.given} == {CAMPAIGNS_FROM}
    assert {row.lane for row in one.texts()} == {Lane.CAMPAIGN}
    assert all(row.consent_id for row in one.texts())
    assert one.state is CampaignState.FINISHED
    clocked.receipts()
    report = after_campaign.report(store, one.id, one.desk)
    assert (report.people, report.left, report.delivered, report.waiting) == (25, 25, 25, 0)


def test_the_dry_run_says_who_is_left_out_and_why(store: Store) -> None:
    join(store, 3)
    stopped, left, spanish, care, abroad = (
        join(store, 1, first=n, **changes)[0]
        for n, changes in enumerate(({}, {}, {"lang": "es"}, {}, {}), start=10)
    )
    with store.begin() as tx:
        until = NOW + timedelta(hours=1)
        tx.execute(update(contact).where(contact.c.id == care).values(care_until=until))
        tx.execute(update(contact).where(contact.c.id == abroad).values(area_code="416"))
    say(store, stopped, "opt_out", NOW - timedelta(hours=1))
    say(store, left, "left", NOW - timedelta(hours=1))
    plan = a_plan(store)
    english = {key: number for key, number in plan.messages.items() if key[1] is Lang.EN}
    one = a_campaign(store, a_plan(store, messages=english))

    one.check()

    summary = service_summary(one)
    assert summary["people"] == 3
    assert summary["left_out"] == {
        "stop": 1, "not_joined": 1, "no_text": 1, "care": 1, "abroad": 1,
    }  # fmt: skip
    assert {one.people()[who] for who in (stopped, left, spanish, care, abroad)} == {"left_out"}
    assert (summary["segments"], summary["texts"][0]["encoding"]) == (3, "GSM-7")


def service_summary(one: Campaigning):
    from smsbot.services import campaign_views

    return campaign_views.show(one.store, one.id).checked


def test_nobody_approves_what_they_wrote_and_the_database_holds_that_too(store: Store) -> None:
    join(store, 2)
    one = a_campaign(store)
    token = one.check()
    writer = SECOND.__class__(**{**fields(SECOND), "name": AUTHOR.name.upper()})

    with pytest.raises(CampaignFault, match="Somebody else"):
        service.approve(store, writer, one.id, token, NOW)
    with pytest.raises(StoreConflict, match=r"Somebody else|dry run as it was seen"):
        set_state(store, one.id, "approved")
    with pytest.raises(StoreConflict, match="does not go from that state"):
        set_state(store, one.id, "running")
    with pytest.raises(CampaignFault, match="not the last dry run"):
        service.approve(store, SECOND, one.id, "0" * 64, NOW)

    assert one.state is CampaignState.CHECKED


def fields(account):
    return {name: getattr(account, name) for name in account.__dataclass_fields__}


def test_the_start_is_refused_when_anything_changed_and_says_what(store: Store) -> None:
    join(store, 3)
    one = a_campaign(store)
    one.check()
    one.approve()
    late = join(store, 1, first=50, at=NOW - timedelta(minutes=1))

    with pytest.raises(CampaignFault, match="1 more people would get it now"):
        one.start()
    say(store, late[0], "opt_out", NOW)
    one.desk.openings.digest = "other rules"
    with pytest.raises(CampaignFault, match="the rules of the hours"):
        one.start()
    one.desk = a_desk()
    campaign_messages.retire(store, AUTHOR, one.one.plan.messages[Arm.A, Lang.ES], NOW)
    with pytest.raises(CampaignFault, match="is retired"):
        one.start()

    assert one.state is CampaignState.APPROVED
    assert one.texts() == []


def test_people_who_leave_between_the_approval_and_their_turn_get_nothing(store: Store) -> None:
    people = join(store, 6)
    one = a_campaign(store)
    one.check()
    one.approve()
    say(store, people[0], "opt_out", NOW)
    say(store, people[1], "left", NOW)
    with store.begin() as tx:
        tx.execute(
            update(contact)
            .where(contact.c.id == people[2])
            .values(care_until=NOW + timedelta(hours=2))
        )
    one.start()

    Clocked(one).send(3)

    assert [one.people()[who] for who in people] == ["skipped"] * 3 + ["queued"] * 3
    assert one.states() == ["accepted"] * 3


def test_a_stop_after_the_handing_over_still_wins(store: Store) -> None:
    people = join(store, 4)
    one = a_campaign(store)
    one.launch()
    clocked = Clocked(one)
    clocked.send(pumps=False)
    assert one.states() == ["queued"] * 4
    say(store, people[0], "opt_out", NOW + timedelta(seconds=1))
    say(store, people[1], "left", NOW + timedelta(seconds=1))

    clocked.send(2)

    assert one.states() == ["accepted", "accepted", "suppressed", "suppressed"]
    assert len(clocked.provider.given) == 2


def test_a_pause_holds_what_is_queued_and_a_resume_lets_it_go_on(store: Store) -> None:
    join(store, 30)
    one = a_campaign(store)
    one.launch()
    clocked = Clocked(one)
    clocked.send(pumps=False)
    service.pause(store, AUTHOR, one.id, "A look first", clocked.now)

    pump(store, clocked.provider)
    assert clocked.provider.given == []
    clocked.send(2)

    assert clocked.provider.given == []
    assert set(one.people().values()) == {"planned"}
    assert one.states() == ["canceled"] * 30
    assert one.one.held_because == "A look first"
    service.resume(store, AUTHOR, one.id, clocked.now)
    clocked.send(3)
    assert len(clocked.provider.given) == 30
    assert len({outgoing.recipient for outgoing in clocked.provider.given}) == 30
    assert one.state is CampaignState.FINISHED


def test_what_was_claimed_when_the_pause_came_is_not_begun(store: Store) -> None:
    from smsbot.core.outbound.outbox import Wanted
    from smsbot.db import attempts
    from smsbot.db import outbox as outbox_rows

    join(store, 3)
    one = a_campaign(store)
    one.launch()
    Clocked(one).send(pumps=False)
    at = NOW + timedelta(seconds=2)
    wanted = Wanted(sender=CAMPAIGNS_FROM, rows=10, campaign_rows=10, segments=100)
    with store.begin() as tx:
        claimed = outbox_rows.claim(tx, store.sealer, wanted, at)
    service.pause(store, AUTHOR, one.id, "", at)

    with store.begin() as tx:
        begun = attempts.begin_many(tx, claimed, at)

    assert len(claimed) == 3
    assert begun == []
    assert one.states() == ["queued"] * 3


def test_a_cancelled_campaign_sends_nothing_more_ever(store: Store) -> None:
    join(store, 40)
    one = a_campaign(store, canary_size=5)
    one.launch()
    clocked = Clocked(one)
    clocked.send(2)
    service.cancel(store, AUTHOR, one.id, "wrong day", clocked.now)

    clocked.send(4)

    assert sorted(one.people().values()).count("cancelled") == 35
    assert len(clocked.provider.given) == 5
    with pytest.raises(CampaignFault, match="can't be resumed"):
        service.resume(store, AUTHOR, one.id, clocked.now)


def test_the_first_few_go_first_and_the_rest_waits_for_their_receipts(store: Store) -> None:
    join(store, 30)
    one = a_campaign(store, canary_size=10)
    one.launch()
    clocked = Clocked(one)

    clocked.send(5)
    assert (len(clocked.provider.given), one.phase) == (10, Phase.CANARY)
    clocked.receipts()
    clocked.send(4)

    assert len(clocked.provider.given) == 30
    assert one.state is CampaignState.FINISHED
    assert "goes on: all" in events(store, one.id)


def test_bad_ends_of_the_first_few_pause_it_and_a_person_lets_it_go_on(store: Store) -> None:
    join(store, 30)
    one = a_campaign(store, canary_size=10)
    one.launch()
    clocked = Clocked(one)
    clocked.send(3)
    clocked.receipts("undelivered", 30007)

    clocked.send(3)
    assert one.state is CampaignState.PAUSED
    assert "of the first 10 texts" in one.one.held_because
    assert len(clocked.provider.given) == 10
    service.resume(store, AUTHOR, one.id, clocked.now)
    clocked.send(4)

    assert len(clocked.provider.given) == 30


def test_first_few_without_receipts_pause_it_when_patience_ends(store: Store) -> None:
    join(store, 12)
    one = a_campaign(store, canary_size=4, canary_minutes=10)
    one.launch()
    clocked = Clocked(one)
    clocked.send(3)

    clocked.send(2, seconds=290)
    assert one.state is CampaignState.RUNNING
    clocked.send(2, seconds=60)

    assert one.state is CampaignState.PAUSED
    assert "is not known" in one.one.held_because


def test_it_pauses_by_itself_when_too_many_fail(store: Store) -> None:
    join(store, 120)
    refused = Refused(code=21614, failure=Failure.RECIPIENT, reason="Not a mobile number.")
    one = a_campaign(store)
    one.desk = a_desk(mps=3.0)
    one.launch()
    clocked = Clocked(one, *([refused] * 60))

    clocked.send(12)

    assert one.state is CampaignState.PAUSED
    assert "did not arrive" in one.one.held_because
    assert len(clocked.provider.given) < 120


def test_it_pauses_by_itself_when_people_say_stop(store: Store) -> None:
    people = join(store, 60)
    one = a_campaign(store, limits=Limits(most_opt_outs=0.05))
    one.desk = a_desk(mps=3.0)
    one.launch()
    clocked = Clocked(one)
    clocked.send(2)
    for who in people[:5]:
        say(store, who, "opt_out", clocked.now)

    clocked.send(3)

    assert one.state is CampaignState.PAUSED
    assert "led to STOP" in one.one.held_because


def test_texts_leave_only_in_the_hours_of_each_place_and_none_after_the_expiry(
    store: Store,
) -> None:
    # At 15:00 UTC it is 10 in New York and 7 in Los Angeles: not yet 9 there.
    east, west = join(store, 3, area=212), join(store, 3, area=213)
    one = a_campaign(store, expires_at=NOW + timedelta(hours=8))
    one.launch()
    clocked = Clocked(one)

    clocked.send(3)
    assert [one.people()[who] for who in (*east, *west)] == ["queued"] * 3 + ["planned"] * 3
    assert {row.expires_at for row in one.texts()} == {NOW + timedelta(hours=8)}
    clocked.send(2, seconds=3600)
    clocked.send(2)
    assert set(one.people().values()) == {"queued"}
    assert one.state is CampaignState.FINISHED


def test_who_is_not_reached_before_the_expiry_is_not_reached_at_all(store: Store) -> None:
    west = join(store, 3, area=213)
    one = a_campaign(store, expires_at=NOW + timedelta(hours=1))
    one.launch()
    clocked = Clocked(one)

    clocked.send(2)
    clocked.send(3, seconds=3600)

    assert one.state is CampaignState.FINISHED
    assert [one.people()[who] for who in west] == ["expired"] * 3
    assert clocked.provider.given == []


def test_a_text_whose_hours_end_in_the_outbox_is_planned_again_for_the_next_day(
    store: Store,
) -> None:
    evening = NOW.replace(hour=0, minute=58) + timedelta(days=1)  # 19:58 in New York
    join(store, 2)
    one = a_campaign(store)
    one.launch(evening)
    clocked = Clocked(one)
    clocked.now = evening
    clocked.send(pumps=False)
    assert one.states() == ["queued"] * 2

    clocked.send(seconds=130)
    assert clocked.provider.given == []
    clocked.send()
    assert set(one.people().values()) == {"planned"}
    clocked.send(2, seconds=13.5 * 3600)

    assert len(clocked.provider.given) == 2


def test_a_comparison_shows_nothing_before_its_end_and_the_rest_gets_the_better(
    store: Store,
) -> None:
    join(store, 60)
    plan = a_plan(store)
    other = campaign_messages.write(
        store, AUTHOR, a_desk().house, ("b", Lang.EN, ENGLISH.replace("new", "longer")), NOW
    )
    campaign_messages.approve(store, SECOND, a_desk().house, other.id, NOW)
    messages = {
        (Arm.A, Lang.EN): plan.messages[Arm.A, Lang.EN],
        (Arm.B, Lang.EN): other.id,
    }
    one = a_campaign(store, a_plan(store, messages=messages, sample=Sample(each=10, hours=2)))
    one.launch()
    clocked = Clocked(one)

    clocked.send(4)
    assert one.phase is Phase.SAMPLE
    assert len(clocked.provider.given) == 20
    got_b = {row.contact_id for row in one.texts() if row.id and b_is(one, row)}
    assert len(got_b) == 10
    with store.begin() as tx:
        from sqlalchemy import insert

        from smsbot.db.tables import inbound

        tx.execute(
            insert(inbound),
            [
                {
                    "sid": f"SM{n:032x}", "contact_id": who, "recipient": "+1", "media_count": 0,
                    "received_at": clocked.now, "step": "keyword", "topic": "FDA", "lang": "en",
                    "why": {}, "reply": b"x",
                }
                for n, who in enumerate(got_b)
            ],
        )  # fmt: skip
    clocked.send(2, seconds=1800)
    assert one.phase is Phase.SAMPLE
    clocked.send(4, seconds=1800)

    assert one.phase is Phase.ALL
    said = [line.note for line in history(one) if line.what == "goes on: all"]
    assert said == [
        "A 0 of 10, B 10 of 10 texted back; by chance alone 0.0% of the time: the rest gets B"
    ]
    clocked.send(3)
    assert sum("longer" in outgoing.body for outgoing in clocked.provider.given) == 50


def b_is(one: Campaigning, row) -> bool:
    return "longer" in one.store.sealer.open(row.body_sealed)


def history(one: Campaigning):
    from smsbot.services import campaign_views

    return campaign_views.show(one.store, one.id).history


def test_one_that_starts_at_a_time_starts_by_itself_and_drafts_the_next(store: Store) -> None:
    join(store, 3)
    at = NOW + timedelta(minutes=10)
    one = a_campaign(store, starts_at=at, repeat_days=14)
    one.check()
    one.approve()
    clocked = Clocked(one)

    clocked.send(2)
    assert one.state is CampaignState.APPROVED
    clocked.send(4, seconds=300)

    assert one.state is CampaignState.FINISHED
    from smsbot.services import campaign_views

    newest = campaign_views.listed(store, 1)[0][0]
    assert (newest.repeat_of, newest.state) == (one.id, CampaignState.DRAFT)
    assert newest.plan.starts_at == at + timedelta(days=14)


def test_the_number_that_answers_crises_needs_a_word(store: Store) -> None:
    join(store, 1)
    plan = a_plan(store, sender=a_desk().house.answers_from)
    one = a_campaign(store, plan)

    with pytest.raises(CampaignFault, match="answers people in a crisis"):
        one.check()


def test_the_export_masks_numbers_and_tells_each_fate(store: Store) -> None:
    people = join(store, 3)
    say(store, people[0], "opt_out", NOW - timedelta(hours=1))
    one = a_campaign(store)
    one.launch()
    clocked = Clocked(one)
    clocked.send(3)
    clocked.receipts("undelivered", 30003)

    text = "".join(after_campaign.as_csv(store, one.id, {30003: "The handset is off."}))

    assert "555" not in text
    assert text.count("Not delivered: The handset is off. (30003)") == 2
    assert "They said STOP." in text
