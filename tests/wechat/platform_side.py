"""The platform's half of the protocol, written anew for tests: it can also do everything wrong."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from wechat.account import Account, AccountKind, Mode, PushFormat

STAMP = 1767225600
NOW = datetime.fromtimestamp(STAMP + 2, UTC)
NONCE = "415670741"
CURRENT = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
PREVIOUS = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
FOREIGN = "Z" * 43

OA = Account(
    kind=AccountKind.OA,
    appid="wx49f0ab532d5d035a",
    secret="app-secret",
    gh_id="gh_mch0001",
    token="pushtoken",
    aes_key=CURRENT,
    aes_key_previous=PREVIOUS,
)
MP = replace(OA, kind=AccountKind.MP, appid="wxMP0001", gh_id="gh_mp0001")
PLAIN = replace(OA, mode=Mode.PLAIN)
COMPATIBLE = replace(OA, mode=Mode.COMPATIBLE)


@dataclass(frozen=True)
class Delivery:
    """What arrives at our door: the query and the body of a POST."""

    query: Mapping[str, str]
    body: bytes


def sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324


def aes(key: str) -> Cipher[modes.CBC]:
    secret = base64.b64decode(key + "=")
    return Cipher(algorithms.AES(secret), modes.CBC(secret[:16]))


def encrypt_blocks(plain: bytes, *, key: str = CURRENT) -> str:
    encryptor = aes(key).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def plaintext(message: bytes, *, appid: str = OA.appid, length: int | None = None) -> bytes:
    size = len(message) if length is None else length
    return b"0123456789abcdef" + size.to_bytes(4, "big") + message + appid.encode()


def padded(plain: bytes) -> bytes:
    padding = 32 - len(plain) % 32
    return plain + bytes([padding]) * padding


def encrypt(message: str, *, appid: str = OA.appid, key: str = CURRENT) -> str:
    return encrypt_blocks(padded(plaintext(message.encode(), appid=appid)), key=key)


def decrypt(encrypted: str, *, key: str = CURRENT) -> tuple[str, str]:
    """Return the message and the AppID behind it."""
    decryptor = aes(key).decryptor()
    plain = decryptor.update(base64.b64decode(encrypted)) + decryptor.finalize()
    content = plain[20 : -plain[-1]]
    size = int.from_bytes(plain[16:20], "big")
    return content[:size].decode(), content[size:].decode()


def safe_query(encrypted: str, *, stamp: int | str = STAMP) -> dict[str, str]:
    return {
        "signature": sha1(OA.token, str(stamp), NONCE),
        "timestamp": str(stamp),
        "nonce": NONCE,
        "openid": "oOA_mum_1",
        "encrypt_type": "aes",
        "msg_signature": sha1(OA.token, str(stamp), NONCE, encrypted),
    }


def plain_query(*, stamp: int | str = STAMP, token: str = OA.token) -> dict[str, str]:
    stamped = str(stamp)
    return {"signature": sha1(token, stamped, NONCE), "timestamp": stamped, "nonce": NONCE}


def sealed_xml(encrypted: str, *, stamp: int | str = STAMP) -> Delivery:
    body = (
        f"<xml><ToUserName><![CDATA[{OA.gh_id}]]></ToUserName><Encrypt>{encrypted}</Encrypt></xml>"
    )
    return Delivery(safe_query(encrypted, stamp=stamp), body.encode())


def sealed_json(encrypted: str) -> Delivery:
    body = json.dumps({"ToUserName": OA.gh_id, "Encrypt": encrypted})
    return Delivery(safe_query(encrypted), body.encode())


def safe(message: str) -> Delivery:
    """Deliver a message sealed, in the notation the message itself is in."""
    envelope = sealed_json if message.startswith("{") else sealed_xml
    return envelope(encrypt(message))


def plain(message: str) -> Delivery:
    return Delivery(plain_query(), message.encode())


def xml(inner: str, *, to: str = OA.gh_id, sender: str = "oOA_mum_1") -> str:
    return (
        f"<xml><ToUserName><![CDATA[{to}]]></ToUserName>"
        f"<FromUserName><![CDATA[{sender}]]></FromUserName>"
        f"<CreateTime>{STAMP}</CreateTime>{inner}</xml>"
    )


def xml_text(text: str, *, message_id: str = "24500000000000001") -> str:
    return xml(
        "<MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{text}]]></Content><MsgId>{message_id}</MsgId>"
    )


def xml_event(event: str, inner: str = "") -> str:
    return xml(f"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{event}]]></Event>{inner}")


def json_event(event: str, **more: object) -> str:
    fields = {
        "ToUserName": OA.gh_id,
        "FromUserName": "oMP_mum_1",
        "CreateTime": STAMP,
        "MsgType": "event",
        "Event": event,
    }
    return json.dumps(fields | more, ensure_ascii=False)


JSON = PushFormat.JSON
XML = PushFormat.XML
