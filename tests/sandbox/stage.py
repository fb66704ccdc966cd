"""The stand-in as tests see it, and the tiny callback of their own behind it."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import requests
from flask import Response, request

from sandbox.config import Account, Mode
from sandbox.crypto import seal, sign, unseal
from sandbox.simulator import Simulator
from sandbox.wire import Fields, read, write

Answer = bytes | tuple[bytes | Iterator[bytes], int]


OA, MP = "wxoa00000000000001", "wxmp00000000000001"


OA_SECRET, MP_SECRET = "secret-of-oa", "secret-of-mp"


KEY, OLD_KEY = "k" * 43, "o" * 43


@dataclass
class Callback:
    """The product under test: records what is pushed and answers as a test wishes."""

    url: str = ""
    pushes: list[Fields] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    verifications: list[dict[str, str]] = field(default_factory=list)
    answer: Callable[[Fields], Answer] = lambda _push: b"success"
    verification: Callable[[dict[str, str]], str] = lambda query: query["echostr"]
    account: Account | None = None

    def seen(self) -> Response:
        """Take one request of the platform."""
        query = request.args.to_dict()
        if request.method == "GET":
            self.verifications.append(query)
            return Response(self.verification(query))
        body = request.get_data()
        push = self._open(body)
        self.queries.append(query)
        self.bodies.append(body)
        self.pushes.append(push)
        given = self.answer(push)
        text, status = given if isinstance(given, tuple) else (given, 200)
        return Response(text, status)

    def _open(self, body: bytes) -> Fields:
        account = self.account
        assert account is not None
        outer = read(body, account.format)
        if account.mode is not Mode.SAFE:
            return outer
        return read(unseal(outer["Encrypt"], aes_key=KEY, appid=account.appid), account.format)


def text_reply(push: Fields, content: str, **changes: Any) -> Fields:
    """A passive text reply to a push, with fields changed at will."""
    return {
        "ToUserName": push["FromUserName"],
        "FromUserName": push["ToUserName"],
        "CreateTime": int(push["CreateTime"]) + 1,
        "MsgType": "text",
        "Content": content,
    } | changes


def sealed(fields: Fields, account: Account, *, key: str = KEY, token: str | None = None) -> bytes:
    """A reply in the envelope of safe mode."""
    envelope = seal(write(fields, account.format), aes_key=key, appid=account.appid)
    signature = sign(token or account.token, "1767225600", "77", envelope)
    number: Any = 1767225600
    reply = {"Encrypt": envelope, "MsgSignature": signature, "TimeStamp": number, "Nonce": "77"}
    return write(reply, account.format)


TEMPLATES = [
    {
        "id": "T_VISIT",
        "account": OA,
        "kind": "template",
        "title": "就诊提醒",
        "keys": {"thing1": "就诊人", "time2": "时间"},
    },
    {
        "id": "S_VISIT",
        "account": MP,
        "kind": "one_time",
        "title": "产检提醒",
        "keys": {"thing1": "项目", "time2": "时间"},
    },
    {
        "id": "S_CLASS",
        "account": MP,
        "kind": "one_time",
        "title": "开课提醒",
        "keys": {"thing1": "课程"},
    },
    {
        "id": "S_QUEUE",
        "account": MP,
        "kind": "long_term",
        "title": "候诊提醒",
        "keys": {"thing1": "科室"},
    },
    {
        "id": "B_RESULT",
        "account": OA,
        "kind": "one_time",
        "title": "结果通知",
        "keys": {"thing1": "内容"},
    },
]


MENU = {
    "button": [
        {"type": "click", "name": "预约", "key": "BOOK"},
        {
            "name": "更多",
            "sub_button": [
                {"type": "view", "name": "手册", "url": "http://h.example/handbook"},
                {
                    "type": "miniprogram",
                    "name": "小程序",
                    "url": "http://h.example/",
                    "appid": MP,
                    "pagepath": "pages/index",
                },
            ],
        },
    ]
}


def settings(address: str, **oa: Any) -> dict[str, Any]:
    """The configuration of most tests; `oa` changes the Official Account."""
    account = {
        "kind": "oa",
        "appid": OA,
        "secret": OA_SECRET,
        "gh_id": "gh_oa1",
        "token": "oaToken",
        "aes_key": KEY,
        "aes_key_previous": OLD_KEY,
        "mode": "plain",
        "format": "xml",
        "callback_url": address,
        "name": "示例妇幼保健院",
    }
    mini = account | {
        "kind": "mp",
        "appid": MP,
        "secret": MP_SECRET,
        "gh_id": "gh_mp1",
        "token": "mpToken",
        "format": "json",
        "name": "示例妇幼",
    }
    return {
        "accounts": [account | oa, mini],
        "persons": [
            {"key": "lin", "name": "林小满", "avatar_color": "#e08a6d"},
            {"key": "zhou", "name": "周安"},
        ],
        "templates": deepcopy(TEMPLATES),
        "articles": [{"msgid": "2247480001_1", "account": OA, "title": "糖耐怎么准备"}],
        "menu": deepcopy(MENU),
        "reply_seconds": 5,
    }


class Stage:
    """A running stand-in, spoken to over HTTP."""

    def __init__(self, sim: Simulator, url: str) -> None:
        self.sim = sim
        self.url = url
        self.http = requests.Session()
        self._tokens: dict[str, str] = {}

    def control(self, path: str, body: Any = None, *, method: str = "POST") -> requests.Response:
        """Call the control API."""
        sent = None if method in {"GET", "DELETE"} else (body or {})
        return self.http.request(method, f"{self.url}/_sim/{path}", json=sent, timeout=10)

    def act(self, person: str, what: str, **body: Any) -> Any:
        """Let a person act and wait for the push it makes."""
        return self.control(f"persons/{person}/{what}", {"wait": True} | body).json()

    def api(self, path: str, body: Any = None, *, appid: str = OA, **query: Any) -> Any:
        """Call the platform API with a token; a body makes it a POST."""
        query = {"access_token": self.token(appid)} | query
        return self.bare(path, body, **query)

    def bare(self, path: str, body: Any = None, **query: Any) -> Any:
        """Call the platform API with this query and no other."""
        method = "GET" if body is None else "POST"
        url = f"{self.url}{path}"
        sent = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        return self.http.request(method, url, params=query, data=sent, timeout=10).json()

    def token(self, appid: str = OA) -> str:
        """A token of the account; fetched once."""
        if appid not in self._tokens:
            secret = {OA: OA_SECRET, MP: MP_SECRET}[appid]
            body = {"grant_type": "client_credential", "appid": appid, "secret": secret}
            self._tokens[appid] = self.bare("/cgi-bin/stable_token", body)["access_token"]
        return self._tokens[appid]

    def openid(self, person: str, appid: str = OA) -> str:
        """A person's openid at an account."""
        persons = self.control("state", method="GET").json()["persons"]
        bonds = {found["key"]: found["bonds"] for found in persons}
        return str(bonds[person][appid]["openid"])

    def chat(self, person: str = "lin") -> Any:
        """All chat lines of a person."""
        return self.control(f"persons/{person}/chat", method="GET").json()["lines"]

    def later(self, seconds: float) -> None:
        """Move the clock."""
        self.control("clock", {"shift_seconds": seconds})

    def settle(self) -> None:
        """Wait for all pushes."""
        assert self.control("settle").json()["ok"]
