"""Settings: defaults in development, files, several values, every fault named, nothing leaked."""

from pathlib import Path

import pytest

from smsbot.config import Environment, Settings, load_settings
from smsbot.core.editorial.roles import Role
from smsbot.core.errors import SettingsFault

PRODUCTION = {
    "SMSBOT_ENV": "production",
    "DATABASE_URL": "postgresql+psycopg://bot:hunter2-db@db/smsbot",
    "REDIS_URL": "redis://:hunter2-redis@cache:6379/0",
    "SECRET_KEY": "hunter2-secret-" + "s" * 32,
    "TWILIO_ACCOUNT_SID": "AC" + "1a" * 16,
    "TWILIO_AUTH_TOKEN": "hunter2-new, hunter2-old",
    "TWILIO_API_KEY": "SK" + "2b" * 16,
    "TWILIO_API_SECRET": "hunter2-api",
    "TWILIO_FROM": "+16175550100",
    "SMSBOT_PUBLIC_URLS": "https://bot.example.net, https://old.example.net:8443/sms/",
    "SMSBOT_DATA_KEY": "hunter2-data-" + "d" * 32,
    "SMSBOT_INDEX_KEY": "hunter2-index-" + "i" * 32,
    "SMSBOT_CONTACT": "line@clinic.example.net",
}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch):
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)
        monkeypatch.delenv(f"{field.validation_alias}_FILE", raising=False)


@pytest.fixture
def production(monkeypatch):
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def faults() -> list[str]:
    with pytest.raises(SettingsFault) as caught:
        load_settings()
    return [line.strip() for line in str(caught.value).splitlines()[1:]]


def test_development_needs_nothing_to_be_set():
    settings = load_settings()

    assert settings.environment is Environment.DEVELOPMENT
    assert settings.port == 8080
    assert settings.program == "Ketamine Info Line"
    assert settings.database_url == "sqlite:///var/smsbot.sqlite3"
    assert settings.public_urls == ("http://127.0.0.1:8080", "http://localhost:8080")
    assert settings.api_url.startswith("http://127.0.0.1:")


def test_defaults_follow_the_port_and_the_folder(monkeypatch):
    monkeypatch.setenv("PORT", "9001")
    monkeypatch.setenv("SMSBOT_VAR", "/srv/smsbot")

    settings = load_settings()

    assert settings.public_urls[0] == "http://127.0.0.1:9001"
    assert settings.database_url == "sqlite:////srv/smsbot/smsbot.sqlite3"


def test_several_tokens_keys_and_addresses_are_split_at_commas(production):
    settings = load_settings()

    assert [t.get_secret_value() for t in settings.auth_tokens] == ["hunter2-new", "hunter2-old"]
    assert settings.public_urls == (
        "https://bot.example.net",
        "https://old.example.net:8443/sms",
    )
    assert settings.api_url == "https://api.twilio.com"


def test_a_file_may_hold_the_value(monkeypatch, tmp_path: Path):
    secret = tmp_path / "token"
    secret.write_text("from-a-file\n")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN_FILE", str(secret))

    settings = load_settings()

    assert [t.get_secret_value() for t in settings.auth_tokens] == ["from-a-file"]


def test_a_value_and_its_file_at_once_is_a_fault(monkeypatch, tmp_path: Path):
    monkeypatch.setenv("SECRET_KEY", "s" * 32)
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))

    assert faults() == ["SECRET_KEY and SECRET_KEY_FILE are both set: keep one of them."]


def test_a_missing_file_is_a_fault_that_says_why(monkeypatch, tmp_path: Path):
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "absent"))

    assert "SECRET_KEY_FILE can't be read (No such file" in faults()[0]


def test_every_fault_is_named_at_once(monkeypatch, tmp_path: Path):
    monkeypatch.setenv("PORT", "eighty")
    monkeypatch.setenv("SMSBOT_ENV", "prod")
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC12")
    monkeypatch.setenv("TWILIO_FROM", "617-555-0100")
    monkeypatch.setenv("TWILIO_API_KEY", "SK" + "2b" * 16)
    monkeypatch.setenv("SMSBOT_PUBLIC_URLS", "https://ok.example.net,bot.example.net")
    monkeypatch.setenv("SMSBOT_DATA_KEY", "short")
    monkeypatch.setenv("REDIS_URL", "http://cache")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "absent"))

    named = [line.split()[0] for line in faults()]

    assert sorted(named) == sorted(
        [
            "PORT",
            "SMSBOT_ENV",
            "TWILIO_ACCOUNT_SID",
            "TWILIO_FROM",
            "TWILIO_API_KEY",
            "SMSBOT_PUBLIC_URLS",
            "SMSBOT_DATA_KEY",
            "REDIS_URL",
            "SECRET_KEY_FILE",
        ]
    )


def test_production_starts_when_all_is_set(production):
    assert load_settings().environment is Environment.PRODUCTION


def test_production_is_as_slow_as_a_long_code_until_told_otherwise(production):
    assert load_settings().mps == 1.0

    production.setenv("SMSBOT_MPS", "75")
    assert load_settings().mps == 75.0


@pytest.mark.parametrize("speed", ["0", "-1", "fast", "1e9", "nan"])
def test_a_speed_that_can_not_be_is_a_fault(monkeypatch, speed):
    monkeypatch.setenv("SMSBOT_MPS", speed)

    assert any(fault.startswith("SMSBOT_MPS must be") for fault in faults())


@pytest.mark.parametrize("days", ["0", "-1", "sixty", "99999"])
def test_words_are_kept_for_sixty_days_or_as_many_as_are_set(monkeypatch, days):
    assert load_settings().retention_days == 60
    monkeypatch.setenv("SMSBOT_RETENTION_DAYS", "7")
    assert load_settings().retention_days == 7
    monkeypatch.setenv("SMSBOT_RETENTION_DAYS", days)

    assert faults() == ["SMSBOT_RETENTION_DAYS must be a number of days from 1 to 3650."]


def test_production_refuses_to_end_processes_on_purpose(production):
    production.setenv("SMSBOT_FAILPOINT", "claim.after_commit")

    assert faults() == ["SMSBOT_FAILPOINT is set: it ends processes on purpose, so unset it."]


@pytest.mark.parametrize(
    "name", sorted(PRODUCTION.keys() - {"SMSBOT_ENV", "TWILIO_API_KEY", "TWILIO_API_SECRET"})
)
def test_production_refuses_each_setting_left_at_its_default(production, name):
    production.delenv(name)

    assert [line.split()[0] for line in faults()] == [name]


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "SMSBOT_DATA_KEY"]
)
def test_production_refuses_a_development_default_written_out(production, name, monkeypatch):
    development = Settings.model_fields
    field = next(f for f in development.values() if f.validation_alias == name)
    production.setenv(name, str(field.default))

    assert "development default" in faults()[0]


def test_production_refuses_a_development_token_beside_a_real_one(production):
    production.setenv("TWILIO_AUTH_TOKEN", "hunter2-new,development-auth-token")

    assert faults()[0].startswith("TWILIO_AUTH_TOKEN is the development default")


@pytest.mark.parametrize("address", ["http://bot.example.net", "https://localhost"])
def test_production_refuses_an_address_that_twilio_should_not_call(production, address):
    production.setenv("SMSBOT_PUBLIC_URLS", address)

    assert faults()[0].startswith("SMSBOT_PUBLIC_URLS: in production")


def test_production_with_a_messaging_service_needs_no_number(production):
    production.delenv("TWILIO_FROM")
    production.setenv("TWILIO_MESSAGING_SERVICE_SID", "MG" + "3c" * 16)

    assert load_settings().messaging_service_sid == "MG" + "3c" * 16


@pytest.mark.parametrize("address", ["http://api.example.net", "ftp://127.0.0.1", "https://"])
def test_the_api_address_is_https_or_on_this_machine(monkeypatch, address):
    monkeypatch.setenv("TWILIO_API_URL", address)

    assert faults()[0].startswith("TWILIO_API_URL must be")


@pytest.mark.parametrize(
    "address", ["http://hook.example.net/x", "https://", "ftp://127.0.0.1/x", "hook", "http://[x"]
)
def test_alerts_go_to_an_https_address_or_to_this_machine(monkeypatch, address):
    monkeypatch.setenv("SMSBOT_ALERT_WEBHOOK", address)

    (fault,) = faults()
    assert fault.startswith("SMSBOT_ALERT_WEBHOOK ")
    assert address not in fault


@pytest.mark.parametrize(
    "address", ["https://hook.example.net/a?sig=b", "http://127.0.0.1:9000/x", "http://[::1]/"]
)
def test_where_alerts_go_may_hold_a_secret_and_need_not_be_set(monkeypatch, address):
    assert load_settings().alert_webhook is None
    monkeypatch.setenv("SMSBOT_ALERT_WEBHOOK", address)

    settings = load_settings()

    assert settings.alert_webhook.get_secret_value() == address
    assert settings.describe()["SMSBOT_ALERT_WEBHOOK"] == "set"


def test_no_secret_is_printed_anywhere(production):
    production.setenv("SMSBOT_ALERT_WEBHOOK", "https://hook.example.net/hunter2")
    settings = load_settings()

    shown = repr(settings) + str(settings) + repr(settings.describe())

    assert "hunter2" not in shown
    assert "+16175550100" not in repr(settings.describe())
    assert settings.describe()["TWILIO_AUTH_TOKEN"] == "2 set"
    assert settings.describe()["DATABASE_URL"] == "postgresql+psycopg://db/smsbot"


def test_a_fault_does_not_repeat_the_value(production):
    production.setenv("REDIS_URL", "hunter2-oops")
    production.setenv("SMSBOT_DATA_KEY", "hunter2")

    assert "hunter2" not in "".join(faults())


def test_a_test_may_pass_values_by_name(monkeypatch):
    monkeypatch.setenv("PORT", "9001")

    assert Settings(port=9002, account_sid="AC" + "9" * 32).port == 9002


@pytest.mark.parametrize(
    ("given", "roles"),
    [
        ("all", tuple(Role)),
        ("none", ()),
        ("Sender, admin", (Role.SENDER, Role.ADMIN)),
    ],
)
def test_the_roles_that_need_a_second_factor_are_named(monkeypatch, given, roles):
    assert load_settings().totp_roles == ()
    monkeypatch.setenv("SMSBOT_REQUIRE_TOTP", given)

    assert load_settings().totp_roles == roles


@pytest.mark.parametrize("given", ["owner", "all,admin", "admin none"])
def test_a_role_that_is_none_is_a_fault(monkeypatch, given):
    monkeypatch.setenv("SMSBOT_REQUIRE_TOTP", given)

    (fault,) = faults()
    assert fault.startswith("SMSBOT_REQUIRE_TOTP must be all, none, or some of: author,")


def test_production_asks_everybody_for_a_second_factor(production):
    assert load_settings().totp_roles == tuple(Role)
