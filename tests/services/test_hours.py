"""The rules that ship: every place is covered, every rule has its source, the numbers are right."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers.tzdata import TIMEZONE_DATA

from smsbot.core.campaigns.hours import allowed, next_allowed, window
from smsbot.core.campaigns.places import place_of
from smsbot.core.errors import ContentFault
from smsbot.services.hours import closed_days, explain, read_hours
from tests.builders import CONTENT

BOOK = read_hours(CONTENT)
STATES = sorted(BOOK.atlas.states)
FROM, UNTIL = datetime(2026, 1, 1), datetime(2031, 1, 1)  # noqa: DTZ001 - hypothesis adds the zone
A_YEAR = [date(2027, 1, 1) + timedelta(days=n) for n in range(365)]


def place(**known: str):
    return place_of(BOOK.atlas, **known)


def local(zone: str, *when: int) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize("state", STATES)
def test_no_state_is_ever_open_before_nine_or_after_eight_or_on_a_federal_holiday(state) -> None:
    for day in A_YEAR:
        part = window(BOOK.hours, state, day)
        if part is None:
            continue
        assert part.opens >= (12 if day.weekday() == 6 else 9) * 60
        assert part.closes <= 20 * 60
        assert day not in closed_days("US", 2027)


def test_a_state_that_closes_on_holidays_keeps_the_federal_ones_too() -> None:
    own = {state: frozenset(country_holidays("US", subdiv=state, years=2027)) for state in STATES}

    # Some states keep fewer of them than the library lists for the country.
    assert any(not closed_days("US", 2027) <= days for days in own.values())
    for state, days in own.items():
        assert closed_days(state, 2027) == days | closed_days("US", 2027)


@pytest.mark.parametrize(
    ("known", "moment", "is_open"),
    [
        ({"state": "NY"}, local("America/New_York", 2026, 11, 23, 9), True),
        ({"state": "NY"}, local("America/New_York", 2026, 11, 23, 8, 59), False),
        ({"state": "NY"}, local("America/New_York", 2026, 11, 23, 20), False),
        ({"state": "NY"}, local("America/New_York", 2026, 11, 26, 12), False),  # Thanksgiving
        ({"state": "KY"}, local("America/Chicago", 2026, 11, 23, 9, 30), False),
        ({"state": "KY"}, local("America/Chicago", 2026, 11, 23, 10), True),
        ({"state": "RI"}, local("America/New_York", 2026, 11, 23, 18), False),
        ({"state": "RI"}, local("America/New_York", 2026, 8, 10, 12), False),  # Victory Day
        ({"state": "UT"}, local("America/Denver", 2026, 7, 24, 12), False),  # Pioneer Day
        ({"state": "AL"}, local("America/Chicago", 2026, 11, 29, 13), False),  # a Sunday
        ({"state": "AL"}, local("America/Chicago", 2026, 12, 1, 13), False),  # Rosa Parks Day
        ({"state": "TX"}, local("America/Chicago", 2026, 11, 29, 13), True),
        ({"state": "TX"}, local("America/Chicago", 2026, 11, 29, 12), False),  # 11 in El Paso
        ({"zip_code": "79901"}, local("America/Denver", 2026, 11, 23, 19, 30), False),
        ({"zip_code": "75201"}, local("America/Chicago", 2026, 11, 23, 19, 30), True),
        ({"area_code": "907"}, local("America/Anchorage", 2026, 11, 23, 9, 30), False),  # Adak
        ({"area_code": "808"}, local("Pacific/Honolulu", 2026, 11, 23, 9), True),
    ],
)
def test_the_rule_of_a_place_holds(known, moment, *, is_open) -> None:
    assert allowed(BOOK.hours, place(**known), moment) is is_open


def test_what_a_person_said_goes_before_where_the_number_is_from() -> None:
    assert place(state="CA", area_code="212") == place(state="CA")
    assert place(zip_code="90001", area_code="212").cells == place(state="CA").cells
    assert place(state="FL", zip_code="33101").cells < place(state="FL").cells
    contradicting = place(state="CA", zip_code="10001").cells
    assert contradicting == place(state="CA").cells | place(zip_code="10001").cells


@pytest.mark.parametrize("known", [{"area_code": "416"}, {"zip_code": "09012"}])
def test_nobody_is_written_to_where_the_clock_is_not_known(known) -> None:
    assert place(**known).basis == "abroad"
    assert next_allowed(BOOK.hours, place(**known), datetime(2026, 11, 23, tzinfo=UTC)) is None


@settings(max_examples=60, deadline=None)
@given(st.datetimes(FROM, UNTIL, timezones=st.just(UTC)))
def test_who_may_be_anywhere_is_written_to_only_when_it_is_allowed_everywhere(moment) -> None:
    anywhere = place()
    found = next_allowed(BOOK.hours, anywhere, moment)

    assert found is not None
    for state in STATES:
        if state not in {"GU", "MP"}:
            assert allowed(BOOK.hours, place(state=state), found)


def test_guam_and_rhode_island_share_no_minute_of_a_week_in_summer() -> None:
    minutes = (datetime(2026, 7, 6, tzinfo=UTC) + timedelta(minutes=5 * n) for n in range(2016))

    assert not any(
        allowed(BOOK.hours, place(state="GU"), one) and allowed(BOOK.hours, place(state="RI"), one)
        for one in minutes
    )


def test_every_area_code_keeps_at_least_the_offsets_that_phonenumbers_knows() -> None:
    known: dict[str, set[str]] = {}
    for prefix, zones in TIMEZONE_DATA.items():
        if prefix.startswith("1") and len(prefix) >= 4:
            known.setdefault(prefix[1:4], set()).update(zones)
    january, july = datetime(2027, 1, 15, tzinfo=UTC), datetime(2027, 7, 15, tzinfo=UTC)

    def offsets(zones, when):
        return {when.astimezone(zone).utcoffset() for zone in zones}

    missing = [code for code in known if code not in BOOK.atlas.area_codes]
    assert set(missing) == BOOK.atlas.elsewhere
    for code, cells in BOOK.atlas.area_codes.items():
        ours = {cell.zone for cell in cells}
        theirs = {ZoneInfo(name) for name in known[code]}
        assert offsets(theirs, january) <= offsets(ours, january), code
        # Honolulu is given for Adak in the metadata; they differ in summer.
        assert offsets(theirs, july) <= offsets(ours, july) | {timedelta(hours=-10)}, code


def test_every_zip_prefix_lies_in_a_zone_of_its_state() -> None:
    for cells in BOOK.atlas.zips.values():
        assert all(cell in BOOK.atlas.states[cell.state] for cell in cells)
    assert len(BOOK.atlas.zips) > 900
    assert {cell.state for cells in BOOK.atlas.zips.values() for cell in cells} == set(STATES)
    assert {cell.state for cells in BOOK.atlas.area_codes.values() for cell in cells} == set(STATES)


def test_every_rule_names_its_source_and_the_states_it_speaks_of() -> None:
    for rule in BOOK.hours.rules:
        assert rule.says
        assert rule.source.address
        assert rule.source.read_on >= date(2026, 11, 23)
        assert rule.states <= set(STATES)


def test_an_explanation_names_the_rule_that_decides() -> None:
    noon = datetime(2026, 11, 26, 17, tzinfo=UTC)
    told = explain(BOOK, place(state="NY"), noon)

    assert not told.is_allowed
    assert told.next_allowed == datetime(2026, 11, 27, 14, tzinfo=UTC)
    assert [one.rule.name for one in told.days[0].decisive] == ["house"]
    assert told.days[0].decisive[0].is_holiday


@pytest.mark.parametrize("damage", ["weekdays = ", 'weekdays = "20:00-09:00"', ""])
def test_a_damaged_rule_is_named_and_nothing_starts_with_it(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "hours"
    folder.mkdir()
    for name in ("federal.toml", "states.toml", "house.toml", "places.toml"):
        text = (CONTENT / "hours" / name).read_text()
        if name == "federal.toml":
            text = text.replace('weekdays = "08:00-21:00"', damage)
        (folder / name).write_text(text)

    with pytest.raises(ContentFault, match=r"hours/federal\.toml"):
        read_hours(tmp_path)
