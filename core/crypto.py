"""Sealing of personal fields (AES-256-GCM under a ring of keys) and blind indexes (HMAC)."""

import base64
import hashlib
import hmac
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12


class BrokenSeal(ValueError):
    """A sealed field was changed, moved to another column, or its key is not on the ring."""


@dataclass(frozen=True)
class KeyRing:
    """Keys by number (1 to 255): the highest seals, all of them open.

    A sealed value is one byte of key number, 12 of nonce, then the ciphertext with its tag. The
    column's name is bound in, so that a value cannot be moved from one column to another.
    """

    keys: Mapping[int, bytes] = field(repr=False)
    index_key: bytes = field(repr=False)

    @cached_property
    def _ciphers(self) -> Mapping[int, AESGCM]:
        return {number: AESGCM(key) for number, key in self.keys.items()}

    @classmethod
    def parse(cls, text: str, *, index_key: str) -> Self:
        """Read `1:base64,2:base64` and a base64 index key, each 32 bytes long.

        Raises:
            ValueError: a key has another length, or a number is not in 1..255.
        """
        pairs = (part.split(":", 1) for part in text.split(","))
        keys = {int(number): base64.b64decode(key) for number, key in pairs}
        index = base64.b64decode(index_key)
        if any(len(key) != KEY_BYTES for key in (*keys.values(), index)):
            raise ValueError("every key must be 32 bytes")
        if not all(1 <= number <= 255 for number in keys):
            raise ValueError("key numbers are 1 to 255")
        return cls(keys, index)

    @cached_property
    def newest(self) -> int:
        """Return the number of the key that seals."""
        return max(self.keys)

    def seal(self, text: str, *, column: str) -> bytes:
        """Return the text sealed under the newest key for this column."""
        number = self.newest
        nonce = chance(NONCE_BYTES)
        sealed = self._ciphers[number].encrypt(nonce, text.encode(), column.encode())
        return bytes([number]) + nonce + sealed

    def open(self, sealed: bytes, *, column: str) -> str:
        """Return the text that was sealed for this column.

        Raises:
            BrokenSeal: a bit was changed, the column is another, or the key is unknown.
        """
        nonce = sealed[1 : 1 + NONCE_BYTES]
        try:
            cipher = self._ciphers[sealed[0]]
            return cipher.decrypt(nonce, sealed[1 + NONCE_BYTES :], column.encode()).decode()
        except (InvalidTag, LookupError, ValueError) as broken:
            raise BrokenSeal(column) from broken

    def blind(self, text: str, *, column: str) -> str:
        """Return what the text is looked up by: equal texts give equal marks, nothing more."""
        return hmac.new(self.index_key, f"{column}\0{text}".encode(), hashlib.sha256).hexdigest()


def chance(size: int) -> bytes:
    """Return so many unpredictable bytes.

    From OpenSSL, which is as safe, after a fork too. `os.urandom` lets go of the interpreter each
    time, and under load every letter would wait for two other threads to have their turn.
    """
    return ssl.RAND_bytes(size)


class _Installed:
    ring: KeyRing | None = None


def install(ring: KeyRing) -> None:
    """Make this ring the one that the tables' sealed columns use."""
    _Installed.ring = ring


def ring() -> KeyRing:
    """Return the installed ring.

    Raises:
        RuntimeError: the house was not put together (`install` was not called).
    """
    if _Installed.ring is None:
        raise RuntimeError("no key ring is installed")
    return _Installed.ring


def digest(text: str) -> str:
    """Return the SHA-256 of a text, in hex: for tokens that are stored only as their digest."""
    return hashlib.sha256(text.encode()).hexdigest()
