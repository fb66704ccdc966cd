"""The storm is strong enough: without the lock it oversells, and a lost confirmation is seen."""

from collections.abc import Iterator, Mapping, Sequence

import pytest
import sqlalchemy as sa

from benchmarks.market import Market, Town
from booking import together
from booking.check import prove
from booking.queries import Booked as Told
from booking.together import Asked
from core.db import Database
from tests.booking.storms.conftest import PEOPLE, PLACES, Booked
from tests.races import at_once

pytestmark = pytest.mark.slow

CALLERS = 4
WITHIN = "ck_quota_taken_within_places"


def wishes(town: Town, market: Market) -> list[list[Asked]]:
    """Return everybody's wish for the hot slot, shared out among the callers."""
    now = town.house.clock.now()
    asked = [Asked(market.request(one, market.hot[0], "k"), now, "") for one in range(PEOPLE)]
    return [asked[caller::CALLERS] for caller in range(CALLERS)]


def rush(town: Town, market: Market) -> set[str]:
    """Let the callers book for everybody at once; return the appointments they were told of."""
    told = at_once(lambda asked: together.book(town.house.database, asked), wishes(town, market))
    return {
        one.appointment.id for outcomes in told for one in outcomes if isinstance(one, Told)
    }  # fmt: skip


def broken(town: Town) -> set[str]:
    with town.house.database.transaction() as session:
        return {fault.rule for fault in prove(session)}


@pytest.fixture
def unbounded(town: Town) -> Iterator[None]:
    """Take the last guard away: the constraint behind the claim."""
    bound = "check (taken between 0 and places)"
    with town.house.database.transaction() as session:
        session.execute(sa.text(f"alter table quota drop constraint {WITHIN}"))
    yield
    with town.house.database.transaction() as session:
        session.execute(sa.text("truncate appointment cascade"))
        session.execute(sa.text("update quota set taken = 0"))
        session.execute(sa.text(f"alter table quota add constraint {WITHIN} {bound}"))


@pytest.mark.usefixtures("unbounded")
def test_with_the_lock_callers_at_once_sell_what_there_is(
    town: Town, fair: Market, booked: Booked
) -> None:
    told = rush(town, fair)

    assert len(told) == PLACES
    assert told == booked.ids()
    assert broken(town) == set()


@pytest.mark.usefixtures("unbounded")
def test_control_without_the_lock_the_same_callers_oversell_and_it_is_found(
    town: Town, fair: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlocked = together.BOOK.replace("order by slot_id for no key update", "order by slot_id")
    monkeypatch.setattr(together, "BOOK", unlocked)

    told = rush(town, fair)

    assert len(told) > PLACES
    assert "oversold" in broken(town)


def test_control_an_answer_before_the_commit_is_a_confirmation_that_can_be_lost(
    town: Town, fair: Market, booked: Booked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answered_then_killed(
        database: Database, statement: str, given: Mapping[str, object]
    ) -> Sequence[sa.Row[tuple[object, ...]]]:
        with database.engine.connect() as connection:
            return connection.exec_driver_sql(statement, dict(given)).fetchall()

    monkeypatch.setattr(Database, "at_once", answered_then_killed)

    told = rush(town, fair)

    assert told - booked.ids() != set()
