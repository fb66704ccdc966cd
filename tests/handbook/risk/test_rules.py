"""Colours, the consistency of a judgement, what must be reported, and the tables of lives."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbook.errors_risk import ColoursDoNotFit, RiskDayOutOfRange
from handbook.risk.colours import GENERAL, Colour, general, rank, shown
from handbook.risk.rules import (
    NEXT_CASE,
    NEXT_REFERRAL,
    CaseStep,
    ReferralStep,
    check_colours,
    check_day,
    is_positive,
    must_manage,
    must_report,
)
from handbook.risk.sealing import BLOCK, read, written
from handbook.risk.tables import CURRENT_TABLE, table
from tests.handbook.risk.ward import FINDING

GREEN, YELLOW, ORANGE, RED, PURPLE = Colour


@pytest.mark.parametrize(
    ("colours", "label"),
    [
        pytest.param({GREEN}, (GREEN,), id="green"),
        pytest.param({YELLOW, GREEN}, (YELLOW,), id="the-higher-counts"),
        pytest.param({ORANGE, RED, YELLOW}, (RED,), id="the-highest-counts"),
        pytest.param({ORANGE, PURPLE}, (ORANGE, PURPLE), id="purple-beside-another"),
        pytest.param({PURPLE}, (PURPLE,), id="purple-alone"),
    ],
)
def test_the_highest_colour_counts_and_purple_stands_beside(
    colours: set[Colour], label: tuple[Colour, ...]
):
    assert shown(colours) == label


@given(st.frozensets(st.sampled_from(Colour), min_size=1))
def test_the_general_colour_does_not_know_of_purple(colours: frozenset[Colour]):
    assert general(colours) == general(colours - {PURPLE})
    assert general(colours) in GENERAL


def test_purple_has_no_rank():
    with pytest.raises(ValueError, match="not in tuple"):
        rank(PURPLE)


@pytest.mark.parametrize(
    ("colours", "under"),
    [
        pytest.param({GREEN}, set(), id="green-needs-no-finding"),
        pytest.param({GREEN}, {GREEN}, id="green"),
        pytest.param({YELLOW}, {YELLOW}, id="as-in-the-table"),
        pytest.param({RED}, {YELLOW}, id="she-may-judge-higher"),
        pytest.param({PURPLE}, {PURPLE}, id="purple-alone"),
        pytest.param({RED, PURPLE}, {ORANGE, PURPLE}, id="higher-beside-purple"),
        pytest.param({RED}, {RED, YELLOW}, id="lower-findings-beside"),
    ],
)
def test_colours_that_rest_on_findings_pass(colours: set[Colour], under: set[Colour]):
    findings = table(CURRENT_TABLE).found({FINDING[colour] for colour in under})

    check_colours(colours, findings)


@pytest.mark.parametrize(
    ("colours", "under"),
    [
        pytest.param(set(), {YELLOW}, id="no-colour"),
        pytest.param({GREEN}, {YELLOW}, id="lower-than-the-table"),
        pytest.param({ORANGE}, {RED}, id="orange-for-a-red-finding"),
        pytest.param({YELLOW}, set(), id="yellow-without-a-finding"),
        pytest.param({RED}, {GREEN}, id="red-for-good-health"),
        pytest.param({PURPLE}, set(), id="purple-without-a-finding"),
        pytest.param({YELLOW, PURPLE}, {YELLOW}, id="purple-on-another-finding"),
        pytest.param({RED}, {RED, PURPLE}, id="purple-left-out"),
    ],
)
def test_colours_that_contradict_their_findings_are_refused(
    colours: set[Colour], under: set[Colour]
):
    findings = table(CURRENT_TABLE).found({FINDING[colour] for colour in under})

    with pytest.raises(ColoursDoNotFit):
        check_colours(colours, findings)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (None, GREEN, False), (None, YELLOW, False), (None, ORANGE, True), (None, RED, True),
        (GREEN, GREEN, False), (GREEN, YELLOW, False), (GREEN, ORANGE, True), (GREEN, RED, True),
        (YELLOW, GREEN, False), (YELLOW, YELLOW, False), (YELLOW, ORANGE, True),
        (YELLOW, RED, True), (ORANGE, GREEN, False), (ORANGE, YELLOW, False),
        (ORANGE, ORANGE, False), (ORANGE, RED, True), (RED, GREEN, False), (RED, YELLOW, False),
        (RED, ORANGE, False), (RED, RED, False),
    ],
)  # fmt: skip
def test_a_colour_is_reported_when_it_rises_to_orange_or_red(
    before: Colour | None, now: Colour, expected: bool
):
    assert must_report(before=before, now=now) is expected


@pytest.mark.parametrize(
    ("colours", "expected"),
    [
        ({GREEN}, False), ({YELLOW}, False), ({ORANGE}, True), ({RED}, True), ({PURPLE}, True),
        ({YELLOW, PURPLE}, True),
    ],
)  # fmt: skip
def test_orange_red_and_purple_are_managed_case_by_case(colours: set[Colour], expected: bool):
    assert must_manage(colours) is expected


@pytest.mark.parametrize(("answers", "expected"), [(set(), False), ({"1.1"}, True)])
def test_one_item_makes_a_screening_positive(answers: set[str], expected: bool):
    assert is_positive(answers) is expected


@pytest.mark.parametrize(
    "day", [pytest.param(date(2026, 3, 5), id="first"), pytest.param(date(2026, 6, 1), id="today")]
)
def test_a_day_within_the_pregnancy_passes(day: date):
    check_day(day, last_period_day=date(2026, 3, 5), today=date(2026, 6, 1))


@pytest.mark.parametrize(
    "day",
    [pytest.param(date(2026, 3, 4), id="before"), pytest.param(date(2026, 6, 2), id="tomorrow")],
)
def test_a_day_outside_the_pregnancy_is_refused(day: date):
    with pytest.raises(RiskDayOutOfRange):
        check_day(day, last_period_day=date(2026, 3, 5), today=date(2026, 6, 1))


def test_every_step_of_a_case_has_its_next_and_is_reached():
    assert NEXT_CASE.keys() == set(CaseStep)
    assert {CaseStep.FOUND}.union(*NEXT_CASE.values()) == set(CaseStep)


def test_every_step_of_a_referral_has_its_next_and_is_reached():
    assert NEXT_REFERRAL.keys() == set(ReferralStep)
    assert {ReferralStep.SENT}.union(*NEXT_REFERRAL.values()) == set(ReferralStep)


@given(st.frozensets(st.sampled_from([item.key for item in table(CURRENT_TABLE).items])))
def test_what_is_written_for_sealing_is_read_back(keys: frozenset[str]):
    assert read(written(keys)) == keys
    assert len(written(keys)) % BLOCK == 0


def test_the_length_of_what_is_sealed_tells_nothing():
    assert len(written([])) == len(written(["purple-1"])) == len(written(FINDING.values()))
