"""Which anchor days reach an item, and no others."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbook.care.schedule import CURRENT, CURRENT_CHILD, load
from handbook.standing.stretches import Edge, Target, stretches

DAY = timedelta(days=1)


def edge_of(target: Target, edge: Edge, anchor_day: date) -> date:
    """Return the day on which an item reaches its edge; the first of all days if nobody has it."""
    from_day, to_day = target.days(anchor_day) or (date.min, date.min)
    last_day = to_day or date.max - DAY
    days = {Edge.OPENS: from_day, Edge.IDEAL: from_day, Edge.CLOSES: last_day}
    return (days | {Edge.OVERDUE: last_day + DAY})[edge]


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(
    day=st.dates(date(2012, 1, 1), date(2040, 12, 31)),
    length=st.integers(0, 40),
    edition=st.sampled_from([CURRENT, CURRENT_CHILD]),
    edge=st.sampled_from(Edge),
)
def test_a_stretch_holds_the_anchor_days_that_reach_the_item_and_no_others(
    day: date, length: int, edition: str, edge: Edge
):
    until = day + length * DAY

    for each in stretches(load(edition), edge=edge, from_day=day, to_day=until):
        assert day <= edge_of(each.target, edge, each.low)
        assert edge_of(each.target, edge, each.high) <= until
        assert edge_of(each.target, edge, each.high + DAY) > until
        assert edge_of(each.target, edge, each.low - DAY) < day


def test_a_day_that_no_birthday_reaches_has_no_stretch():
    keys = {
        each.target.key
        for each in stretches(
            load(CURRENT_CHILD), edge=Edge.OPENS, from_day=date(2027, 3, 30),
            to_day=date(2027, 3, 30),
        )
    }  # fmt: skip

    assert "dose:HepB:2" not in keys
    assert "c03" in keys


def test_those_born_before_the_programme_have_no_dose_of_it():
    (hpv, *_) = (
        each
        for each in stretches(
            load(CURRENT_CHILD), edge=Edge.OPENS, from_day=date(2025, 11, 10),
            to_day=date(2025, 11, 10),
        )
        if each.target.key == "dose:HPV2:1"
    )  # fmt: skip

    assert (hpv.low, hpv.high) == (date(2011, 11, 11), date(2012, 11, 10))
