"""JSON about growth and weight: kept in plausible ranges, compared, and taken back."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Purpose, SubjectKind
from accounts.rules import Actor
from handbook import actions_records
from handbook.models import DatingSource
from handbook.models_records import MeasurementKind
from handbook.queries import pregnancy_of
from handbook.queries_children import child_in
from tests.miniapp.family import add_child, agree, page_of
from tests.world import NOW

pytestmark = pytest.mark.slow  # each asks the whole program several times

BUILD = {"mother_height": "162", "mother_weight_before": "54.5", "mother_age": "29"}
DAY = "2026-05-10"


def measure(signed, child_id, kind, value, day=DAY):
    return signed.post(
        f"/children/{child_id}/measurements", {"kind": kind, "value": value, "day": day}
    )


def growth(signed, child_id, kind="weight"):
    return signed.get(f"/children/{child_id}/growth", kind=kind).json


def weigh(signed, values, day=DAY):
    return signed.post("/pregnancies/measurements", {"day": day, "values": values})


def weight(signed):
    return signed.get("/pregnancies/weight").json


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


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"value": "640"}, 409, "handbook.measurement_out_of_range"),
        ({"day": "2025-12-31"}, 409, "handbook.day_out_of_range"),
        ({"day": "2026-06-02"}, 409, "handbook.day_out_of_range"),
        ({"kind": "bmi"}, 422, "core.bad_request"),
        ({"value": "-1"}, 422, "core.bad_request"),
        ({"value": "NaN"}, 422, "core.bad_request"),
        ({"value": "6.123"}, 422, "core.bad_request"),
        ({"value": "重"}, 422, "core.bad_request"),
    ],
)
def test_a_measurement_that_cannot_be_is_refused(lin, body, status, code):
    child_id = add_child(lin)

    refused = lin.post(
        f"/children/{child_id}/measurements", {"kind": "weight", "value": "6.4", "day": DAY} | body
    )

    assert (refused.status_code, refused.json["code"]) == (status, code)
    assert growth(lin, child_id)["points"] == []


def test_a_curve_of_something_else_is_refused(lin):
    refused = lin.get(f"/children/{add_child(lin)}/growth", kind="hair")

    assert (refused.status_code, refused.json["code"]) == (422, "core.bad_request")


def test_without_a_build_her_weights_are_kept_and_not_compared(lin, expecting):
    weigh(lin, {"mother_weight": "56.2"})

    told = weight(lin)

    (point,) = told["points"]
    assert (point["value"], point["gained"], point["gestation"]) == (56.2, None, "9周+3天")
    assert (told["build"], told["band"], told["svg"], told["source"]) == (None, None, None, None)
    assert "身高" in told["words"]


def test_her_weight_stands_in_the_range_of_her_build(lin, expecting):
    weigh(lin, BUILD)
    empty = weight(lin)
    weigh(lin, {"mother_weight": "55.4"})

    told = weight(lin)

    assert "还没有记录体重" in empty["words"]
    assert told["build"] == {"height_cm": 162, "weight_before_kg": 54.5, "age_years": 29}
    assert told["points"][0]["gained"] == 0.9
    assert (told["band"]["total_least"], told["band"]["total_most"]) == (8, 14)
    assert told["band"]["least"] < told["band"]["most"]
    assert "参考范围" in told["words"]
    assert "WS/T 801" in told["source"]
    assert told["svg"].startswith("<svg")


def test_a_build_written_anew_counts(lin, expecting):
    weigh(lin, BUILD)
    weigh(lin, {"mother_weight_before": "80"})

    assert weight(lin)["build"]["weight_before_kg"] == 80


@pytest.mark.parametrize(
    ("build", "words"),
    [
        ({"mother_age": "16"}, "18岁"),
        ({"mother_height": "135"}, "140厘米"),
    ],
    ids=["minor", "short"],
)
def test_whom_the_standard_is_not_for_is_told_so(lin, expecting, build, words):
    weigh(lin, BUILD | build)
    weigh(lin, {"mother_weight": "55.4"})

    told = weight(lin)

    assert words in told["words"]
    assert (told["band"], told["svg"]) == (None, None)
    assert told["points"][0]["value"] == 55.4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"fetuses": 2}, "多胞胎"),
        ({"dating_source": DatingSource.EMBRYO_TRANSFER}, "自然怀孕"),
    ],
    ids=["twins", "assisted"],
)
def test_a_pregnancy_that_the_standard_is_not_for_is_told_so(
    lin, expecting, database, cast, change, words
):
    weigh(lin, BUILD)
    with database.transaction() as session:
        pregnancy = pregnancy_of(session, person_id=cast.mother.id)
        for name, value in change.items():
            setattr(pregnancy, name, value)

    assert words in weight(lin)["words"]


def test_one_implausible_gain_does_not_hide_the_rest(lin, expecting):
    weigh(lin, BUILD)
    weigh(lin, {"mother_weight": "55.4"}, day="2026-05-01")
    weigh(lin, {"mother_weight": "155"})

    told = weight(lin)

    assert [point["value"] for point in told["points"]] == [55.4, 155]
    assert "请核对" in told["words"]
    assert told["svg"].startswith("<svg")


def test_blood_pressure_is_kept_whole_or_not_at_all(lin, expecting, session):
    kept = weigh(lin, {"systolic": "118", "diastolic": "76"})
    refused = weigh(lin, {"systolic": "120", "diastolic": "7"})

    assert (kept.status_code, set(kept.json["ids"])) == (201, {"systolic", "diastolic"})
    assert refused.json["code"] == "handbook.measurement_out_of_range"


@pytest.mark.parametrize(
    ("values", "status", "code"),
    [
        ({}, 422, "core.bad_request"),
        ({"shoe": "38"}, 422, "core.bad_request"),
        ({"mother_weight": "5"}, 409, "handbook.measurement_out_of_range"),
        ({"child_weight": "5"}, 409, "handbook.no_such_item"),
    ],
    ids=["nothing", "no-kind", "too-light", "of-a-child"],
)
def test_what_she_cannot_have_measured_is_refused(lin, expecting, values, status, code):
    refused = weigh(lin, values)

    assert (refused.status_code, refused.json["code"]) == (status, code)


def test_her_last_weight_stands_beside_her_timeline(lin, expecting):
    before = lin.get("/timeline").json["weight"]
    weigh(lin, {"mother_weight": "56.2"})

    assert before is None
    assert lin.get("/timeline").json["weight"] == {"value": 56.2, "day": DAY}


def test_after_birth_there_is_no_weight_curve(lin, expecting, database, cast):
    weigh(lin, {"mother_weight": "56.2"})
    with database.transaction() as session:
        pregnancy = pregnancy_of(session, person_id=cast.mother.id)
        pregnancy.state, pregnancy.delivery_day, pregnancy.closed_at = "delivered", NOW.date(), NOW

    assert lin.get("/pregnancies/weight").status_code == 404
    assert lin.get("/timeline").json["weight"] is None
    assert weigh(lin, {"systolic": "118", "diastolic": "76"}, day="2026-06-01").status_code == 201


def test_nothing_of_hers_is_kept_after_she_took_her_consent_back(lin, expecting):
    agree(lin, Purpose.HANDBOOK, "withdraw")

    refused = weigh(lin, {"mother_weight": "56.2"})

    assert (refused.status_code, refused.json["code"]) == (409, "accounts.consent_needed")
