"""Who is it? Codes from a phone become an openid or a telephone number; and a fake of that."""

from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar
from urllib.parse import urlencode

from wechat.client import Platform
from wechat.errors import BadAnswer, CodeRejected, SnapshotVisitor
from wechat.wire import Answer

WEIXIN_OPEN: Final = "https://open.weixin.qq.com"
"""Where a phone asks the real platform for a code; development and tests name a stand-in."""

CHINA: Final = "86"

Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Identity:
    """A person as one account knows her.

    `unionid` is the same in all accounts that are bound together; empty if they are not.
    """

    openid: str = field(repr=False)
    unionid: str = field(default="", repr=False)


class Login(Protocol):
    """Turns what a phone brings into who it is; every code works once, for five minutes."""

    def openid_of_js_code(self, code: str) -> Identity:
        """Return who opened the mini-program.

        Raises:
            CodeRejected: unknown, used, or too old.
            PlatformError: anything else the platform says.
        """
        ...

    def openid_of_oauth_code(self, code: str) -> Identity:
        """Return who opened a page of the Official Account.

        Raises:
            CodeRejected: unknown, used, or too old.
            SnapshotVisitor: a preview, in which the person is not a real one.
            PlatformError: anything else the platform says.
        """
        ...

    def oauth_url(self, redirect: str, state: str) -> str:
        """Return the address that brings a phone back to `redirect` with `code` and `state`."""
        ...

    def phone_of_code(self, code: str) -> str:
        """Return the number she chose to share; `+<country> ` stands before a foreign one.

        Raises:
            CodeRejected: unknown, used, or too old.
            PlatformError: anything else the platform says.
        """
        ...

    def unionid_of_follower(self, openid: str) -> str:
        """Return the unionid of a follower of the Official Account; empty if it has none.

        Raises:
            PlatformError: the platform refused or did not answer.
        """
        ...


class PlatformLogin:
    """A login that asks the platform."""

    def __init__(
        self, *, official: Platform, miniprogram: Platform, open_url: str = WEIXIN_OPEN
    ) -> None:
        self._official = official
        self._miniprogram = miniprogram
        self._open_url = open_url.rstrip("/")

    def openid_of_js_code(self, code: str) -> Identity:
        """Return who opened the mini-program; the session key is dropped, nothing here needs it."""
        params = {"js_code": code, "grant_type": "authorization_code"}
        return _identity(self._miniprogram.get_with_secret("/sns/jscode2session", params=params))

    def openid_of_oauth_code(self, code: str) -> Identity:
        """Return who opened a page of the Official Account."""
        params = {"code": code, "grant_type": "authorization_code"}
        answer = self._official.get_with_secret("/sns/oauth2/access_token", params=params)
        if answer.get("is_snapshotuser"):
            raise SnapshotVisitor
        return _identity(answer)

    def oauth_url(self, redirect: str, state: str) -> str:
        """Return the address that brings a phone back to `redirect` with `code` and `state`."""
        # The platform wants these parameters, in this order, and the fragment.
        query = {
            "appid": self._official.account.appid,
            "redirect_uri": redirect,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        }
        return f"{self._open_url}/connect/oauth2/authorize?{urlencode(query)}#wechat_redirect"

    def phone_of_code(self, code: str) -> str:
        """Return the number she chose to share; `+<country> ` stands before a foreign one."""
        answer = self._miniprogram.post("/wxa/business/getuserphonenumber", payload={"code": code})
        shared = answer.get("phone_info")
        number = shared.get("purePhoneNumber") if isinstance(shared, dict) else None
        if not isinstance(shared, dict) or not isinstance(number, str) or not number:
            raise BadAnswer
        country = str(shared.get("countryCode", CHINA))  # text or number, as it pleases
        return number if country == CHINA else f"+{country} {number}"

    def unionid_of_follower(self, openid: str) -> str:
        """Return the unionid of a follower of the Official Account; empty if it has none."""
        told = self._official.get("/cgi-bin/user/info", params={"openid": openid, "lang": "zh_CN"})
        return str(told.get("unionid", ""))


def _identity(answer: Answer) -> Identity:
    openid = answer.get("openid")
    if not isinstance(openid, str) or not openid:
        raise BadAnswer
    return Identity(openid, str(answer.get("unionid", "")))


class FakeLogin:
    """A login that knows the codes it was told of, each of which works once.

    Attributes:
        people: who is behind a code of the mini-program or of a page.
        phones: the number behind a phone code.
        followers: the unionid of each openid that follows.
    """

    def __init__(self) -> None:
        self.people: dict[str, Identity] = {}
        self.phones: dict[str, str] = {}
        self.followers: dict[str, str] = {}

    def openid_of_js_code(self, code: str) -> Identity:
        """Return who opened the mini-program."""
        return _spend(self.people, code)

    def openid_of_oauth_code(self, code: str) -> Identity:
        """Return who opened a page of the Official Account."""
        return _spend(self.people, code)

    def oauth_url(self, redirect: str, state: str) -> str:
        """Return an address that carries both and leads nowhere."""
        query = urlencode({"redirect_uri": redirect, "state": state})
        return f"https://open.invalid/connect/oauth2/authorize?{query}"

    def phone_of_code(self, code: str) -> str:
        """Return the telephone number she chose to share."""
        return _spend(self.phones, code)

    def unionid_of_follower(self, openid: str) -> str:
        """Return the unionid of a follower; empty if none was told."""
        return self.followers.get(openid, "")


def _spend(codes: dict[str, Kept], code: str) -> Kept:
    if code not in codes:
        raise CodeRejected
    return codes.pop(code)
