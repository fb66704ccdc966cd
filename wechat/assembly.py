"""Puts this room together from the settings: the two accounts, and what speaks through them."""

from dataclasses import dataclass

import requests
import sqlalchemy as sa

from core.clock import Clock
from core.settings import Settings
from wechat.account import Account, AccountKind, Mode, PushFormat
from wechat.assistant import PlatformAssistant
from wechat.client import Platform
from wechat.login import PlatformLogin
from wechat.messages import PlatformMessenger
from wechat.statistics import PlatformStatistics
from wechat.tokens import DatabaseTokens


@dataclass(frozen=True)
class Wechat:
    """The hospital's two accounts, a messenger for each, its login (both), and what one alone has.

    The assistant and the statistics speak with the Official Account's token.
    """

    official: Account
    miniprogram: Account
    messenger: PlatformMessenger
    mini_messenger: PlatformMessenger
    assistant: PlatformAssistant
    login: PlatformLogin
    statistics: PlatformStatistics


def accounts(settings: Settings) -> tuple[Account, Account]:
    """Return the Official Account and the mini-program of the settings.

    Raises:
        ValueError: a mode, a format or a key cannot be read.
    """
    official = Account(
        kind=AccountKind.OA,
        appid=settings.oa_appid,
        secret=settings.oa_secret,
        gh_id=settings.oa_gh_id,
        token=settings.oa_token,
        aes_key=settings.oa_aes_key,
        aes_key_previous=settings.oa_aes_key_previous or None,
        mode=Mode(settings.oa_mode),
        push_format=PushFormat(settings.oa_format),
    )
    miniprogram = Account(
        kind=AccountKind.MP,
        appid=settings.mp_appid,
        secret=settings.mp_secret,
        gh_id=settings.mp_gh_id,
        token=settings.mp_token,
        aes_key=settings.mp_aes_key,
        aes_key_previous=settings.mp_aes_key_previous or None,
        mode=Mode(settings.mp_mode),
        push_format=PushFormat(settings.mp_format),
    )
    return official, miniprogram


def assemble(settings: Settings, *, engine: sa.Engine, clock: Clock) -> Wechat:
    """Return the room, put together; tokens are shared with other processes through `engine`."""
    official, miniprogram = accounts(settings)
    tokens = DatabaseTokens(engine, clock=clock)
    http = requests.Session()
    base_url = settings.wechat_api_url
    speaks = Platform(official, base_url=base_url, tokens=tokens, http=http)
    knows = Platform(miniprogram, base_url=base_url, tokens=tokens, http=http)
    return Wechat(
        official=official,
        miniprogram=miniprogram,
        messenger=PlatformMessenger(speaks),
        mini_messenger=PlatformMessenger(knows),
        assistant=PlatformAssistant(speaks, mini_appid=miniprogram.appid),
        login=PlatformLogin(official=speaks, miniprogram=knows, open_url=settings.wechat_open_url),
        statistics=PlatformStatistics(speaks),
    )
