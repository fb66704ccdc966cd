"""Vaccines by actual age, warning signs, and plans that follow the last visit."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbook.care.documents import FOLDER, document
from handbook.care.plans import Plan, next_visit
from handbook.care.rows import Anchor
from handbook.care.schedule import CURRENT_CHILD, load
from handbook.care.signs import checklist_at
from handbook.care.vaccines import Child, Sex, catch_up, dose_day, dose_days, remaining
from handbook.timeline import dated

DOSES = load(CURRENT_CHILD).doses
BORN = date(2026, 7, 1)
BABY = Child(BORN)
GIRL = Child(date(2013, 3, 10), Sex.FEMALE)
PLANS = {plan.key: plan for plan in load(CURRENT_CHILD).plans}


@pytest.mark.parametrize(
    ("vaccine", "number", "due_day", "last_day"),
    [
        ("HepB", 1, date(2026, 7, 1), date(2026, 7, 1)),
        ("HepB", 2, date(2026, 8, 1), None),
        ("HepB", 3, date(2027, 1, 1), date(2027, 6, 30)),
        ("BCG", 1, date(2026, 7, 1), date(2026, 9, 30)),
        ("DTaP", 1, date(2026, 9, 1), None),
        ("DTaP", 2, date(2026, 11, 1), None),
        ("DTaP", 3, date(2027, 1, 1), date(2027, 6, 30)),
        ("DTaP", 5, date(2032, 7, 1), date(2033, 6, 30)),
        ("bOPV", 4, date(2030, 7, 1), date(2031, 6, 30)),
        ("MPSV-A", 2, date(2027, 4, 1), date(2028, 6, 30)),
        ("MPSV-AC", 2, date(2032, 7, 1), date(2033, 6, 30)),
        ("JE-I", 2, date(2027, 3, 8), date(2027, 6, 30)),
    ],
)
def test_a_dose_is_due_at_its_age(vaccine: str, number: int, due_day: date, last_day: date | None):
    found = dose_day(DOSES, vaccine=vaccine, number=number, child=BABY)

    assert found is not None
    assert (found.due_day, found.last_day) == (due_day, last_day)


def test_hpv_is_for_girls_of_thirteen():
    first = dose_day(DOSES, vaccine="HPV2", number=1, child=GIRL)
    second = dose_day(DOSES, vaccine="HPV2", number=2, child=GIRL)

    assert first is not None
    assert second is not None
    assert (first.due_day, first.last_day) == (date(2026, 3, 10), date(2027, 3, 9))
    assert second.due_day == date(2026, 9, 10)


def test_hpv_is_not_due_before_the_programme_began():
    found = dose_day(DOSES, vaccine="HPV2", number=1, child=Child(date(2012, 1, 5), Sex.FEMALE))

    assert found is not None
    assert found.due_day == date(2025, 11, 10)


@pytest.mark.parametrize(
    "child",
    [
        pytest.param(Child(date(2013, 3, 10), Sex.MALE), id="a-boy"),
        pytest.param(Child(date(2013, 3, 10)), id="sex-not-known"),
        pytest.param(Child(date(2011, 11, 10), Sex.FEMALE), id="born-before-the-rule"),
    ],
)
def test_who_has_no_hpv_dose_is_told_of_none(child: Child):
    assert dose_day(DOSES, vaccine="HPV2", number=1, child=child) is None
    assert (
        catch_up(DOSES, vaccine="HPV2", number=2, child=child, previous_day=date(2026, 4, 1))
        is None
    )


def test_alternatives_are_left_to_the_clinic():
    vaccines = {each.dose.vaccine for each in dose_days(DOSES, child=BABY)}

    assert {"JE-L", "HepA-L"} <= vaccines
    assert not {"JE-I", "HepA-I", "HPV2"} & vaccines


def test_a_late_dose_moves_the_next_by_its_least_interval():
    found = catch_up(DOSES, vaccine="DTaP", number=2, child=BABY, previous_day=date(2026, 12, 20))

    assert found == date(2027, 1, 17)


def test_a_catch_up_is_never_before_the_least_age():
    found = catch_up(DOSES, vaccine="DTaP", number=2, child=BABY, previous_day=date(2026, 9, 1))

    assert found == date(2026, 11, 1)


def test_doses_at_three_four_and_five_months_count_and_are_not_begun_again():
    child = Child(date(2024, 3, 1))
    given_days = [date(2024, 6, 1), date(2024, 7, 1), date(2024, 8, 1)]

    found = remaining(DOSES, series="DTaP", child=child, given=given_days)

    assert [(each.dose.number, each.due_day) for each in found] == [
        (4, date(2025, 9, 1)), (5, date(2030, 3, 1)),
    ]  # fmt: skip


def test_without_any_dose_the_whole_series_remains():
    found = remaining(DOSES, series="polio", child=BABY, given=[])

    assert [each.dose.vaccine for each in found] == ["IPV", "IPV", "bOPV", "bOPV"]


def test_the_rotavirus_vaccine_closes_hard():
    leaflets = document(FOLDER / "leaflets-2026-optional-vaccines.yaml").doses

    found = dose_day(leaflets, vaccine="RV5", number=3, child=BABY)

    assert found is not None
    assert found.last_day == BORN + timedelta(weeks=32)


def test_the_change_log_names_the_three_changes():
    days = [each.day for each in document(FOLDER / "ndcpa-2026-immunisation.yaml").history]

    assert days == [date(2025, 1, 1), date(2025, 11, 10), date(2026, 6, 17)]


@given(born=st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_doses_of_a_series_keep_their_order_whatever_the_birthday(born: date):
    found = dose_days(DOSES, child=Child(born, Sex.FEMALE))
    pairs = {(each.dose.series, each.dose.vaccine, each.dose.number): each for each in found}

    assert all(each.last_day is None or each.due_day <= each.last_day for each in found)
    assert pairs["DTaP", "DTaP", 2].due_day - pairs["DTaP", "DTaP", 1].due_day >= timedelta(days=28)


def test_the_days_of_a_newborn_are_explained():
    anchors = {Anchor.BIRTH: BORN, Anchor.DISCHARGE: date(2026, 7, 4)}
    found = dated(load(CURRENT_CHILD).items, anchors=anchors, today=BORN)
    days = {item.key: (item.from_day, item.to_day) for item in found}

    assert days["c01"] == (date(2026, 7, 29), date(2026, 7, 31))
    assert days["nb_visit"] == (date(2026, 7, 4), date(2026, 7, 11))
    assert days["heel"] == (date(2026, 7, 4), date(2026, 7, 21))
    assert days["c36"] == (date(2029, 7, 1), date(2030, 6, 30))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2026, 9, 30), None, id="before-three-months"),
        pytest.param(date(2026, 10, 1), "signs_3m", id="three-months"),
        pytest.param(date(2027, 6, 30), "signs_8m", id="eleven-months"),
        pytest.param(date(2033, 1, 1), "signs_72m", id="six-years"),
    ],
)
def test_the_signs_are_those_of_the_age_reached(day: date, expected: str | None):
    found = checklist_at(load(CURRENT_CHILD).checklists, born=BORN, day=day)

    assert (found and found.key) == expected


def test_a_self_check_never_diagnoses():
    advice = {each.advice for each in load(CURRENT_CHILD).checklists}

    assert advice == {"有其中一条，建议带宝宝做一次发育评估。这只是提醒，不是诊断。"}


@pytest.mark.parametrize(
    ("plan", "last_visit_day", "expected"),
    [
        pytest.param(
            "preterm_high_risk", date(2026, 5, 1), (date(2026, 5, 15), date(2026, 5, 15)),
            id="high-risk-before-the-due-day",
        ),
        pytest.param(
            "preterm_high_risk", date(2026, 8, 1), (date(2026, 9, 1), date(2026, 9, 1)),
            id="high-risk-monthly",
        ),
        pytest.param(
            "preterm_low_risk", date(2026, 8, 1), (date(2026, 9, 1), date(2026, 10, 1)),
            id="low-risk-every-one-or-two-months",
        ),
        pytest.param("preterm_low_risk", date(2028, 6, 1), None, id="over"),
    ],
)  # fmt: skip
def test_the_next_visit_follows_the_last_one(
    plan: str, last_visit_day: date, expected: tuple[date, date] | None
):
    found = next_visit(
        PLANS[plan], corrected_birthday=date(2026, 5, 10), last_visit_day=last_visit_day
    )

    assert found == expected


def test_steps_that_do_not_follow_one_another_are_refused():
    low = PLANS["preterm_low_risk"]

    with pytest.raises(ValueError, match="not in order"):
        Plan(**(vars(low) | {"steps": tuple(reversed(low.steps))}))
