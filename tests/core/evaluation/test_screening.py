from smsbot.core.evaluation.rates import Rate
from smsbot.core.evaluation.screening import Screened, screen_figures
from smsbot.core.inbound.decision import Tier


def screened(
    found: Tier | None,
    *,
    crisis: bool,
    tier: str | None = None,
    lang: str | None = None,
    us: int = 1,
) -> Screened:
    return Screened(is_crisis=crisis, tier=tier, lang=lang, found=found, nanoseconds=us * 1000)


FIGURES = screen_figures(
    [
        screened(Tier.ACTIVE, crisis=True, tier="active", lang="en", us=10),
        screened(Tier.PASSIVE, crisis=True, tier="active", lang="es", us=20),
        screened(Tier.SOFT, crisis=True, tier="veiled", lang="en", us=30),
        screened(None, crisis=True, tier="veiled", us=40),
        screened(Tier.VIOLENCE, crisis=False, lang="en", us=50),
        screened(Tier.INFORMATION, crisis=False, lang="en", us=60),
        screened(None, crisis=False, lang="en", us=70),
        screened(None, crisis=False, us=1000),
    ]
)


def test_recall_counts_any_tier_and_the_urgent_ones_apart() -> None:
    assert FIGURES.recall == Rate(hits=3, n=4)
    assert FIGURES.urgent_recall == Rate(hits=2, n=4)


def test_recall_is_told_for_each_labelled_tier_and_language() -> None:
    assert FIGURES.recall_by_tier == {"active": Rate(hits=2, n=2), "veiled": Rate(hits=1, n=2)}
    assert FIGURES.recall_by_lang == {"en": Rate(hits=2, n=2), "es": Rate(hits=1, n=1)}


def test_false_alarms_are_counted_on_harmless_texts_alone_and_by_what_they_cost() -> None:
    assert FIGURES.texts == 8
    assert FIGURES.alarms.any == Rate(hits=2, n=4)
    assert FIGURES.alarms.urgent == Rate(hits=1, n=4)
    assert FIGURES.alarms.line == Rate(hits=1, n=4)
    assert FIGURES.alarms_by_lang == {"en": Rate(hits=2, n=3)}


def test_what_each_labelled_tier_was_found_as_stands_in_a_table() -> None:
    assert FIGURES.found_as == {
        "active": {"active": 1, "passive": 1},
        "veiled": {"soft": 1, "nothing": 1},
    }


def test_latency_is_in_microseconds() -> None:
    assert (FIGURES.latency.p50, FIGURES.latency.p99, FIGURES.latency.longest) == (40, 1000, 1000)


def test_no_texts_give_no_figures() -> None:
    nothing = screen_figures([])

    assert nothing.recall.share is None
    assert nothing.alarms.any.share is None
    assert nothing.latency.p50 is None


def test_each_tier_is_either_urgent_or_a_line() -> None:
    urgent = {tier for tier in Tier if tier.is_urgent}

    assert urgent == {
        Tier.EMERGENCY, Tier.ACTIVE, Tier.PASSIVE, Tier.THIRD_PARTY, Tier.VIOLENCE
    }  # fmt: skip
