"""Passwords of staff: made, judged, hashed and checked."""

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 15
"""Characters. Source: OWASP ASVS 5.0, 6.2.1 (read 2026-11-23)."""
LONGEST = 256

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Nothing that is misread: no i, l, o, 0, 1."""
_GROUPS, _GROUP = 5, 5

# argon2id with 64 MiB, 3 passes, 4 lanes.
# Source: https://www.rfc-editor.org/rfc/rfc9106#section-4 (second choice; read 2026-11-23).
_HASHER = PasswordHasher()


def generate() -> str:
    """A password nobody guesses (more than 120 bits) that can be read out over a table."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def fault(password: str, name: str) -> str | None:
    """What is wrong with a password that a person has chosen, with the cure; None if nothing."""
    if len(password) < SHORTEST:
        return f"The password is too short: use {SHORTEST} characters or more, say four words."
    if len(password) > LONGEST:
        return f"The password is too long: use at most {LONGEST} characters."
    if len(set(password.casefold())) < 6 or password.casefold() == name.casefold():
        return "The password is too easy to guess: use several different words."
    return None


def hash_password(password: str) -> str:
    """The hash to keep, with its salt and parameters."""
    return _HASHER.hash(_normal(password))


def is_right(password_hash: str, password: str) -> bool:
    """Whether the password is the one that was hashed. Takes a tenth of a second or so."""
    try:
        return _HASHER.verify(password_hash, _normal(password[: LONGEST + 1]))
    except (VerificationError, InvalidHashError):
        return False


@cache
def nobodys_hash() -> str:
    """A hash that no password fits, to take the same time over an account that is not there."""
    return _HASHER.hash(secrets.token_urlsafe(32))


def _normal(password: str) -> str:
    """The same for every keyboard's way to write an accent."""
    return unicodedata.normalize("NFKC", password)
