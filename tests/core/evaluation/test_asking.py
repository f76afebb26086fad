import pytest

from smsbot.core.evaluation.asking import Asked, Confusion, asking_figures
from smsbot.core.evaluation.rates import Rate


def asked(
    expected: str, led: str | None, *topics: str, lang: str | None = "en", answered_in: str = "en"
) -> Asked:
    return Asked(
        expected=tuple(expected.split()),
        lang=lang,
        led=led,
        topics=topics or ((led,) if led else ()),
        answered_in=answered_in,
    )


@pytest.mark.parametrize(
    ("one", "verdict"),
    [
        (asked("FDA", "FDA"), "leads offers"),
        (asked("FDA RISKS", "RISKS"), ""),
        (asked("FDA RISKS", "RISKS", "RISKS", "FDA"), "offers"),
        (asked("FDA", "RISKS", "RISKS", "FDA"), "offers"),
        (asked("FDA", "RISKS"), "wrong"),
        (asked("FDA", "CRISIS"), "wrong"),
        (asked("FDA", None), "unknown"),
        (asked("FDA", "MENU"), "unknown"),
        (asked("FDA", "NOTCOVERED"), "unknown"),
        (asked("NOTCOVERED", "NOTCOVERED"), "leads offers"),
        (asked("NOTCOVERED", None), "unknown"),
        (asked("NONE", None), "leads offers"),
        (asked("NONE", "MENU"), "leads offers"),
        (asked("NONE", "FDA"), "wrong"),
        (asked("MENU", "MENU"), "leads offers"),
    ],
)
def test_each_answer_is_right_offered_wrong_or_missing(one: Asked, verdict: str) -> None:
    found = {
        "leads": one.leads, "offers": one.offers, "wrong": one.is_wrong, "unknown": one.is_unknown
    }  # fmt: skip

    assert " ".join(name for name, holds in found.items() if holds) == verdict


def test_rates_are_told_together_and_by_language() -> None:
    figures = asking_figures(
        [
            asked("FDA", "FDA"),
            asked("FDA", "RISKS", lang="es", answered_in="en"),
            asked("RISKS", None, lang="es", answered_in="es"),
            asked("RISKS", "RISKS", lang=None),
        ]
    )

    assert figures.questions == 4
    assert figures.overall.lead == Rate(hits=2, n=4)
    assert figures.overall.wrong == Rate(hits=1, n=4)
    assert figures.overall.unknown == Rate(hits=1, n=4)
    assert figures.overall.language == Rate(hits=2, n=3)
    assert list(figures.by_lang) == ["en", "es"]
    assert figures.by_lang["es"].lead == Rate(hits=0, n=2)
    assert figures.by_lang["es"].language == Rate(hits=1, n=2)


def test_the_commonest_confusions_come_first() -> None:
    figures = asking_figures(
        [*[asked("FDA", "RISKS")] * 2, asked("WHO", None), asked("FDA", "FDA"), asked("A", "B")]
    )

    assert figures.confusions == (
        Confusion(expected="FDA", led="RISKS", times=2),
        Confusion(expected="A", led="B", times=1),
        Confusion(expected="WHO", led="NONE", times=1),
    )


def test_a_mixed_question_may_be_answered_in_either_language() -> None:
    figures = asking_figures([asked("FDA", "FDA", lang="mix"), asked("FDA", "FDA", lang="en")])

    assert figures.overall.language == Rate(hits=1, n=1)
    assert figures.by_lang["mix"].lead == Rate(hits=1, n=1)
