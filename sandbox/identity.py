"""Who somebody is: mini-program login, phone number, web login, and what is known of a follower."""

import base64
import secrets

from sandbox.calls import Call
from sandbox.config import Account, Kind
from sandbox.refusal import Refused
from sandbox.state import Code
from sandbox.tokens import check_secret
from sandbox.wire import Fields
from sandbox.world import Unknown, World, openid, phone_number, unionid

CODE_SECONDS = 300
"""Every code works once and for five minutes."""
WEB_TOKEN_SECONDS = 7200
FORGET_SECONDS = 86_400


def new_code(world: World, purpose: str, appid: str, person: str, scope: str = "") -> str:
    """Make a single-use code of a person: purpose `js`, `oauth` or `phone`."""
    now = world.now()
    for old in [known for known, code in world.state.codes.items() if _is_past(code, now)]:
        del world.state.codes[old]
    value = "0" + secrets.token_urlsafe(24)[:31]
    world.state.codes[value] = Code(purpose, appid, person, now + CODE_SECONDS, scope=scope)
    world.touch()
    return value


def code_to_session(call: Call) -> Fields:
    """Answer GET /sns/jscode2session."""
    account = _login_account(call, Kind.MP)
    code = _spend(call.world, "js", account, call.query.get("js_code", ""), expired=40029)
    return {
        "session_key": base64.b64encode(secrets.token_bytes(16)).decode(),
        "openid": openid(code.person, account),
        "unionid": unionid(code.person),
    }


def oauth_token(call: Call) -> Fields:
    """Answer GET /sns/oauth2/access_token."""
    account = _login_account(call, Kind.OA)
    code = _spend(call.world, "oauth", account, call.query.get("code", ""), expired=42003)
    return {
        "access_token": "OAUTH_" + secrets.token_urlsafe(64),
        "expires_in": WEB_TOKEN_SECONDS,
        "refresh_token": "OAUTH_" + secrets.token_urlsafe(64),
        "openid": openid(code.person, account),
        "scope": code.scope,
        "unionid": unionid(code.person),
    }


def phone_of_code(call: Call) -> Fields:
    """Answer POST /wxa/business/getuserphonenumber."""
    call.require(Kind.MP)
    value = call.text("code", 40029)
    code = _spend(call.world, "phone", call.account, value, expired=40029)
    given = call.text("openid", 40003)
    if given and given != openid(code.person, call.account):
        raise Refused(40029)
    number = phone_number(code.person)
    return {
        "errcode": 0,
        "errmsg": "ok",
        "phone_info": {
            "phoneNumber": number,
            "purePhoneNumber": number,
            "countryCode": "86",
            "watermark": {"timestamp": int(call.world.now()), "appid": call.account.appid},
        },
    }


def follower(call: Call) -> Fields:
    """Answer GET /cgi-bin/user/info."""
    call.require(Kind.OA)
    given = call.query.get("openid", "")
    if not given:
        raise Refused(41009)
    person = call.world.person_of(given, call.account)
    if person is None:
        raise Refused(40003)
    bond = call.world.bond(person, call.account)
    if not bond.following:
        return {"subscribe": 0, "openid": given, "unionid": unionid(person)}
    return {
        "subscribe": 1,
        "openid": given,
        "nickname": "",
        "sex": 0,
        "language": "zh_CN",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": "",
        "subscribe_time": bond.followed_at,
        "unionid": unionid(person),
        "remark": "",
        "groupid": 0,
        "tagid_list": [],
        "subscribe_scene": "ADD_SCENE_QR_CODE" if bond.scene else "ADD_SCENE_SEARCH",
        "qr_scene": 0,
        "qr_scene_str": bond.scene,
    }


def _is_past(code: Code, now: float) -> bool:
    return code.expires_at + FORGET_SECONDS < now


def _login_account(call: Call, kind: Kind) -> Account:
    if call.query.get("grant_type") != "authorization_code":
        raise Refused(40002)
    if not call.query.get("appid"):
        raise Refused(41002)
    try:
        account = call.world.account(call.query["appid"])
    except Unknown as missing:
        raise Refused(40013) from missing
    if account.kind is not kind:
        raise Refused(40013)
    check_secret(account, call.query.get("secret", ""))
    return account


def _spend(world: World, purpose: str, account: Account, value: str, *, expired: int) -> Code:
    if not value:
        raise Refused(41008)
    code = world.state.codes.get(value)
    if code is None or code.purpose != purpose or code.appid != account.appid:
        raise Refused(40029)
    if code.used:
        raise Refused(40163 if purpose != "phone" else 40029)
    if world.now() >= code.expires_at:
        raise Refused(expired)
    code.used = True
    world.touch()
    return code
