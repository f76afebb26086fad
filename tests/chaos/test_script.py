"""A run is worked out from its seed, whole, before anything starts."""

from smsbot.failpoints import NAMES
from smsbot.providers.simulator.rules import read_plan
from tests.chaos.script import CRISIS, Kind, Strike, write


def test_the_same_seed_writes_the_same_script() -> None:
    assert write(7, 300, 60) == write(7, 300, 60)
    assert write(7, 300, 60) != write(8, 300, 60)


def test_every_history_has_a_phone_of_its_own_and_every_kind_comes() -> None:
    script = write(7, 1000, 120)

    assert len({history.phone for history in script.histories}) == 1000
    assert {history.kind for history in script.histories} == set(Kind)
    assert {step.body for h in script.histories for step in h.steps} >= {"STOP", "START", *CRISIS}


def test_a_long_run_arms_every_failpoint_and_strikes_in_every_way() -> None:
    script = write(7, 1000, 250)

    assert {blow.failpoint for blow in script.blows} - {""} == NAMES
    assert {blow.strike for blow in script.blows} == set(Strike)


def test_the_carrier_understands_the_plan() -> None:
    plan = read_plan(write(7, 1, 1).plan())

    assert plan.seed == 7
    assert len({rule.fault for rule in plan.rules}) >= 20
