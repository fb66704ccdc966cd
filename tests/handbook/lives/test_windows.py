"""What opens and what falls overdue between two days: the same for a house as for each alone."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from accounts.models import Person
from benchmarks import windows
from core.db import Session
from handbook.actions import Loss, record_loss
from handbook.actions_births import add_child, record_delivery
from handbook.actions_children import choose_plan, move_away, record_death
from handbook.actions_dating import set_fetuses
from handbook.actions_records import Given, confirm_visit, report_dose
from handbook.births import Delivery, Newborn
from handbook.care.rows import Anchor
from handbook.care.schedule import CURRENT, CURRENT_CHILD, load
from handbook.care.vaccines import Sex
from handbook.models import LossKind, Pregnancy
from handbook.models_lives import Child, GuardianKind
from handbook.standing.windows import Reached, opening_between, overdue_between
from handbook.telling import Seen
from tests.handbook.lives.conftest import TODAY, Scene

DAY = timedelta(days=1)

Search = Callable[..., Iterator[Reached]]


def found(search: Search, session: Session, edition: str, day: date, days: int = 1) -> set[str]:
    rows = search(session, edition=edition, from_day=day, to_day=day + (days - 1) * DAY)
    return {row.item_key for row in rows}


def told_to_postgres(session: Session, edition: str) -> tuple[str, object]:
    """Return the statement of a search and its values."""
    seen: list[tuple[str, object]] = []

    def keep(connection, cursor, statement, parameters, context, executemany) -> None:
        seen.append((statement, parameters))

    sa.event.listen(session.connection(), "before_cursor_execute", keep)
    list(opening_between(session, edition=edition, from_day=TODAY, to_day=TODAY))
    sa.event.remove(session.connection(), "before_cursor_execute", keep)
    (only,) = seen
    return only


@pytest.fixture
def baby(scene: Scene) -> Child:
    """A girl born on the last day of February in a leap year, at 30+0."""
    scene.agree(scene.cast.mother)
    return add_child(
        scene.session, guardian=scene.cast.mother, kind=GuardianKind.MOTHER,
        newborn=Newborn(date(2024, 2, 29), sex=Sex.FEMALE), gestation_at_birth_days=210,
        actor=scene.her, now=scene.now,
    )  # fmt: skip


def test_every_item_opens_on_its_day_and_on_no_other(scene: Scene, pregnancy: Pregnancy):
    day = date(2025, 8, 25) + timedelta(days=77)

    assert found(opening_between, scene.session, CURRENT, day) == {"nt"}
    assert found(opening_between, scene.session, CURRENT, day - DAY) == set()
    assert found(opening_between, scene.session, CURRENT, day + DAY) == set()


def test_what_is_reached_says_whose_and_which_days(scene: Scene, pregnancy: Pregnancy):
    day = date(2025, 8, 25) + timedelta(days=77)

    (row,) = opening_between(scene.session, edition=CURRENT, from_day=day, to_day=day)

    to_day = day + timedelta(days=20)
    assert row == Reached(pregnancy.id, None, "nt", day, to_day, pregnancy.known_at)


def test_over_a_whole_pregnancy_everything_that_is_reminded_of_opens_once(
    scene: Scene, pregnancy: Pregnancy
):
    rows = list(
        opening_between(
            scene.session, edition=CURRENT, from_day=date(2025, 1, 1), to_day=date(2027, 1, 1)
        )
    )

    keys = sorted(row.item_key for row in rows)
    assert keys == sorted(
        row.key
        for row in load(CURRENT).items
        if row.is_reminded and row.anchor is Anchor.LAST_PERIOD
    )


def test_only_what_is_required_falls_overdue(scene: Scene, pregnancy: Pregnancy):
    late = found(overdue_between, scene.session, CURRENT, date(2025, 1, 1), 1000)

    assert {"anc1", "ogtt", "us_anomaly", "anc5"} <= late
    assert not {"nt", "nipt", "folic_acid", "fm", "nst", "cvs"} & late


@pytest.mark.parametrize(
    ("day", "keys"),
    [
        pytest.param(date(2026, 3, 15), set(), id="on-the-last-day"),
        pytest.param(date(2026, 3, 16), {"ogtt"}, id="the-day-after"),
        pytest.param(date(2026, 3, 17), set(), id="only-once"),
    ],
)
def test_an_item_is_late_from_the_day_after_its_last(
    scene: Scene, pregnancy: Pregnancy, day: date, keys: set[str]
):
    assert found(overdue_between, scene.session, CURRENT, day) == keys


def test_what_is_in_the_record_is_not_late(scene: Scene, pregnancy: Pregnancy):
    confirm_visit(
        scene.session, subject=pregnancy, item_key="ogtt", seen=Seen(date(2026, 3, 1)),
        actor=scene.staff, now=scene.now,
    )  # fmt: skip

    assert found(overdue_between, scene.session, CURRENT, date(2026, 3, 16)) == set()


def test_nothing_opens_or_is_late_after_a_loss(scene: Scene, pregnancy: Pregnancy):
    record_loss(
        scene.session, hospital_id=pregnancy.hospital_id, pregnancy_id=pregnancy.id,
        loss=Loss(LossKind.STILLBIRTH, TODAY, ""), actor=scene.staff, now=scene.now,
    )  # fmt: skip

    assert found(opening_between, scene.session, CURRENT, date(2025, 1, 1), 1000) == set()
    assert found(overdue_between, scene.session, CURRENT, date(2025, 1, 1), 1000) == set()


def test_for_twins_only_what_applies_opens(scene: Scene, pregnancy: Pregnancy):
    set_fetuses(
        scene.session, hospital_id=pregnancy.hospital_id, pregnancy_id=pregnancy.id, count=2,
        actor=scene.staff, now=scene.now,
    )  # fmt: skip

    keys = found(opening_between, scene.session, CURRENT, date(2025, 1, 1), 1000)

    assert "ogtt" in keys
    assert not {"gbs", "nst", "serum2"} & keys


def test_after_the_birth_the_mothers_own_items_open(scene: Scene, pregnancy: Pregnancy):
    record_delivery(
        scene.session, hospital_id=pregnancy.hospital_id, pregnancy_id=pregnancy.id,
        delivery=Delivery(TODAY, discharge_day=TODAY), actor=scene.staff, now=scene.now,
    )  # fmt: skip

    assert found(opening_between, scene.session, CURRENT, TODAY) == {"pp_visit"}
    assert found(opening_between, scene.session, CURRENT, date(2026, 7, 13)) == {"pp42"}
    assert found(overdue_between, scene.session, CURRENT, date(2026, 6, 9)) == {"pp_visit"}


def test_after_the_childs_death_not_even_these(scene: Scene, pregnancy: Pregnancy, girl: Child):
    later = scene.now + timedelta(days=40)
    record_death(
        scene.session, child=girl, day=TODAY + timedelta(days=30), note="", actor=scene.staff,
        now=later,
    )  # fmt: skip

    assert found(opening_between, scene.session, CURRENT, date(2026, 7, 13)) == set()
    assert found(opening_between, scene.session, CURRENT_CHILD, TODAY, 7000) == set()


@pytest.mark.parametrize(
    ("day", "key"),
    [
        pytest.param(date(2024, 3, 29), "dose:HepB:2", id="a-month"),
        pytest.param(date(2026, 2, 28), "c24", id="two-years-fall-on-the-months-last-day"),
        pytest.param(date(2037, 2, 28), "dose:HPV2:1", id="thirteen-years"),
    ],
)
def test_a_childs_items_and_doses_open_by_actual_age(
    scene: Scene, baby: Child, day: date, key: str
):
    assert key in found(opening_between, scene.session, CURRENT_CHILD, day)
    assert key not in found(opening_between, scene.session, CURRENT_CHILD, day - DAY)
    assert key not in found(opening_between, scene.session, CURRENT_CHILD, day + DAY)


def test_a_boy_has_no_dose_for_girls(scene: Scene, baby: Child):
    baby.sex = Sex.MALE

    keys = found(opening_between, scene.session, CURRENT_CHILD, date(2024, 1, 1), 7000)

    assert "dose:DTaP:5" in keys
    assert "dose:HPV2:1" not in keys


def test_doses_in_the_record_are_left_out_and_those_after_them_are_not(scene: Scene, baby: Child):
    days = (date(2024, 5, 29), date(2024, 6, 29), date(2024, 7, 29))
    for number, day in enumerate(days, 1):
        report_dose(
            scene.session, child=baby, given=Given("DTaP", number, Seen(day)), actor=scene.her,
            now=scene.now,
        )  # fmt: skip

    keys = found(opening_between, scene.session, CURRENT_CHILD, date(2024, 1, 1), 7000)

    assert not {"dose:DTaP:1", "dose:DTaP:2", "dose:DTaP:3"} & keys
    assert {"dose:DTaP:4", "dose:DTaP:5"} <= keys


def test_a_dose_is_late_after_its_completion_age_and_not_without_one(scene: Scene, baby: Child):
    keys = found(overdue_between, scene.session, CURRENT_CHILD, date(2025, 2, 28))

    assert "dose:HepB:3" in keys
    late = found(overdue_between, scene.session, CURRENT_CHILD, date(2024, 1, 1), 7000)
    assert "dose:DTaP:1" not in late


def test_the_next_visit_of_a_plan_opens_and_falls_overdue(scene: Scene, baby: Child):
    choose_plan(
        scene.session, child=baby, plan="preterm_low_risk", actor=scene.staff, now=scene.now
    )
    day = date(2024, 3, 29)

    (row,) = (
        each
        for each in opening_between(scene.session, edition=CURRENT_CHILD, from_day=day, to_day=day)
        if each.item_key == "preterm_low_risk"
    )

    assert (row.child_id, row.from_day, row.to_day) == (baby.id, day, date(2024, 4, 29))
    assert "preterm_low_risk" in found(
        overdue_between, scene.session, CURRENT_CHILD, date(2024, 4, 30)
    )


def test_the_visit_after_discharge_opens_with_it(scene: Scene, baby: Child):
    baby.discharge_day = date(2024, 3, 20)

    assert "nb_visit" in found(opening_between, scene.session, CURRENT_CHILD, date(2024, 3, 20))


def test_nothing_opens_for_a_child_that_moved_away(scene: Scene, baby: Child):
    move_away(scene.session, child=baby, day=TODAY, actor=scene.her, now=scene.now)

    assert found(opening_between, scene.session, CURRENT_CHILD, date(2024, 1, 1), 7000) == set()


def test_days_the_wrong_way_round_hold_nobody(scene: Scene, pregnancy: Pregnancy):
    rows = opening_between(scene.session, edition=CURRENT, from_day=TODAY, to_day=date(2025, 1, 1))

    assert list(rows) == []


@pytest.mark.parametrize("search", [opening_between, overdue_between])
def test_an_edition_that_nobody_has_reaches_nobody(scene: Scene, search: Search):
    assert found(search, scene.session, "national-2026-visits", date(2025, 1, 1), 1000) == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("edition", "indexes"),
    [
        pytest.param(CURRENT, {"ix_pregnancy_ongoing_day"}, id="pregnancies"),
        pytest.param(
            CURRENT_CHILD, {"ix_child_birth_day", "ix_child_plan_from_day"}, id="children"
        ),
    ],
)
def test_among_many_families_the_search_walks_the_indexes(
    session: Session, edition: str, indexes: set[str]
):
    session.connection().exec_driver_sql(windows.HOSPITAL)
    windows.fill(session, low=1, high=7000)
    session.execute(sa.text("analyze"))

    statement, given_values = told_to_postgres(session, edition)

    plan = session.connection().exec_driver_sql(f"explain {statement}", given_values)
    walked = "\n".join(plan.scalars())
    assert {index for index in indexes if index in walked} == indexes
    assert "Seq Scan on" not in walked


def test_another_person_is_reached_as_well(scene: Scene, baby: Child):
    other = scene.session.get_one(Person, scene.cast.newcomer.id)
    scene.agree(other)
    twin = add_child(
        scene.session, guardian=other, kind=GuardianKind.FATHER,
        newborn=Newborn(baby.birth_day), gestation_at_birth_days=None, actor=scene.her,
        now=scene.now,
    )  # fmt: skip

    rows = opening_between(
        scene.session, edition=CURRENT_CHILD, from_day=date(2024, 3, 28),
        to_day=date(2024, 3, 28),
    )  # fmt: skip

    assert {row.child_id for row in rows if row.item_key == "c01"} == {baby.id, twin.id}
