"""The mark in the receipt's address: ours alone can name an outbox row."""

from urllib.parse import urlsplit

import pytest

from smsbot.providers.twilio.callback import CallbackMark

MARK = CallbackMark("s" * 32)


def query(outbox_id: int = 41, attempt: int = 2) -> str:
    return urlsplit(MARK.address("https://bot.example.net", outbox_id, attempt)).query


def test_what_we_wrote_we_read():
    address = MARK.address("https://bot.example.net/below", 41, 2)

    assert address.startswith("https://bot.example.net/below/webhooks/twilio/status?")
    assert MARK.read(urlsplit(address).query) == (41, 2)


def test_an_address_without_a_name_names_nothing():
    assert MARK.read("") is None
    assert MARK.read("utm=1") is None


@pytest.mark.parametrize(
    "changed",
    [
        query().replace("o=41", "o=42"),
        query().replace("a=2", "a=3"),
        query()[:-1] + ("0" if query()[-1] != "0" else "1"),
        query().replace("o=41", "o=4&o=1"),
        "o=41&a=2",
        "o=41&a=2&k=",
        "o=41&a=2&k=%C3%A9",
        "k=" + query().partition("k=")[2],
        query().replace("o=41", "o=-41"),
        query().replace("o=41", "o=%D9%A4%D9%A1"),
        urlsplit(CallbackMark("t" * 32).address("https://x", 41, 2)).query,
    ],
)
def test_a_changed_name_is_refused(changed):
    with pytest.raises(ValueError, match="status callback"):
        MARK.read(changed)


def test_two_rows_never_share_a_mark():
    marks = {query(row, attempt).partition("k=")[2] for row in range(20) for attempt in range(9)}

    assert len(marks) == 180


@pytest.mark.parametrize(
    ("public_url", "is_fit"),
    [
        ("https://bot.example.net/below", True),
        ("http://127.0.0.1:8080", True),
        ("http://bot.example.net", False),
        ("https://bot_1.example.net", False),
        ("https://bot", False),
    ],
)
def test_a_reply_asks_to_be_told_of_only_at_an_address_twilio_takes(public_url, is_fit):
    address = MARK.address_of_replies(public_url)

    assert (address is not None) is is_fit
    if address is not None:
        assert MARK.read(urlsplit(address).query) == (0, 0)
