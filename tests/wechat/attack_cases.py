"""More than a hundred ways to lie to us, each with the reason it must be refused for."""

import base64
import json
from dataclasses import replace

from tests.wechat.platform_side import (
    COMPATIBLE,
    FOREIGN,
    OA,
    PLAIN,
    STAMP,
    Delivery,
    encrypt,
    encrypt_blocks,
    json_event,
    padded,
    plain,
    plain_query,
    plaintext,
    safe,
    safe_query,
    sealed_json,
    sealed_xml,
    sha1,
    xml,
    xml_event,
    xml_text,
)
from wechat.account import Account

GOOD = xml_text("你好")
GOOD_EVENT = json_event("debug_demo")
SEALED = safe(GOOD)
BOMB = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>' + xml_text("&c;").replace("<![CDATA[&c;]]>", "&c;")
)
XXE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + xml(
    "<MsgType>text</MsgType><Content>&f;</Content><MsgId>1</MsgId>"
)
DEEP_XML = "<xml>" + "<a>" * 4000 + "</a>" * 4000 + "</xml>"
DEEP_JSON = '{"a":' + "[" * 30_000 + "]" * 30_000 + "}"


def with_query(delivery: Delivery, **changed: str) -> Delivery:
    return replace(delivery, query={**delivery.query, **changed})


def without_query(delivery: Delivery, name: str) -> Delivery:
    return replace(delivery, query={k: v for k, v in delivery.query.items() if k != name})


def with_body(delivery: Delivery, body: bytes) -> Delivery:
    return replace(delivery, body=body)


def sealed_bytes(message: bytes) -> Delivery:
    return sealed_xml(encrypt_blocks(padded(plaintext(message))))


def sealed_plain(plain_bytes: bytes) -> Delivery:
    return sealed_xml(encrypt_blocks(plain_bytes))


def badly_padded(padding: bytes) -> Delivery:
    plain_bytes = plaintext(GOOD.encode())
    fill = b"\x20" * (-(len(plain_bytes) + len(padding)) % 32)
    return sealed_plain(plain_bytes + fill + padding)


def dropping(name: str) -> Delivery:
    fields = json.loads(json_event("CLICK", EventKey="K"))
    del fields[name]
    return safe(json.dumps(fields))


def raw_json(text: str) -> Delivery:
    return safe(GOOD_EVENT[:-1] + "," + text + "}")


CIPHERED: list[tuple[str, Delivery, str]] = [
    # who says so?
    ("no query", replace(SEALED, query={}), "number"),
    ("no msg_signature", without_query(SEALED, "msg_signature"), "signature"),
    ("empty msg_signature", with_query(SEALED, msg_signature=""), "signature"),
    ("forged msg_signature", with_query(SEALED, msg_signature="0" * 40), "signature"),
    (
        "signature in place of msg_signature",
        with_query(SEALED, msg_signature=SEALED.query["signature"]),
        "signature",
    ),
    (
        "upper-case signature",
        with_query(SEALED, msg_signature=SEALED.query["msg_signature"].upper()),
        "signature",
    ),
    (
        "signature with a blank",
        with_query(SEALED, msg_signature=SEALED.query["msg_signature"] + " "),
        "signature",
    ),
    ("signature outside ASCII", with_query(SEALED, msg_signature="签" * 40), "signature"),
    ("other nonce", with_query(SEALED, nonce="1"), "signature"),
    ("no nonce", without_query(SEALED, "nonce"), "signature"),
    ("other timestamp", with_query(SEALED, timestamp=str(STAMP + 1)), "signature"),
    ("other ciphertext", with_body(SEALED, safe(xml_text("坏")).body), "signature"),
    (
        "signed with another token",
        with_query(SEALED, msg_signature=sha1("other", str(STAMP), "415670741", encrypt(GOOD))),
        "signature",
    ),
    # when?
    ("eleven minutes old", sealed_xml(encrypt(GOOD), stamp=STAMP - 660), "stale"),
    ("a day old", sealed_xml(encrypt(GOOD), stamp=STAMP - 86400), "stale"),
    ("from the future", sealed_xml(encrypt(GOOD), stamp=STAMP + 660), "stale"),
    ("no timestamp", without_query(SEALED, "timestamp"), "number"),
    ("timestamp in words", sealed_xml(encrypt(GOOD), stamp="now"), "number"),
    ("negative timestamp", sealed_xml(encrypt(GOOD), stamp="-5"), "number"),
    ("full-width digits", with_query(SEALED, timestamp="１７６７２２５６００"), "number"),
    ("endless timestamp", with_query(SEALED, timestamp="9" * 5000), "number"),
    ("timestamp with a fraction", with_query(SEALED, timestamp=f"{STAMP}.5"), "number"),
    # plain where only sealed is taken
    ("plain body in safe mode", plain(GOOD), "plain_refused"),
    ("plain JSON in safe mode", plain(GOOD_EVENT), "plain_refused"),
    (
        "plain body that says aes",
        with_query(plain(GOOD), encrypt_type="aes", msg_signature=plain_query()["signature"]),
        "plain_refused",
    ),
    ("empty Encrypt", sealed_xml(""), "plain_refused"),
    ("Encrypt is null", with_body(SEALED, b'{"Encrypt":null}'), "plain_refused"),
    # the seal
    ("truncated base64", sealed_xml(encrypt(GOOD)[:-3]), "base64"),
    ("letters outside base64", sealed_xml("*" * 64), "base64"),
    (
        "base64 with a line break",
        sealed_xml(encrypt(GOOD)[:64] + "\n" + encrypt(GOOD)[64:]),
        "base64",
    ),
    ("base64 outside ASCII", sealed_json("密" * 64), "base64"),
    ("half an AES block", sealed_xml(base64.b64encode(b"x" * 40).decode()), "block_size"),
    ("sixteen bytes short", sealed_xml(base64.b64encode(b"x" * 48).decode()), "block_size"),
    ("no bytes at all", sealed_xml("===="), "base64"),
    ("another key", sealed_xml(encrypt(GOOD, key=FOREIGN)), "padding"),
    ("random blocks", sealed_xml(base64.b64encode(bytes(range(64))).decode()), "padding"),
    ("padding byte 0", badly_padded(b"\x00"), "padding"),
    ("padding byte 33", badly_padded(b"\x21" * 33), "padding"),
    ("padding byte 255", badly_padded(b"\xff"), "padding"),
    ("padding bytes differ", badly_padded(b"\x01\x02\x03\x04"), "padding"),
    ("only padding", sealed_plain(b"\x20" * 32), "length"),
    ("shorter than a header", sealed_plain(padded(b"0123456789abcdef\x00")), "length"),
    (
        "length beyond the end",
        sealed_plain(padded(plaintext(GOOD.encode(), length=2**31))),
        "length",
    ),
    (
        "length of all ones",
        sealed_plain(padded(plaintext(GOOD.encode(), length=2**32 - 1))),
        "length",
    ),
    ("length too short", sealed_plain(padded(plaintext(GOOD.encode(), length=3))), "appid"),
    ("another AppID", sealed_xml(encrypt(GOOD, appid="wxsomebodyelse")), "appid"),
    ("no AppID", sealed_xml(encrypt(GOOD, appid="")), "appid"),
    ("AppID with a tail", sealed_xml(encrypt(GOOD, appid=OA.appid + "x")), "appid"),
    # the envelope
    ("empty body", with_body(SEALED, b""), "xml"),
    ("blank body", with_body(SEALED, b"  \n"), "xml"),
    ("too large", with_body(SEALED, b"<xml>" + b"a" * 65536 + b"</xml>"), "size"),
    ("not a document", with_body(SEALED, b"hello"), "xml"),
    ("HTML", with_body(SEALED, b"<html><body></body></html>"), "xml"),
    ("form fields", with_body(SEALED, b"Encrypt=abc&x=1"), "xml"),
    ("NUL bytes", with_body(SEALED, b"\x00" * 100), "xml"),
    ("root without children", with_body(SEALED, b"<xml></xml>"), "xml"),
    ("root of another name", with_body(SEALED, SEALED.body.replace(b"xml>", b"yml>")), "xml"),
    ("unclosed", with_body(SEALED, SEALED.body[:-6]), "xml"),
    ("two documents", with_body(SEALED, SEALED.body * 2), "xml"),
    ("invalid UTF-8", with_body(SEALED, b"<xml><Encrypt>\xff\xfe</Encrypt></xml>"), "xml"),
    ("UTF-16", with_body(SEALED, SEALED.body.decode().encode("utf-16")), "xml"),
    (
        "declared as GBK",
        with_body(SEALED, '<?xml version="1.0" encoding="gbk"?><xml><a>密</a></xml>'.encode("gbk")),
        "xml",
    ),
    ("entity bomb", with_body(SEALED, BOMB.encode()), "document_type"),
    ("outside entity", with_body(SEALED, XXE.encode()), "document_type"),
    ("bare document type", with_body(SEALED, b"<!DOCTYPE xml>" + SEALED.body), "document_type"),
    ("unknown entity", with_body(SEALED, b"<xml><Encrypt>&x;</Encrypt></xml>"), "xml"),
    ("4000 deep", with_body(SEALED, DEEP_XML.encode()), "depth"),
    (
        "Encrypt twice",
        with_body(SEALED, SEALED.body.replace(b"</xml>", b"<Encrypt>x</Encrypt></xml>")),
        "name_twice",
    ),
    (
        "Encrypt with children",
        with_body(SEALED, b"<xml><Encrypt><a>x</a></Encrypt></xml>"),
        "not_text",
    ),
    ("JSON, 30000 deep", with_body(SEALED, DEEP_JSON.encode()), "json"),
    ("JSON, 9 deep", with_body(SEALED, b'{"a":' * 9 + b"1" + b"}" * 9), "depth"),
    ("JSON array", with_body(SEALED, b'[{"Encrypt":"x"}]'), "xml"),
    ("JSON cut off", with_body(SEALED, b'{"Encrypt":'), "json"),
    ("JSON, invalid UTF-8", with_body(SEALED, b'{"Encrypt":"\xff"}'), "json"),
    ("JSON NaN", with_body(SEALED, b'{"Encrypt":NaN}'), "json"),
    ("JSON name twice", with_body(SEALED, b'{"Encrypt":"a","Encrypt":"b"}'), "name_twice"),
    ("JSON Encrypt is an array", with_body(SEALED, b'{"Encrypt":["a"]}'), "not_text"),
    ("JSON Encrypt is a number", sealed_json("1234"), "block_size"),
    # the message inside
    ("nothing inside", sealed_bytes(b""), "xml"),
    ("inside is not UTF-8", sealed_bytes(GOOD.encode("gbk")), "xml"),
    ("inside is JSON, not UTF-8", sealed_bytes(b'{"a":"\xff"}'), "json"),
    ("bomb inside", safe(BOMB), "document_type"),
    ("outside entity inside", safe(XXE), "document_type"),
    ("array inside", sealed_bytes(b"[1]"), "xml"),
    ("for another account", safe(xml("<MsgType>text</MsgType>", to="gh_other")), "recipient"),
    ("for nobody", dropping("ToUserName"), "recipient"),
    ("from nobody", dropping("FromUserName"), "missing_field"),
    ("at no time", dropping("CreateTime"), "number"),
    ("of no type", dropping("MsgType"), "missing_field"),
    ("event without a name", dropping("Event"), "missing_field"),
    ("openid with markup", safe(xml("<MsgType>text</MsgType>", sender="<b>")), "openid"),
    ("openid of 65 letters", safe(xml("<MsgType>text</MsgType>", sender="o" * 65)), "openid"),
    ("openid in Chinese", safe(xml("<MsgType>text</MsgType>", sender="妈妈")), "openid"),
    ("text without MsgId", safe(xml("<MsgType>text</MsgType>")), "number"),
    ("MsgId in words", safe(xml_text("x", message_id="abc")), "number"),
    ("MsgId negative", safe(xml_text("x", message_id="-1")), "number"),
    ("MsgId endless", safe(xml_text("x", message_id="1" * 9999)), "number"),
    (
        "type twice",
        safe(xml_text("x").replace("</xml>", "<MsgType>event</MsgType></xml>")),
        "name_twice",
    ),
    ("CreateTime in the year 50000", safe(xml_text("x").replace(str(STAMP), "9" * 12)), "number"),
    ("CreateTime is an object", safe(json_event("x", CreateTime={"a": 1})), "not_text"),
    ("CreateTime is a fraction", safe(json_event("x", CreateTime=1.5)), "number"),
    ("CreateTime is true", safe(json_event("x", CreateTime=True)), "number"),
    ("event is an array", safe(json_event("x", Event=["CLICK"])), "not_text"),
    ("key is an object", safe(json_event("CLICK", EventKey={"k": "v"})), "not_text"),
    ("NUL in a value", raw_json('"EventKey":"a\\u0000b"'), "unstorable_text"),
    ("NUL in a name", raw_json('"a\\u0000b":1'), "unstorable_text"),
    ("half a surrogate pair", raw_json('"EventKey":"\\ud83d"'), "unstorable_text"),
    ("infinite number", raw_json('"x":Infinity'), "json"),
    ("consents are text", safe(json_event("subscribe_msg_popup_event", List="x")), "not_a_list"),
    (
        "consents are a list of text",
        safe(json_event("subscribe_msg_popup_event", List=["x"])),
        "not_a_list",
    ),
    (
        "consent without a template",
        safe(json_event("subscribe_msg_popup_event", List={"SubscribeStatusString": "accept"})),
        "missing_field",
    ),
    ("report without a message", safe(xml_event("TEMPLATESENDJOBFINISH")), "missing_field"),
]

PLAINLY: list[tuple[str, Account, Delivery, str]] = [
    ("plain, no signature", PLAIN, without_query(plain(GOOD), "signature"), "signature"),
    ("plain, forged", PLAIN, with_query(plain(GOOD), signature="0" * 40), "signature"),
    ("plain, wrong token", PLAIN, replace(plain(GOOD), query=plain_query(token="x")), "signature"),
    ("plain, stale", PLAIN, replace(plain(GOOD), query=plain_query(stamp=STAMP - 700)), "stale"),
    ("sealed in plain mode", PLAIN, SEALED, "missing_field"),
    ("compatible, plain forged", COMPATIBLE, with_query(plain(GOOD), signature="x"), "signature"),
    (
        "compatible, only `signature` over a seal",
        COMPATIBLE,
        without_query(SEALED, "msg_signature"),
        "signature",
    ),
    (
        "compatible, broken seal beside good plain fields",
        COMPATIBLE,
        Delivery(
            safe_query("AAAA"), GOOD.replace("</xml>", "<Encrypt>AAAA</Encrypt></xml>").encode()
        ),
        "block_size",
    ),
]
