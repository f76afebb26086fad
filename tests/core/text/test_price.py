from decimal import Decimal

from smsbot.core.text.price import LIST_PRICE, segment_price


def test_a_thousand_texts_of_three_segments_cost_three_thousand_segments() -> None:
    price = segment_price(Decimal("0.01"))

    assert price.of(3, 1000) == Decimal(30)
    assert price.of(0) == 0


def test_the_list_price_says_when_it_was_read_and_another_that_it_was_set() -> None:
    assert "2026-11-23" in segment_price(LIST_PRICE).says
    assert "set" in segment_price(Decimal("0.02")).says
