"""Where each item stands, and why; and what is done, whoever said so."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbook.actions import Loss, record_loss
from handbook.actions_births import add_child
from handbook.actions_children import choose_plan, move_away
from handbook.actions_dating import set_fetuses
from handbook.actions_records import Given, confirm_visit, report_dose, report_visit
from handbook.births import Newborn
from handbook.make_up import HABITS, RULES, Listed, MakeUp, StandingRules, last_day
from handbook.models import LossKind, Pregnancy
from handbook.models_lives import Child, GuardianKind
from handbook.queries_standing import standing_of_child, standing_of_pregnancy
from handbook.rows import Anchor, Mark
from handbook.schedule import CURRENT, CURRENT_CHILD, EDITION_KEYS, load
from handbook.standing import Kind, Stand, Standing, stands
from handbook.standing_child import checklist_stands, dose_key, dose_stands
from handbook.telling import Seen
from handbook.timeline import Gestation
from handbook.vaccines import Child as Vaccinated
from handbook.vaccines import Sex
from tests.handbook.lives.conftest import TODAY, Scene

LAST_PERIOD = date(2026, 1, 1)
BORN = date(2025, 6, 1)
TERM = Gestation.read("40+0")
CHILDREN = load(CURRENT_CHILD)


@dataclass(frozen=True)
class Told:
    """A record as the rules see it."""

    item_key: str
    reported_day: date | None = None
    confirmed_day: date | None = None


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


def listed(today: date, *visits: Told, booked: Collection[str] = ()) -> dict[str, Stand]:
    found = stands(
        load(CURRENT).items, anchors={Anchor.LAST_PERIOD: LAST_PERIOD}, dated_by="last_period",
        visits=visits, booked=booked, today=today,
    )  # fmt: skip
    return {each.key: each for each in found}


def dosed(today: date, *doses: Dose, born: date = BORN, sex: Sex | None = None) -> dict[str, Stand]:
    found = dose_stands(CHILDREN, child=Vaccinated(born, sex), given=doses, booked=(), today=today)
    return {each.key: each for each in found}


def at(text: str) -> date:
    """Return the day of a gestation."""
    return LAST_PERIOD + timedelta(days=Gestation.read(text).days)


def checked(
    today: date, *visits: Told, gestation: Gestation = TERM, development_day: date = BORN
) -> dict[str, Stand]:
    found = checklist_stands(
        CHILDREN, born=BORN, gestation_at_birth=gestation, development_day=development_day,
        visits=visits, today=today,
    )  # fmt: skip
    return {each.key: each for each in found}


@pytest.mark.parametrize(
    ("key", "day", "standing"),
    [
        pytest.param("nt", "10+6", Standing.DUE, id="the-day-before"),
        pytest.param("nt", "11+0", Standing.WINDOW_OPEN, id="the-first-day"),
        pytest.param("nt", "13+6", Standing.WINDOW_OPEN, id="the-last-day"),
        pytest.param("nt", "14+0", Standing.MISSED, id="nt-cannot-be-made-up"),
        pytest.param("ogtt", "29+0", Standing.OVERDUE, id="ogtt-is-done-at-once"),
        pytest.param("anc3", "25+0", Standing.OVERDUE, id="a-visit-until-the-next-opens"),
        pytest.param("anc3", "28+0", Standing.MISSED, id="then-the-next-one-is-made"),
        pytest.param("anc1", "20+0", Standing.OVERDUE, id="the-first-visit-always"),
    ],
)
def test_an_item_stands_by_its_days(key: str, day: str, standing: Standing):
    found = listed(at(day))[key]

    assert found.standing is standing
    assert found.source
    assert found.reason


def test_each_standing_gives_its_reason():
    week_14 = listed(at("14+0"), booked={"serum2"})
    late = listed(at("25+0"))

    assert "不再补做" in week_14["nt"].reason
    assert "已经预约" in week_14["serum2"].reason
    assert "最晚2026年7月15日" in late["anc3"].reason
    assert "最晚" not in late["anc1"].reason
    assert "还没到时间" in late["gbs"].reason
    assert "现在可以做" in late["ogtt"].reason


def test_what_is_booked_stands_as_booked_until_it_is_done():
    booked = listed(at("25+0"), booked={"ogtt"})["ogtt"]
    done = listed(at("25+0"), Told("ogtt", at("24+3")), booked={"ogtt"})["ogtt"]

    assert (booked.standing, done.standing) == (Standing.BOOKED, Standing.DONE)


def test_what_a_family_says_and_what_staff_confirm_look_different():
    said = listed(at("25+0"), Told("ogtt", at("24+3")))["ogtt"]
    sure = listed(at("25+0"), Told("ogtt", at("24+3"), at("24+4")))["ogtt"]

    assert (said.reported_day, said.confirmed_day) == (at("24+3"), None)
    assert (sure.reported_day, sure.confirmed_day) == (at("24+3"), at("24+4"))
    assert "医院还没有确认" in said.reason
    assert "医务人员已确认，2026年6月22日" in sure.reason


def test_a_confirmed_record_counts_before_a_newer_one_that_was_told():
    found = listed(at("26+0"), Told("ogtt", confirmed_day=at("24+0")), Told("ogtt", at("25+0")))[
        "ogtt"
    ]

    assert (found.confirmed_day, found.reported_day) == (at("24+0"), None)


def test_habits_and_what_a_doctor_orders_are_never_late():
    early, late = listed(at("12+0")), listed(at("30+0"))

    assert {"folic_acid", "cvs"} <= early.keys()
    assert not {"folic_acid", "cvs", "amnio"} & late.keys()


def test_what_lasts_until_birth_stays_open_whatever_was_recorded():
    found = listed(at("38+0"), Told("nst", confirmed_day=at("37+1")))["nst"]

    assert found.standing is Standing.WINDOW_OPEN


def test_an_item_that_goes_with_another_is_done_and_booked_with_it():
    rows = {"c03": 3, "eye_03": 3}
    day = BORN + timedelta(days=95)

    def both(*visits: Told, booked: Collection[str] = ()) -> set[Standing]:
        found = stands(
            CHILDREN.items, anchors={Anchor.BIRTH: BORN}, dated_by="birth", visits=visits,
            booked=booked, today=day,
        )  # fmt: skip
        return {each.standing for each in found if each.key in rows}

    assert both(Told("c03", confirmed_day=day)) == {Standing.DONE}
    assert both(booked={"c03"}) == {Standing.BOOKED}


def test_the_order_is_that_of_days():
    days = [each.from_day for each in listed(at("20+0")).values()]

    assert days == sorted(days)


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


def test_the_rules_name_only_items_that_exist():
    known = {row.key for key in EDITION_KEYS for row in load(key).items}
    known |= {dose_key(each.vaccine, each.number) for each in CHILDREN.doses}
    named = {key for each in RULES.make_up for key in each.items}

    assert named | HABITS | set(RULES.multiples.items) <= known
    assert all(each.source for each in (*RULES.make_up, RULES.habits, RULES.multiples))


def test_an_item_in_two_lines_is_refused():
    line = MakeUp(items=("a",), mark=Mark.PROPOSED, source="x")
    listed_twice = Listed(items=("a",), mark=Mark.PROPOSED, source="x")

    with pytest.raises(ValueError, match="one way"):
        StandingRules(habits=listed_twice, multiples=listed_twice, make_up=(line, line))


def test_making_up_never_ends_before_the_window():
    assert last_day("hear1", anchor_day=BORN, to_day=date(2026, 1, 1)) == date(2026, 1, 1)
    assert last_day("a hospital's own", anchor_day=BORN, to_day=BORN) is None


def hers(scene: Scene, pregnancy: Pregnancy, booked: Collection[str] = ()) -> dict[str, Stand]:
    found = standing_of_pregnancy(scene.session, pregnancy=pregnancy, booked=booked, today=TODAY)
    return {each.key: each for each in found}


def his(scene: Scene, child: Child) -> dict[str, Stand]:
    found = standing_of_child(scene.session, child=child, booked=(), today=TODAY)
    return {each.key: each for each in found}


def test_a_pregnancy_stands_by_its_records(scene: Scene, pregnancy: Pregnancy):
    report_visit(
        scene.session, subject=pregnancy, item_key="gbs", seen=Seen(TODAY), actor=scene.her,
        now=scene.now,
    )  # fmt: skip
    confirm_visit(
        scene.session, subject=pregnancy, item_key="ogtt", seen=Seen(TODAY), actor=scene.staff,
        now=scene.now,
    )  # fmt: skip

    found = hers(scene, pregnancy, booked={"anc5"})

    assert {key: found[key].standing for key in ("gbs", "ogtt", "anc5", "anc1")} == {
        "gbs": Standing.DONE, "ogtt": Standing.DONE, "anc5": Standing.BOOKED,
        "anc1": Standing.OVERDUE,
    }  # fmt: skip
    assert (found["gbs"].confirmed_day, found["ogtt"].confirmed_day) == (None, TODAY)


def test_nothing_stands_after_a_loss(scene: Scene, pregnancy: Pregnancy):
    record_loss(
        scene.session, hospital_id=pregnancy.hospital_id, pregnancy_id=pregnancy.id,
        loss=Loss(LossKind.STILLBIRTH, TODAY, ""), actor=scene.staff, now=scene.now,
    )  # fmt: skip

    assert hers(scene, pregnancy) == {}


def test_twins_have_no_item_that_does_not_apply(scene: Scene, pregnancy: Pregnancy):
    set_fetuses(
        scene.session, hospital_id=pregnancy.hospital_id, pregnancy_id=pregnancy.id, count=2,
        actor=scene.staff, now=scene.now,
    )  # fmt: skip

    assert "nst" not in hers(scene, pregnancy)


def test_a_child_has_visits_doses_self_checks_and_its_plan(scene: Scene):
    scene.agree(scene.cast.mother)
    child = add_child(
        scene.session, guardian=scene.cast.mother, kind=GuardianKind.MOTHER,
        newborn=Newborn(date(2026, 1, 1)), gestation_at_birth_days=231, actor=scene.her,
        now=scene.now,
    )  # fmt: skip
    choose_plan(
        scene.session, child=child, plan="preterm_high_risk", actor=scene.staff, now=scene.now
    )
    report_dose(
        scene.session, child=child, given=Given("BCG", 1, Seen(date(2026, 1, 2))),
        actor=scene.her, now=scene.now,
    )  # fmt: skip

    found = his(scene, child)

    assert {each.kind for each in found.values()} == set(Kind)
    assert found["dose:BCG:1"].standing is Standing.DONE
    assert found["preterm_high_risk"].standing is Standing.OVERDUE
    assert found["signs_3m"].from_day == date(2026, 5, 19)
    assert "nb_visit" not in found


def test_a_childs_visit_after_discharge_stands_once_that_is_known(scene: Scene, girl: Child):
    girl.discharge_day = TODAY

    assert his(scene, girl)["nb_visit"].standing is Standing.WINDOW_OPEN


def test_a_child_without_a_plan_has_none(scene: Scene, girl: Child):
    assert Kind.PLAN not in {each.kind for each in his(scene, girl).values()}


def test_nothing_stands_for_a_child_that_moved_away(scene: Scene, girl: Child):
    away = move_away(scene.session, child=girl, day=TODAY, actor=scene.her, now=scene.now)

    assert his(scene, away) == {}
