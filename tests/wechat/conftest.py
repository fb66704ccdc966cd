"""Fixtures of the room wechat/."""

from collections.abc import Iterator

import pytest
import requests
import responses

from core.clock import FixedClock
from tests.wechat.platform_side import MP, NOW, OA
from wechat.client import Platform
from wechat.tokens import MemoryTokens

API = "https://api.weixin.qq.com"


@pytest.fixture
def api() -> Iterator[responses.RequestsMock]:
    """The platform's API, with one token to give and nothing else yet."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as api:
        api.post(f"{API}/cgi-bin/stable_token", json={"access_token": "T1", "expires_in": 7200})
        yield api


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


@pytest.fixture
def official(http: requests.Session) -> Platform:
    return Platform(OA, base_url=API, tokens=MemoryTokens(FixedClock(NOW)), http=http)


@pytest.fixture
def miniprogram(http: requests.Session) -> Platform:
    return Platform(MP, base_url=API, tokens=MemoryTokens(FixedClock(NOW)), http=http)
