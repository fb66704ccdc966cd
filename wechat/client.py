"""The platform's API for one account: who calls gives a path and gets an answer or a typed error.

Our own small client instead of wechatpy's, which fetches tokens without a time-out or a lock and
without end when the platform goes on saying 40001.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

import requests

from wechat.account import Account
from wechat.errors import BadAnswer, Misconfigured, TokenRejected
from wechat.tokens import Grant, TokenStore
from wechat.wire import Answer, Wire

WEIXIN_API: Final = "https://api.weixin.qq.com"
"""The real platform; development and tests name a stand-in."""

_STABLE_TOKEN: Final = "/cgi-bin/stable_token"  # noqa: S105 - a path, not a token


class StableToken:
    """Asks for access tokens the stable way: asking again does not kill the one in use."""

    def __init__(self, account: Account, *, wire: Wire) -> None:
        self._account = account
        self._wire = wire

    @property
    def appid(self) -> str:
        """AppID of the account."""
        return self._account.appid

    def current(self) -> Grant:
        """Return the token in force, which may be a new one; the old one is not harmed.

        Raises:
            Misconfigured: AppID, AppSecret or IP list is wrong.
            PlatformError: anything else the platform says.
        """
        return self._ask({"force_refresh": False})

    def forced(self) -> Grant:
        """Return a new token and kill the old one (20 a day, half a minute apart).

        Raises:
            Misconfigured: AppID, AppSecret or IP list is wrong.
            PlatformError: anything else the platform says.
        """
        return self._ask({"force_refresh": True})

    def _ask(self, manner: Mapping[str, object]) -> Grant:
        credential = {
            "grant_type": "client_credential",
            "appid": self._account.appid,
            "secret": self._account.secret,
        }
        try:
            answer = self._wire.post(_STABLE_TOKEN, params={}, payload={**credential, **manner})
        except TokenRejected as error:  # 40001 means here: the secret is wrong
            raise Misconfigured(error.errcode, rid=error.rid) from None
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise BadAnswer
        return Grant(token, timedelta(seconds=seconds))


class Platform:
    """The platform as one account sees it; safe to share between threads."""

    def __init__(
        self, account: Account, *, base_url: str, tokens: TokenStore, http: requests.Session
    ) -> None:
        self.account = account
        self._wire = Wire(base_url, http=http)
        self._tokens = tokens
        self._source = StableToken(account, wire=self._wire)

    def get(self, path: str, *, params: Mapping[str, str]) -> Answer:
        """Return the answer to a GET with the access token.

        Raises:
            PlatformError: no answer, not an answer, or a refusal.
        """
        return self._with_token(
            lambda token: self._wire.get(path, params={"access_token": token, **params})
        )

    def post(self, path: str, *, payload: Mapping[str, object]) -> Answer:
        """Return the answer to a POST of JSON with the access token.

        Raises:
            PlatformError: no answer, not an answer, or a refusal.
        """
        return self._with_token(
            lambda token: self._wire.post(path, params={"access_token": token}, payload=payload)
        )

    def get_with_secret(self, path: str, *, params: Mapping[str, str]) -> Answer:
        """Return the answer to a GET with AppID and secret, as the login calls want it.

        Raises:
            PlatformError: no answer, not an answer, or a refusal.
        """
        credential = {"appid": self.account.appid, "secret": self.account.secret}
        return self._wire.get(path, params={**credential, **params})

    def _with_token(self, call: Callable[[str], Answer]) -> Answer:
        """Call once; if the token is rejected, replace it and call a second and last time."""
        token = self._tokens.token(self._source)
        try:
            return call(token)
        except TokenRejected:
            pass
        return call(self._tokens.replace(self._source, rejected=token))
