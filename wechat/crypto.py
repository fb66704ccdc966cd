"""The seal of the message push: SHA-1 signature, AES-256-CBC, padding to 32 bytes.

Of wechatpy only the cipher is used, kept once a key: its `PrpCrypto` does not verify padding or
length, its `WeChatCrypto` compares signatures with `!=` and reads XML only, its random prefix is
predictable, and both let half a dozen kinds of exception through.
"""

import binascii
import hashlib
import hmac
from functools import lru_cache
from typing import Final

from wechatpy.crypto.cryptography import WeChatCipher

from wechat.account import aes_key_bytes
from wechat.errors import BadPush

BLOCK: Final = 32
"""Padding block of the protocol: 32, although an AES block has 16 bytes."""

PREFIX_BYTES: Final = 16
"""Random bytes in front of every sealed message."""

_LENGTH_BYTES: Final = 4


@lru_cache(maxsize=32)
def _cipher(aes_key: str) -> WeChatCipher:
    # The protocol takes the first 16 bytes of the key as IV, and so does this class.
    return WeChatCipher(aes_key_bytes(aes_key))


def signature(*parts: str) -> str:
    """Return the SHA-1 of the sorted parts: the protocol's choice, not ours."""
    joined = "".join(sorted(parts)).encode("utf-8", "backslashreplace")
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()


def is_signed(given: str, *parts: str) -> bool:
    """Say, in constant time, whether `given` is the signature of the parts."""
    return hmac.compare_digest(
        given.encode("utf-8", "backslashreplace"), signature(*parts).encode()
    )


def seal(message: bytes, *, aes_key: str, appid: str, prefix: bytes) -> str:
    """Return a message encrypted for the platform, in base64.

    Args:
        message: the reply in its plain notation.
        aes_key: EncodingAESKey to seal with.
        appid: of the account that answers.
        prefix: 16 random bytes, new for each message.
    """
    length = len(message).to_bytes(_LENGTH_BYTES, "big")
    plain = b"".join((prefix, length, message, appid.encode()))
    padding = BLOCK - len(plain) % BLOCK
    sealed: bytes = _cipher(aes_key).encrypt(plain + bytes([padding]) * padding)
    return binascii.b2a_base64(sealed, newline=False).decode()


def unseal(encrypted: str, *, aes_key: str, appid: str) -> bytes:
    """Return the message that the platform encrypted for this account.

    Raises:
        BadPush: not base64, not whole blocks, bad padding, bad length, or for another AppID.
    """
    try:
        sealed = binascii.a2b_base64(encrypted, strict_mode=True)
    except ValueError:  # binascii.Error, and a letter outside ASCII
        raise BadPush("base64") from None
    if not sealed or len(sealed) % BLOCK:
        raise BadPush("block_size")
    return _message(_unpad(_cipher(aes_key).decrypt(sealed)), appid.encode())


def _unpad(padded: bytes) -> bytes:
    padding = padded[-1]
    if not 1 <= padding <= BLOCK or padded[-padding:] != bytes([padding]) * padding:
        raise BadPush("padding")
    return padded[:-padding]


def _message(plain: bytes, appid: bytes) -> bytes:
    start = PREFIX_BYTES + _LENGTH_BYTES
    end = start + int.from_bytes(plain[PREFIX_BYTES:start], "big")
    if len(plain) < start or end > len(plain):
        raise BadPush("length")
    if plain[end:] != appid:
        raise BadPush("appid")
    return plain[start:end]
