"""Phone numbers and bodies, unreadable in the database without our keys.

Each field is sealed with AES-256-GCM under the newest data key; any configured key opens it, so
keys rotate without a stop. Numbers are found through a keyed blind index: plain hashes of ten
digits can be tried out in minutes.
"""

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from smsbot.core.errors import SmsbotError
from smsbot.core.messages import E164

_NONCE = 12
_KEY_ID = 4


class SealBroken(SmsbotError):
    """A sealed field does not open with any configured key."""


@dataclass(frozen=True, slots=True)
class _Key:
    key_id: bytes
    cipher: AESGCM


class Sealer:
    """Seals and opens fields, and computes the blind index of a number. Safe across threads."""

    def __init__(self, data_keys: tuple[bytes, ...], index_keys: tuple[bytes, ...]) -> None:
        """Take the secrets, the newest first; at least one of each, any length."""
        if not data_keys or not index_keys:
            raise SealBroken("No data or index key. Set SMSBOT_DATA_KEY and SMSBOT_INDEX_KEY.")
        self._keys = tuple(_key(secret) for secret in data_keys)
        self._by_id = {key.key_id: key for key in self._keys}
        self._index_keys = tuple(_derive("index", secret) for secret in index_keys)

    def seal(self, text: str) -> bytes:
        """Seal a text: key id, nonce, ciphertext. Never the same bytes twice."""
        key, nonce = self._keys[0], os.urandom(_NONCE)
        plain = text.encode("utf-8", "surrogatepass")
        return key.key_id + nonce + key.cipher.encrypt(nonce, plain, key.key_id)

    def open(self, sealed: bytes) -> str:
        """Open what `seal` made.

        Raises:
            SealBroken: no configured key opens it, or it was changed.
        """
        key = self._by_id.get(bytes(sealed[:_KEY_ID]))
        if key is None:
            raise SealBroken("A field was sealed with a key that SMSBOT_DATA_KEY no longer lists.")
        nonce, body = sealed[_KEY_ID : _KEY_ID + _NONCE], sealed[_KEY_ID + _NONCE :]
        try:
            plain = key.cipher.decrypt(bytes(nonce), bytes(body), key.key_id)
        except InvalidTag as error:
            raise SealBroken("A sealed field is damaged.") from error
        return plain.decode("utf-8", "surrogatepass")

    def is_newest(self, sealed: bytes) -> bool:
        """Whether a field is sealed under the newest data key."""
        return bytes(sealed[:_KEY_ID]) == self._keys[0].key_id

    def blind_index(self, number: E164) -> str:
        """The keyed index of a number under the newest index key: 43 characters of base64."""
        return _index(self._index_keys[0], number)

    def blind_indexes(self, number: E164) -> tuple[str, ...]:
        """The index under every configured key, newest first, for look-ups while rotating."""
        return tuple(_index(key, number) for key in self._index_keys)


def _key(secret: bytes) -> _Key:
    key = _derive("data", secret)
    return _Key(key_id=hashlib.sha256(key).digest()[:_KEY_ID], cipher=AESGCM(key))


def _derive(purpose: str, secret: bytes) -> bytes:
    return hashlib.sha256(f"smsbot/{purpose}/".encode() + secret).digest()


def _index(key: bytes, number: str) -> str:
    digest = hmac.digest(key, number.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
