"""What a clinic should have on its days."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from booking.errors import BadHours, NoPlaces
from booking.models import Share
from booking.models_supply import DayException, ExceptionKind, Template
from booking.supply.plan import Sitting, check_sitting, wanted
from core.clock import beijing

MONDAY, SATURDAY, SUNDAY = date(2026, 6, 1), date(2026, 6, 6), date(2026, 6, 7)
MADE = datetime(2026, 5, 1, tzinfo=UTC)
SHARES = {"online": 4}


def template(weekday=0, begins=time(8), ends=time(9), **says):
    says = {"valid_from_day": date(2026, 1, 1), "on_holidays": False} | says
    return Template(
        id=f"tpl_{weekday}_{begins}", weekday=weekday, from_time=begins, to_time=ends,
        slot_minutes=30, shares=SHARES, **says,
    )  # fmt: skip


def exception(kind, day=MONDAY, begins=None, ends=None, *, order=0, **says):
    return DayException(
        id=f"exc_{order}", kind=kind, day=day, from_time=begins, to_time=ends, slot_minutes=30,
        shares={"online": 2}, made_at=MADE + timedelta(minutes=order), **says,
    )  # fmt: skip


def closed(*args, **says):
    return exception(ExceptionKind.CLOSED, *args, **says)


def extra(*args, **says):
    return exception(ExceptionKind.EXTRA, *args, **says)


def times(templates, exceptions=(), *, first=MONDAY, last=None):
    found = wanted(templates=templates, exceptions=exceptions, first=first, last=last or first)
    return [f"{beijing(one.starts_at):%m%d %H:%M}" for one in sorted(
        found.values(), key=lambda one: (one.starts_at, one.doctor_id or "")
    )]  # fmt: skip


def test_hours_are_cut_into_slots_and_a_rest_makes_none():
    assert times([template(ends=time(9, 20))]) == ["0601 08:00", "0601 08:30"]


def test_a_template_holds_on_its_weekday_within_its_days():
    one = template(valid_from_day=date(2026, 6, 8), valid_to_day=date(2026, 6, 15))

    assert times([one], last=date(2026, 6, 30)) == [
        "0608 08:00", "0608 08:30", "0615 08:00", "0615 08:30",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("on_holidays", "found"), [(False, []), (True, ["1001 08:00", "1001 08:30"])],
    ids=["shut", "open"],
)  # fmt: skip
def test_on_a_holiday_only_what_is_meant_for_it_holds(on_holidays, found):
    thursday = template(weekday=3, on_holidays=on_holidays)

    assert times([thursday], first=date(2026, 10, 1)) == found


@pytest.mark.parametrize(
    ("weekdays", "found"), [([0], ["1010 08:00", "1010 08:30"]), ([0, 5], ["1010 10:00"])],
    ids=["as Monday", "as its own weekday"],
)  # fmt: skip
def test_a_make_up_workday_has_hours(weekdays, found):
    hours = {0: (time(8), time(9)), 5: (time(10), time(10, 30))}
    templates = [template(weekday, *hours[weekday]) for weekday in weekdays]

    assert times(templates, first=date(2026, 10, 10)) == found


def test_no_slot_is_made_on_a_doubtful_day():
    assert times([template(weekday=3)], first=date(2026, 12, 31)) == []


@pytest.mark.parametrize(
    ("hours", "found"),
    [
        ((None, None), []),
        ((time(8, 15), time(8, 20)), ["0601 08:30"]),
        ((time(9), time(12)), ["0601 08:00", "0601 08:30"]),
    ],
    ids=["whole day", "touching one", "beside"],
)
def test_a_closure_takes_away_what_it_touches(hours, found):
    assert times([template()], [closed(MONDAY, *hours)]) == found


def test_a_doctor_may_be_away_while_the_team_sits():
    templates = [template(), template(begins=time(10), ends=time(10, 30), doctor_id="doc_li")]

    assert times(templates, [closed(doctor_id="doc_li")]) == ["0601 08:00", "0601 08:30"]


def test_an_extra_session_stands_on_a_day_without_hours():
    assert times([], [extra(SUNDAY, time(18), time(19))], first=SATURDAY, last=SUNDAY) == [
        "0607 18:00", "0607 18:30",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [(closed, extra, ["0601 08:00", "0601 08:30"]), (extra, closed, [])],
    ids=["opened again", "closed after all"],
)
def test_what_was_said_last_counts(first, second, found):
    said = [second(MONDAY, time(8), time(9), order=2), first(MONDAY, time(8), time(9), order=1)]

    assert times([template()], said) == found


def test_an_extra_session_overrides_places_of_the_template():
    found = wanted(
        templates=[template()], exceptions=[extra(MONDAY, time(8), time(8, 30))],
        first=MONDAY, last=MONDAY,
    )  # fmt: skip

    assert sorted(one.shares["online"] for one in found.values()) == [2, 4]


@pytest.mark.parametrize(
    ("hours", "minutes"), [((time(9), time(8)), 30), ((time(8), time(8, 20)), 30),
                           ((time(8), time(9)), 0)],
    ids=["upside down", "too short", "no minutes"],
)  # fmt: skip
def test_hours_that_hold_no_slot_are_refused(hours, minutes):
    with pytest.raises(BadHours):
        check_sitting(Sitting(*hours, minutes, {Share.ONLINE: 1}))


@pytest.mark.parametrize(
    "shares",
    [{}, {Share.ONLINE: 0}, {Share.ONLINE: 501}, {Share.ONLINE: 3, Share.DESK: -1},
     {Share.ONLINE: 1, Share.EXTRA: 1}],
    ids=["none", "zero", "too many", "negative", "added by a doctor"],
)  # fmt: skip
def test_places_that_make_no_sense_are_refused(shares):
    with pytest.raises(NoPlaces):
        check_sitting(Sitting(time(8), time(9), 30, shares))
