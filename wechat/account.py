"""One WeChat account of the hospital: its names, its secrets, and how it receives pushes."""

import base64
from dataclasses import dataclass, field
from enum import StrEnum

AES_KEY_LETTERS = 43
"""Length of an EncodingAESKey: 32 bytes in base64 without its closing `=`."""


class AccountKind(StrEnum):
    """The two kinds of account; each has its own AppID, secret, openids and access token."""

    OA = "oa"
    MP = "mp"


class Mode(StrEnum):
    """How the platform was told to write its pushes."""

    PLAIN = "plain"
    COMPATIBLE = "compatible"
    SAFE = "safe"


class PushFormat(StrEnum):
    """The notation of a push and of its answer."""

    XML = "xml"
    JSON = "json"


def aes_key_bytes(aes_key: str) -> bytes:
    """Return the 32 bytes that an EncodingAESKey stands for.

    Raises:
        ValueError: the key has another length or another kind of letter.
    """
    if len(aes_key) != AES_KEY_LETTERS or not (aes_key.isascii() and aes_key.isalnum()):
        raise ValueError(f"an EncodingAESKey is {AES_KEY_LETTERS} letters and digits")
    return base64.b64decode(aes_key + "=")


@dataclass(frozen=True, kw_only=True)
class Account:
    """One account; its secrets stay out of `repr`, so also out of logs and tracebacks.

    Attributes:
        gh_id: the original id (`gh_...`), which every push names as its recipient.
        aes_key: EncodingAESKey in force; may be empty in plain mode only.
        aes_key_previous: the key before a rotation; None or empty when there is none.
        push_format: the notation chosen in the platform's settings. Reading accepts both.
    """

    kind: AccountKind
    appid: str
    secret: str = field(repr=False)
    gh_id: str
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    aes_key_previous: str | None = field(default=None, repr=False)
    mode: Mode = Mode.SAFE
    push_format: PushFormat = PushFormat.XML

    def __post_init__(self) -> None:
        """Refuse keys that cannot seal."""
        if self.mode is not Mode.PLAIN and not self.aes_key:
            raise ValueError("an account needs its EncodingAESKey unless its mode is plain")
        for aes_key in self.aes_keys:
            aes_key_bytes(aes_key)

    @property
    def aes_keys(self) -> tuple[str, ...]:
        """The keys a push may be sealed with, the one in force first."""
        return tuple(key for key in (self.aes_key, self.aes_key_previous) if key)
