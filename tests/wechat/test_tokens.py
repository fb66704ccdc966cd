"""A token is fetched once, however many ask; a rejected one is replaced once."""

import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from core.clock import FixedClock
from core.db import Database
from tests.wechat import loopback
from tests.wechat.loopback import Answering, Call
from tests.wechat.platform_side import NOW
from tests.wechat.token_race import THREADS, call_from_many_threads
from wechat.models import WechatToken
from wechat.tokens import DatabaseTokens, Grant, MemoryTokens, TokenStore

TWO_HOURS = timedelta(hours=2)


@dataclass
class Source:
    """A platform that gives out `grants` in turn, and counts."""

    grants: list[str]
    appid: str = "wx1"
    lasts: timedelta = TWO_HOURS
    asked: list[str] = field(default_factory=list)

    def current(self) -> Grant:
        return self._give("current")

    def forced(self) -> Grant:
        return self._give("forced")

    def _give(self, manner: str) -> Grant:
        self.asked.append(manner)
        time.sleep(0.005)  # long enough for a rival to come between, were there no lock
        return Grant(self.grants.pop(0), self.lasts)


@dataclass
class MovableClock:
    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def moving() -> MovableClock:
    return MovableClock()


@pytest.fixture(
    params=["memory", pytest.param("database", marks=pytest.mark.slow)],
)
def store(request: pytest.FixtureRequest, moving: MovableClock) -> TokenStore:
    makers = {
        "memory": lambda: MemoryTokens(moving),
        "database": lambda: DatabaseTokens(
            request.getfixturevalue("real_database").engine, clock=moving
        ),
    }
    made: TokenStore = makers[request.param]()
    return made


def test_a_kept_token_is_not_fetched_again(store: TokenStore):
    source = Source(["T1"])

    tokens = [store.token(source) for _ in range(3)]

    assert tokens == ["T1"] * 3
    assert source.asked == ["current"]


def test_accounts_do_not_share_a_token(store: TokenStore):
    assert store.token(Source(["A"], appid="wxA")) == "A"
    assert store.token(Source(["B"], appid="wxB")) == "B"


def test_a_token_is_not_used_in_its_last_minute(store: TokenStore, moving: MovableClock):
    source = Source(["T1", "T2"])
    store.token(source)

    moving.moment = NOW + TWO_HOURS - timedelta(seconds=61)
    before = store.token(source)
    moving.moment = NOW + TWO_HOURS - timedelta(seconds=60)
    after = store.token(source)

    assert (before, after) == ("T1", "T2")


def test_a_token_that_hardly_lasts_is_still_used(store: TokenStore):
    assert store.token(Source(["T1"], lasts=timedelta(seconds=5))) == "T1"


def test_a_rejected_token_is_replaced_by_the_one_in_force(store: TokenStore):
    source = Source(["T1", "T2"])
    rejected = store.token(source)

    assert store.replace(source, rejected=rejected) == "T2"
    assert store.token(source) == "T2"
    assert source.asked == ["current", "current"]


def test_a_new_token_is_forced_when_the_rejected_one_is_still_in_force(store: TokenStore):
    source = Source(["T1", "T1", "T2"])
    rejected = store.token(source)

    assert store.replace(source, rejected=rejected) == "T2"
    assert source.asked == ["current", "current", "forced"]


def test_who_comes_late_with_a_rejected_token_gets_the_new_one(store: TokenStore):
    source = Source(["T1", "T2"])
    rejected = store.token(source)
    store.replace(source, rejected=rejected)

    assert store.replace(source, rejected=rejected) == "T2"
    assert source.asked == ["current", "current"]


def test_a_token_may_be_replaced_that_was_never_kept(store: TokenStore):
    assert store.replace(Source(["T2"]), rejected="T1") == "T2"


def test_twenty_threads_on_a_cold_store_fetch_once(store: TokenStore):
    source = Source(["T1"])
    together = Barrier(THREADS)

    def ask(_: int) -> str:
        together.wait()
        return store.token(source)

    with ThreadPoolExecutor(THREADS) as threads:
        tokens = set(threads.map(ask, range(THREADS)))

    assert tokens == {"T1"}
    assert source.asked == ["current"]


def test_twenty_threads_with_one_rejected_token_replace_it_once(store: TokenStore):
    source = Source(["T1", "T2"])
    rejected = store.token(source)

    with ThreadPoolExecutor(THREADS) as threads:
        tokens = set(threads.map(lambda _: store.replace(source, rejected=rejected), range(20)))

    assert tokens == {"T2"}
    assert source.asked == ["current", "current"]


def test_a_failed_fetch_leaves_the_lock_free(store: TokenStore):
    with pytest.raises(IndexError):
        store.token(Source([]))

    assert store.token(Source(["T1"])) == "T1"


def test_a_grant_shows_no_token_in_its_repr():
    assert "T1" not in repr(Grant("T1", TWO_HOURS))


@pytest.mark.slow
def test_the_token_rests_sealed_and_counts_its_generations(real_database: Database):
    store = DatabaseTokens(real_database.engine, clock=FixedClock(NOW))
    source = Source(["TOKEN1", "TOKEN2"])
    store.replace(source, rejected=store.token(source))

    with real_database.transaction() as session:
        row = session.scalars(sa.select(WechatToken)).one()
        resting = session.execute(sa.text("select token_sealed from wechat_token")).scalar_one()

    assert (row.appid, row.token_sealed, row.generation) == ("wx1", "TOKEN2", 2)
    assert (row.fetched_at, row.expires_at) == (NOW, NOW + TWO_HOURS)
    assert b"TOKEN2" not in bytes(resting)


@pytest.mark.slow
def test_a_token_whose_seal_cannot_be_opened_is_fetched_anew(real_database: Database):
    store = DatabaseTokens(real_database.engine, clock=FixedClock(NOW))
    store.token(Source(["T1"]))
    with real_database.transaction() as session:
        session.execute(sa.text("update wechat_token set token_sealed = '\\x01' || token_sealed"))

    assert store.token(Source(["T2"])) == "T2"


@pytest.mark.slow
def test_no_transaction_is_open_while_the_platform_is_asked(real_database: Database):
    store = DatabaseTokens(real_database.engine, clock=FixedClock(NOW))
    seen: list[str] = []

    class Watching(Source):
        def current(self) -> Grant:
            with real_database.transaction() as session:
                states = sa.text(
                    "select state from pg_stat_activity"
                    " where datname = current_database() and pid <> pg_backend_pid()"
                )
                seen.extend(state for state in session.scalars(states) if state)
            return super().current()

    store.token(Watching(["T1"]))

    assert seen
    assert "idle in transaction" not in seen


@pytest.mark.slow
def test_two_processes_of_twenty_threads_on_a_cold_store_fetch_once(
    real_database: Database, database_url: str
):
    def respond(answering: Answering, call: Call) -> None:
        answers = {"/cgi-bin/stable_token": {"access_token": "T1", "expires_in": 7200}}
        answering.send(answers.get(call.path, {"errcode": 0}))

    with loopback.running() as platform:
        platform.respond = respond
        spawn = multiprocessing.get_context("spawn")
        racers = [
            spawn.Process(target=call_from_many_threads, args=(database_url, platform.url))
            for _ in range(2)
        ]
        for racer in racers:
            racer.start()
        for racer in racers:
            racer.join(60)

    paths = [call.path for call in platform.calls]
    assert [racer.exitcode for racer in racers] == [0, 0]
    assert paths.count("/cgi-bin/stable_token") == 1
    assert paths.count("/cgi-bin/user/info") == 2 * THREADS
