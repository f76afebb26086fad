"""The part of a webhook's URL after "#" says how patient Twilio is."""

import pytest

from smsbot.providers.simulator.overrides import Address, read_address


def test_a_plain_url_has_twilios_defaults() -> None:
    assert read_address("http://bot.example/a?b=c") == Address(url="http://bot.example/a?b=c")


def test_overrides_are_read_and_never_sent() -> None:
    address = read_address("https://bot.example/a?b=c#rc=3&rp=ct,5xx&ct=2000&rt=4000")

    assert address.url == "https://bot.example/a?b=c"
    assert (address.connect_seconds, address.read_seconds, address.retries) == (2.0, 4.0, 3)
    assert address.retries_after("5xx")
    assert address.retries_after("ct")
    assert not address.retries_after("rt")


@pytest.mark.parametrize("fragment", ["rc=9", "rc=-1", "rc=x", "ct=5&rt=99999", "top", "rc="])
def test_what_is_out_of_range_keeps_the_default(fragment: str) -> None:
    assert read_address(f"http://bot.example/#{fragment}") == Address(url="http://bot.example/")


def test_all_means_every_failure() -> None:
    address = read_address("http://bot.example/#rc=5&rp=all")

    assert all(address.retries_after(kind) for kind in ("4xx", "5xx", "ct", "rt"))
