"""What the carrier does wrong by plan, as Twilio's own SDK, sync and async, runs into it."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import aiohttp
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from requests.auth import HTTPBasicAuth
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from smsbot.providers.simulator import inbound
from smsbot.providers.simulator.app import create_carrier_app
from smsbot.providers.simulator.journal import Journal
from smsbot.providers.simulator.rules import PlanFault, read_plan
from smsbot.providers.simulator.texts import Leg, Text
from smsbot.providers.simulator.trial import Trial
from tests.running_carrier import NUMBER, SID, RunningCarrier, an_account, run_carrier, until
from tests.stub_bot import TOKEN, StubBot

PHONE = "+12065550199"
OTHER = "+12065550198"


@pytest.fixture
def client(running: RunningCarrier) -> Iterator[Client]:
    http = TwilioHttpClient(timeout=1)
    made = Client(SID, TOKEN, SID, http_client=http, environment={"X": "1"})
    made.api.base_url = running.url
    yield made
    http.session.close()


def plan(running: RunningCarrier, *rules: dict[str, object], **limits: int) -> None:
    running.carrier.trial.change(read_plan({"rules": list(rules), **limits}))


def send(client: Client, body: str = "hi", to: str = PHONE, **more: object) -> str:
    return str(client.messages.create(to=to, from_=NUMBER, body=body, **more).sid)


async def send_async(url: str, body: str = "hi") -> str:
    http = AsyncTwilioHttpClient(timeout=1)
    client = Client(SID, TOKEN, SID, http_client=http, environment={"X": "1"})
    client.api.base_url = url
    try:
        wanted = client.messages.create_async(to=PHONE, from_=NUMBER, body=body)
        return str((await asyncio.wait_for(wanted, 1)).sid)
    finally:
        await http.session.close()


def accepted(running: RunningCarrier) -> list[str]:
    return [text.body for text in reversed(running.carrier.ledger.newest_first())]


UNREADABLE = {
    # The fault, what the sync client raises, what the async one raises, whether it was accepted.
    "accept_time_out": (requests.ReadTimeout, TimeoutError, 1),
    "accept_reset": (requests.ConnectionError, aiohttp.ClientOSError, 1),
    "accept_500": (TwilioRestException, TwilioRestException, 1),
    "accept_truncated": (requests.exceptions.ChunkedEncodingError, aiohttp.ClientPayloadError, 1),
    "accept_bad_json": (json.JSONDecodeError, json.JSONDecodeError, 1),
    "accept_drip": (requests.ReadTimeout, TimeoutError, 1),
    "refuse_500": (TwilioRestException, TwilioRestException, 0),
    "refuse_503_html": (TwilioRestException, TwilioRestException, 0),
    "refuse_429": (TwilioRestException, TwilioRestException, 0),
    "refuse_reset": (requests.ConnectionError, aiohttp.ClientOSError, 0),
}


# The SDK 9.13 passes aiohttp's old class for the password.
@pytest.mark.filterwarnings("ignore:.*encode_basic_auth:DeprecationWarning")
@pytest.mark.parametrize("fault", UNREADABLE)
def test_the_caller_can_not_tell_what_the_ledger_knows(
    running: RunningCarrier, client: Client, fault: str
) -> None:
    sync_error, async_error, copies = UNREADABLE[fault]
    # requests has no total deadline, so only a gap longer than its time-out stops it.
    plan(running, {"fault": fault, "seconds": 60.0 if fault == "accept_drip" else 3.0})

    with pytest.raises(sync_error):
        send(client, "sync")
    with pytest.raises(async_error):
        asyncio.run(send_async(running.url, "async"))

    assert accepted(running) == ["sync", "async"] * copies
    assert running.carrier.trial.counts == {fault: 2}


def test_the_codes_of_a_refusal_are_twilios(running: RunningCarrier, client: Client) -> None:
    plan(
        running,
        {"fault": "refuse_500", "times": 1},
        {"fault": "refuse_429", "times": 2},
    )
    seen = []
    for _ in range(3):
        with pytest.raises(TwilioRestException) as caught:
            send(client)
        seen.append((caught.value.status, caught.value.code))

    assert seen == [(500, 20500), (429, 20429), (429, 20429)]
    assert send(client).startswith("SM")


def test_a_slow_or_dripping_answer_is_whole_in_the_end(
    running: RunningCarrier, client: Client
) -> None:
    for fault in ("accept_slow", "accept_drip"):
        plan(running, {"fault": fault, "seconds": 0.3})
        started = time.monotonic()

        assert send(client, fault).startswith("SM")
        assert time.monotonic() - started >= 0.3


def test_a_rule_is_for_one_phone_when_it_names_one(running: RunningCarrier, client: Client) -> None:
    plan(running, {"fault": "refuse_429", "phone": OTHER})

    assert send(client)
    with pytest.raises(TwilioRestException):
        send(client, to=OTHER)


def test_a_seed_decides_every_throw_whatever_the_order() -> None:
    def struck(seed: int, bodies: list[str]) -> set[str]:
        trial = Trial(read_plan({"seed": seed, "rules": [{"fault": "refuse_500", "chance": 0.3}]}))
        place = trial.plan.rules[0].place
        return {body for body in bodies if trial.pick(place, body, PHONE)}

    bodies = [f"text {n}" for n in range(1000)]

    assert struck(1, bodies) == struck(1, bodies[::-1])
    assert struck(1, bodies) != struck(2, bodies)
    # 300 expected, 14.5 the deviation of a fair throw: five of them on either side.
    assert 225 < len(struck(1, bodies)) < 375


def test_more_segments_a_second_than_it_takes_are_throttled(
    running: RunningCarrier, client: Client
) -> None:
    plan(running, mps=3)
    send(client, "x" * 200)
    send(client, "one")

    with pytest.raises(TwilioRestException) as caught:
        send(client, "two")

    assert (caught.value.status, caught.value.code) == (429, 20429)
    assert running.carrier.trial.counts == {"over_mps": 1}
    assert until(lambda: not _fails(client))


def _fails(client: Client) -> bool:
    try:
        send(client, "later")
    except TwilioRestException:
        return True
    return False


def test_more_requests_at_a_time_than_it_takes_are_throttled(running: RunningCarrier) -> None:
    plan(running, {"fault": "accept_slow", "seconds": 0.5}, concurrency=2)
    answers: list[requests.Response] = []

    def post(n: int) -> None:
        url = f"{running.url}/2010-04-01/Accounts/{SID}/Messages.json"
        form = {"To": PHONE, "From": NUMBER, "Body": str(n)}
        answers.append(requests.post(url, data=form, auth=HTTPBasicAuth(SID, TOKEN), timeout=5))

    threads = [threading.Thread(target=post, args=(n,)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer.status_code for answer in answers) == [201, 201, 429, 429, 429]
    assert {answer.json().get("code") for answer in answers} == {None, 20429}
    assert all(answer.headers["Twilio-Request-Id"].startswith("RQ") for answer in answers)
    assert all(int(answer.headers["Twilio-Concurrent-Requests"]) >= 1 for answer in answers)


def test_a_lagging_list_hides_a_text_that_can_be_fetched(
    running: RunningCarrier, client: Client
) -> None:
    plan(running, {"fault": "list_lags", "seconds": 0.7})
    sid = send(client)

    assert client.messages.list(to=PHONE) == []
    assert client.messages(sid).fetch().sid == sid
    assert until(lambda: [m.sid for m in client.messages.list(to=PHONE)] == [sid])


def test_time_passes_for_the_texts_there_are(running: RunningCarrier, client: Client) -> None:
    plan(running, {"fault": "list_lags", "seconds": 3000})
    sid = send(client)
    before = client.messages(sid).fetch().date_created
    passed = requests.post(f"{running.url}/control/passage", json={"seconds": 3000}, timeout=5)

    assert passed.status_code == 204
    assert [m.sid for m in client.messages.list(to=PHONE)] == [sid]
    assert before - client.messages(sid).fetch().date_created == timedelta(seconds=3000)


def test_the_list_and_the_fetch_can_fail(running: RunningCarrier, client: Client) -> None:
    plan(running, {"fault": "list_500", "times": 1}, {"fault": "fetch_500", "times": 1})
    sid = send(client)

    # Not the SDK's REST exception but the bare kind, with the answer in its words.
    with pytest.raises(TwilioException, match="20500"):
        client.messages.list(to=PHONE)
    with pytest.raises(TwilioRestException) as fetching:
        client.messages(sid).fetch()

    assert fetching.value.code == 20500
    assert client.messages(sid).fetch().sid == client.messages.list(to=PHONE)[0].sid == sid


def test_pages_go_on_where_the_last_one_ended(running: RunningCarrier, client: Client) -> None:
    for n in range(6):
        send(client, str(n))
    page = client.messages.page(to=PHONE, page_size=2)
    seen = [m.body for m in page]
    for n in range(6, 8):
        send(client, str(n))
        page = page.next_page()
        seen += [m.body for m in page]

    assert seen == ["5", "4", "3", "2", "1", "0"]
    assert page.next_page() is None


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"fault": "receipt_lost"}, []),
        ({"fault": "receipt_twice"}, ["delivered", "delivered", "sent", "sent"]),
        ({"fault": "receipt_late", "seconds": 0.3}, ["delivered", "sent"]),
    ],
)
def test_receipts_get_lost_repeated_or_late(
    bot: StubBot, running: RunningCarrier, client: Client, rule: dict[str, object], told: list[str]
) -> None:
    plan(running, rule)
    started = time.monotonic()
    send(client, status_callback=f"{bot.url}/status")
    running.settled(1, PHONE)
    until(lambda: len(bot.receipts) == len(told) or None) if told else time.sleep(0.2)

    assert sorted(r["MessageStatus"] for r in bot.receipts) == told
    assert rule.get("seconds") is None or time.monotonic() - started >= 0.3


def test_a_receipt_is_overtaken_by_the_final_one(
    bot: StubBot, running: RunningCarrier, client: Client
) -> None:
    plan(running, {"fault": "receipt_overtaken", "seconds": 0.3})
    send(client, status_callback=f"{bot.url}/status")
    until(lambda: len(bot.receipts) == 2)

    assert [r["MessageStatus"] for r in bot.receipts] == ["delivered", "sent"]


def test_a_handset_that_is_off_by_plan_is_undelivered(
    running: RunningCarrier, client: Client
) -> None:
    plan(running, {"fault": "undelivered"})
    sid = send(client)

    assert until(lambda: client.messages(sid).fetch().error_code == 30003)


def test_a_text_the_bot_was_never_told_of_is_listed_all_the_same(
    bot: StubBot, running: RunningCarrier, client: Client
) -> None:
    plan(running, {"fault": "webhook_lost"})
    sent = inbound.send(running.carrier, PHONE, "are you there")
    running.settled(1, PHONE)

    (found,) = client.messages.list(to=NUMBER)
    assert (found.sid, found.direction, found.body) == (sent.sid, "inbound", "are you there")
    assert found.status == "received"
    assert bot.forms == []


@pytest.mark.parametrize(
    ("fault", "legs"),
    [
        ("webhook_unreachable", [Leg.PRIMARY, Leg.FALLBACK]),
        ("answer_lost", [Leg.PRIMARY, Leg.FALLBACK]),
        ("webhook_twice", [Leg.PRIMARY, Leg.REPEAT]),
        ("webhook_again", [Leg.PRIMARY, Leg.REPEAT]),
    ],
)
def test_a_webhook_fails_or_comes_twice_and_one_reply_leaves(
    running: RunningCarrier, fault: str, legs: list[Leg]
) -> None:
    plan(running, {"fault": fault})
    sent = inbound.send(running.carrier, PHONE, "FDA")

    def asked() -> Text | None:
        text = running.carrier.ledger.get(sent.sid)
        return text if text and len(text.exchanges) == 2 else None

    assert sorted(e.leg for e in until(asked).exchanges) == sorted(legs)
    assert [text.body for text in running.settled(2, PHONE)] == ["FDA", "You: FDA"]


def test_a_fallback_of_its_own_is_called_and_signed(bot: StubBot) -> None:
    account = an_account("http://127.0.0.1:1", fallback_url=f"{bot.url}/message")
    with run_carrier(account) as running:
        inbound.send(running.carrier, PHONE, "FDA")
        shown = running.settled(2, PHONE)

    assert [form["ErrorCode"] for form in bot.forms] == ["11205"]
    assert [text.body for text in shown] == ["FDA", "You: FDA"]
    assert bot.forgeries == 0


def test_the_journal_tells_the_whole_story(bot: StubBot, tmp_path: Path) -> None:
    path = tmp_path / "journal"
    trial = Trial(
        read_plan({"rules": [{"fault": "accept_500", "times": 1}]}),
        Journal(path, lambda: datetime.now(UTC)),
    )
    with run_carrier(an_account(bot.url), trial=trial) as running:
        answer = requests.post(
            f"{running.url}/2010-04-01/Accounts/{SID}/Messages.json",
            data={"To": PHONE, "From": NUMBER, "Body": "hi", "StatusCallback": f"{bot.url}/status"},
            auth=HTTPBasicAuth(SID, TOKEN),
            timeout=5,
        )
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        assert {"fault", "accepted"} <= {line["kind"] for line in lines}, "before any answer"
        inbound.send(running.carrier, PHONE, "FDA")
        running.settled(3, PHONE)
        until(lambda: len(bot.receipts) == 2)

    assert answer.status_code == 500
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["n"] for line in lines] == list(range(1, len(lines) + 1))
    told = [(line["kind"], line.get("status") or line.get("direction")) for line in lines]
    assert told.count(("accepted", "outbound-api")) == told.count(("receipt", "delivered")) == 1
    exchange = next(line for line in lines if line["kind"] == "exchange")
    assert (exchange["http"], exchange["leg"], "You: FDA" in exchange["answer"]) == (
        *(200, "primary"),
        True,
    )
    assert path.stat().st_mode & 0o077 == 0


def test_the_plan_is_read_and_changed_over_http(bot: StubBot, running: RunningCarrier) -> None:
    url = f"{running.url}/control"
    rule = {"fault": "receipt_late", "chance": 0.5, "seconds": 2, "times": 3, "phone": PHONE}
    wanted = {"seed": 9, "rules": [rule], "mps": 75, "concurrency": 4}

    assert requests.put(f"{url}/trial", json=wanted, timeout=5).json()["plan"] == wanted
    assert requests.get(f"{url}/trial", timeout=5).json() == {"plan": wanted, "counts": {}}
    sent = requests.post(f"{url}/texts", json={"from": OTHER, "body": "FDA"}, timeout=5)

    assert sent.status_code == 202
    running.settled(2, OTHER)
    assert bot.forms[0]["MessageSid"] == sent.json()["sid"]


@pytest.mark.parametrize(
    "bad",
    [
        *([], {"gravity": 1}, {"seed": -1}, {"rules": 3}, {"mps": True}),
        *({"rules": [{"fault": "earthquake"}]}, {"rules": [{}]}, {"rules": [3]}),
        *({"rules": [{"fault": "refuse_500", "chance": 2}]}, {"rules": [{"x": 1}]}),
    ],
)
def test_a_bad_plan_changes_nothing(running: RunningCarrier, bad: object) -> None:
    with pytest.raises(PlanFault):
        read_plan(bad)
    answer = requests.put(f"{running.url}/control/trial", json=bad, timeout=5)

    assert answer.status_code == 400
    assert running.carrier.trial.plan == read_plan({})


def test_only_json_of_this_machine_moves_the_carrier(running: RunningCarrier) -> None:
    form = requests.post(f"{running.url}/control/texts", data={"a": 1}, timeout=5)
    assert form.status_code == 415
    with create_carrier_app(running.carrier).test_client() as far:
        answer = far.get("/control/trial", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert answer.status_code == 403
    bad = requests.post(f"{running.url}/control/texts", json={"from": "x", "body": 1}, timeout=5)
    assert bad.status_code == 400


def test_it_speaks_tls_with_a_certificate_given(bot: StubBot, tmp_path: Path) -> None:
    tls = a_certificate(tmp_path)
    with run_carrier(an_account(bot.url), tls=tls) as running:
        answer = requests.get(f"{running.url}/healthz", verify=tls[0], timeout=5)
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(f"{running.url}/healthz", timeout=5)

    assert answer.json() == {"status": "ok"}
    assert running.url.startswith("https://")


def a_certificate(folder: Path) -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem, private = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return str(pem), str(private)
