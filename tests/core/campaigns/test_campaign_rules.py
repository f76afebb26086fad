"""Rules of campaigns as values: moves, settings, words, the watch, a comparison, the course."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.campaigns import watch
from smsbot.core.campaigns.campaign import (
    MOVES,
    Arm,
    CampaignState,
    House,
    Limits,
    Plan,
    Sample,
    faults,
    look,
    settings_digest,
)
from smsbot.core.campaigns.dry_run import Pacing, Planned, course
from smsbot.core.campaigns.message import foreign_links, lint
from smsbot.core.campaigns.samples import Tally, chance, people_needed, result
from smsbot.core.campaigns.watch import Canary, Counts, Mark
from smsbot.core.messages import Lang
from smsbot.core.outbound.outbox import State
from tests.builders import NOW

PROGRAM = "Ketamine Info Line"
PLAN = Plan(
    name="One",
    topic="NEWS",
    audience="{}",
    sender="+15005550100",
    expires_at=NOW + timedelta(days=1),
    messages={(Arm.A, Lang.EN): 1},
)
GOOD = f"{PROGRAM}: a new answer. Text FDA. Reply STOP to end."


def test_what_is_over_stays_over_and_nothing_runs_unapproved() -> None:
    assert not MOVES[CampaignState.FINISHED] | MOVES[CampaignState.CANCELLED]
    into_running = {one for one, after in MOVES.items() if CampaignState.RUNNING in after}
    assert into_running == {CampaignState.APPROVED, CampaignState.PAUSED}


OTHERS = {
    "name": "Two",
    "topic": "EVENTS",
    "audience": '{"langs": ["en"]}',
    "sender": "+15005550101",
    "sender_confirmed_by": "Ana",
    "starts_at": NOW,
    "expires_at": NOW + timedelta(days=2),
    "repeat_days": 7,
    "canary_size": 21,
    "canary_minutes": 31,
    "limits": Limits(most_errors=0.2),
    "sample": Sample(each=5, hours=2),
    "messages": {(Arm.A, Lang.ES): 1},
}


@pytest.mark.parametrize("name", [one.name for one in fields(Plan)])
def test_every_setting_is_in_the_digest_that_is_approved(name: str) -> None:
    assert settings_digest(replace(PLAN, **{name: OTHERS[name]})) != settings_digest(PLAN)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": " "}, "name"),
        ({"topic": ""}, "topic"),
        ({"messages": {}}, "approved message"),
        ({"expires_at": NOW}, "expire"),
        ({"starts_at": NOW + timedelta(days=3)}, "expire"),
        ({"repeat_days": 7}, "repeats"),
        ({"canary_size": 1001}, "first few"),
        ({"sample": Sample(each=5, hours=2)}, "two messages"),
        ({"messages": {(Arm.A, Lang.EN): 1, (Arm.B, Lang.ES): 2}}, "same language"),
    ],
)
def test_a_plan_with_a_fault_is_told_which(changes: dict[str, object], says: str) -> None:
    assert any(says in one for one in faults(replace(PLAN, **changes), NOW))
    assert faults(PLAN, NOW) == ()


def test_the_answering_number_is_only_for_campaigns_that_somebody_confirmed() -> None:
    house = House(
        program=PROGRAM, domains=(), answers_from="+1", campaigns_from="+15005550100", mps=1
    )

    assert look(house, PLAN, NOW) == ()
    assert look(house, replace(PLAN, sender="+1"), NOW)
    assert look(house, replace(PLAN, sender="+1", sender_confirmed_by="Ana"), NOW) == ()
    assert look(house, replace(PLAN, sender="+2", sender_confirmed_by="Ana"), NOW)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("A new answer. Reply STOP to end.", "who it is from"),
        (f"{PROGRAM}: a new answer.", "how to stop"),
        (GOOD + " “So”", "cost double"),
        (GOOD + " bit.ly/x1", "bit.ly is not ours"),
        (GOOD + " https://evil.example.com/a", "evil.example.com is not ours"),
        (GOOD + " 20% discount!", "sell"),
        (GOOD + " Take 50 mg.", "dose"),
        (GOOD + " x" * 250, "segments"),
        ("", "Write what"),
    ],
)
def test_a_message_that_breaks_a_rule_is_told_which(body: str, says: str) -> None:
    assert any(says in one for one in lint(body, Lang.EN, PROGRAM, ("example.org",)))


def test_a_good_message_in_either_language_passes() -> None:
    assert lint(GOOD + " https://www.example.org/fda", Lang.EN, PROGRAM, ("example.org",)) == ()
    spanish = f"{PROGRAM}: hay algo nuevo. Responda ALTO para terminar."
    assert lint(spanish, Lang.ES, PROGRAM, ()) == ()
    assert foreign_links("988lifeline.org and help.example.org", ("example.org",)) == ()


def counts(opt_outs: int = 0, **ends: int) -> Counts:
    return Counts(by_end={(State(s), 0): n for s, n in ends.items()}, opt_outs=opt_outs)


def test_it_pauses_for_each_reason_and_says_it() -> None:
    limits = Limits(most_errors=0.1, most_opt_outs=0.03, most_filtered=0.02, slowest_reply_ms=500)
    fine = counts(delivered=95, failed=5)
    filtered = Counts(by_end={(State.DELIVERED, 0): 97, (State.UNDELIVERED, 30007): 3})

    assert watch.why_pause(fine, Mark(), limits, 500) is None
    assert "slow" in (watch.why_pause(fine, Mark(), limits, 700) or "")
    assert "did not arrive" in (
        watch.why_pause(counts(delivered=80, failed=20), Mark(), limits, None) or ""
    )
    assert "30007" in (watch.why_pause(filtered, Mark(), limits, None) or "")
    assert "STOP" in (watch.why_pause(counts(4, delivered=100), Mark(), limits, None) or "")
    assert watch.why_pause(counts(failed=19), Mark(), limits, None) is None


def test_what_happened_before_the_mark_does_not_count() -> None:
    before = counts(9, delivered=50, failed=50)

    later = counts(9, delivered=90, failed=52)

    assert watch.why_pause(later, Mark.at(before), Limits(), None) is None


@given(st.lists(st.integers(0, 400), max_size=60))
def test_the_window_of_the_rates_holds_one_to_two_thousand_texts(steps: list[int]) -> None:
    marks, sent = (Mark(), Mark()), 0
    for step in steps:
        sent += step
        marks = watch.next_marks(marks, counts(delivered=sent))
        window = sent - marks[0].left
        assert window <= 2 * watch.LATEST + 400
        assert window >= min(sent, watch.LATEST)


@pytest.mark.parametrize(
    ("ends", "minutes", "verdict"),
    [
        ({"delivered": 8, "sent": 2}, 1, Canary()),
        ({"delivered": 7, "sent": 3}, 1, Canary(wait=True)),
        ({"delivered": 9, "queued": 1}, 60, Canary(wait=True)),
        ({"delivered": 9, "failed": 1}, 1, Canary()),
    ],
)
def test_the_first_few_are_judged_when_enough_is_known(
    ends: dict[str, int], minutes: int, verdict: Canary
) -> None:
    since = timedelta(minutes=minutes)
    found = watch.judge_canary(counts(**ends), 10, since, timedelta(minutes=30), Limits())
    assert found == verdict


@pytest.mark.parametrize("ends", [{"delivered": 7, "failed": 3}, {"sent": 10}, {}])
def test_the_first_few_that_went_badly_or_silently_pause_it(ends: dict[str, int]) -> None:
    hour, half = timedelta(hours=1), timedelta(minutes=30)
    assert watch.judge_canary(counts(**ends), 10, hour, half, Limits()).pause


def test_fishers_test_gives_the_known_values() -> None:
    # R: fisher.test(matrix(c(3,1,1,3),2)) 0.4857; fisher.test(matrix(c(10,0,0,10),2)) 1.083e-05
    assert isclose(chance(Tally(got=4, replied=3), Tally(got=4, replied=1)), 34 / 70)
    assert isclose(chance(Tally(got=10, replied=10), Tally(got=10, replied=0)), 2 / 184756)
    assert people_needed(0.10, 0.15) in range(680, 690)
    with pytest.raises(ValueError, match="different"):
        people_needed(0.1, 0.1)


tallies = st.integers(0, 60).flatmap(
    lambda got: st.builds(Tally, got=st.just(got), replied=st.integers(0, got))
)


@given(tallies, tallies)
def test_the_chance_is_one_of_a_share_and_the_same_either_way_round(a: Tally, b: Tally) -> None:
    p = chance(a, b)

    assert 0 < p <= 1
    assert isclose(p, chance(b, a))
    found = result(a, b)
    assert found.better is None or (found.better is Arm.A) == (a.rate > b.rate)


@given(
    st.lists(st.tuples(st.integers(1, 400), st.integers(0, 23), st.integers(1, 12)), min_size=1,
             max_size=5),
    st.sampled_from([0.5, 3.0, 75.0]),
    st.integers(1, 72),
)  # fmt: skip
def test_the_course_never_leaves_the_hours_nor_loses_a_person(
    places: list[tuple[int, int, int]], mps: float, lasts: int
) -> None:
    start = datetime(2026, 11, 23, 7, 20, tzinfo=UTC)
    expires_at = start + timedelta(hours=lasts)
    planned = [
        Planned(arm=Arm.A, lang=Lang.EN, place=str(n), people=people)
        for n, (people, _, _) in enumerate(places)
    ]

    def opens(place: str, moment: datetime) -> tuple[datetime, datetime]:
        _, hour, long = places[int(place)]
        day = moment.replace(hour=hour, minute=0, second=0, microsecond=0) - timedelta(days=1)
        while day + timedelta(hours=long) <= moment:
            day += timedelta(days=1)
        return max(day, moment), day + timedelta(hours=long)

    way = course(
        planned,
        {(Arm.A, Lang.EN): 1},
        Pacing(starts_at=start, expires_at=expires_at, mps=mps),
        opens,
    )

    sent = sum(number for _, number in way.hours)
    assert sent + way.too_late == sum(people for people, _, _ in places)
    for one in way.places:
        if one.first is not None and one.last is not None:
            assert start <= one.first <= one.last <= expires_at + timedelta(minutes=15)
            assert opens(one.place, one.first)[0] == one.first
    assert all(number <= mps * 3600 + 1 for _, number in way.hours)
