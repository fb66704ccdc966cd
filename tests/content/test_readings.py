"""Figures of the Official Account's articles: asked for once a day, late ones again, kept once."""

from datetime import date, datetime, timedelta

import pytest

from content.queries_readings import Asking, Read, asking, read
from content.readings import WINDOW_DAYS, keep, note_refused, wanted
from core.clock import beijing_moment
from core.db import Session
from wechat.errors import Busy, Misconfigured, PlatformError, QuotaReached
from wechat.statistics import FIRST_DAY, DayReadings, Reading

OURS, THEIRS = "wx_ours", "wx_theirs"
TODAY = date(2026, 3, 20)
YESTERDAY = date(2026, 3, 19)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def at(hour: int, *, day: date = TODAY) -> datetime:
    return beijing_moment(day, hour=hour)


NINE = at(9)


def kept(
    session: Session, day: date, *readings: Reading, late: bool = False, now: datetime = NINE
) -> None:
    keep(session, appid=OURS, day=day, found=DayReadings(readings, late), now=now)


def all_kept(session: Session) -> None:
    for number in range(WINDOW_DAYS):
        kept(session, YESTERDAY - number * DAY)


def test_nothing_is_asked_before_eight(session: Session) -> None:
    assert wanted(session, appid=OURS, now=at(7)) == []
    assert wanted(session, appid=OURS, now=at(8))[0] == YESTERDAY


def test_a_new_house_asks_for_the_whole_window_yesterday_first(session: Session) -> None:
    days = wanted(session, appid=OURS, now=NINE)

    assert days == [YESTERDAY - number * DAY for number in range(WINDOW_DAYS)]


def test_no_day_is_asked_for_from_before_the_platform_counted(session: Session) -> None:
    days = wanted(session, appid=OURS, now=at(9, day=FIRST_DAY + 2 * DAY))

    assert days == [FIRST_DAY + DAY, FIRST_DAY]


def test_what_was_answered_is_not_asked_for_again(session: Session) -> None:
    all_kept(session)

    assert wanted(session, appid=OURS, now=NINE) == []
    assert wanted(session, appid=OURS, now=NINE + DAY) == [TODAY]


def test_days_of_a_stop_are_caught_up(session: Session) -> None:
    all_kept(session)

    after = wanted(session, appid=OURS, now=NINE + 3 * DAY)

    assert after == [TODAY + 2 * DAY, TODAY + DAY, TODAY]


def test_a_late_day_is_asked_for_again_after_an_hour_until_it_stands(session: Session) -> None:
    all_kept(session)
    kept(session, YESTERDAY, Reading("1_1", "", 3, 0), late=True)

    assert wanted(session, appid=OURS, now=NINE + HOUR / 2) == []
    assert wanted(session, appid=OURS, now=NINE + HOUR) == [YESTERDAY]

    kept(session, YESTERDAY, Reading("1_1", "", 5, 1), now=NINE + HOUR)

    assert wanted(session, appid=OURS, now=NINE + 2 * HOUR) == []
    assert read(session, appid=OURS, from_day=YESTERDAY, to_day=YESTERDAY) == [
        Read("1_1", "", 5, 1)
    ]


@pytest.mark.parametrize(
    ("refused", "again"),
    [
        (Misconfigured(48001), at(8, day=TODAY + DAY)),
        (QuotaReached(45009), at(8, day=TODAY + DAY)),
        (Busy(-1), NINE + HOUR),
    ],
    ids=["no right", "no quota", "busy"],
)
def test_a_platform_that_refuses_is_left_alone(
    session: Session, refused: PlatformError, again: datetime
) -> None:
    note_refused(session, appid=OURS, day=YESTERDAY, refused=refused, now=NINE)

    assert wanted(session, appid=OURS, now=again - timedelta(seconds=1)) == []
    assert YESTERDAY in wanted(session, appid=OURS, now=again)
    assert wanted(session, appid=THEIRS, now=NINE) != []
    assert asking(session, appid=OURS, now=NINE) == Asking(None, 0, refused.code, again)
    assert asking(session, appid=OURS, now=again) == Asking(None, 0, None, None)


def test_figures_add_up_over_days_most_read_first_with_any_title_that_is_known(
    session: Session,
) -> None:
    kept(session, YESTERDAY - DAY, Reading("1_1", "糖耐", 4, 1), Reading("2_1", "", 9, 0))
    kept(session, YESTERDAY, Reading("1_1", "", 7, 2))

    assert read(session, appid=OURS, from_day=YESTERDAY - DAY, to_day=YESTERDAY) == [
        Read("1_1", "糖耐", 11, 3), Read("2_1", "", 9, 0),
    ]  # fmt: skip
    assert read(session, appid=OURS, from_day=YESTERDAY, to_day=YESTERDAY) == [
        Read("1_1", "糖耐", 7, 2)
    ]
    assert read(session, appid=THEIRS, from_day=YESTERDAY, to_day=YESTERDAY) == []


def test_a_day_kept_twice_stands_once_and_keeps_its_title(session: Session) -> None:
    kept(session, YESTERDAY, Reading("1_1", "糖耐", 4, 1))
    kept(session, YESTERDAY, Reading("1_1", "", 6, 1))

    assert read(session, appid=OURS, from_day=YESTERDAY, to_day=YESTERDAY) == [
        Read("1_1", "糖耐", 6, 1)
    ]


def test_how_far_the_platform_answered_is_told(session: Session) -> None:
    kept(session, YESTERDAY - DAY)
    kept(session, YESTERDAY, late=True)

    assert asking(session, appid=OURS, now=NINE) == Asking(YESTERDAY, 1, None, None)
