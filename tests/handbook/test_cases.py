"""Dates of care asked one at a time: every kind, every refusal, and the arithmetic both ways."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbook.cases import ERROR, KINDS, NONE, answer
from tests.world import ROOT

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
GESTATIONS = st.integers(0, 44 * 7)
PAGE = ROOT / "docs" / "reference" / "care-dates.md"


def written(days: int) -> str:
    return f"{days // 7}+{days % 7}"


@pytest.mark.parametrize(
    ("kind", "asked", "expected"),
    [
        ("edd_lmp", {"lmp": "2026-01-01"}, "2026-10-08"),
        ("edd_lmp", {"lmp": "2026-05-31"}, "2027-03-07"),
        ("edd_lmp", {"lmp": "2027-11-30"}, "2028-09-05"),
        ("edd_lmp", {"lmp": "2024-02-29"}, "2024-12-05"),
        ("edd_cycle", {"lmp": "2026-01-01", "cycle_days": 28}, "2026-10-08"),
        ("edd_cycle", {"lmp": "2026-01-01", "cycle_days": 35}, "2026-10-15"),
        ("ga", {"lmp": "2026-01-01", "on": "2026-03-27"}, "12+1"),
        ("ga", {"lmp": "2026-01-01", "on": "2026-01-01"}, "0+0"),
        ("ga", {"lmp": "2026-01-01", "on": "2026-11-05"}, "44+0"),
        ("ga_from_edd", {"edd": "2026-10-08", "on": "2026-03-27"}, "12+1"),
        ("ga_from_edd", {"edd": "2026-10-08", "on": "2026-10-15"}, "41+0"),
        ("edd_us", {"scan": "2026-03-27", "ga": "12+1"}, "2026-10-08"),
        (
            "redate_acog700", {"lmp": "2026-01-01", "scan": "2026-03-05", "ga": "8+0"},
            {"edd": "2026-10-08", "from": "lmp"},
        ),
        (
            "redate_acog700", {"lmp": "2026-01-01", "scan": "2026-03-05", "ga": "7+6"},
            {"edd": "2026-10-16", "from": "us"},
        ),
        ("ivf", {"transfer": "2026-01-20", "embryo_day": 3}, "2026-10-10"),
        ("ivf", {"transfer": "2026-01-20", "embryo_day": 5}, "2026-10-08"),
        ("ivf", {"transfer": "2026-01-20", "embryo_day": 6}, "2026-10-07"),
        (
            "ga_window", {"lmp": "2026-01-01", "from": "11+0", "to": "13+6"},
            ["2026-03-19", "2026-04-08"],
        ),
        ("postpartum_42", {"delivery": "2026-07-01"}, "2026-08-12"),
        ("home_visit_by", {"discharge": "2026-07-04"}, "2026-07-11"),
        ("full_month_visit", {"birth": "2026-07-01"}, ["2026-07-29", "2026-07-31"]),
        ("child_visit", {"birth": "2026-08-31", "months": 6}, "2027-02-28"),
        ("child_visit", {"birth": "2024-02-29", "months": 12}, "2025-02-28"),
        ("child_visit", {"birth": "2026-08-31", "months": 0}, "2026-08-31"),
        ("age_months", {"birth": "2026-08-31", "on": "2027-02-27"}, 5),
        ("age_months", {"birth": "2026-08-31", "on": "2027-02-28"}, 6),
        (
            "corrected_age", {"birth": "2026-03-01", "ga_at_birth": "30+0", "on": "2026-04-01"},
            {"use_correction": True, "corrected_days": -39, "pma": "34+3"},
        ),
        (
            "corrected_age", {"birth": "2026-03-01", "ga_at_birth": "30+0", "on": "2026-07-10"},
            {
                "use_correction": True, "corrected_days": 61, "corrected_months": 2,
                "pma": "48+5",
            },
        ),
        (
            "corrected_age", {"birth": "2026-03-01", "ga_at_birth": "37+0", "on": "2026-04-01"},
            {
                "use_correction": False, "corrected_days": 31, "corrected_months": 1,
                "pma": "41+3",
            },
        ),
        (
            "vaccine_2026", {"birth": "2026-07-01", "vaccine": "DTaP", "dose": 2},
            {"due": "2026-11-01"},
        ),
        (
            "vaccine_2026", {"birth": "2026-07-01", "vaccine": "BCG", "dose": 1},
            {"due": "2026-07-01", "last": "2026-09-30"},
        ),
        (
            "vaccine_2026",
            {"birth": "2013-03-10", "vaccine": "HPV2", "dose": 1, "sex": "female"},
            {"due": "2026-03-10", "last": "2027-03-09"},
        ),
        (
            "vaccine_2026",
            {"birth": "2013-03-10", "vaccine": "HPV2", "dose": 1, "sex": "male"}, NONE,
        ),
        ("vaccine_2026", {"birth": "2026-07-01", "vaccine": "HepB", "dose": 4}, NONE),
        (
            "vaccine_preterm",
            {"birth": "2026-03-01", "vaccine": "DTaP", "dose": 1, "ga_at_birth": "30+0"},
            {"due": "2026-05-01"},
        ),
        (
            "vaccine_catchup",
            {
                "birth": "2026-07-01", "vaccine": "DTaP", "dose": 2,
                "previous_dose_on": "2026-12-20",
            },
            {"earliest": "2027-01-17"},
        ),
        (
            "vaccine_catchup",
            {
                "birth": "2013-03-10", "vaccine": "HPV2", "dose": 2, "sex": "male",
                "previous_dose_on": "2026-12-20",
            },
            NONE,
        ),
        (
            "who_anc", {"lmp": "2026-01-01", "on": "2026-03-27"},
            {"edd": "2026-10-08", "ga": "12+1"},
        ),
        ("who_anc", {"scan": "2026-03-27", "ga": "12+1"}, {"edd": "2026-10-08", "ga": "12+1"}),
        (
            "who_anc", {"scan": "2026-03-27", "ga": "12+1", "on": "2026-04-03"},
            {"edd": "2026-10-08", "ga": "13+1"},
        ),
        ("workday_cn", {"date": "2026-02-14"}, {"off": False}),
        ("workday_cn", {"date": "2026-02-16"}, {"off": True}),
        ("workday_cn", {"date": "2026-03-07"}, {"off": True}),
        ("fortune", {"birth": "2026-03-07"}, None),
    ],
)  # fmt: skip
def test_every_kind_is_answered(kind: str, asked: dict[str, object], expected: object):
    assert answer(kind=kind, asked=asked) == expected


DTAP = {"birth": "2026-07-01", "vaccine": "DTaP", "dose": 2}
SMALL = {"birth": "2026-03-01", "ga_at_birth": "30+0", "on": "2026-07-01"}


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        pytest.param("edd_lmp", None, id="no-input"),
        pytest.param("edd_lmp", ["2026-01-01"], id="a-list"),
        pytest.param("edd_lmp", {}, id="missing"),
        pytest.param("edd_lmp", {"lmp": None}, id="null"),
        pytest.param("edd_lmp", {"lmp": 20260101}, id="a-number"),
        pytest.param("edd_lmp", {"lmp": "20260101"}, id="written-otherwise"),
        pytest.param("edd_lmp", {"lmp": "2026-02-30"}, id="no-such-day"),
        pytest.param("edd_lmp", {"lmp": "9999-12-01"}, id="beyond-the-calendar"),
        pytest.param("edd_cycle", {"lmp": "2026-01-01", "cycle_days": 10}, id="cycle"),
        pytest.param("edd_cycle", {"lmp": "2026-01-01", "cycle_days": True}, id="cycle-is-true"),
        pytest.param("edd_cycle", {"lmp": "2026-01-01", "cycle_days": 28.5}, id="half-a-day"),
        pytest.param("ga", {"lmp": "2026-01-01", "on": "2025-12-31"}, id="before-the-period"),
        pytest.param("ga", {"lmp": "2026-01-01", "on": "2026-11-06"}, id="44+1"),
        pytest.param("ga_from_edd", {"edd": "2026-10-08", "on": "2025-12-31"}, id="too-far"),
        pytest.param("ga_from_edd", {"edd": "2026-10-08", "on": "2026-11-06"}, id="long-past"),
        pytest.param("edd_us", {"scan": "2026-03-27", "ga": "12+7"}, id="seven-days"),
        pytest.param("edd_us", {"scan": "2026-03-27", "ga": "12w1d"}, id="no-gestation"),
        pytest.param("edd_us", {"scan": "2026-03-27", "ga": "44+1"}, id="longer-than-any"),
        pytest.param("edd_us", {"scan": "2026-03-27", "ga": "4+6"}, id="scan-too-early"),
        pytest.param(
            "redate_acog700", {"lmp": "2026-01-01", "scan": "2025-12-31", "ga": "8+0"},
            id="scan-before-the-period",
        ),
        pytest.param(
            "redate_acog700", {"lmp": "2026-01-01", "scan": "2026-11-06", "ga": "8+0"},
            id="scan-after-any-pregnancy",
        ),
        pytest.param("ivf", {"transfer": "2026-01-20", "embryo_day": 7}, id="embryo-too-old"),
        pytest.param("ivf", {"transfer": "2026-01-20", "embryo_day": 1}, id="embryo-too-young"),
        pytest.param(
            "ga_window", {"lmp": "2026-01-01", "from": "13+6", "to": "11+0"}, id="turned-round"
        ),
        pytest.param("child_visit", {"birth": "2026-01-01", "months": -1}, id="months-below-zero"),
        pytest.param("child_visit", {"birth": "2026-01-01", "months": 99999}, id="months-too-many"),
        pytest.param("age_months", {"birth": "2026-01-02", "on": "2026-01-01"}, id="unborn"),
        pytest.param("corrected_age", SMALL | {"on": "2026-02-28"}, id="unborn-preterm"),
        pytest.param("corrected_age", SMALL | {"ga_at_birth": "12+0"}, id="born-too-early"),
        pytest.param("corrected_age", SMALL | {"ga_at_birth": "45+0"}, id="born-too-late"),
        pytest.param("vaccine_2026", DTAP | {"vaccine": "DTAP"}, id="no-such-vaccine"),
        pytest.param("vaccine_2026", DTAP | {"dose": 0}, id="dose-zero"),
        pytest.param("vaccine_2026", DTAP | {"dose": "2"}, id="dose-as-text"),
        pytest.param("vaccine_2026", DTAP | {"sex": "?"}, id="no-such-sex"),
        pytest.param("vaccine_preterm", DTAP, id="no-gestation-at-birth"),
        pytest.param("vaccine_catchup", DTAP, id="no-dose-before"),
        pytest.param(
            "vaccine_catchup", DTAP | {"previous_dose_on": "2026-06-30"}, id="dose-before-birth"
        ),
        pytest.param("who_anc", {"on": "2026-03-27"}, id="dated-by-nothing"),
        pytest.param(
            "who_anc", {"scan": "2026-03-27", "ga": "12+1", "on": "2025-12-31"},
            id="before-the-beginning",
        ),
        pytest.param("workday_cn", {"date": "2035-01-01"}, id="year-without-calendar"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_an_error(kind: str, asked: object):
    assert answer(kind=kind, asked=asked) == ERROR


@pytest.mark.slow
@given(lmp=DAYS, days=GESTATIONS)
def test_a_gestation_is_the_same_by_period_and_by_due_day(lmp: date, days: int):
    on = (lmp + timedelta(days=days)).isoformat()
    edd = answer(kind="edd_lmp", asked={"lmp": lmp.isoformat()})

    by_period = answer(kind="ga", asked={"lmp": lmp.isoformat(), "on": on})
    by_due_day = answer(kind="ga_from_edd", asked={"edd": edd, "on": on})

    assert by_period == by_due_day == written(days)


@pytest.mark.slow
@given(lmp=DAYS, days=st.integers(35, 44 * 7))
def test_a_scan_that_agrees_changes_nothing(lmp: date, days: int):
    scan = {"scan": (lmp + timedelta(days=days)).isoformat(), "ga": written(days)}
    edd = answer(kind="edd_lmp", asked={"lmp": lmp.isoformat()})

    assert answer(kind="edd_us", asked=scan) == edd
    assert answer(kind="redate_acog700", asked={"lmp": lmp.isoformat(), **scan}) == {
        "edd": edd, "from": "lmp",
    }  # fmt: skip
    assert answer(kind="who_anc", asked=scan) == {"edd": edd, "ga": written(days)}


@pytest.mark.slow
@given(lmp=DAYS, first=GESTATIONS, last=GESTATIONS)
def test_a_window_has_its_gestation_on_both_its_days(lmp: date, first: int, last: int):
    opens, closes = sorted((first, last))
    asked = {"lmp": lmp.isoformat(), "from": written(opens), "to": written(closes)}

    found = answer(kind="ga_window", asked=asked)

    assert isinstance(found, list)
    assert [answer(kind="ga", asked={"lmp": lmp.isoformat(), "on": day}) for day in found] == [
        written(opens), written(closes),
    ]  # fmt: skip


@pytest.mark.slow
@given(transfer=DAYS, embryo_day=st.integers(2, 6))
def test_an_embryo_a_day_older_is_born_a_day_earlier(transfer: date, embryo_day: int):
    asked = {"transfer": transfer.isoformat(), "embryo_day": embryo_day}

    found = answer(kind="ivf", asked=asked)

    assert found == (transfer + timedelta(days=266 - embryo_day)).isoformat()


@pytest.mark.slow
@given(born=DAYS, months=st.integers(0, 84))
def test_a_child_is_as_many_months_old_at_a_visit_and_one_less_the_day_before(
    born: date, months: int
):
    visit = answer(kind="child_visit", asked={"birth": born.isoformat(), "months": months})
    before = date.fromisoformat(str(visit)) - timedelta(days=1)

    assert answer(kind="age_months", asked={"birth": born.isoformat(), "on": visit}) == months
    assert answer(
        kind="age_months", asked={"birth": born.isoformat(), "on": before.isoformat()}
    ) == (months - 1 if months else ERROR)


@pytest.mark.slow
@given(born=DAYS, early=st.integers(20 * 7, 37 * 7 - 1), days=st.integers(0, 1500))
def test_a_preterm_child_is_corrected_by_what_it_came_too_early(born: date, early: int, days: int):
    asked = {
        "birth": born.isoformat(),
        "ga_at_birth": written(early),
        "on": (born + timedelta(days=days)).isoformat(),
    }

    found = answer(kind="corrected_age", asked=asked)

    assert isinstance(found, dict)
    assert found["corrected_days"] == days - (280 - early)
    assert found["pma"] == written(early + days)
    assert ("corrected_months" in found) is (days >= 280 - early)


@pytest.mark.slow
@given(born=DAYS, early=st.integers(20 * 7, 44 * 7))
def test_vaccines_go_by_actual_age_however_early_a_child_came(born: date, early: int):
    asked = {"birth": born.isoformat(), "vaccine": "DTaP", "dose": 3}

    preterm = answer(kind="vaccine_preterm", asked=asked | {"ga_at_birth": written(early)})

    assert preterm == answer(kind="vaccine_2026", asked=asked)


def test_the_page_explains_every_kind():
    page = PAGE.read_text("utf-8")

    assert {kind for kind in KINDS if not re.search(rf"^\| `{kind}` \|", page, re.M)} == set()
