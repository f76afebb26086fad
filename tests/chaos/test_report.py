"""What a broken run prints."""

from tests.chaos.__main__ import MOST_SHOWN, by_kind


def test_many_of_one_kind_hide_no_other() -> None:
    many = [f"row {n} (reply:SM{n:032x}:1) was sent 2 times, {n}.5 s apart" for n in range(30)]

    shown = list(by_kind([*many, "a number stands in web-0.log"]))

    assert shown[:MOST_SHOWN] == [f"BROKEN: {one}" for one in many[:MOST_SHOWN]]
    assert shown[MOST_SHOWN:] == [
        f"BROKEN: and {30 - MOST_SHOWN} more like it",
        "BROKEN: a number stands in web-0.log",
    ]


def test_a_good_run_has_nothing_to_show() -> None:
    assert list(by_kind([])) == []
