"""The commands of the appointment desk: proved, and set right."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from booking.models import Quota
from core.db import Session
from core.house import House
from deploy import desk
from deploy.care import care
from tests.make import Make

Run = Callable[[str], Result]


@pytest.fixture
def run(house: House, make: Make, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call a command as a shell does, in the tests' house, where one place is taken."""

    @contextmanager
    def opened(_: object) -> Iterator[House]:
        yield house

    monkeypatch.setattr(desk, "opened", opened)
    make.appointment()
    make.session.flush()
    return lambda word: CliRunner().invoke(care, ["booking", word])


@pytest.fixture
def miscounted(run: Run, session: Session) -> str:
    """Return the slot whose counter is wrong by now."""
    session.execute(sa.update(Quota).values(taken=3))
    session.flush()
    return session.scalars(sa.select(Quota.slot_id)).one()


def test_when_all_is_well_nothing_is_found(run: Run) -> None:
    proved = run("prove")

    assert (proved.exit_code, proved.output) == (0, "没有发现问题\n")


def test_what_is_wrong_is_named_and_the_command_fails(run: Run, miscounted: str) -> None:
    proved = run("prove")

    assert proved.exit_code == 1
    assert proved.output == f"counter：{miscounted} online：taken 3, rows 1\n"


def test_a_wrong_counter_is_set_right(run: Run, miscounted: str) -> None:
    repaired = run("repair")

    assert repaired.output == f"{miscounted} online：已约数 3 改为 1\n改正了 1 处\n"
    assert run("prove").exit_code == 0
