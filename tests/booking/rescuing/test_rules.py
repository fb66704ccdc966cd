"""Who is given which other place: nobody twice, nobody out of her window, the nearest first."""

from collections import Counter
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given as play
from hypothesis import strategies as st

from booking.rescuing.rules import Lost, Open, fits, given, in_order, meets
from core.clock import beijing_moment

MONDAY = date(2026, 6, 8)
HALF_HOUR = timedelta(minutes=30)


def at(offset, hour=9):
    return beijing_moment(MONDAY + timedelta(days=offset), hour=hour)


def lost(name="lost", *, patient=1, urgency=3, rank=None, until=None, busy=()):
    until_day = None if until is None else MONDAY + timedelta(days=until)
    return Lost(name, patient, urgency, at(0), rank, None, until_day, busy)


def place(name, offset, hour=9, *, rank=None, free=1):
    starts_at = at(offset, hour)
    return Open(name, starts_at, starts_at + HALF_HOUR, rank, free)


@pytest.mark.parametrize(
    ("one", "places"),
    [
        (lost(rank=1), [place("best", 5, rank=1), place("near", 1, rank=2)]),
        (lost(rank=2), [place("best", 5, rank=1), place("near", 1, rank=None)]),
        (lost(), [place("best", 1), place("far", 3)]),
        (lost(), [place("best", -1), place("far", 2)]),
        (lost(), [place("best", 1, 10), place("late", 1, 15)]),
        (lost(), [place("best", -1), place("same", 1)]),
        (lost(until=2), [place("best", 2), place("too late", 3)]),
        (lost(busy=[(at(1), at(1, 10))]), [place("best", 2), place("busy", 1)]),
        (lost(), [place("best", 2), place("full", 1, free=0)]),
    ],
    ids=[
        "the same level of doctor", "the level next to it", "the fewest days away",
        "an earlier day too", "the nearest time of day", "the earlier of two", "within her window",
        "with no other appointment", "a free one",
    ],
)  # fmt: skip
def test_she_is_given_the_best_place(one, places):
    assert given([one], places) == {"lost": "best"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (lost("a", urgency=0), lost("b", urgency=1, until=0)),
        (lost("a", until=3), lost("b", until=5)),
        (lost("a", until=3), lost("b")),
    ],
    ids=["the more urgent", "whose window closes first", "who has a window"],
)
def test_who_chooses_first(first, second):
    assert given([second, first], [place("only", 0, 10)]) == {"a": "only"}


LOST = st.lists(
    st.builds(
        lost, st.uuids().map(str), patient=st.integers(1, 4),
        urgency=st.integers(0, 3), rank=st.none() | st.integers(1, 3),
        until=st.none() | st.integers(-2, 9),
    ),
    max_size=8, unique_by=lambda one: one.id,
)  # fmt: skip
PLACES = st.lists(
    st.builds(
        place, st.uuids().map(str), st.integers(-3, 9), st.integers(8, 16),
        rank=st.none() | st.integers(1, 3), free=st.integers(0, 2),
    ),
    max_size=8, unique_by=lambda one: one.id,
)  # fmt: skip


@play(LOST, PLACES)
def test_no_place_is_given_more_often_than_it_is_free(people, places):
    found = given(people, places)

    by_id = {one.id: one for one in places}
    assert all(count <= by_id[each].free for each, count in Counter(found.values()).items())


@play(LOST, PLACES)
def test_whatever_is_given_fits_and_whoever_goes_without_has_no_place_left(people, places):
    found = given(people, places)

    by_id = {one.id: one for one in places}
    used = Counter(found.values())
    hers = Counter(one.patient for one in people if one.id in found)
    assert all(fits(one, by_id[found[one.id]]) for one in people if one.id in found)
    assert not [
        (one, each)
        for one in people
        for each in places
        if one.id not in found and used[each.id] < each.free and fits(one, each)
        if not hers[one.patient]
    ]


@play(LOST, PLACES)
def test_nobody_is_given_two_places_at_one_time(people, places):
    found = given(people, places)

    by_id = {one.id: one for one in places}
    pairs = [
        (by_id[found[one.id]], by_id[found[other.id]])
        for one, other in combinations(people, 2)
        if one.patient == other.patient and {one.id, other.id} <= set(found)
    ]
    assert not [one for one, other in pairs if meets(one, other.starts_at, other.ends_at)]


@play(LOST, PLACES)
def test_who_chooses_first_gets_what_she_would_get_alone(people, places):
    found = given(people, places)

    first = in_order(people)[:1]
    assert [found.get(one.id) for one in first] == [
        given([one], places).get(one.id) for one in first
    ]
