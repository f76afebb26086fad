"""The phone page's server side: its page, its headers, and its way to the carrier."""

import re
import socket
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from smsbot.core.errors import StoreUnavailable
from smsbot.web.simulator import simulator_pages
from tests.running_carrier import RunningCarrier, an_account, run_carrier, until
from tests.stub_bot import StubBot

SID = "SM" + "a" * 32


def explain(sid: str) -> dict[str, object] | None:
    if sid == SID:
        return {"step": "keyword", "rule": "keyword.exact"}
    if sid == "SMdown":
        raise StoreUnavailable("no database")
    return None


def a_site(carrier_url: str) -> FlaskClient:
    app = Flask("site")
    app.register_blueprint(simulator_pages(carrier_url=carrier_url, explain=explain))
    return app.test_client()


@pytest.fixture
def carrier() -> Iterator[RunningCarrier]:
    bot = StubBot()
    with run_carrier(an_account(bot.url)) as running:
        yield running
    bot.close()


@pytest.fixture
def site(carrier: RunningCarrier) -> FlaskClient:
    return a_site(carrier.url)


def test_the_page_needs_nothing_from_elsewhere(site: FlaskClient) -> None:
    page = site.get("/simulator/").get_data(as_text=True)

    assert "http://" not in page
    assert "https://" not in page
    assert not re.search(r"\sstyle=|\son\w+=|<style", page)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


def test_every_file_the_page_names_is_there(site: FlaskClient) -> None:
    page = site.get("/simulator/").get_data(as_text=True)
    named = re.findall(r'(?:src|href)="(/[^"]+)"', page)
    with site.get("/simulator/static/phone.js") as answer:
        script = answer.get_data(as_text=True)
    imported = [f"/simulator/static/{name}" for name in re.findall(r'from "\./([^"]+)"', script)]

    assert len(named) >= 3
    assert len(imported) >= 3
    for path in named + imported:
        with site.get(path) as answer:
            assert answer.status_code == 200, path


@pytest.mark.parametrize(
    "path", ["/simulator/", "/simulator/static/phone.js", "/simulator/api/state"]
)
def test_the_headers_let_no_foreign_script_in(site: FlaskClient, path: str) -> None:
    with site.get(path) as answer:
        headers = answer.headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in headers


def test_texts_go_through_to_the_carrier_and_back(
    site: FlaskClient, carrier: RunningCarrier
) -> None:
    sent = site.post("/simulator/api/phones/phone-1/texts", json={"body": "FDA ñ 💙"})
    carrier.settled(2)
    screen = site.get("/simulator/api/phones/phone-1/bubbles?since=0").json

    assert sent.status_code == 202
    assert screen is not None
    assert [b["body"] for b in screen["bubbles"]] == ["FDA ñ 💙", "You: FDA ñ 💙"]


def test_the_carriers_refusals_come_through(site: FlaskClient) -> None:
    refused = site.post("/simulator/api/faults", json={"gravity": True})

    assert refused.status_code == 400
    assert refused.json is not None
    assert "gravity" in refused.json["error"]


def test_a_form_of_another_page_goes_nowhere(site: FlaskClient, carrier: RunningCarrier) -> None:
    answer = site.post("/simulator/api/phones/phone-1/texts", data={"body": "STOP"})

    assert answer.status_code == 415
    assert carrier.screen() == []


@pytest.mark.parametrize(
    "path", ["../../healthz", "%2e%2e/%2e%2e/healthz", "..%2f..%2fhealthz", "/healthz"]
)
def test_only_the_phones_paths_are_passed_on(site: FlaskClient, path: str) -> None:
    answer = site.get(f"/simulator/api/{path}", follow_redirects=False)

    assert answer.status_code in {308, 404}


def test_without_a_carrier_the_page_is_told_what_to_start() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        answer = a_site(f"http://127.0.0.1:{unused.getsockname()[1]}").get("/simulator/api/state")

    assert answer.status_code == 502
    assert answer.json is not None
    assert "smsbot simulator" in answer.json["error"]


@pytest.mark.parametrize("url", ["https://api.twilio.com", "http://127.0.0.1.example.com", "x"])
def test_nothing_beyond_this_machine_is_called(url: str) -> None:
    answer = a_site(url).get("/simulator/api/state")

    assert answer.status_code == 409
    assert answer.json is not None
    assert "TWILIO_API_URL" in answer.json["error"]


@pytest.mark.parametrize(
    ("sid", "explained"),
    [
        (SID, {"step": "keyword", "rule": "keyword.exact"}),
        ("SM" + "b" * 32, None),
        ("SMdown", None),
    ],
)
def test_an_explanation_is_given_when_there_is_one(
    site: FlaskClient, sid: str, explained: object
) -> None:
    assert site.get(f"/simulator/api/explain/{sid}").json == {"explained": explained}


def test_what_is_being_typed_is_measured(site: FlaskClient) -> None:
    plain = site.post("/simulator/api/measure", json={"text": "x" * 161}).json
    emoji = site.post("/simulator/api/measure", json={"text": "hi 💙"}).json
    too_long = site.post("/simulator/api/measure", json={"text": "x" * 1601})

    assert plain == {"encoding": "GSM-7", "units": 161, "segments": 2, "offenders": []}
    assert emoji == {"encoding": "UCS-2", "units": 5, "segments": 1, "offenders": ["💙"]}
    assert too_long.status_code == 400


def test_the_carrier_is_a_real_one_behind_the_page(
    site: FlaskClient, carrier: RunningCarrier
) -> None:
    made = site.post("/simulator/api/phones", json={}).json
    assert made is not None
    site.post(f"/simulator/api/phones/{made['id']}/texts", json={"body": "one"})

    shown = until(lambda: carrier.screen(made["number"]))
    assert shown[0].sender == made["number"]
    assert site.delete(f"/simulator/api/phones/{made['id']}/bubbles", json={}).status_code == 204
