"""What Twilio gets from us, and what it can't make us do. Every request signed by Twilio's SDK."""

import logging
import time
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound
from werkzeug.test import TestResponse

from smsbot.core.errors import StoreUnavailable
from smsbot.core.inbound.crisis_replies import LAST_RESORT
from smsbot.core.messages import OptOutType
from smsbot.providers.twilio.callback import CallbackMark
from smsbot.web import create_app
from tests.conftest import NOW
from tests.web.fake_system import (
    ACCOUNT,
    OLD_TOKEN,
    PUBLIC,
    PUBLIC_BEFORE,
    TOKEN,
    FakeSystem,
    some_settings,
)

MESSAGE, STATUS, VOICE = (f"/webhooks/twilio/{name}" for name in ("message", "status", "voice"))
FORM_TYPE = "application/x-www-form-urlencoded"
SID = "SM" + "0f" * 16
Form = list[tuple[str, str]]


def a_text(without: tuple[str, ...] = (), **changes: str) -> Form:
    form = {
        "ToCountry": "US",
        "SmsMessageSid": SID,
        "NumMedia": "0",
        "FromZip": "02108",
        "SmsSid": SID,
        "FromState": "MA",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": "fda",
        "To": "+15005550006",
        "NumSegments": "1",
        "MessageSid": SID,
        "AccountSid": ACCOUNT,
        "From": "+16175550100",
        "ApiVersion": "2010-04-01",
    } | changes
    return [(key, value) for key, value in form.items() if key not in without]


def a_receipt(**changes: str) -> Form:
    form = {
        "MessageSid": SID,
        "AccountSid": ACCOUNT,
        "MessageStatus": "delivered",
        "To": "+16175550100",
        "From": "+15005550006",
    } | changes
    return list(form.items())


def signature(url: str, form: Form, token: str = TOKEN) -> str:
    return RequestValidator(token).compute_signature(url, MultiDict(form))


def post(
    client: FlaskClient,
    form: Form,
    path: str = MESSAGE,
    *,
    signed_for: str | None = None,
    token: str = TOKEN,
    raw: bytes | None = None,
    **more,
) -> TestResponse:
    url = PUBLIC + path if signed_for is None else signed_for
    headers = {"X-Twilio-Signature": signature(url, form, token)} | more.pop("headers", {})
    data = urlencode(form).encode() if raw is None else raw
    return client.post(path, data=data, content_type=FORM_TYPE, headers=headers, **more)


def said(response: TestResponse) -> list[str]:
    assert response.status_code == 200
    assert response.content_type == "text/xml; charset=utf-8"
    assert "Set-Cookie" not in response.headers
    root = ET.fromstring(response.data)
    assert root.tag == "Response"
    return ["".join(message.itertext()) for message in root]


def is_bare(response: TestResponse, status: int) -> bool:
    return (
        response.status_code == status
        and response.data == b""
        and "Set-Cookie" not in response.headers
    )


@pytest.fixture
def system() -> FakeSystem:
    return FakeSystem()


@pytest.fixture
def client(system: FakeSystem) -> FlaskClient:
    return create_app(system, lambda: NOW).test_client()


def test_a_signed_text_is_received_and_answered(client, system):
    assert said(post(client, a_text())) == ["You said: fda"]

    text = system.texts[0]
    assert (text.sid, text.sender, text.recipient) == (SID, "+16175550100", "+15005550006")
    assert (text.body, text.received_at, text.is_fallback) == ("fda", NOW, False)


# Who may call


def test_a_text_without_a_signature_is_refused(client, system):
    response = client.post(MESSAGE, data=urlencode(a_text()), content_type=FORM_TYPE)

    assert is_bare(response, 403)
    assert system.texts == []


def test_one_changed_byte_in_the_body_breaks_the_signature(client, system):
    raw = urlencode(a_text()).encode().replace(b"Body=fda", b"Body=fdb")

    assert is_bare(post(client, a_text(), raw=raw), 403)
    assert system.texts == []


@pytest.mark.parametrize("token", [TOKEN, OLD_TOKEN])
@pytest.mark.parametrize("base", [PUBLIC, PUBLIC + ":443", PUBLIC_BEFORE])
def test_any_configured_token_and_address_may_sign(client, token, base):
    response = post(client, a_text(), signed_for=base + MESSAGE, token=token)

    assert said(response) == ["You said: fda"]


@pytest.mark.parametrize(
    ("signed_for", "token"),
    [
        (PUBLIC + MESSAGE, "another-token"),
        (PUBLIC + MESSAGE, ""),
        ("http://bot.example.net" + MESSAGE, TOKEN),
        ("https://evil.example.net" + MESSAGE, TOKEN),
        (PUBLIC + STATUS, TOKEN),
        (PUBLIC + MESSAGE + "?x=1", TOKEN),
        (PUBLIC_BEFORE.replace("8443", "9443") + MESSAGE, TOKEN),
    ],
)
def test_any_other_token_or_address_is_refused(client, system, signed_for, token):
    assert is_bare(post(client, a_text(), signed_for=signed_for, token=token), 403)
    assert system.texts == []


FORGED = {
    "Host": "evil.example.net",
    "X-Forwarded-Host": "evil.example.net",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Port": "80",
    "X-Forwarded-Path": "/elsewhere",
    "X-Original-URL": "/elsewhere",
}


def test_what_the_headers_say_of_the_address_counts_for_nothing(client):
    assert said(post(client, a_text(), headers=FORGED)) == ["You said: fda"]

    for scheme in ("http", "https"):
        for path in (MESSAGE, "/elsewhere"):
            forged = f"{scheme}://evil.example.net{path}"
            assert is_bare(post(client, a_text(), headers=FORGED, signed_for=forged), 403)


def test_a_query_is_signed_as_it_was_written(client):
    path = MESSAGE + "?a=%2B+b&c="

    assert said(post(client, a_text(), path)) == ["You said: fda"]
    assert is_bare(post(client, a_text(), path, signed_for=PUBLIC + MESSAGE), 403)


# What a text looks like


def test_fields_we_do_not_know_do_no_harm(client):
    assert said(post(client, a_text(NewThing="1"))) == ["You said: fda"]


def test_a_field_sent_twice_with_one_value_is_that_value(client, system):
    assert said(post(client, [*a_text(), ("Body", "fda")])) == ["You said: fda"]
    assert len(system.texts) == 1


def test_a_field_sent_twice_with_two_values_is_refused(client, system):
    assert is_bare(post(client, [*a_text(), ("Body", "risks")]), 403)
    assert system.texts == []


def test_a_captured_signature_does_not_fit_moved_borders(client, system):
    captured = signature(PUBLIC + MESSAGE, a_text(Body="hello", FromCity="BOSTON"))
    moved = a_text(without=("From", "FromCity"), Body="helloFrom+16175550100FromCityBOSTON")
    merged = sorted(a_text(Body="hello", FromCity="BOSTON"))
    in_one = [("".join(key + value for key, value in merged), "")]
    assert captured == signature(PUBLIC + MESSAGE, moved)
    assert captured == signature(PUBLIC + MESSAGE, in_one)

    for form in (moved, in_one):
        response = post(client, form, headers={"X-Twilio-Signature": captured})
        assert is_bare(response, 403)
    assert system.texts == []


def test_a_number_inside_a_text_does_not_become_the_sender(client, system):
    captured = signature(PUBLIC + MESSAGE, a_text(Body="xFrom+19998887777", FromCity="BOSTON"))
    moved = [
        *a_text(without=("From", "FromCity"), Body="x"),
        ("From", "+19998887777"),
        ("From+16175550100FromCity", "BOSTON"),
    ]
    assert captured == signature(PUBLIC + MESSAGE, moved)

    assert is_bare(post(client, moved), 403)
    assert system.texts == []


def test_a_text_for_another_account_is_refused_and_logged(client, system, caplog):
    with caplog.at_level(logging.WARNING):
        assert is_bare(post(client, a_text(AccountSid="AC" + "9" * 32)), 403)

    assert system.texts == []
    assert any(getattr(r, "reason", "") == "AccountSid is not ours" for r in caplog.records)


@pytest.mark.parametrize("path", [MESSAGE, STATUS, VOICE])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_post_is_taken(client, system, path, method):
    signed = {"X-Twilio-Signature": signature(PUBLIC + path, [])}

    response = client.open(path, method=method, headers=signed)

    assert is_bare(response, 405)
    assert response.headers["Allow"] == "POST"
    assert system.texts == []


@pytest.mark.parametrize("path", [MESSAGE, STATUS, VOICE])
@pytest.mark.parametrize(
    "media", ["application/json", "multipart/form-data; boundary=b", "text/plain", ""]
)
def test_only_an_urlencoded_form_is_taken(client, system, path, media):
    response = client.post(
        path,
        data=urlencode(a_text()),
        content_type=media,
        headers={"X-Twilio-Signature": signature(PUBLIC + path, a_text())},
    )

    assert is_bare(response, 415)
    assert system.texts == []


def test_a_form_type_with_a_charset_is_still_a_form(client):
    form = a_text()
    response = client.post(
        MESSAGE,
        data=urlencode(form),
        content_type=FORM_TYPE + "; charset=UTF-8",
        headers={"X-Twilio-Signature": signature(PUBLIC + MESSAGE, form)},
    )

    assert said(response) == ["You said: fda"]


def test_nothing_in_the_query_is_read_as_the_text(client, system):
    query = urlencode(a_text())

    assert is_bare(post(client, [], f"{MESSAGE}?{query}"), 403)
    assert is_bare(post(client, a_text(without=("Body",)), f"{MESSAGE}?Body=risks"), 403)
    assert said(post(client, a_text(), f"{MESSAGE}?Body=risks")) == ["You said: fda"]
    assert [text.body for text in system.texts] == ["fda"]


def test_a_body_beyond_64_kilobytes_is_refused_before_it_is_looked_at(client, system):
    form = a_text(Body="x" * 100_000)
    started = time.monotonic()

    assert is_bare(post(client, form), 413)
    assert time.monotonic() - started < 0.5
    assert system.texts == []


def test_a_form_of_thousands_of_fields_is_refused(client, system):
    form = [*a_text(), *((f"x{n}", "") for n in range(900))]

    assert is_bare(post(client, form), 403)


@pytest.mark.parametrize(
    ("sent", "received"),
    [
        ("fda\x00\x00", "fda"),
        ("a\x1b[2Jb", "a [2Jb"),
        ("\u202eabc مرحبا", "\u202eabc مرحبا"),
        ("🙂" * 800, "🙂" * 800),
        ("x" * 1600, "x" * 1600),
        ("x" * 1700, "x" * 1600),
        ("<script>&\"'", "<script>&\"'"),
        ("  spaces  ", "  spaces  "),
        ("", ""),
    ],
    ids=ascii,
)
def test_any_body_is_taken_and_made_safe(client, system, sent, received):
    response = post(client, a_text(Body=sent))

    assert all(len(message) <= 1600 for message in said(response))
    assert system.texts[0].body == received


@pytest.mark.parametrize("half", [b"%ED%A0%BD", b"%FF%FE", b"\xed\xa0\xbd"])
def test_bytes_that_are_no_text_are_taken(client, system, half):
    before, after = urlencode(a_text(Body="MARK")).encode().split(b"MARK")
    count = 2 if half == b"%FF%FE" else 3
    mended = a_text(Body="fda " + "\ufffd" * count)

    response = post(client, mended, raw=before + b"fda+" + half + after)

    assert said(response)
    assert system.texts[0].body == "fda " + "\ufffd" * count


def test_a_picture_without_text_is_taken(client, system):
    form = a_text(without=("Body",), NumMedia="1", MediaUrl0="http://169.254.169.254/x")

    assert said(post(client, form))
    assert (system.texts[0].body, system.texts[0].media_count) == ("", 1)


def test_a_text_from_another_channel_gets_no_answer_and_no_error(client, system):
    response = post(client, a_text(From="whatsapp:+16175550100", To="whatsapp:+15005550006"))

    assert said(response) == []
    assert system.texts == []


def test_what_twilio_answered_itself_and_a_fallback_are_passed_on(client, system):
    assert said(post(client, a_text(OptOutType="STOP", ErrorCode="11200", ErrorUrl="https://x")))

    assert system.texts[0].opt_out_type is OptOutType.STOP
    assert system.texts[0].is_fallback


# When something fails


def fail(error: BaseException):
    def answer(_message):
        raise error

    return answer


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("boom"),
        StoreUnavailable("the database is away"),
        RecursionError(),
        MemoryError(),
        NotFound(),
        UnicodeEncodeError("utf-8", "\ud800", 0, 1, "x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_signed_text_is_answered_with_988_whatever_fails(client, system, error):
    system.answer = fail(error)

    assert said(post(client, a_text())) == [LAST_RESORT]
    assert "988" in LAST_RESORT[:40]


@pytest.mark.parametrize("reply", [None, b"", 42, "text"], ids=repr)
def test_a_signed_text_is_answered_with_988_if_no_reply_was_made(client, system, reply):
    system.answer = lambda _message: reply

    assert said(post(client, a_text())) == [LAST_RESORT]


def test_a_fault_after_the_answer_was_made_still_gives_988(system):
    app = create_app(system, lambda: NOW)

    @app.after_request
    def spoil(response):
        raise RuntimeError("boom")

    response = post(app.test_client(), a_text())

    assert response.status_code == 200
    assert LAST_RESORT.encode() in response.data


def test_a_fault_before_the_signature_tells_the_caller_nothing(system):
    app = create_app(system, lambda: NOW)

    @app.before_request
    def spoil():
        raise RuntimeError("boom")

    assert is_bare(post(app.test_client(), a_text()), 500)


def test_a_fault_names_neither_the_text_nor_the_number_in_the_log(client, system, caplog):
    system.answer = fail(RuntimeError("boom"))

    post(client, a_text(Body="a secret"))

    assert "webhook_failed" in caplog.text
    assert "secret" not in caplog.text
    assert "6175550100" not in caplog.text


@pytest.mark.parametrize("path", ["/webhooks/", "/webhooks/twilio", "/webhooks/twilio/nothing"])
def test_an_address_that_does_not_exist_is_bare_too(client, path):
    assert is_bare(client.get(path), 404)
    assert is_bare(client.post(path), 404)


# Receipts


@pytest.fixture
def mark(system: FakeSystem) -> CallbackMark:
    return CallbackMark(system.settings.secret_key.get_secret_value())


def test_a_receipt_is_kept_with_the_row_it_names(client, system, mark):
    path = mark.address("", 41, 2)

    response = post(client, a_receipt(ErrorCode="30003", RawDlrDoneDate="2611231500"), path)

    assert is_bare(response, 204)
    kept = system.receipts[0]
    assert (kept.sid, kept.status, kept.error_code) == (SID, "delivered", 30003)
    assert (kept.outbox_id, kept.attempt, kept.received_at) == (41, 2, NOW)


def test_a_receipt_that_names_no_row_and_one_of_an_unknown_status_are_kept(client, system):
    assert is_bare(post(client, a_receipt(), STATUS), 204)
    assert is_bare(post(client, a_receipt(MessageStatus="teleported"), STATUS), 204)

    assert [kept.status for kept in system.receipts] == ["delivered", "teleported"]
    assert system.receipts[0].outbox_id is None


def test_a_receipt_with_a_wrong_mark_changes_nothing(client, system, mark):
    path = mark.address("", 41, 2).replace("o=41", "o=42")

    assert is_bare(post(client, a_receipt(), path), 403)
    assert system.receipts == []


def test_a_receipt_signed_for_another_query_changes_nothing(client, system, mark):
    path = mark.address("", 41, 2)

    assert is_bare(post(client, a_receipt(), path, signed_for=PUBLIC + STATUS), 403)
    assert system.receipts == []


def test_a_receipt_for_another_account_changes_nothing(client, system):
    assert is_bare(post(client, a_receipt(AccountSid="AC" + "9" * 32), STATUS), 403)
    assert system.receipts == []


@pytest.mark.parametrize("fault", [StoreUnavailable("away"), RuntimeError("boom")])
def test_a_receipt_that_could_not_be_kept_is_asked_for_again(client, system, fault):
    system.receipt_fault = fault

    assert is_bare(post(client, a_receipt(), STATUS), 503)


# Calls


def test_a_caller_hears_988_first(client):
    call = [("CallSid", "CA" + "0f" * 16), ("AccountSid", ACCOUNT), ("From", "+16175550100")]

    first = said(post(client, call, VOICE))[0]

    assert "988" in first[:20]


def test_an_unsigned_call_or_one_for_another_account_is_refused(client):
    assert is_bare(client.post(VOICE, data={"AccountSid": ACCOUNT}), 403)
    assert is_bare(post(client, [("AccountSid", "AC" + "9" * 32)], VOICE), 403)


# Whatever comes


@given(
    st.dictionaries(
        st.sampled_from(["From", "To", "NumMedia", "OptOutType", "ErrorCode", "FromCity", "X"])
        | st.text(max_size=8),
        st.text(max_size=20),
        max_size=4,
    ),
    st.text(max_size=1700),
)
def test_any_signed_form_is_answered_with_twiml_or_refused(changes, body):
    client = create_app(FakeSystem(), lambda: NOW).test_client()
    form = [(k, v) for k, v in (a_text(Body=body) + list(changes.items()))]

    response = post(client, form)

    assert is_bare(response, 403) or isinstance(said(response), list)


@given(st.binary(max_size=400), st.text(st.characters(codec="latin-1"), max_size=30))
def test_any_unsigned_bytes_are_refused(raw, header):
    client = create_app(FakeSystem(), lambda: NOW).test_client()

    response = client.post(
        MESSAGE,
        data=raw,
        content_type=FORM_TYPE,
        headers={"X-Twilio-Signature": header.replace("\r", "").replace("\n", "")},
    )

    assert is_bare(response, 403)


def test_production_serves_the_webhook_the_same():
    settings = some_settings(environment="production", secret_key="p" * 40)
    client = create_app(FakeSystem(settings=settings), lambda: NOW).test_client()

    assert said(post(client, a_text())) == ["You said: fda"]
    assert client.get("/simulator/").status_code == 404
