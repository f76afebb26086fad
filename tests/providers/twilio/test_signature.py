"""Signatures, against the official SDK: what it signs we accept, anything else we don't."""

from urllib.parse import quote, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from smsbot.providers.twilio.signature import MOST_FIELDS, Verifier, read_fields

TOKEN, NEXT_TOKEN = "primary-token", "secondary-token"
BASE = "https://bot.example.net"
PATH = "/webhooks/twilio/message"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
keys = st.sampled_from(["Body", "From", "To", "a", "ab", "b", "Ä", "🙂"]) | texts
forms = st.lists(st.tuples(keys, texts), max_size=12)
queries = st.lists(
    st.tuples(st.sampled_from("oak"), st.text("0123456789abcdef%&=+ é", min_size=1, max_size=8)),
    max_size=3,
)
hosts = st.sampled_from(["bot.example.net", "BOT.example.net", "bot.example.net:8443", "127.0.0.1"])
schemes = st.sampled_from(["https", "http"])


def signed(url: str, form: list[tuple[str, str]], token: str = TOKEN, algorithm=None) -> str:
    return RequestValidator(token).compute_signature(url, MultiDict(form), algorithm)


def target(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


@given(schemes, hosts, queries, forms, st.booleans(), st.booleans())
def test_what_the_sdk_signs_and_accepts_we_accept(scheme, host, query, form, with_port, second):
    base = f"{scheme}://{host}"
    if with_port and ":" not in host:
        base += ":443" if scheme == "https" else ":80"
    url = base + PATH + (f"?{urlencode(query, quote_via=quote)}" if query else "")
    token = NEXT_TOKEN if second else TOKEN
    signature = signed(url, form, token)
    verifier = Verifier([TOKEN, NEXT_TOKEN], ["https://old.example.net", f"{scheme}://{host}"])

    fields = read_fields(urlencode(form).encode())

    assert RequestValidator(token).validate(url, MultiDict(form), signature)
    assert verifier.holds(target(url), fields, signature)


@given(forms, forms)
def test_two_forms_pass_for_each_other_only_if_the_sdk_says_so_too(signed_form, posted_form):
    signature = signed(BASE + PATH, signed_form)
    fields = read_fields(urlencode(posted_form).encode())

    ours = Verifier([TOKEN], [BASE]).holds(PATH, fields, signature)

    sdk = RequestValidator(TOKEN).validate(BASE + PATH, MultiDict(posted_form), signature)
    assert ours == sdk


@given(forms, st.integers(0, 27), st.sampled_from("ABab01+/="))
def test_one_changed_character_of_the_signature_breaks_it(form, at, other):
    signature = signed(BASE + PATH, form)
    changed = signature[:at] + other + signature[at + 1 :]
    fields = read_fields(urlencode(form).encode())

    assert Verifier([TOKEN], [BASE]).holds(PATH, fields, changed) == (changed == signature)


@given(forms, st.sampled_from(["HMAC_SHA1", "HMAC_SHA256"]))
def test_a_shared_key_may_sign_with_sha256(form, algorithm):
    signature = signed(BASE + PATH, form, algorithm=algorithm)
    fields = read_fields(urlencode(form).encode())
    settings = f"key=webhooks_sharedkey_1,algorithm={algorithm}"

    assert Verifier([TOKEN], [BASE]).holds(PATH, fields, signature, settings)


def test_an_unknown_algorithm_proves_nothing():
    signature = signed(BASE + PATH, [("Body", "hi")])

    held = Verifier([TOKEN], [BASE]).holds(PATH, [("Body", "hi")], signature, "algorithm=MD5")

    assert not held


FORM = [("Body", "hi"), ("From", "+16175550100")]


@pytest.mark.parametrize(
    ("signed_for", "came_to"),
    [
        pytest.param("http://bot.example.net" + PATH, PATH, id="other scheme"),
        pytest.param(BASE + PATH + "/", PATH, id="slash at the end"),
        pytest.param(BASE + "/webhooks/twilio/status", PATH, id="other path"),
        pytest.param("https://evil.example.net" + PATH, PATH, id="other host"),
        pytest.param(BASE + ":8443" + PATH, PATH, id="other port"),
        pytest.param(BASE + PATH, PATH + "?o=1", id="query added"),
        pytest.param(BASE + PATH + "?o=1&a=2", PATH + "?a=2&o=1", id="query turned round"),
        pytest.param(BASE + PATH + "?o=%2B", PATH + "?o=+", id="query encoded otherwise"),
    ],
)
def test_the_address_must_be_exactly_the_signed_one(signed_for, came_to):
    assert not Verifier([TOKEN], [BASE]).holds(came_to, FORM, signed(signed_for, FORM))


@pytest.mark.parametrize(
    "base",
    ["https://[2001:db8::1]", "https://[2001:db8::1]:8443", "https://bot.example.net/below"],
)
def test_addresses_that_the_sdk_cuts_wrongly_are_checked_too(base):
    assert Verifier([TOKEN], [base]).holds(PATH, FORM, signed(base + PATH, FORM))


@pytest.mark.parametrize("signature", ["", "x", "é", "A" * 5000, "=" * 28])
def test_no_signature_is_a_wrong_one(signature):
    assert not Verifier([TOKEN], [BASE]).holds(PATH, FORM, signature)


def test_a_repeated_value_counts_once_and_order_does_not_matter():
    signature = signed(BASE + PATH, [("a", "2"), ("a", "1"), ("a", "2")])

    assert Verifier([TOKEN], [BASE]).holds(PATH, [("a", "1"), ("a", "2"), ("a", "1")], signature)


def test_bytes_that_are_no_utf8_hold_signed_as_sent_and_signed_as_mended():
    raw = b"Body=%ED%A0%80+hi"
    fields = read_fields(raw)
    as_mended = signed(BASE + PATH, [("Body", "\ufffd\ufffd\ufffd hi")])
    verifier = Verifier([TOKEN], [BASE])

    assert verifier.holds(PATH, fields, as_mended)
    assert not verifier.holds(PATH, fields, signed(BASE + PATH, [("Body", " hi")]))


@given(st.binary(max_size=300), st.text(max_size=40))
def test_no_body_and_no_header_makes_it_raise(raw, signature):
    fields = read_fields(raw)

    assert fields is None or not Verifier([TOKEN], [BASE]).holds(PATH, fields, signature)


def test_a_body_of_very_many_fields_is_not_read():
    assert read_fields(b"&".join([b"a=1"] * MOST_FIELDS)) is not None
    assert read_fields(b"&".join([b"a=1"] * (MOST_FIELDS + 1))) is None
