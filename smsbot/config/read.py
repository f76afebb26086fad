"""Reads single settings from their text: several values, addresses, roles."""

from urllib.parse import urlsplit

from smsbot.config.given import LOOPBACK, parts_of
from smsbot.core.editorial.roles import Role


def split(value: object) -> object:
    """Several values from a text with commas between them."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def address(value: str) -> str:
    """An http(s) base address without query or fragment; a slash at its end is dropped."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be like https://host or https://host/path")
    if parts.query or parts.fragment or parts.username:
        raise ValueError("must not hold a user, a query or a fragment; write https://host/path")
    return value.rstrip("/")


def api_address(value: str) -> str:
    """As `address`; plain http only for this machine."""
    checked = address(value)
    parts = urlsplit(checked)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ValueError("must be https; plain http only reaches this machine (http://127.0.0.1)")
    return checked


def roles(value: object) -> object:
    """Roles from their names: `all`, `none`, or several with commas between them."""
    if not isinstance(value, str):
        return value
    named = {part.casefold() for part in parts_of(value)}
    if named & {"all", "none"} and len(named) == 1:
        return tuple(Role) if named == {"all"} else ()
    return tuple(role for role in Role if role in named) if named <= set(Role) else value
