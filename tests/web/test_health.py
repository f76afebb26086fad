"""Health: what the platform and the person on call are told, and what they aren't."""

import pytest
from flask.testing import FlaskClient

from smsbot.web import create_app
from tests.conftest import NOW
from tests.web.fake_system import FakeScreen, FakeSystem, some_settings


@pytest.fixture
def system() -> FakeSystem:
    return FakeSystem()


@pytest.fixture
def client(system: FakeSystem) -> FlaskClient:
    return create_app(system, lambda: NOW).test_client()


def test_a_process_that_recognises_a_crisis_is_healthy(client, system):
    system.parts = {"database": {"state": "down"}}

    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("screen", [FakeScreen(), FakeScreen("kill"), FakeScreen("suicidar")])
def test_a_process_that_recognises_none_in_one_language_is_not(client, system, screen):
    system.catalogue.screen = screen

    assert client.get("/healthz").status_code == 503


@pytest.mark.parametrize(("state", "status"), [("ok", 200), ("degraded", 200), ("down", 503)])
def test_one_part_that_is_down_makes_it_not_ready(client, system, state, status):
    system.parts["queue"] = {"state": state, "depth": 3}

    response = client.get("/readyz")

    assert response.status_code == status
    assert response.json["ready"] is (status == 200)
    assert response.json["queue"] == {"state": state, "depth": 3}


def test_the_metrics_count_requests_and_show_each_part(client, system):
    system.parts["outbox"] = {"state": "degraded", "oldest_due_seconds": 31.5, "note": "late"}
    client.get("/healthz")
    client.post("/webhooks/twilio/message", data={"a": "1"})

    text = client.get("/metrics").text

    assert 'smsbot_requests_total{route="/healthz",status="200"} 1.0' in text
    assert 'smsbot_requests_total{route="/webhooks/twilio/message",status="403"} 1.0' in text
    assert 'smsbot_webhooks_refused_total{reason="no signature"} 1.0' in text
    assert 'smsbot_part_state{part="outbox"} 0.5' in text
    assert 'smsbot_part_figure{figure="oldest_due_seconds",part="outbox"} 31.5' in text


def test_the_metrics_come_when_the_parts_cannot_be_asked(client, system):
    system.readiness_fault = RuntimeError("inner words")

    response = client.get("/metrics")

    assert response.status_code == 200
    assert 'smsbot_part_state{part="readiness"} 0.0' in response.text


def test_an_unknown_path_is_never_a_label(client):
    client.get("/+16175550100")

    text = client.get("/metrics").text
    assert 'route="none",status="404"' in text
    assert "617555" not in text


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/nothing"])
def test_every_page_is_hardened_and_sets_no_cookie(client, path):
    headers = client.get(path).headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in headers
    assert "Strict-Transport-Security" not in headers


def test_production_asks_browsers_to_stay_on_https():
    settings = some_settings(environment="production", secret_key="p" * 40)
    client = create_app(FakeSystem(settings=settings), lambda: NOW).test_client()

    assert "max-age" in client.get("/healthz").headers["Strict-Transport-Security"]


def test_parts_that_cannot_be_asked_are_not_ready(client, system):
    system.readiness_fault = RuntimeError("inner words")

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json == {"ready": False, "readiness": {"state": "down"}}


def test_a_fault_on_a_page_shows_nothing_of_itself(system):
    app = create_app(system, lambda: NOW)

    @app.get("/broken")
    def broken():
        raise RuntimeError("inner words")

    response = app.test_client().get("/broken")

    assert response.status_code == 500
    assert response.content_type.startswith("text/plain")
    assert "Traceback" not in response.text
    assert "inner words" not in response.text
