"""From a day she knows to the days of her care."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refusal
from handbook.care.documents import FOLDER, document
from handbook.care.phrases import phrases
from handbook.care.rows import Anchor
from handbook.care.schedule import CURRENT, load, put_together
from handbook.errors import (
    BadGestation,
    DueDayLongPast,
    DueDayTooFar,
    LastPeriodInFuture,
    PregnancyTooLong,
)
from handbook.models import DatingSource
from handbook.timeline import (
    Gestation,
    Item,
    Status,
    dated,
    gestation,
    items,
    read_dating,
    reading_of_gestation,
)

TODAY = date(2026, 3, 27)
LAST_PERIOD = date(2026, 1, 1)
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 12, 31))


def by_key(**given: object) -> dict[str, Item]:
    found = items(load(CURRENT), **({"last_period_day": LAST_PERIOD, "today": TODAY} | given))
    return {item.key: item for item in found}


@pytest.mark.parametrize(
    ("last_period_day", "due_day"),
    [
        pytest.param(date(2026, 1, 1), date(2026, 10, 8), id="new-year"),
        pytest.param(date(2026, 5, 31), date(2027, 3, 7), id="end-of-may"),
        pytest.param(date(2027, 11, 30), date(2028, 9, 5), id="over-a-leap-day"),
        pytest.param(date(2024, 2, 29), date(2024, 12, 5), id="on-a-leap-day"),
    ],
)
def test_the_due_day_is_280_days_after_the_last_period(last_period_day: date, due_day: date):
    found = read_dating(source="last_period", day=last_period_day, today=last_period_day)

    assert (found.last_period_day, found.due_day) == (last_period_day, due_day)


@pytest.mark.parametrize("source", ["due_date", "clinician"])
def test_a_due_day_gives_the_last_period_back(source: str):
    found = read_dating(source=source, day=date(2026, 10, 8), today=TODAY)

    assert (found.source, found.last_period_day) == (source, LAST_PERIOD)
    assert found.given_day == found.due_day == date(2026, 10, 8)


def test_weeks_known_today_give_the_last_period():
    found = reading_of_gestation(weeks=12, days=1, today=TODAY)

    assert (found.source, found.given_day) == ("gestation", TODAY)
    assert (found.last_period_day, found.due_day) == (LAST_PERIOD, date(2026, 10, 8))


@pytest.mark.parametrize(
    ("source", "day", "refusal"),
    [
        pytest.param("last_period", date(2026, 3, 28), LastPeriodInFuture, id="period-tomorrow"),
        pytest.param("last_period", date(2025, 5, 22), PregnancyTooLong, id="period-44w1d-ago"),
        pytest.param("due_date", date(2027, 1, 2), DueDayTooFar, id="due-in-281-days"),
        pytest.param("due_date", date(2026, 2, 26), DueDayLongPast, id="due-29-days-ago"),
        pytest.param("clinician", date(2026, 2, 26), DueDayLongPast, id="clinician-29-days-ago"),
    ],
)
def test_an_impossible_day_is_refused(source: str, day: date, refusal: type[Refusal]):
    with pytest.raises(refusal):
        read_dating(source=source, day=day, today=TODAY)


@pytest.mark.parametrize(
    ("source", "day", "days"),
    [
        pytest.param("last_period", TODAY, 0, id="period-today"),
        pytest.param("last_period", date(2025, 5, 23), 308, id="period-44w0d-ago"),
        pytest.param("due_date", date(2027, 1, 1), 0, id="due-in-280-days"),
        pytest.param("due_date", date(2026, 2, 27), 308, id="due-28-days-ago"),
    ],
)
def test_the_last_possible_day_is_taken(source: str, day: date, days: int):
    found = read_dating(source=source, day=day, today=TODAY)

    assert TODAY - found.last_period_day == timedelta(days=days)


@pytest.mark.parametrize(
    ("weeks", "days"),
    [(12, 7), (12, -1), (-1, 0), (44, 1), (45, 0)],
    ids=["seven-days", "days-below-nothing", "weeks-below-nothing", "44w1d", "45w"],
)
def test_weeks_that_nobody_is_are_refused(weeks: int, days: int):
    with pytest.raises(BadGestation):
        reading_of_gestation(weeks=weeks, days=days, today=TODAY)


def test_a_day_alone_gives_no_dating_by_transfer():
    with pytest.raises(ValueError, match="embryo_transfer"):
        read_dating(source="embryo_transfer", day=TODAY, today=TODAY)


def test_gestation_is_said_in_weeks_and_days():
    found = gestation(last_period_day=LAST_PERIOD, day=TODAY)

    assert (found.weeks, found.rest) == (12, 1)
    assert (str(found), found.short) == ("12周+1天", "12+1")


def test_gestation_reads_what_it_writes():
    assert Gestation.read("12+3") == Gestation(87)


def test_there_is_no_gestation_before_the_last_period():
    with pytest.raises(LastPeriodInFuture):
        gestation(last_period_day=TODAY, day=TODAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("key", "from_day", "to_day"),
    [
        ("anc1", date(2026, 1, 1), date(2026, 4, 1)),
        ("nt", date(2026, 3, 19), date(2026, 4, 8)),
        ("nipt", date(2026, 3, 26), date(2026, 6, 10)),
        ("serum2", date(2026, 4, 16), date(2026, 5, 27)),
        ("us_anomaly", date(2026, 5, 21), date(2026, 6, 24)),
        ("ogtt", date(2026, 6, 18), date(2026, 7, 22)),
        ("gbs", date(2026, 9, 3), date(2026, 9, 23)),
    ],
)
def test_windows_fall_on_their_days(key: str, from_day: date, to_day: date):
    item = by_key()[key]

    assert (item.from_day, item.to_day) == (from_day, to_day)


def test_at_41_weeks_she_is_told_to_come_in():
    found = by_key(today=date(2026, 10, 15))

    assert found["post_term"].status is Status.OPEN
    assert "来医院" in found["post_term"].what


def test_beyond_42_weeks_coming_in_is_still_open():
    assert by_key(today=date(2026, 10, 25))["post_term"].status is Status.OPEN


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        pytest.param(date(2026, 3, 18), Status.COMING, id="the-day-before"),
        pytest.param(date(2026, 3, 19), Status.OPEN, id="the-first-day"),
        pytest.param(date(2026, 4, 8), Status.OPEN, id="the-last-day"),
        pytest.param(date(2026, 4, 9), Status.PAST, id="the-day-after"),
    ],
)
def test_both_ends_of_a_window_belong_to_it(today: date, expected: Status):
    assert by_key(today=today)["nt"].status is expected


def test_the_reason_explains_the_day():
    item = by_key(last_period_day=date(2026, 3, 5))["nt"]

    assert item.when == "孕11周+0天到13周+6天"
    assert item.reason == (
        "孕11周+0天到13周+6天，按末次月经2026年3月5日推算，就是2026年5月21日到2026年6月10日。"
    )


def test_the_reason_names_what_the_family_gave():
    item = by_key(source=DatingSource.DUE_DATE)["nt"]

    assert "按预产期2026年10月8日推算" in item.reason


@pytest.mark.parametrize("source", list(DatingSource), ids=str)
def test_every_way_of_dating_has_words(source: DatingSource):
    assert f"from_{source}" in phrases()


def test_what_has_no_last_day_lasts_until_birth():
    item = by_key()["fm"]

    assert item.reason == "孕28周+0天到宝宝出生，按末次月经2026年1月1日推算，从2026年7月16日开始。"


def test_folic_acid_begins_before_the_pregnancy():
    item = by_key()["folic_acid"]

    assert item.when == "怀孕前3个月到孕12周+6天"
    assert item.from_day == date(2025, 10, 1)


def test_a_month_without_the_day_is_explained():
    item = by_key(last_period_day=date(2026, 5, 31))["folic_acid"]

    assert item.from_day == date(2026, 2, 28)
    assert "当月最后一天" in item.reason


def test_an_ideal_time_lies_inside_its_window_and_defaults_to_it():
    found = by_key()

    assert (found["nt"].ideal_from_day, found["nt"].ideal_to_day) == (
        date(2026, 3, 26), date(2026, 4, 2),
    )  # fmt: skip
    assert found["anc2"].ideal_from_day == found["anc2"].from_day


def test_before_birth_no_day_after_birth_is_promised():
    assert not {"pp_visit", "pp42"} & by_key().keys()


def test_after_birth_the_days_are_counted_from_delivery_and_discharge():
    anchors = {Anchor.DELIVERY: date(2026, 10, 8), Anchor.DISCHARGE: date(2026, 10, 11)}

    visit, check = dated(load(CURRENT).items, anchors=anchors, today=date(2026, 10, 20))

    assert visit.reason == (
        "出院后7天以内，按出院日2026年10月11日推算，就是2026年10月11日到2026年10月18日。"
    )
    assert check.from_day == date(2026, 11, 19)
    assert check.when == "分娩后42天到56天"


def test_a_single_day_is_named_once():
    norm = document(FOLDER / "moh-2011-maternal-care-norm.yaml")
    schedule = put_together(key="norm", title="工作规范", documents=(norm,))
    anchors = {Anchor.DELIVERY: date(2026, 10, 8)}

    second = dated(schedule.items, anchors=anchors, today=TODAY)[-1]

    assert second.reason == "分娩后第28天，按分娩日2026年10月8日推算，就是2026年11月5日。"


@pytest.mark.slow
@given(last_period_day=DAYS, elapsed=st.integers(0, 308))
def test_items_keep_their_order_and_their_length(last_period_day: date, elapsed: int):
    today = last_period_day + timedelta(days=elapsed)

    found = items(load(CURRENT), last_period_day=last_period_day, today=today)

    assert [item.from_day for item in found] == sorted(item.from_day for item in found)
    assert all(
        item.from_day <= item.ideal_from_day <= item.ideal_to_day <= item.to_day for item in found
    )


@given(day=DAYS, elapsed=st.integers(0, 308))
def test_dating_by_weeks_by_period_and_by_due_day_agree(day: date, elapsed: int):
    today = day + timedelta(days=elapsed)
    weeks, rest = divmod(elapsed, 7)

    by_period = read_dating(source="last_period", day=day, today=today)
    by_due_day = read_dating(source="due_date", day=by_period.due_day, today=today)
    by_weeks = reading_of_gestation(weeks=weeks, days=rest, today=today)

    assert by_period.last_period_day == by_due_day.last_period_day == by_weeks.last_period_day
