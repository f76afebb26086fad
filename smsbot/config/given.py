"""What the environment gives: values, files that hold values, and what production must be told."""

import os
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

DEVELOPMENT = {
    "SECRET_KEY": "development-secret-key-known-to-everybody",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "development-auth-token",
    "TWILIO_FROM": "+15005550006",
    "SMSBOT_DATA_KEY": "development-data-key-known-to-everybody",
    "SMSBOT_INDEX_KEY": "development-index-key-known-to-everybody",
    "SMSBOT_CONTACT": "help@example.org",
}
"""Values that anybody can read here, so good for nothing but development."""

_REQUIRED = {
    "DATABASE_URL": "say where the database is (postgresql+psycopg://... or sqlite:////path/file)",
    "REDIS_URL": "name the Redis or Valkey (redis://...), or write `embedded` to run our own",
    "SECRET_KEY": "set 32 or more random characters (`openssl rand -hex 32`)",
    "TWILIO_ACCOUNT_SID": "copy the Account SID from Twilio's console",
    "TWILIO_AUTH_TOKEN": "copy the Auth Token from Twilio's console; it checks every webhook",
    "TWILIO_FROM": "set the number texts leave from, or TWILIO_MESSAGING_SERVICE_SID",
    "SMSBOT_PUBLIC_URLS": "set the https address that Twilio calls, up to /webhooks",
    "SMSBOT_DATA_KEY": "set the key that encrypts numbers (`openssl rand -base64 32`)",
    "SMSBOT_INDEX_KEY": "set the key that finds numbers again (`openssl rand -base64 32`)",
    "SMSBOT_CONTACT": "set the e-mail or phone of the programme that HELP names",
}
"""What production must be told, and how to tell it."""


def given(names: frozenset[str]) -> tuple[dict[str, str], list[str]]:
    """The values set for `names`, and a sentence for each that can't be read.

    NAME_FILE names a file whose text, without white space around it, is the value of NAME.
    """
    values = {name: os.environ[name] for name in names if os.environ.get(name)}
    faults = []
    for name in sorted(names):
        path = os.environ.get(f"{name}_FILE")
        if not path:
            continue
        if name in values:
            faults.append(f"{name} and {name}_FILE are both set: keep one of them.")
            continue
        try:
            values[name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = "is not text" if isinstance(error, UnicodeDecodeError) else error.strerror
            faults.append(f"{name}_FILE can't be read ({why}): name a file this process may read.")
    return {name: value for name, value in values.items() if value.strip()}, faults


def production_faults(values: dict[str, str]) -> list[str]:
    """A sentence for each setting that still has its development default."""
    faults = []
    for name, cure in _REQUIRED.items():
        if name == "TWILIO_FROM" and "TWILIO_MESSAGING_SERVICE_SID" in values:
            continue
        if name not in values:
            faults.append(f"{name} is not set: {cure}.")
        elif DEVELOPMENT.get(name, "") in parts_of(values[name]):
            faults.append(f"{name} is the development default: {cure}.")
    if os.environ.get("SMSBOT_FAILPOINT"):
        faults.append("SMSBOT_FAILPOINT is set: it ends processes on purpose, so unset it.")
    return faults + _address_faults(values)


def _address_faults(values: dict[str, str]) -> list[str]:
    """Twilio can't call this machine's loopback, and must not call over plain http."""
    faults = []
    for address in parts_of(values.get("SMSBOT_PUBLIC_URLS", "")):
        try:
            parts = urlsplit(address)
        except ValueError:
            continue  # the field's own check names it
        if parts.scheme == "http" or parts.hostname in LOOPBACK:
            faults.append(f"SMSBOT_PUBLIC_URLS: in production {_REQUIRED['SMSBOT_PUBLIC_URLS']}.")
    return faults


def parts_of(value: str) -> list[str]:
    """The values of a text with commas between them."""
    return [part.strip() for part in value.split(",") if part.strip()]
