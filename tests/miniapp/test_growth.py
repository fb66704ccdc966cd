"""JSON about growth and weight: kept in plausible ranges, compared, and taken back."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import SubjectKind
from accounts.rules import Actor
from handbook import actions_records
from handbook.models_records import MeasurementKind
from handbook.queries_children import child_in
from tests.miniapp.family import add_child, page_of
from tests.miniapp.growth_asked import DAY, growth, measure
from tests.world import NOW

pytestmark = pytest.mark.slow  # each asks the whole program several times


def test_a_weight_is_placed_on_the_curve(lin):
    child_id = add_child(lin)

    written = measure(lin, child_id, "weight", "6.4")

    told = growth(lin, child_id)
    (point,) = told["points"]
    assert written.status_code == 201
    assert (point["value"], point["day"], point["age"]) == (6.4, DAY, "4个月")
    assert (point["id"], point["record_id"]) == (written.json["id"], written.json["id"])
    assert point["z"] == pytest.approx(0, abs=0.2)
    assert point["percentile"] == pytest.approx(50, abs=8)
    assert "百分位" in told["words"]
    assert told["svg"].startswith("<svg")
    assert (told["name"], told["unit"]) == ("体重", "公斤")


@pytest.mark.parametrize("kind", ["weight", "length", "head", "bmi"])
def test_an_empty_curve_invites_to_measure(lin, kind):
    told = growth(lin, add_child(lin), kind)

    assert told["points"] == []
    assert "还没有记录" in told["words"]
    assert told["svg"].startswith("<svg")


def test_the_body_mass_index_is_worked_out_of_one_day(lin):
    child_id = add_child(lin)
    measure(lin, child_id, "weight", "6.4")
    measure(lin, child_id, "length", "62")
    measure(lin, child_id, "weight", "6.0", day="2026-04-20")

    (point,) = growth(lin, child_id, "bmi")["points"]

    assert (point["day"], point["value"]) == (DAY, 16.6)
    assert (point["id"], point["record_id"]) == (None, None)


def test_a_slip_of_the_pen_hides_no_other_curve(lin):
    child_id = add_child(lin)
    measure(lin, child_id, "weight", "6.4")
    measure(lin, child_id, "length", "160")

    lengths, masses = growth(lin, child_id, "length"), growth(lin, child_id, "bmi")

    assert growth(lin, child_id)["points"][0]["percentile"] is not None
    assert "对不上" in lengths["points"][0]["note"]
    assert lengths["points"][0]["value"] == 160
    assert "对不上" in lengths["words"]
    assert masses["points"] == []
    assert "对不上" in masses["words"]


def test_a_child_of_two_years_is_measured_standing(lin):
    child_id = add_child(lin, birth_day="2024-01-10")

    measure(lin, child_id, "length", "90")

    (point,) = growth(lin, child_id, "length")["points"]
    assert (point["value"], point["age"]) == (90, "28个月")
    assert point["percentile"] == pytest.approx(55, abs=15)


def test_before_the_due_day_of_a_preterm_child_nothing_is_compared(lin):
    child_id = add_child(lin, birth_day="2026-05-01", gestation_at_birth="33+0")

    measure(lin, child_id, "weight", "2.3", day="2026-05-20")

    told = growth(lin, child_id)
    assert told["points"][0]["z"] is None
    assert "早产" in told["words"]
    assert told["points"][0]["note"] == told["words"]


def test_beyond_what_who_compares_a_value_is_kept_and_not_placed(lin):
    child_id = add_child(lin, birth_day="2020-01-10")

    measure(lin, child_id, "head", "51")

    told = growth(lin, child_id, "head")
    assert (told["points"][0]["value"], told["points"][0]["percentile"]) == (51, None)
    assert "没有可以对照的曲线" in told["words"]


def test_without_the_sex_there_is_no_curve(lin):
    child_id = add_child(lin, sex=None)
    measure(lin, child_id, "weight", "6.4")

    told = growth(lin, child_id)

    assert told["svg"] is None
    assert "性别" in told["words"]
    assert told["points"][0]["value"] == 6.4


def test_a_measurement_is_taken_back(lin):
    child_id = add_child(lin)
    record_id = measure(lin, child_id, "weight", "6.4").json["id"]

    taken = lin.post(f"/children/{child_id}/records/{record_id}/withdraw", {})

    assert taken.status_code == 204
    assert growth(lin, child_id)["points"] == []


def test_what_staff_measured_is_shown_and_stays(lin, database, cast):
    child_id = add_child(lin)
    with database.transaction() as session:
        actions_records.measure(
            session, subject=child_in(session, child_id=child_id, hospital_id=cast.hospital.id),
            measured=actions_records.Measured(
                MeasurementKind.CHILD_WEIGHT, Decimal("6.4"), date(2026, 5, 10)
            ),
            actor=Actor(SubjectKind.STAFF, cast.care_worker.id), now=NOW,
        )  # fmt: skip

    (point,) = growth(lin, child_id)["points"]

    assert (point["value"], point["record_id"]) == (6.4, None)
    refused = lin.post(f"/children/{child_id}/records/{point['id']}/withdraw", {})
    assert (refused.status_code, refused.json["code"]) == (409, "handbook.confirmed_by_staff")


def test_a_childs_page_shows_the_newest_of_each(lin):
    child_id = add_child(lin)
    measure(lin, child_id, "weight", "6.0", day="2026-04-20")
    measure(lin, child_id, "weight", "6.4")
    measure(lin, child_id, "head", "40.5")

    latest = page_of(lin, child_id)["latest"]

    assert [(each["kind"], each["value"], each["day"]) for each in latest] == [
        ("weight", 6.4, DAY),
        ("head", 40.5, DAY),
    ]
