"""Signatures and the envelope of pushes: SHA-1 over sorted values, AES-256-CBC, padded to 32."""

import base64
import binascii
import hashlib
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAD_BLOCK = 32
"""The platform pads to multiples of 32 bytes, although AES blocks have 16."""
PREFIX_LENGTH = 16
"""So many random bytes go before the message."""


class BadEnvelope(ValueError):
    """A ciphertext could not be opened; the text says at which step."""


def sign(*parts: str) -> str:
    """The signature over `parts`: SHA-1 in hex of the parts sorted and joined."""
    # SHA-1 is what the protocol prescribes; it guards nothing here.
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def seal(text: bytes, *, aes_key: str, appid: str, prefix: bytes | None = None) -> str:
    """Encrypt a message for `appid`; `prefix` is given only to repeat a known envelope."""
    lead = secrets.token_hex(PREFIX_LENGTH // 2).encode() if prefix is None else prefix
    plain = lead + struct.pack(">I", len(text)) + text + appid.encode()
    pad = PAD_BLOCK - len(plain) % PAD_BLOCK
    encryptor = _cipher(aes_key).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad)).decode()


def unseal(envelope: str, *, aes_key: str, appid: str) -> bytes:
    """Decrypt an envelope and check its pad, its length and whom it is for.

    Raises:
        BadEnvelope: one of them is wrong.
    """
    try:
        ciphertext = base64.b64decode(envelope, validate=True)
    except (binascii.Error, ValueError) as broken:
        raise BadEnvelope("Encrypt is not base64") from broken
    if not ciphertext or len(ciphertext) % PREFIX_LENGTH:
        raise BadEnvelope("Encrypt is not whole AES blocks")
    padded = _cipher(aes_key).decryptor().update(ciphertext)
    pad = padded[-1]
    if not 1 <= pad <= PAD_BLOCK or padded[-pad:] != bytes([pad]) * pad:
        raise BadEnvelope("wrong pad: another AES key?")
    plain = padded[:-pad]
    start = PREFIX_LENGTH + 4
    end = start + int.from_bytes(plain[PREFIX_LENGTH:start])
    if len(plain) < end or plain[end:] != appid.encode():
        raise BadEnvelope("the envelope is for another AppID")
    return plain[start:end]


def _cipher(aes_key: str) -> Cipher[modes.CBC]:
    key = base64.b64decode(aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
