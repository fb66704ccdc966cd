"""Where each visit stands, and why; and what is done, whoever said so."""

from collections.abc import Collection
from datetime import date, timedelta

import pytest

from handbook.care.make_up import HABITS, RULES, Listed, MakeUp, StandingRules, last_day
from handbook.care.rows import Anchor, Mark
from handbook.care.schedule import CURRENT, EDITION_KEYS, load
from handbook.standing.children import dose_key
from handbook.standing.mothers import Stand, Standing, stands
from handbook.timeline import Gestation
from tests.handbook.lives.standing_seen import BORN, CHILDREN, Told

LAST_PERIOD = date(2026, 1, 1)


def listed(today: date, *visits: Told, booked: Collection[str] = ()) -> dict[str, Stand]:
    found = stands(
        load(CURRENT).items, anchors={Anchor.LAST_PERIOD: LAST_PERIOD}, dated_by="last_period",
        visits=visits, booked=booked, today=today,
    )  # fmt: skip
    return {each.key: each for each in found}


def at(text: str) -> date:
    """Return the day of a gestation."""
    return LAST_PERIOD + timedelta(days=Gestation.read(text).days)


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
