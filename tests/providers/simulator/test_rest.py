"""The REST side as Twilio's own SDK sees it."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests
from requests.auth import HTTPBasicAuth
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from tests.running_carrier import NUMBER, SERVICE, SID, RunningCarrier, until
from tests.stub_bot import TOKEN, StubBot

PHONE = "+12065550199"


def connect(running: RunningCarrier, user: str = SID, secret: str = TOKEN) -> Client:
    http = TwilioHttpClient(timeout=1)
    # With an empty environment the SDK reads the process's own, which may name another region.
    client = Client(user, secret, SID, http_client=http, environment={"X": "1"})
    client.api.base_url = running.url
    return client


@pytest.fixture
def client(running: RunningCarrier) -> Iterator[Client]:
    made = connect(running)
    yield made
    made.http_client.session.close()


def test_a_text_is_accepted_queued_and_delivered(client: Client) -> None:
    made = client.messages.create(to=PHONE, from_=NUMBER, body="Hello €")

    assert (made.status, made.direction, made.num_segments) == ("queued", "outbound-api", "1")
    assert (made.to, made.from_, made.body) == (PHONE, NUMBER, "Hello €")
    assert made.date_created is not None
    assert made.date_created.tzinfo is not None
    assert made.date_sent is None
    until(lambda: client.messages(made.sid).fetch().status == "delivered")
    assert client.messages(made.sid).fetch().date_sent is not None


def test_a_service_accepts_before_it_queues(bot: StubBot, client: Client) -> None:
    made = client.messages.create(
        to=PHONE, messaging_service_sid=SERVICE, body="hi", status_callback=f"{bot.url}/status"
    )

    assert (made.status, made.messaging_service_sid) == ("accepted", SERVICE)
    until(lambda: len(bot.receipts) == 3)
    assert {r["MessageStatus"] for r in bot.receipts} == {"queued", "sent", "delivered"}
    assert {r["MessagingServiceSid"] for r in bot.receipts} == {SERVICE}


def test_receipts_are_signed_and_keep_the_callbacks_query(bot: StubBot, client: Client) -> None:
    made = client.messages.create(
        to=PHONE, from_=NUMBER, body="hi", status_callback=f"{bot.url}/status?o=7&k=a%2Bb#rc=2"
    )

    until(lambda: len(bot.receipts) == 2)
    assert bot.forgeries == 0
    assert {r["MessageStatus"] for r in bot.receipts} == {"sent", "delivered"}
    assert {(r["MessageSid"], r["o"], r["k"], r["To"]) for r in bot.receipts} == {
        (made.sid, "7", "a+b", PHONE)
    }
    done = next(r for r in bot.receipts if r["MessageStatus"] == "delivered")
    assert len(done["RawDlrDoneDate"]) == 10


def test_a_phone_that_is_off_makes_an_undelivered_receipt(
    bot: StubBot, running: RunningCarrier, client: Client
) -> None:
    running.carrier.switch({"handset_off": True})
    client.messages.create(to=PHONE, from_=NUMBER, body="hi", status_callback=f"{bot.url}/status")

    until(lambda: len(bot.receipts) == 2)
    lost = next(r for r in bot.receipts if r["MessageStatus"] == "undelivered")
    assert lost["ErrorCode"] == "30003"


@pytest.mark.parametrize(
    ("parameters", "status", "code"),
    [
        pytest.param({"to": "2065550199"}, 400, 21211, id="a number without plus"),
        pytest.param({"to": ""}, 400, 21604, id="no number"),
        pytest.param({"from_": None}, 400, 21603, id="no sender"),
        pytest.param({"from_": "+12065550100"}, 400, 21606, id="a sender not ours"),
        pytest.param({"from_": "not/a/number"}, 400, 21212, id="a malformed sender"),
        pytest.param({"body": ""}, 400, 21602, id="no body"),
        pytest.param({"body": "x" * 1601}, 400, 21617, id="a body too long"),
        pytest.param({"status_callback": "bot.example"}, 400, 21609, id="half a url"),
        pytest.param({"status_callback": "http://a_b.example/"}, 400, 21609, id="underscore"),
        pytest.param({"validity_period": 0}, 400, 20001, id="no validity"),
        pytest.param({"validity_period": 36_001}, 400, 20001, id="validity too long"),
        pytest.param({"validity_period": "soon"}, 400, 20001, id="validity in words"),
        pytest.param({"risk_check": "maybe"}, 400, 20001, id="not in the enum"),
        pytest.param({"messaging_service_sid": "MG1"}, 400, 20001, id="a malformed service"),
        pytest.param({"messaging_service_sid": "MG" + "9" * 32}, 404, 20404, id="no such service"),
        pytest.param({"schedule_type": "fixed"}, 400, 35118, id="scheduled without a time"),
        pytest.param({"to": "+15005550001"}, 400, 21211, id="test number: invalid"),
        pytest.param({"to": "+15005550004"}, 400, 21610, id="test number: opted out"),
        pytest.param({"to": "+15005550009"}, 400, 21614, id="test number: landline"),
        pytest.param({"from_": "+15005550008"}, 429, 21611, id="test number: queue full"),
    ],
)
def test_a_bad_parameter_is_refused_as_the_sdk_expects(
    running: RunningCarrier, client: Client, parameters: dict[str, object], status: int, code: int
) -> None:
    wanted = {"to": PHONE, "from_": NUMBER, "body": "hi", **parameters}

    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(**wanted)

    assert (caught.value.status, caught.value.code) == (status, code)
    assert running.carrier.ledger.newest_first() == []


def test_an_unknown_parameter_is_a_typing_mistake(running: RunningCarrier) -> None:
    answer = requests.post(
        f"{running.url}/2010-04-01/Accounts/{SID}/Messages.json",
        data={"To": PHONE, "From": NUMBER, "Body": "hi", "StatusCallbak": "x"},
        auth=HTTPBasicAuth(SID, TOKEN),
        timeout=5,
    )

    assert answer.status_code == 400
    assert answer.json()["code"] == 20001
    assert answer.json()["more_info"].endswith("/20001")
    assert answer.json()["status"] == 400


def test_the_key_and_every_token_open_the_account_and_nothing_else_does(
    running: RunningCarrier,
) -> None:
    with pytest.raises(TwilioRestException) as caught:
        connect(running, SID, "wrong").messages.create(to=PHONE, from_=NUMBER, body="hi")
    by_key = connect(running, "SK" + "3" * 32, "key-secret").messages.create(
        to=PHONE, from_=NUMBER, body="hi"
    )
    elsewhere = requests.get(
        f"{running.url}/2010-04-01/Accounts/AC{'9' * 32}/Messages.json",
        auth=HTTPBasicAuth(SID, TOKEN),
        timeout=5,
    )

    assert (caught.value.status, caught.value.code) == (401, 20003)
    assert by_key.status == "queued"
    assert elsewhere.json()["code"] == 20404


def test_lists_are_filtered_newest_first_and_paged(client: Client) -> None:
    for n in range(5):
        client.messages.create(to=PHONE, from_=NUMBER, body=f"part {n}")
    client.messages.create(to="+12065550198", from_=NUMBER, body="other")
    until(lambda: all(m.status == "delivered" for m in client.messages.list()))
    now = datetime.now(UTC)

    bodies = [m.body for m in client.messages.list(to=PHONE, page_size=2)]

    assert bodies == [f"part {n}" for n in (4, 3, 2, 1, 0)]
    assert len(client.messages.list(date_sent_after=now - timedelta(minutes=1))) == 6
    assert client.messages.list(date_sent_before=now - timedelta(minutes=1)) == []
    assert client.messages.list(from_="+12065550100") == []
    assert len(client.messages.list(limit=3)) == 3


def test_a_body_is_redacted_and_a_finished_text_deleted(client: Client) -> None:
    made = client.messages.create(to=PHONE, from_=NUMBER, body="private")
    with pytest.raises(TwilioRestException) as too_fresh:
        client.messages(made.sid).delete()
    until(lambda: client.messages(made.sid).fetch().status == "delivered")

    assert client.messages(made.sid).update(body="").body == ""
    assert client.messages(made.sid).delete()
    with pytest.raises(TwilioRestException) as gone:
        client.messages(made.sid).fetch()
    with pytest.raises(TwilioRestException) as never:
        client.messages("SM" + "0" * 32).update(body="")
    assert (too_fresh.value.code, gone.value.code, never.value.code) == (20009, 20404, 20404)


def test_a_scheduled_text_waits_and_can_be_canceled(client: Client) -> None:
    later = datetime.now(UTC) + timedelta(minutes=20)
    made = client.messages.create(
        to=PHONE,
        messaging_service_sid=SERVICE,
        body="later",
        schedule_type="fixed",
        send_at=later,
    )

    assert made.status == "scheduled"
    assert client.messages(made.sid).update(status="canceled").status == "canceled"
    with pytest.raises(TwilioRestException) as caught:
        client.messages(made.sid).update(status="canceled")
    assert caught.value.code == 30409


def test_the_throttle_lets_one_text_a_second_through(
    running: RunningCarrier, client: Client
) -> None:
    running.carrier.switch({"throttle": True})
    client.messages.create(to=PHONE, from_=NUMBER, body="1")

    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(to=PHONE, from_=NUMBER, body="2")

    assert (caught.value.status, caught.value.code) == (429, 20429)
    assert [t.body for t in running.carrier.ledger.newest_first()] == ["1"]


def test_accept_then_time_out_sends_the_text_the_caller_gave_up_on(
    running: RunningCarrier, client: Client
) -> None:
    running.carrier.switch({"accept_then_time_out": True})

    with pytest.raises(requests.ReadTimeout):
        client.messages.create(to=PHONE, from_=NUMBER, body="once")

    (text,) = running.settled(1, PHONE)
    assert (text.body, text.status) == ("once", "delivered")


def test_out_of_order_lets_the_second_part_overtake_the_first(
    running: RunningCarrier, client: Client
) -> None:
    running.carrier.switch({"out_of_order": True})
    for part in ("one", "two"):
        client.messages.create(to=PHONE, from_=NUMBER, body=part)

    assert [text.body for text in running.settled(2, PHONE)] == ["two", "one"]


def test_many_texts_at_once_are_each_kept_once(running: RunningCarrier) -> None:
    def send(n: int) -> None:
        url = f"{running.url}/2010-04-01/Accounts/{SID}/Messages.json"
        form = {"To": PHONE, "From": NUMBER, "Body": str(n)}
        requests.post(url, data=form, auth=HTTPBasicAuth(SID, TOKEN), timeout=10)

    threads = [threading.Thread(target=send, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(0.05)

    texts = running.carrier.ledger.newest_first()
    assert sorted(int(t.body) for t in texts) == list(range(20))
    assert len({t.sid for t in texts}) == 20
