"""Nothing that we begin leaves outside the hours of any place where its recipient may be."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from smsbot.core.campaigns.hours import (
    HORIZON,
    MIDNIGHT,
    Cell,
    Hours,
    Place,
    Rule,
    Source,
    Window,
    allowed,
    next_allowed,
    open_until,
    verdicts,
    when_to_send,
    window,
)

NOWHERE = Source(title="made up", address="-", read_on=date(2026, 11, 23))
# Half hours, three quarters, no summer time, summer time that begins at midnight, of half an hour,
# backwards (Ireland), days that never were (Samoa) and both ends of the date line.
ZONES = [
    ZoneInfo(name)
    for name in """America/New_York America/Chicago America/Denver America/Phoenix
    America/Los_Angeles America/Anchorage America/Adak Pacific/Honolulu America/Puerto_Rico
    Pacific/Pago_Pago Pacific/Guam Asia/Kolkata Asia/Kathmandu Australia/Lord_Howe Asia/Beirut
    America/Havana America/St_Johns Europe/Dublin Pacific/Apia Africa/Casablanca""".split()
]

minutes = st.integers(min_value=0, max_value=MIDNIGHT)
windows = (
    st.tuples(minutes, minutes)
    .filter(lambda pair: pair[0] < pair[1])
    .map(lambda pair: Window(opens=pair[0], closes=pair[1]))
)
parts = st.none() | windows
FROM, UNTIL = datetime(2005, 1, 1), datetime(2035, 12, 31)  # noqa: DTZ001 - hypothesis adds the zone
moments = st.datetimes(FROM, UNTIL, timezones=st.just(UTC))


def cells(zones=ZONES):
    return st.builds(Cell, state=st.sampled_from(["AA", "BB"]), zone=st.sampled_from(zones))


places = st.builds(
    Place, cells=st.frozensets(cells(), min_size=1, max_size=3), basis=st.just("state")
)


@st.composite
def some_hours(draw, most: int = 3) -> Hours:
    rules = draw(
        st.lists(
            st.builds(
                Rule,
                name=st.just("rule"),
                says=st.just(""),
                states=st.sampled_from([frozenset(), frozenset({"AA"})]),
                weekdays=windows,
                saturday=parts,
                sunday=parts,
                calendar=st.sampled_from([None, "US", "state"]),
                also=st.frozensets(st.sampled_from([(2, 29), (3, 8), (12, 1)]), max_size=2),
                source=st.just(NOWHERE),
            ),
            min_size=1,
            max_size=most,
        )
    )
    return Hours(rules=tuple(rules), holidays=made_up_holidays)


def made_up_holidays(calendar: str, year: int) -> frozenset[date]:
    days = {date(year, 1, 1), date(year, 7, 4), date(year, 12, 31)}
    return frozenset(days | ({date(year, 3, 9)} if calendar != "US" else set()))


def a_rule(
    weekdays: str = "09:00-20:00", sunday: str | None = "12:00-20:00", calendar: str | None = None
) -> Rule:
    return Rule(
        name="ours",
        says="",
        states=frozenset(),
        weekdays=a_window(weekdays),
        saturday=a_window(weekdays),
        sunday=a_window(sunday) if sunday else None,
        calendar=calendar,
        source=NOWHERE,
    )


def a_window(text: str) -> Window:
    opens, closes = (int(h) * 60 + int(m) for h, m in (t.split(":") for t in text.split("-")))
    return Window(opens=opens, closes=closes)


def these(*rules: Rule) -> Hours:
    return Hours(rules=rules, holidays=made_up_holidays)


def at(zone: str, state: str = "AA") -> Place:
    return Place(cells=frozenset({Cell(state=state, zone=ZoneInfo(zone))}), basis="state")


@settings(max_examples=200)
@given(some_hours(), places, moments)
def test_what_is_allowed_lies_within_every_rule_on_the_clock_of_every_place(hours, place, moment):
    if not allowed(hours, place, moment):
        return

    for cell in place.cells:
        local = moment.astimezone(cell.zone)
        minute = local.hour * 60 + local.minute
        for verdict in verdicts(hours, cell.state, local.date()):
            assert verdict.window is not None
            assert verdict.window.opens <= minute < verdict.window.closes


@settings(max_examples=120, deadline=None)
@given(some_hours(), places, moments, st.floats(min_value=0, max_value=1))
def test_the_next_allowed_moment_is_allowed_and_there_is_none_before_it(
    hours, place, moment, share
):
    found = next_allowed(hours, place, moment)
    end = found if found is not None else moment + HORIZON

    assert found is None or (found >= moment and allowed(hours, place, found))
    if end > moment:
        between = moment + (end - moment) * share
        assert between == end or not allowed(hours, place, between)
        assert not allowed(hours, place, end - timedelta(microseconds=1))


@settings(max_examples=120, deadline=None)
@given(some_hours(), places, moments, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_nothing_leaves_before_it_is_due_or_once_it_is_stale(hours, place, due, life):
    leaves = when_to_send(hours, place, due, due + life)

    if leaves is None:
        first = next_allowed(hours, place, due)
        assert first is None or first >= due + life
    else:
        assert due <= leaves < due + life
        assert allowed(hours, place, leaves)


@settings(max_examples=120, deadline=None)
@given(some_hours(), places, moments, st.floats(min_value=0, max_value=1))
def test_a_place_stays_open_until_it_says_and_then_is_held_until_it_resumes(
    hours, place, moment, share
):
    opens = next_allowed(hours, place, moment)
    if opens is None:
        return
    closes = open_until(hours, place, opens)

    assert closes is not None
    assert closes > opens
    assert allowed(hours, place, opens + (closes - opens) * share * 0.999999)
    if closes - opens < HORIZON:
        assert not allowed(hours, place, closes)
        resumed = next_allowed(hours, place, closes)
        assert resumed is None or resumed > closes


@settings(max_examples=150, deadline=None)
@given(some_hours(), moments, st.frozensets(cells(), min_size=2, max_size=4))
def test_to_know_less_never_allows_more(hours, moment, some):
    whole = Place(cells=some, basis="nothing")

    for cell in some:
        one = Place(cells=frozenset({cell}), basis="state")
        assert allowed(hours, one, moment) or not allowed(hours, whole, moment)


@settings(max_examples=150)
@given(some_hours(), st.dates(date(2020, 1, 1), date(2032, 12, 31)))
def test_a_day_is_open_for_what_all_its_rules_share(hours, day):
    part = window(hours, "AA", day)
    said = [one.window for one in verdicts(hours, "AA", day)]

    for minute in range(0, MIDNIGHT, 7):
        in_all = all(one is not None and one.opens <= minute < one.closes for one in said)
        assert in_all == (part is not None and part.opens <= minute < part.closes)


def test_who_is_nowhere_is_never_written_to() -> None:
    nowhere = Place(cells=frozenset(), basis="abroad")
    noon = datetime(2026, 11, 23, 17, tzinfo=UTC)

    assert not allowed(these(a_rule()), nowhere, noon)
    assert next_allowed(these(a_rule()), nowhere, noon) is None


def test_the_clocks_going_forward_and_back_move_the_hour_of_utc_only() -> None:
    hours, place = these(a_rule()), at("America/New_York")

    before = next_allowed(hours, place, datetime(2026, 10, 31, 3, tzinfo=UTC))
    after = next_allowed(hours, place, datetime(2026, 11, 2, 3, tzinfo=UTC))
    in_spring = next_allowed(hours, place, datetime(2027, 3, 15, 3, tzinfo=UTC))

    assert before == datetime(2026, 10, 31, 13, tzinfo=UTC)
    assert after == datetime(2026, 11, 2, 14, tzinfo=UTC)
    assert in_spring == datetime(2027, 3, 15, 13, tzinfo=UTC)


def test_an_opening_in_the_hour_that_is_skipped_or_comes_twice_is_read_strictly() -> None:
    hours, place = these(a_rule("02:30-03:30", "02:30-03:30")), at("America/New_York")
    skipped, twice = datetime(2027, 3, 14, 5, tzinfo=UTC), datetime(2026, 11, 1, 4, tzinfo=UTC)
    early = these(a_rule("01:30-03:00", "01:30-03:00"))

    # 02:30 does not exist on this night; 03:30 is too late, so the day has no open part.
    assert next_allowed(hours, place, skipped) == datetime(2027, 3, 15, 6, 30, tzinfo=UTC)
    # 01:30 comes twice; the second one counts.
    assert next_allowed(early, place, twice) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_a_leap_day_a_half_hour_zone_and_a_window_until_midnight() -> None:
    late = these(a_rule("22:00-24:00", None))
    place = at("Asia/Kolkata")
    leap = datetime(2028, 2, 29, 17, 0, tzinfo=UTC)

    assert allowed(late, place, leap)
    assert open_until(late, place, leap) == datetime(2028, 2, 29, 18, 30, tzinfo=UTC)
    assert not allowed(late, place, datetime(2028, 2, 29, 18, 30, tzinfo=UTC))


def test_a_window_round_the_clock_goes_on_over_midnight() -> None:
    always = these(a_rule("00:00-24:00", None))
    monday = datetime(2026, 11, 23, 12, tzinfo=UTC)

    # Until Saturday midnight in New York: Sunday is closed.
    assert open_until(always, at("America/New_York"), monday) == datetime(
        2026, 11, 29, 5, tzinfo=UTC
    )


def test_holidays_close_and_are_told_as_such() -> None:
    hours = these(a_rule(calendar="US"))
    said = verdicts(hours, "AA", date(2026, 7, 4))

    assert said[0].is_holiday
    assert window(hours, "AA", date(2026, 7, 4)) is None
    assert window(hours, "AA", date(2026, 7, 6)) == a_window("09:00-20:00")
