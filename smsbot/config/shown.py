"""The settings as people may read them: secrets are only counted."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting as people may read it: a secret's value is only that it is set."""

    name: str
    value: str
    rule: str
    is_default: bool


def explain(settings: BaseSettings) -> tuple[Setting, ...]:
    """Every setting by its name in the environment, with what it must be."""
    return tuple(
        Setting(
            name=str(field.validation_alias),
            value=redacted(name, getattr(settings, name)),
            rule=str(field.description),
            is_default=name not in settings.model_fields_set,
        )
        for name, field in type(settings).model_fields.items()
    )


def redacted(name: str, value: object) -> str:
    """The value as a log or a page may hold it."""
    if value in ((), None):
        return "none"
    if isinstance(value, tuple) and isinstance(value[0], SecretStr):
        return f"{len(value)} set"
    if isinstance(value, SecretStr) or name in {"sender", "campaign_sender"}:
        return "set"
    if name in {"database_url", "redis_url"}:
        parts = urlsplit(str(value))
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
