"""Where staff are told of crisis texts: what such a setting must look like."""

import re
from urllib.parse import urlsplit

from pydantic import SecretStr

from smsbot.config.given import LOOPBACK

_MAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[A-Za-z0-9.-]{1,190}")


def webhook(address: SecretStr) -> SecretStr:
    """Check where alerts are posted. The address may hold a secret, also in its query.

    Raises:
        ValueError: it isn't https, nor http on this machine.
    """
    parts = urlsplit(address.get_secret_value())
    plain_here = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or plain_here):
        raise ValueError("must be an https address; plain http only reaches this machine")
    return address


def mail_address(address: str) -> str:
    """Check an e-mail address as far as one can without sending anything.

    Raises:
        ValueError: it can't be one.
    """
    if not _MAIL.fullmatch(address):
        raise ValueError("must hold e-mail addresses like oncall@clinic.example")
    return address


def mail_server(address: SecretStr) -> SecretStr:
    """Check the address of the mail server, which may hold a password.

    Raises:
        ValueError: it isn't smtp:// or smtps:// with a host.
    """
    parts = urlsplit(address.get_secret_value())
    try:
        is_fit = parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_fit = False
    if not is_fit:
        raise ValueError("must be like smtps://user:password@host:465, or smtp://host:587")
    return address
