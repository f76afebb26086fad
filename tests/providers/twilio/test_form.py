"""Signed forms: what becomes a text, and every shape that must not."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.messages import InboundMessage, OptOutType
from smsbot.core.outbound.receipts import Receipt
from smsbot.providers.twilio.form import Refusal, clean, read_receipt, read_text

ACCOUNT = "AC" + "1a" * 16
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SID = "SM" + "0f" * 16


def a_form(without: tuple[str, ...] = (), **changes: str) -> list[tuple[str, str]]:
    form = {
        "ToCountry": "US",
        "MessageSid": SID,
        "SmsSid": SID,
        "SmsMessageSid": SID,
        "AccountSid": ACCOUNT,
        "From": "+16175550100",
        "FromCity": "BOSTON",
        "FromZip": "02108",
        "To": "+15005550006",
        "Body": "fda",
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
    } | changes
    return [(key, value) for key, value in form.items() if key not in without]


def read(form: list[tuple[str, str]]) -> InboundMessage | Refusal:
    return read_text(form, ACCOUNT, NOW)


def test_an_everyday_form_is_a_text():
    assert read(a_form()) == InboundMessage(
        sid=SID, sender="+16175550100", recipient="+15005550006", body="fda", received_at=NOW
    )


@pytest.mark.parametrize(
    "more",
    [
        {"NewThing": "1"},
        {"A2pStatus": "x"},
        {"MediaUrl0": "https://api.twilio.com/x", "MediaContentType0": "image/png"},
        {"Some.Thing[0]": "x", "an-other_one": ""},
    ],
    ids=str,
)
def test_fields_twilio_may_add_do_no_harm(more):
    assert isinstance(read(a_form(**more)), InboundMessage)


def test_a_picture_without_text_is_an_empty_text():
    text = read(a_form(without=("Body",), NumMedia="1", MessageSid="MM" + "0f" * 16))

    assert isinstance(text, InboundMessage)
    assert (text.body, text.media_count) == ("", 1)


@pytest.mark.parametrize("word", ["STOP", "START", "HELP", "help"])
def test_what_twilio_already_answered_is_known(word):
    assert read(a_form(OptOutType=word)).opt_out_type is OptOutType(word.upper())


def test_an_opt_out_type_twilio_has_yet_to_invent_is_none():
    assert read(a_form(OptOutType="SNOOZE")).opt_out_type is None


def test_a_request_with_an_error_code_is_a_fallback():
    assert read(a_form(ErrorCode="11200", ErrorUrl="https://x.example.net")).is_fallback
    assert not read(a_form()).is_fallback


@pytest.mark.parametrize("number", ["12345", "911911", "+442071838750"])
def test_short_codes_and_foreign_numbers_are_senders(number):
    assert read(a_form(From=number)).sender == number


@pytest.mark.parametrize(
    "addresses",
    [
        {"From": "whatsapp:+16175550100", "To": "whatsapp:+15005550006"},
        {"To": "rcs:brand_agent"},
        {"From": "messenger:1234567890"},
        {"From": "ACME Clinic"},
    ],
    ids=str,
)
def test_what_is_not_an_sms_between_numbers_is_refused_politely(addresses):
    refusal = read(a_form(**addresses))

    assert isinstance(refusal, Refusal)
    assert refusal.is_channel


@pytest.mark.parametrize(
    ("form", "why"),
    [
        (a_form(AccountSid="AC" + "9" * 32), "AccountSid"),
        (a_form(without=("AccountSid",)), "AccountSid"),
        (a_form(without=("MessageSid",)), "MessageSid"),
        (a_form(without=("From",)), "From"),
        (a_form(without=("To",)), "To"),
        (a_form(without=("Body",)), "Body"),
        (a_form(MessageSid="SM123"), "MessageSid"),
        (a_form(MessageSid=SID.upper()), "MessageSid"),
        (a_form(MessageSid=SID + "\n"), "MessageSid"),
        (a_form(From="617-555-0100"), "From"),
        (a_form(From="+1617555010٠"), "From"),
        (a_form(From="+16175550100FromCityBOSTON"), "From"),
        (a_form(From=""), "From"),
        (a_form(To="+0123456789"), "To"),
        (a_form(NumMedia="x"), "NumMedia"),
        (a_form(NumMedia="-1"), "NumMedia"),
        (a_form(ApiVersion="2010-04-01Bodyhello"), "ApiVersion"),
        ([*a_form(), ("Body", "another")], "Body"),
        ([*a_form(), ("From", "+16175550199")], "From"),
        ([*a_form(), ("AccountSid", "AC" + "9" * 32)], "AccountSid"),
        ([], "AccountSid"),
    ],
)
def test_a_form_of_another_shape_is_refused(form, why):
    refusal = read(form)

    assert isinstance(refusal, Refusal)
    assert why in refusal.reason
    assert not refusal.is_channel


def test_the_same_value_twice_is_one_value():
    assert read([*a_form(), ("Body", "fda")]).body == "fda"


@pytest.mark.parametrize(
    "shifted",
    [
        pytest.param(
            a_form(without=("From",), Body="fdaFrom+16175550100"), id="Body swallows From"
        ),
        pytest.param(
            [("AccountSid" + ACCOUNT + "ApiVersion2010-04-01Body", "fda")], id="all in one key"
        ),
        pytest.param(
            [
                *a_form(without=("From", "FromCity"), Body="x"),
                ("From", "+19998887777"),
                ("From+16175550100FromCity", "BOSTON"),
            ],
            id="a number inside Body becomes the sender",
        ),
        pytest.param(
            [*a_form(without=("From", "FromCity")), ("From", "91"), ("A1From12345FromCity", "X")],
            id="the same with a short code",
        ),
        pytest.param(
            [*a_form(without=("SmsSid",)), ("SmsSid" + SID + "SmsStatus", "x")],
            id="a SID inside a key",
        ),
    ],
)
def test_moving_the_borders_of_a_captured_form_gives_no_text(shifted):
    assert isinstance(read(shifted), Refusal)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\x00b", "ab"),
        ("a\x0bb\x1b[31m", "a b [31m"),
        ("one\r\ntwo\rthree\tfour", "one\ntwo\nthree\tfour"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("مرحبا \u202e 🙂", "مرحبا \u202e 🙂"),
        ("x" * 1601, "x" * 1600),
        ("\uffff", "\ufffd"),
        ("\x85", " "),
    ],
    ids=ascii,
)
def test_a_body_is_made_safe_to_keep(sent, kept):
    assert clean(sent) == kept


@given(st.text(st.characters(), max_size=2000))
def test_any_body_can_be_kept_afterwards(text):
    body = clean(text)

    body.encode()
    assert len(body) <= 1600
    assert not set(body) & set(map(chr, [0, 1, 8, 11, 12, 13, 14, 31, 127, 133, 159]))


def a_receipt(without: tuple[str, ...] = (), **changes: str) -> list[tuple[str, str]]:
    form = {
        "MessageSid": SID,
        "SmsSid": SID,
        "AccountSid": ACCOUNT,
        "MessageStatus": "delivered",
        "SmsStatus": "delivered",
        "From": "+15005550006",
        "To": "+16175550100",
        "ApiVersion": "2010-04-01",
        "RawDlrDoneDate": "2611231500",
    } | changes
    return [(key, value) for key, value in form.items() if key not in without]


def test_a_receipt_is_read():
    assert read_receipt(a_receipt(), ACCOUNT, (7, 2), NOW) == Receipt(
        sid=SID,
        status="delivered",
        error_code=None,
        raw_dlr_done="2611231500",
        outbox_id=7,
        attempt=2,
        received_at=NOW,
        recipient="+16175550100",
    )


def test_a_receipts_recipient_is_a_number_or_nobody_and_never_printed():
    one = read_receipt(a_receipt(), ACCOUNT, None, NOW)
    channel = read_receipt(a_receipt(To="whatsapp:+16175550100"), ACCOUNT, None, NOW)

    assert channel.recipient is None
    assert "6175550100" not in repr(one)


def test_a_receipt_keeps_its_error_code_and_a_status_nobody_knows():
    one = read_receipt(a_receipt(MessageStatus="Teleported", ErrorCode="30003"), ACCOUNT, None, NOW)

    assert (one.status, one.error_code, one.outbox_id) == ("teleported", 30003, None)


@pytest.mark.parametrize(
    "form",
    [
        a_receipt(without=("MessageStatus",)),
        a_receipt(MessageStatus="sent; drop"),
        a_receipt(MessageSid="SM1"),
        a_receipt(ErrorCode="thirty"),
        a_receipt(AccountSid="AC" + "9" * 32),
        [*a_receipt(), ("MessageStatus", "failed")],
    ],
)
def test_a_receipt_of_another_shape_is_refused(form):
    assert isinstance(read_receipt(form, ACCOUNT, None, NOW), Refusal)
