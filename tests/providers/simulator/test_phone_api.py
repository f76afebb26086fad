"""The JSON behind the phone page."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from smsbot.providers.simulator.app import create_carrier_app
from tests.running_carrier import NUMBER, RunningCarrier, until
from tests.stub_bot import StubBot, twiml

API = "/phone/api"


@pytest.fixture
def page(running: RunningCarrier) -> Iterator[FlaskClient]:
    with create_carrier_app(running.carrier).test_client() as client:
        yield client


def settled_screen(page: FlaskClient, bubbles: int, since: int = 0) -> dict[str, object]:
    def ready() -> dict[str, object] | None:
        screen = page.get(f"{API}/phones/phone-1/bubbles?since={since}").json
        assert screen is not None
        done = len(screen["bubbles"]) >= bubbles and not screen["waiting"]
        return screen if done else None

    return until(ready)


def test_the_state_names_the_bot_the_phones_and_the_switches(page: FlaskClient) -> None:
    state = page.get(f"{API}/state").json

    assert state is not None
    assert state["number"] == NUMBER
    assert [p["id"] for p in state["phones"]] == ["phone-1", "phone-2", "phone-3"]
    assert state["phones"][0]["city"] == "Seattle"
    assert state["faults"]["opt_out"] == "off"


def test_a_text_and_its_answer_show_what_they_cost(bot: StubBot, page: FlaskClient) -> None:
    bot.answer = lambda _: twiml("Sí 💙")
    answer = page.post(f"{API}/phones/phone-1/texts", json={"body": "FDA"})
    assert answer.status_code == 202

    asked, reply = settled_screen(page, 2)["bubbles"]  # type: ignore[misc]

    assert (asked["mine"], asked["encoding"], asked["segments"]) == (True, "GSM-7", 1)
    assert (reply["mine"], reply["encoding"], reply["units"]) == (False, "UCS-2", 5)
    assert reply["reply_to"] == asked["sid"] == answer.json["sid"]  # type: ignore[index]
    (exchange,) = asked["exchanges"]
    assert exchange["content"] == "<Response><Message>Sí 💙</Message></Response>"
    assert exchange["http_status"] == 200


def test_the_cursor_brings_only_what_changed(page: FlaskClient) -> None:
    page.post(f"{API}/phones/phone-1/texts", json={"body": "first"})
    cursor = settled_screen(page, 2)["cursor"]
    assert isinstance(cursor, int)
    page.post(f"{API}/phones/phone-1/texts", json={"body": "second"})

    bodies = [b["body"] for b in settled_screen(page, 2, cursor)["bubbles"]]  # type: ignore[attr-defined]

    assert bodies == ["second", "You: second"]


def test_a_cleared_screen_stays_empty_and_new_texts_come(page: FlaskClient) -> None:
    page.post(f"{API}/phones/phone-1/texts", json={"body": "old"})
    settled_screen(page, 2)
    assert page.delete(f"{API}/phones/phone-1/bubbles", json={}).status_code == 204
    assert settled_screen(page, 0)["bubbles"] == []

    page.post(f"{API}/phones/phone-1/texts", json={"body": "new"})

    bodies = [b["body"] for b in settled_screen(page, 2)["bubbles"]]  # type: ignore[attr-defined]
    assert bodies == ["new", "You: new"]


def test_a_repeat_says_whether_it_got_the_same_answer(
    bot: StubBot, running: RunningCarrier, page: FlaskClient
) -> None:
    answers = iter(["a", "a", "b", "c"])
    bot.answer = lambda _: twiml(next(answers))
    running.carrier.switch({"repeat": "afterwards"})
    for n in (1, 2):
        page.post(f"{API}/phones/phone-1/texts", json={"body": "FDA"})
        settled_screen(page, 2 * n)

    asked = [b for b in settled_screen(page, 4)["bubbles"] if b["mine"]]  # type: ignore[attr-defined]
    same = [[e["same_as_others"] for e in b["exchanges"]] for b in asked]
    assert same == [[None, True], [None, False]]


def test_new_phones_have_numbers_of_their_own(page: FlaskClient) -> None:
    made = [page.post(f"{API}/phones", json={}).json for _ in range(10)]

    numbers = {phone["number"] for phone in made if phone}
    assert len(numbers) == 10
    assert all("555010" in number or "555011" in number for number in numbers)


def test_there_is_a_limit_to_phones(running: RunningCarrier, page: FlaskClient) -> None:
    while running.carrier.phones.make() is not None:
        pass

    assert page.post(f"{API}/phones", json={}).status_code == 409
    assert len({phone.number for phone in running.carrier.phones.all()}) == 400


def test_switches_move_and_bad_ones_are_refused(page: FlaskClient) -> None:
    moved = page.post(f"{API}/faults", json={"late_seconds": 5, "opt_out": "advanced"}).json
    refused = page.post(f"{API}/faults", json={"late_seconds": 5000})

    assert moved is not None
    assert (moved["late_seconds"], moved["opt_out"]) == (5, "advanced")
    assert refused.status_code == 400


@pytest.mark.parametrize("body", ["", "   ", None, 7])
def test_an_empty_text_is_not_sent(
    page: FlaskClient, running: RunningCarrier, body: object
) -> None:
    answer = page.post(f"{API}/phones/phone-1/texts", json={"body": body})

    assert answer.status_code == 400
    assert running.screen() == []


def test_a_form_of_another_page_cannot_send_texts(
    page: FlaskClient, running: RunningCarrier
) -> None:
    answer = page.post(f"{API}/phones/phone-1/texts", data={"body": "STOP"})

    assert answer.status_code == 415
    assert running.screen() == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/phones/phone-99/bubbles"),
        ("DELETE", "/phones/phone-99/bubbles"),
        ("POST", "/phones/phone-99/texts"),
        ("GET", "/nothing"),
    ],
)
def test_what_is_not_there_is_a_404_in_json(page: FlaskClient, method: str, path: str) -> None:
    body = {"json": {"body": "hi"}} if method != "GET" else {}
    answer = page.open(API + path, method=method, **body)

    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["error"]
