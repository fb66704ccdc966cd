"""One process of a race for a cold token, started anew so that it shares nothing."""

from concurrent.futures import ThreadPoolExecutor

import requests

from core import crypto
from core.clock import FixedClock
from core.db import Database
from tests import world
from tests.wechat.platform_side import NOW, OA
from wechat.client import Platform
from wechat.tokens import DatabaseTokens

THREADS = 20


def call_from_many_threads(database_url: str, platform_url: str) -> None:
    """Make one call in each thread; the first of them all must fetch the token."""
    crypto.install(
        crypto.KeyRing.parse(world.SETTINGS.field_keys, index_key=world.SETTINGS.index_key)
    )
    database = Database(database_url)
    tokens = DatabaseTokens(database.engine, clock=FixedClock(NOW))

    def call(number: int) -> None:
        with requests.Session() as http:
            Platform(OA, base_url=platform_url, tokens=tokens, http=http).get(
                "/cgi-bin/user/info", params={"n": str(number)}
            )

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(call, range(THREADS)))
    database.engine.dispose()
