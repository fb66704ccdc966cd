"""Where doses and self-checks stand."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbook.care.documents import FOLDER, document
from handbook.care.schedule import put_together
from handbook.care.vaccines import Child as Vaccinated
from handbook.care.vaccines import Sex
from handbook.standing.children import checklist_stands, dose_key, dose_stands
from handbook.standing.mothers import Stand, Standing
from handbook.timeline import Gestation
from tests.handbook.lives.conftest import TODAY
from tests.handbook.lives.standing_seen import BORN, CHILDREN, Told

TERM = Gestation.read("40+0")


@dataclass(frozen=True)
class Dose:
    """A dose in a record as the rules see it."""

    vaccine: str
    day: date
    confirmed_day: date | None = None

    @property
    def reported_day(self) -> date:
        """Return the day that the family gave."""
        return self.day


def dosed(today: date, *doses: Dose, born: date = BORN, sex: Sex | None = None) -> dict[str, Stand]:
    found = dose_stands(CHILDREN, child=Vaccinated(born, sex), given=doses, booked=(), today=today)
    return {each.key: each for each in found}


def checked(
    today: date, *visits: Told, gestation: Gestation = TERM, development_day: date = BORN
) -> dict[str, Stand]:
    found = checklist_stands(
        CHILDREN, born=BORN, gestation_at_birth=gestation, development_day=development_day,
        visits=visits, today=today,
    )  # fmt: skip
    return {each.key: each for each in found}


@pytest.mark.parametrize(
    ("today", "standing"),
    [
        pytest.param(date(2025, 7, 31), Standing.DUE, id="before-two-months"),
        pytest.param(date(2025, 8, 1), Standing.WINDOW_OPEN, id="two-months"),
        pytest.param(date(2030, 1, 1), Standing.WINDOW_OPEN, id="no-last-day-is-named"),
    ],
)
def test_a_dose_stands_by_actual_age(today: date, standing: Standing):
    assert dosed(today)["dose:DTaP:1"].standing is standing


@pytest.mark.parametrize(
    ("today", "standing"),
    [
        pytest.param(date(2025, 8, 31), Standing.WINDOW_OPEN, id="the-last-day"),
        pytest.param(date(2025, 9, 1), Standing.OVERDUE, id="three-months"),
        pytest.param(date(2029, 5, 30), Standing.OVERDUE, id="almost-four-years"),
        pytest.param(date(2029, 6, 1), Standing.MISSED, id="four-years"),
    ],
)
def test_bcg_is_made_up_until_four_years(today: date, standing: Standing):
    assert dosed(today)["dose:BCG:1"].standing is standing


def test_old_schedule_doses_at_three_four_five_months_are_valid_history():
    months = (date(2025, 9, 1), date(2025, 10, 1), date(2025, 11, 1))
    found = dosed(date(2026, 1, 1), *(Dose("DTaP", day) for day in months))

    done = [key for key, each in found.items() if each.standing is Standing.DONE]
    assert done == ["dose:DTaP:1", "dose:DTaP:2", "dose:DTaP:3"]
    assert found["dose:DTaP:4"].from_day == date(2026, 12, 1)
    assert found["dose:DTaP:5"].from_day == date(2031, 6, 1)


def test_a_missing_dose_moves_the_next_one_from_today():
    today = date(2027, 3, 1)

    found = dosed(today, Dose("DTaP", date(2025, 8, 1)))

    assert found["dose:DTaP:2"].standing is Standing.WINDOW_OPEN
    assert found["dose:DTaP:3"].from_day == date(2027, 3, 29)
    assert found["dose:DTaP:3"].standing is Standing.DUE
    assert "至少间隔" in found["dose:DTaP:3"].reason


def test_the_alternative_product_takes_the_place_of_the_usual_one():
    usual, other = dosed(TODAY), dosed(TODAY, Dose("JE-I", date(2026, 2, 1)))

    assert "dose:JE-L:1" in usual
    assert "dose:JE-I:1" not in usual
    assert other["dose:JE-I:1"].standing is Standing.DONE
    assert "dose:JE-L:1" not in other


FIVE_IN_ONE = (date(2025, 8, 1), date(2025, 9, 1), date(2025, 10, 1), date(2026, 12, 1))


def five_in_one(today: date, *days: date) -> dict[str, Stand]:
    """Return where doses stand with the module of optional vaccines, five-in-one being given."""
    module = document(FOLDER / "leaflets-2026-optional-vaccines.yaml")
    schedule = put_together(key="x", title="x", documents=(*CHILDREN.documents, module))
    given = [Dose("DTaP-IPV-Hib", day) for day in days]
    found = dose_stands(
        schedule, child=Vaccinated(BORN), given=given, booked=(), today=today
    )  # fmt: skip
    return {each.key: each for each in found}


def test_a_product_against_several_illnesses_counts_in_each_of_their_series():
    found = five_in_one(date(2027, 1, 1), *FIVE_IN_ONE)

    assert found["dose:DTaP-IPV-Hib:4"].standing is Standing.DONE
    assert not {"dose:DTaP:1", "dose:DTaP:4", "dose:IPV:1", "dose:bOPV:4"} & found.keys()


def test_the_dose_at_six_years_is_still_due_after_five_in_one():
    found = five_in_one(date(2027, 1, 1), *FIVE_IN_ONE)

    assert (found["dose:DTaP:5"].standing, found["dose:DTaP:5"].from_day) == (
        Standing.DUE, date(2031, 6, 1),
    )  # fmt: skip


def test_five_in_one_is_on_the_list_of_nobody_who_has_none():
    found = five_in_one(date(2026, 1, 1))

    assert "dose:DTaP-IPV-Hib:1" not in found
    assert {"dose:DTaP:1", "dose:IPV:1"} <= found.keys()


def test_a_third_inactivated_dose_counts_in_the_series():
    days = (date(2025, 8, 1), date(2025, 9, 1), date(2025, 10, 1))

    found = dosed(TODAY, *(Dose("IPV", day) for day in days))

    assert found["dose:bOPV:3"].standing is Standing.DONE
    assert found["dose:bOPV:4"].standing is Standing.DUE


def test_more_doses_than_the_series_change_nothing():
    days = [date(2025, 6, 1) + timedelta(days=60 * step) for step in range(5)]

    found = dosed(TODAY, *(Dose("HepB", day) for day in days))

    assert found["dose:HepB:3"].standing is Standing.DONE
    assert "dose:HepB:4" not in found


@pytest.mark.parametrize(
    ("sex", "born", "expected"),
    [
        pytest.param(Sex.FEMALE, date(2013, 3, 10), True, id="a-girl"),
        pytest.param(Sex.MALE, date(2013, 3, 10), False, id="a-boy"),
        pytest.param(Sex.FEMALE, date(2011, 11, 10), False, id="born-too-early"),
    ],
)
def test_hpv_is_for_girls_of_the_programme(sex: Sex, born: date, expected: bool):
    found = dosed(date(2026, 6, 1), born=born, sex=sex)

    assert ("dose:HPV2:1" in found) is expected


@given(
    days=st.lists(st.integers(0, 2500), min_size=1, max_size=4, unique=True),
    today=st.integers(0, 2600).map(lambda days: BORN + timedelta(days=days)),
)
def test_given_doses_are_done_and_the_next_one_keeps_its_interval(days: list[int], today: date):
    given_days = sorted(BORN + timedelta(days=day) for day in days)
    next_dose = next(
        each for each in CHILDREN.doses if each.series == "DTaP" and each.number == len(days) + 1
    )

    found = dosed(today, *(Dose("DTaP", day) for day in given_days))

    rows = [found[dose_key("DTaP", number)] for number in range(1, 6)]
    assert [row.standing is Standing.DONE for row in rows] == [
        number <= len(days) for number in range(1, 6)
    ]
    assert next_dose.interval is not None
    assert rows[len(days)].from_day >= next_dose.interval.after(given_days[-1])


@pytest.mark.parametrize(
    ("today", "keys"),
    [
        pytest.param(date(2025, 8, 31), {"signs_3m": Standing.DUE}, id="before-three-months"),
        pytest.param(date(2025, 9, 1), {"signs_3m": Standing.WINDOW_OPEN}, id="three-months"),
        pytest.param(
            date(2025, 12, 1), {"signs_6m": Standing.WINDOW_OPEN, "signs_8m": Standing.DUE},
            id="the-next-one-replaces-it",
        ),
    ],
)  # fmt: skip
def test_a_self_check_is_open_until_the_next_one(today: date, keys: dict[str, Standing]):
    found = checked(today)

    assert {key: found[key].standing for key in keys} == keys


def test_a_self_check_that_was_never_made_is_left_out_when_its_age_is_over():
    found = checked(date(2025, 12, 1))

    assert "signs_3m" not in found


def test_a_self_check_that_was_made_stays_on_the_list():
    found = checked(date(2026, 6, 1), Told("signs_3m", date(2025, 9, 3)))

    assert found["signs_3m"].standing is Standing.DONE


def test_the_oldest_self_check_ends_too():
    assert checked(date(2032, 5, 31))["signs_72m"].standing is Standing.WINDOW_OPEN
    assert checked(date(2032, 6, 1)) == {}


def test_a_preterm_childs_self_checks_go_by_corrected_age_to_two_years():
    due = date(2025, 8, 10)

    found = checked(BORN, gestation=Gestation.read("30+0"), development_day=due)

    assert found["signs_3m"].from_day == date(2025, 11, 10)
    assert "矫正" in found["signs_3m"].reason
    assert found["signs_24m"].from_day == date(2027, 6, 1)
    assert "矫正" not in found["signs_24m"].reason


def test_a_child_born_before_28_weeks_is_corrected_to_three_years():
    due = date(2025, 8, 31)

    found = checked(BORN, gestation=Gestation.read("27+0"), development_day=due)

    assert found["signs_30m"].from_day == date(2028, 2, 29)
    assert found["signs_36m"].from_day == date(2028, 6, 1)
