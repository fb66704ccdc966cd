"""A month of days and a day in columns: what there is, in words, and the way into each."""

import pytest
import sqlalchemy as sa

from booking.models import Quota, Slot
from booking.models_supply import Clinic, Level
from booking.steps import By
from booking.supply.actions_supply import DoctorCard, Place, add_doctor, add_institution
from tests import scene, world
from tests.console.desk_day.ways import DAY, at, now_of, trail
from tests.console.people import by

JUNE_FIRST = "6月1日"


def cell(page, day):
    """Return how a screen reader says a day of a month."""
    return page.partition(f'aria-label="{day} ')[2].partition('"')[0].split()


def changed(database, clinic, **values):
    with database.transaction() as session:
        of_clinic = Slot.clinic_id == clinic.clinic.id
        session.execute(sa.update(Slot).where(of_clinic).values(**values))


def test_a_day_with_room_says_how_much(clerk, clinic, visit):
    page = clerk.read(at(clinic, "month?month=2026-06"))

    assert cell(page, JUNE_FIRST) == ["余", "11", "已约", "1/12"]
    assert f'href="/console/desk/{clinic.clinic.id}/columns?day=2026-06-01"' in page


def test_a_full_day_says_so(clerk, clinic, database):
    with database.transaction() as session:
        session.execute(sa.update(Quota).values(taken=Quota.places))

    assert cell(clerk.read(at(clinic, "month")), JUNE_FIRST) == ["约满", "已约", "12/12"]


def test_a_closed_day_says_so(clerk, clinic, database):
    changed(database, clinic, is_closed=True)

    assert cell(clerk.read(at(clinic, "month")), JUNE_FIRST) == ["停诊"]


def test_a_day_of_which_a_part_is_closed_says_both(clerk, clinic, database):
    with database.transaction() as session:
        session.get_one(Slot, clinic.slots[0].id).is_closed = True

    page = clerk.read(at(clinic, "month"))

    assert cell(page, JUNE_FIRST) == ["余", "8", "部分停诊", "已约", "0/8"]


def test_a_day_without_hours_and_a_holiday_say_so(clerk, clinic):
    page = clerk.read(at(clinic, "month"))

    assert cell(page, "6月2日") == ["不出诊"]
    assert cell(page, "6月20日") == ["法定假日", "不出诊"]


def test_a_day_that_is_over_offers_nothing(clerk, cast, database):
    with database.transaction() as session:
        past = scene.desk(session, cast.hospital, day=scene.TODAY.replace(month=5, day=29))

    page = clerk.read(at(past, "month?month=2026-05"))

    assert cell(page, "5月29日") == ["已过", "已约", "0/8"]


def test_months_and_days_follow_one_another_by_key(clerk, clinic):
    month, day = clerk.read(at(clinic, "month?month=2026-12")), clerk.read(at(clinic, "columns"))

    assert 'month=2026-11" rel="prev"' in month
    assert 'month=2027-01" rel="next"' in month
    assert 'day=2026-06-02" rel="next"' in day
    assert "data-grid" in month
    assert "data-grid" in day


@pytest.fixture
def doctor(database, cast, clinic):
    """Dr. Li sits at noon, the team at the other times."""
    card = DoctorCard("李敏", "主任医师", 1, is_active=True)
    with database.transaction() as session:
        doctor = add_doctor(
            session, hospital_id=cast.hospital.id, card=card,
            by=By(by(cast.clerk), "asked", world.NOW),
        )  # fmt: skip
        session.get_one(Slot, clinic.slots[1].id).doctor_id = doctor.id
    return doctor


def test_a_day_has_a_column_for_the_team_and_one_for_each_doctor(clerk, clinic, visit, doctor):
    page = clerk.read(at(clinic, "columns"))

    head, body = page.split("<tbody>")
    assert head.index("本门诊团队") < head.index("李敏 主任医师")
    assert body.index("11:30") < body.index("林晓雨") < body.index("12:00") < body.index("14:00")


def test_names_lead_to_the_visit_and_room_to_a_booking(clerk, clinic, visit, database):
    page = clerk.read(at(clinic, "columns"))

    assert f'href="/console/desk/visits/{visit.appointment.id}"' in page
    assert f"callers/?slot={clinic.slots[1].id}" in page
    assert "day_list_read" in trail(database)


@pytest.mark.parametrize(
    ("values", "said"),
    [({"is_closed": True}, "停诊"), ({"starts_at": world.NOW}, "1/4")],
    ids=["closed", "begun"],
)
def test_a_time_without_room_is_not_offered(clerk, clinic, visit, database, values, said):
    with database.transaction() as session:
        session.execute(sa.update(Slot).where(Slot.id == clinic.slots[0].id).values(**values))

    page = clerk.read(at(clinic, "columns"))

    assert said in page
    assert f"slot={clinic.slots[0].id}" not in page


def test_a_full_time_says_so(clerk, clinic, database):
    with database.transaction() as session:
        session.execute(sa.update(Quota).values(taken=Quota.places))

    page = clerk.read(at(clinic, "columns"))

    assert "约满 4/4" in page
    assert "callers/?slot=" not in page


def test_a_day_without_hours_says_so(clerk, clinic):
    assert "这一天不出诊" in clerk.read(at(clinic, "columns?day=2026-06-02"))


def test_all_clinics_stand_side_by_side_and_that_is_written_down_once(
    clerk, clinic, visit, database, cast
):
    with database.transaction() as session:
        scene.desk(session, cast.hospital, name="产科超声", **DAY)

    page = clerk.read("/desk/columns/")

    assert "产科普通门诊" in page
    assert "产科超声" in page
    assert trail(database)[-1] == "day_lists_read"
    assert cell(clerk.read("/desk/month/"), JUNE_FIRST) == ["余", "23", "已约", "1/24"]


def test_the_clinics_of_one_institution_can_be_looked_at_alone(clerk, clinic, database, cast):
    made_by = By(by(cast.clerk), "asked", world.NOW)
    with database.transaction() as session:
        town, city = (
            add_institution(
                session, hospital_id=cast.hospital.id, place=Place(level, name, "", ""), by=made_by
            )
            for level, name in ((Level.TOWN, "城关卫生院"), (Level.CITY, "本部"))
        )
        session.get_one(Clinic, clinic.clinic.id).institution_id = town.id

    assert cell(clerk.read(f"/desk/month/?at={town.id}"), JUNE_FIRST)[0] == "余"
    assert cell(clerk.read(f"/desk/month/?at={city.id}"), JUNE_FIRST) == ["不出诊"]
    assert "城关卫生院" in clerk.read("/desk/columns/")


def test_looking_changes_nothing(clerk, clinic, visit, database):
    before = now_of(database, visit).state

    clerk.read(at(clinic, "columns"))

    assert now_of(database, visit).state is before
