"""The clock follows its file, and Beijing days begin where Beijing says."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from core.clock import (
    FixedClock,
    ShiftedClock,
    SystemClock,
    beijing,
    beijing_date,
    beijing_moment,
)

A_MOMENT = timedelta(seconds=5)


def shift(path: Path, by: timedelta) -> None:
    """Write an offset as the sandbox does: beside the file, then swapped in one step."""
    fresh = path.with_suffix(".tmp")
    fresh.write_text(json.dumps({"offset_seconds": by.total_seconds()}), encoding="utf-8")
    fresh.replace(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "clock.json"


def test_a_missing_file_means_no_offset(path: Path) -> None:
    clock = ShiftedClock(path)

    assert abs(clock.now() - SystemClock().now()) < A_MOMENT


@pytest.mark.parametrize(
    "by",
    [timedelta(days=1), timedelta(hours=-1), timedelta(days=-180)],
    ids=["a day ahead", "an hour back", "half a year back"],
)
def test_the_clock_is_as_far_off_as_its_file_says(path: Path, by: timedelta) -> None:
    shift(path, by)

    now = ShiftedClock(path).now()

    assert abs(now - by - SystemClock().now()) < A_MOMENT
    assert now.tzinfo is UTC


def test_a_running_clock_follows_each_change_of_its_file(path: Path) -> None:
    clock = ShiftedClock(path)
    shift(path, timedelta(days=1))
    ahead = clock.now()

    shift(path, timedelta(days=2))

    assert timedelta(hours=23) < clock.now() - ahead < timedelta(hours=25)


def test_an_unchanged_file_is_read_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shift(path, timedelta(days=1))
    clock = ShiftedClock(path)
    first = clock.now()

    monkeypatch.setattr(Path, "read_text", lambda *_, **__: pytest.fail("read again"))

    assert clock.now() >= first


def test_a_clock_whose_file_is_taken_away_shows_the_real_time(path: Path) -> None:
    shift(path, timedelta(days=1))
    clock = ShiftedClock(path)
    clock.now()

    path.unlink()

    assert abs(clock.now() - SystemClock().now()) < A_MOMENT


def test_a_fixed_clock_stands_still() -> None:
    moment = datetime(2026, 6, 1, tzinfo=UTC)

    assert FixedClock(moment).now() is moment


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 5, 31, 15, 59, tzinfo=UTC), date(2026, 5, 31)),
        (datetime(2026, 5, 31, 16, 0, tzinfo=UTC), date(2026, 6, 1)),
        (datetime(2028, 2, 28, 16, 0, tzinfo=UTC), date(2028, 2, 29)),
    ],
    ids=["a minute before midnight", "midnight", "leap day"],
)
def test_a_day_begins_at_midnight_in_beijing(moment: datetime, day: date) -> None:
    assert beijing_date(moment) == day


def test_a_wall_clock_of_beijing_and_utc_name_the_same_moment() -> None:
    moment = beijing_moment(date(2026, 6, 3), hour=8, minute=30)

    assert moment == datetime(2026, 6, 3, 0, 30, tzinfo=UTC)
    assert moment.tzinfo is UTC
    assert (beijing(moment).hour, beijing(moment).minute) == (8, 30)
