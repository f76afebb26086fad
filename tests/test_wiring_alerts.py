"""How staff are told of a crisis follows from the settings."""

import pytest

from smsbot.config import load_settings
from smsbot.core.errors import SettingsFault
from smsbot.core.inbound.alert import Channel
from smsbot.wiring_alerts import AlertSender, channels

HOOK = {"SMSBOT_ALERT_WEBHOOK": "https://hook.example.net/a"}
MAIL = {
    "SMSBOT_ALERT_EMAIL": "oncall@clinic.example, lead@clinic.example",
    "SMSBOT_SMTP_URL": "smtps://bot:hunter2@mail.example.net:465",
}


@pytest.mark.parametrize(
    ("given", "ways"),
    [
        ({}, set()),
        (HOOK, {Channel.WEBHOOK}),
        (MAIL, {Channel.EMAIL}),
        (HOOK | MAIL, {Channel.WEBHOOK, Channel.EMAIL}),
    ],
)
def test_staff_are_told_in_every_way_that_is_set(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], ways: set[Channel]
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    settings = load_settings()

    assert set(channels(settings)) == ways
    assert "hunter2" not in repr(settings.describe())


def test_without_a_way_there_is_no_sender() -> None:
    with pytest.raises(SettingsFault, match="nobody can be told"):
        AlertSender(load_settings())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMSBOT_ALERT_EMAIL", "not an address"),
        ("SMSBOT_ALERT_EMAIL", "a@b.example\r\nBcc: c@d.example"),
        ("SMSBOT_SMTP_URL", "https://mail.example.net"),
        ("SMSBOT_SMTP_URL", "smtp://mail.example.net:99999"),
        ("SMSBOT_ALERT_FROM", "Bot <bot@clinic.example>"),
    ],
)
def test_a_wrong_setting_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    for other, good in (MAIL | {name: value}).items():
        monkeypatch.setenv(other, good)

    with pytest.raises(SettingsFault) as caught:
        load_settings()

    assert name in str(caught.value)
    assert value not in str(caught.value)


@pytest.mark.parametrize("alone", sorted(MAIL))
def test_the_address_and_the_server_belong_together(
    monkeypatch: pytest.MonkeyPatch, alone: str
) -> None:
    monkeypatch.setenv(alone, MAIL[alone])

    with pytest.raises(SettingsFault, match="belong together"):
        load_settings()
