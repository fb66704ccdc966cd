"""What is said when, as a pure function of a life."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.clock import beijing, beijing_date, beijing_moment
from handbook.care.rows import Anchor
from handbook.care.vaccines import Sex
from scheduler.candidates import appointment_point
from scheduler.speech.documents import Late, Step
from scheduler.speech.editions import Edition, current
from scheduler.speech.planner import BEHIND, Due, plans, said_of
from scheduler.speech.points import Life, Point, Traits, points_of, traits_of

LAST_PERIOD = date(2026, 3, 5)
LONG_AGO = datetime(2026, 3, 6, tzinfo=UTC)
DAY = timedelta(days=1)
PREGNANT = Life("prg", "national-2026", {Anchor.LAST_PERIOD: LAST_PERIOD}, LONG_AGO)
END = LAST_PERIOD + 320 * DAY


def said(life: Life, *, today: date = LAST_PERIOD, to_day: date = END) -> list[Due]:
    points = points_of(life, from_day=today - 300 * DAY, to_day=to_day)
    return list(plans(current(), points, since=life.since, today=today, to_day=to_day))


def moments(found: list[Due], rule: str, item: str = "") -> list[str]:
    return [
        f"{beijing(one.due_at):%m-%d %H:%M}"
        for one in found
        if one.rule.key == rule and one.point.traits.item_key == item
    ]


def test_a_window_is_told_when_it_opens_when_it_is_best_and_before_it_closes_for_good() -> None:
    found = said(PREGNANT)

    assert moments(found, "window_opens", "serum2") == ["06-18 09:00"]
    assert moments(found, "window_is_best", "serum2") == ["06-25 09:00"]
    assert moments(found, "last_call", "serum2") == ["07-24 09:00"]
    assert moments(found, "last_call", "us_anomaly") == []


def test_every_window_that_cannot_be_made_up_has_a_last_call() -> None:
    found = said(PREGNANT)

    opened = {one.point.traits for one in found if one.rule.step is Step.OPENS}
    final = {each.item_key for each in opened if each.is_final}
    called = {one.point.traits.item_key for one in found if one.rule.key == "last_call"}
    assert {"nt", "nipt", "serum2"} <= final <= called


def test_a_week_letter_comes_on_the_day_a_week_begins() -> None:
    found = said(PREGNANT)

    letters = [one for one in found if one.rule.key == "week_letter"]
    days = [(beijing_date(one.due_at) - LAST_PERIOD).days for one in letters]
    assert sorted(days) == [7 * week for week in range(6, 41)]


def test_a_mother_of_twins_is_told_only_what_applies_to_her() -> None:
    twins = Life("prg", "national-2026", PREGNANT.anchors, LONG_AGO, is_multiple=True)

    told = {one.point.traits.item_key for one in said(twins)} - {""}

    assert "nt" in told
    assert "nipt" not in told


def test_a_child_has_doses_visits_and_months() -> None:
    born = date(2026, 3, 31)
    child = Life("chd", "national-2026-child", {Anchor.BIRTH: born}, LONG_AGO, sex=Sex.MALE)

    found = said(child, today=born, to_day=born + 400 * DAY)

    told = {(one.rule.key, one.point.traits.item_key) for one in found}
    assert {("dose_opens", "dose:DTaP:1"), ("child_window_opens", "c01")} <= told
    months = [beijing_date(one.due_at) for one in found if one.rule.key == "month_letter"]
    assert sorted(months)[:3] == [date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30)]


@pytest.mark.parametrize(
    ("joined", "opens", "last"),
    [
        (date(2026, 6, 17), ["06-18 09:00"], ["07-24 09:00"]),
        (date(2026, 6, 18), [], ["07-24 09:00"]),
        (date(2026, 7, 26), [], ["07-27 09:00"]),
        (date(2026, 7, 30), [], []),
    ],
    ids=["before it opened", "the same day", "after the last call was due", "after its end"],
)
def test_a_late_joiner_is_told_at_once_only_what_cannot_be_made_up(
    joined: date, opens: list[str], last: list[str]
) -> None:
    late = Life("prg", "national-2026", PREGNANT.anchors, beijing_moment(joined, hour=12))

    found = said(late, today=joined)

    assert moments(found, "window_opens", "serum2") == opens
    assert moments(found, "last_call", "serum2") == last


def test_a_child_that_joins_late_has_all_in_one_morning() -> None:
    joined = date(2026, 6, 1)
    late = Life(
        "chd", "national-2026-child", {Anchor.BIRTH: date(2026, 3, 20)},
        beijing_moment(joined, hour=12), sex=Sex.MALE,
    )  # fmt: skip

    found = said(late, today=joined, to_day=joined + DAY)

    missed = [one for one in found if one.rule.key == "dose_opens"]
    assert len(missed) > 2
    assert {one.due_at for one in missed} == {beijing_moment(joined + DAY, hour=9)}
    assert {one.rule.may_merge for one in missed} == {True}


def test_what_fell_due_while_nobody_looked_is_told_for_a_week() -> None:
    opened = date(2026, 6, 18)

    after = [said(PREGNANT, today=opened + days * DAY) for days in (BEHIND.days - 1, BEHIND.days)]

    assert [moments(found, "window_opens", "serum2") for found in after] == [["06-18 09:00"], []]


def appointment(step: Step, *, booked_hours: float, at: datetime | None = None) -> Point:
    starts_at = beijing_moment(date(2026, 6, 3), hour=9)
    return appointment_point(
        step, traits=Traits(care="antenatal", booked_through="desk"), at=at or starts_at,
        ends_at=starts_at, starts_at=starts_at,
        booked_at=starts_at - timedelta(hours=booked_hours),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("booked_hours", "rules"),
    [
        (48, {"day_before", "hours_before"}),
        (15, {"hours_before"}),
        (13, set()),
    ],
    ids=["days ago", "after the usual hour", "this very morning"],
)
def test_an_appointment_is_told_as_far_as_it_was_not_just_made(
    booked_hours: float, rules: set[str]
) -> None:
    point = appointment(Step.NEAR, booked_hours=booked_hours)

    found = plans(current(), [point], since=None, today=date(2026, 6, 2), to_day=date(2026, 6, 3))

    assert {one.rule.key for one in found} == rules


def test_who_booked_herself_needs_no_letter_that_she_did() -> None:
    by_desk = appointment(Step.BOOKED, booked_hours=48, at=beijing_moment(date(2026, 6, 1)))
    by_chat = Point(
        Step.BOOKED, Traits(care="antenatal", booked_through="chat"), by_desk.at, by_desk.ends_at,
        by_desk.mark,
    )  # fmt: skip

    told = [
        said_of(current(), point, today=date(2026, 6, 1), to_day=date(2026, 6, 3)).due
        for point in (by_desk, by_chat)
    ]

    assert [[one.rule.key for one in found] for found in told] == [["booked_for_her"], []]


def test_one_rule_may_speak_instead_of_another() -> None:
    base = current()
    plain = base.rules["window_opens"]
    own = type(plain.rule)(
        **{**vars(plain.rule), "key": "ogtt_opens", "instead_of": "window_opens",
           "of": type(plain.rule.of)(items=("ogtt",))}
    )  # fmt: skip
    edition = Edition(
        "e", "e", {"window_opens": plain, "ogtt_opens": type(plain)(own, plain.document)},
        base.layouts, {},
    )  # fmt: skip

    points = points_of(PREGNANT, from_day=LAST_PERIOD, to_day=END)
    found = plans(edition, points, since=LONG_AGO, today=LAST_PERIOD, to_day=END)

    told = {(one.rule.key, one.point.traits.item_key) for one in found}
    assert ("ogtt_opens", "ogtt") in told
    assert ("window_opens", "ogtt") not in told


def test_a_plan_of_visits_is_known_by_its_key() -> None:
    assert traits_of("national-2026-child", "preterm_follow_up").sort == "plan"


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(
    last_period_day=st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    joined_after=st.integers(0, 280),
)
def test_no_rule_speaks_twice_of_one_thing_nor_after_it_is_too_late(
    last_period_day: date, joined_after: int
) -> None:
    joined = last_period_day + joined_after * DAY
    life = Life(
        "prg", "national-2026", {Anchor.LAST_PERIOD: last_period_day},
        beijing_moment(joined, hour=12),
    )  # fmt: skip

    found = said(life, today=joined, to_day=last_period_day + 320 * DAY)

    keys = [(one.rule.key, one.point.occasion("prg")) for one in found]
    assert len(keys) == len(set(keys))
    assert all(one.due_at < one.too_late_at for one in found)
    final = {one.point.traits.item_key for one in found if one.point.traits.is_final}
    told = {one.point.traits.item_key for one in found if one.rule.too_late.then is Late.PERSON}
    assert final <= told
