"""JSON about growth and weight, continued: the mother's own."""

from datetime import timedelta

import pytest

from accounts.models import Purpose
from handbook.models import DatingSource
from handbook.queries import pregnancy_of
from tests.miniapp.family import add_child, agree
from tests.miniapp.growth_asked import BUILD, DAY, growth, weigh, weight
from tests.world import NOW

pytestmark = pytest.mark.slow  # each asks the whole program several times


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


def test_a_build_written_anew_counts(lin, expecting, clock):
    weigh(lin, BUILD)
    clock.moment += timedelta(minutes=1)
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
