"""The settings: read from the environment, checked at start, all faults named at once.

Any setting NAME may also be given as NAME_FILE, a file that holds the value. Development has a
default for everything; production refuses to start on a default that is only good there.
"""

from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from smsbot.config.given import DEVELOPMENT, given, production_faults
from smsbot.config.read import address, api_address, roles, split
from smsbot.config.shown import Setting, explain, redacted
from smsbot.config.told import mail_address, mail_server, webhook
from smsbot.core.editorial.roles import Role
from smsbot.core.errors import SettingsFault
from smsbot.core.text.price import LIST_PRICE


class Environment(StrEnum):
    """Where the process runs."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class LogFormat(StrEnum):
    """How a log line is written."""

    TEXT = "text"
    JSON = "json"


_T = TypeVar("_T")
_Several = Annotated[tuple[_T, ...], NoDecode, BeforeValidator(split), Field(min_length=1)]
_Long = Annotated[SecretStr, Field(min_length=32)]


def _env(name: str, rule: str, **more: Any) -> Any:
    """A field read from `name`; `rule` is the sentence for whoever broke it."""
    if name in DEVELOPMENT:
        more["default"] = DEVELOPMENT[name]
    return Field(validation_alias=name, description=rule, **more)


def _default_database(data: dict[str, Any]) -> str:
    return f"sqlite:///{data.get('var', 'var')}/smsbot.sqlite3"


def _default_api(data: dict[str, Any]) -> str:
    if data.get("environment") is Environment.PRODUCTION:
        return "https://api.twilio.com"
    return f"http://127.0.0.1:{data.get('port', 8080) + 1}"


def _default_mps(data: dict[str, Any]) -> float:
    # A long code's speed where people are texted; as fast as can be where they are not.
    return 1.0 if data.get("environment") is Environment.PRODUCTION else 1000.0


def _default_campaign_sender(data: dict[str, Any]) -> str | None:
    # A number of the simulator's where people are not texted.
    return None if data.get("environment") is Environment.PRODUCTION else "+15005550100"


def _default_totp_roles(data: dict[str, Any]) -> tuple[Role, ...]:
    return tuple(Role) if data.get("environment") is Environment.PRODUCTION else ()


def _default_public_urls(data: dict[str, Any]) -> tuple[str, ...]:
    port = data.get("port", 8080)
    return (f"http://127.0.0.1:{port}", f"http://localhost:{port}")


class Settings(BaseSettings):
    """Everything that differs between one installation and another.

    Secrets print as stars. Where several are allowed, the first is the one in use and the
    others are still accepted while rotating.
    """

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", populate_by_name=True, validate_default=True
    )

    environment: Environment = _env(
        "SMSBOT_ENV", "must be development or production", default=Environment.DEVELOPMENT
    )
    port: int = _env("PORT", "must be a number from 1 to 65535", default=8080, ge=1, le=65535)
    var: Path = _env("SMSBOT_VAR", "must be a folder we may write to", default=Path("var"))
    content: Path = _env("SMSBOT_CONTENT", "must be a folder", default=Path("content"))
    log: LogFormat = _env("SMSBOT_LOG", "must be text or json", default=LogFormat.TEXT)
    program: str = _env(
        "SMSBOT_PROGRAM",
        "must be at most 40 characters: HELP and the first text name it",
        default="Ketamine Info Line",
        max_length=40,
    )
    contact: str = _env("SMSBOT_CONTACT", "must be at most 60 characters", max_length=60)
    database_url: str = _env(
        "DATABASE_URL",
        "must start with sqlite:// or postgresql+psycopg://",
        default_factory=_default_database,
        repr=False,
        pattern=r"^(sqlite|postgresql\+psycopg)://",
    )
    redis_url: str = _env(
        "REDIS_URL",
        "must start with redis://, rediss:// or unix://, or be `embedded`",
        default="embedded",
        repr=False,
        pattern=r"^(embedded$|rediss?://|unix://)",
    )
    secret_key: _Long = _env(
        "SECRET_KEY", "must be 32 or more random characters (`openssl rand -hex 32`)"
    )
    account_sid: str = _env(
        "TWILIO_ACCOUNT_SID", "must be AC and 32 hex digits", pattern=r"^AC[0-9a-fA-F]{32}$"
    )
    auth_tokens: _Several[SecretStr] = _env("TWILIO_AUTH_TOKEN", "must hold at least one token")
    api_key: str | None = _env(
        "TWILIO_API_KEY",
        "must be SK and 32 letters and digits",
        default=None,
        pattern=r"^SK[0-9a-zA-Z]{32}$",
    )
    api_secret: SecretStr | None = _env("TWILIO_API_SECRET", "is the API key's own", default=None)
    sender: str = _env(
        "TWILIO_FROM",
        "must be a number like +15005550006, or a short code",
        pattern=r"^(\+[1-9][0-9]{6,14}|[0-9]{3,6})$",
    )
    messaging_service_sid: str | None = _env(
        "TWILIO_MESSAGING_SERVICE_SID",
        "must be MG and 32 hex digits",
        default=None,
        pattern=r"^MG[0-9a-fA-F]{32}$",
    )
    api_url: Annotated[str, AfterValidator(api_address)] = _env(
        "TWILIO_API_URL", "must be an address", default_factory=_default_api
    )
    public_urls: _Several[Annotated[str, AfterValidator(address)]] = _env(
        "SMSBOT_PUBLIC_URLS",
        "must hold at least one address",
        default_factory=_default_public_urls,
    )
    mps: float = _env(
        "SMSBOT_MPS", "must be a number above 0, up to 5000", default_factory=_default_mps,
        gt=0, le=5000,
    )  # fmt: skip
    campaign_sender: str | None = _env(
        "SMSBOT_CAMPAIGN_FROM",
        "must be a number of its own like +15005550006, or a short code",
        default_factory=_default_campaign_sender,
        pattern=r"^(\+[1-9][0-9]{6,14}|[0-9]{3,6})$",
    )
    alert_webhook: Annotated[SecretStr, AfterValidator(webhook)] | None = _env(
        "SMSBOT_ALERT_WEBHOOK", "must be an address", default=None
    )
    segment_price: Decimal = _env(
        "SMSBOT_SEGMENT_PRICE", "must be US dollars for one segment, from 0 to 10",
        default=LIST_PRICE, ge=0, le=10,
    )  # fmt: skip
    totp_roles: Annotated[tuple[Role, ...], NoDecode, BeforeValidator(roles)] = _env(
        "SMSBOT_REQUIRE_TOTP",
        "must be all, none, or some of: " + ", ".join(Role),
        default_factory=_default_totp_roles,
    )
    alert_emails: Annotated[
        tuple[Annotated[str, AfterValidator(mail_address)], ...], NoDecode, BeforeValidator(split)
    ] = _env(
        "SMSBOT_ALERT_EMAIL", "must hold e-mail addresses, with commas between them", default=()
    )
    alert_from: Annotated[str, AfterValidator(mail_address)] | None = _env(
        "SMSBOT_ALERT_FROM", "must be an e-mail address", default=None
    )
    smtp: Annotated[SecretStr, AfterValidator(mail_server)] | None = _env(
        "SMSBOT_SMTP_URL", "must be an address", default=None
    )
    retention_days: int = _env(
        "SMSBOT_RETENTION_DAYS",
        "must be a number of days from 1 to 3650",
        default=60,
        ge=1,
        le=3650,
    )
    data_keys: _Several[_Long] = _env(
        "SMSBOT_DATA_KEY", "must hold keys of 32 or more characters (`openssl rand -base64 32`)"
    )
    index_keys: _Several[_Long] = _env(
        "SMSBOT_INDEX_KEY", "must hold keys of 32 or more characters (`openssl rand -base64 32`)"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from the caller, then from the environment and the files it names."""
        return init_settings, _EnvironmentOrFile(settings_cls)

    def describe(self) -> dict[str, str]:
        """Every setting by its name in the environment, fit for a log: secrets are only counted."""
        return {
            str(field.validation_alias): redacted(name, getattr(self, name))
            for name, field in type(self).model_fields.items()
        }

    def explain(self) -> tuple[Setting, ...]:
        """Every setting as staff may read it."""
        return explain(self)


_NAMES = frozenset(str(field.validation_alias) for field in Settings.model_fields.values())
_RULES = {str(f.validation_alias): f.description for f in Settings.model_fields.values()}


class _EnvironmentOrFile(EnvSettingsSource):
    """The environment, where NAME_FILE may name a file that holds the value of NAME."""

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        super().__init__(settings_cls, case_sensitive=True)
        self.env_vars = given(_NAMES)[0]


def load_settings() -> Settings:
    """Read and check the settings.

    Raises:
        SettingsFault: some are missing or wrong; names each of them and what to do.
    """
    values, faults = given(_NAMES)
    if values.get("SMSBOT_ENV") == Environment.PRODUCTION:
        faults += production_faults(values)
    if ("TWILIO_API_KEY" in values) != ("TWILIO_API_SECRET" in values):
        faults.append("TWILIO_API_KEY and TWILIO_API_SECRET belong together: set both or neither.")
    if ("SMSBOT_ALERT_EMAIL" in values) != ("SMSBOT_SMTP_URL" in values):
        faults.append("SMSBOT_ALERT_EMAIL and SMSBOT_SMTP_URL belong together: set both.")
    try:
        settings = Settings()
    except ValidationError as error:
        # A default made from a setting that is itself at fault is not a second fault.
        faults += [
            _sentence(fault)
            for fault in error.errors(include_input=False)
            if fault["type"] != "default_factory_not_called"
        ]
    if faults:
        lines = "\n  ".join(dict.fromkeys(faults))
        raise SettingsFault(f"Settings to mend before this can start:\n  {lines}")
    return settings


def _sentence(fault: ErrorDetails) -> str:
    name = str(fault["loc"][0])
    own = fault.get("ctx", {}).get("error")
    return f"{name} {own or _RULES.get(name)}."
