"""How many places are kept follows from whose windows close, and never more than there are."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.protecting.rules import Window, expected, kept, spread

MONDAY = date(2026, 6, 1)


def day(offset):
    return MONDAY + timedelta(days=offset)


def window(from_offset, to_offset):
    return Window(day(to_offset), day(from_offset))


def needed(places, *windows):
    found = kept(
        places={day(one): count for one, count in places.items()}, windows=windows, until=day(8)
    )
    return [found[day(one)] for one in places]


@pytest.mark.parametrize(
    ("places", "windows", "expected_kept"),
    [
        ({0: 2, 1: 2}, [], [0, 0]),
        ({0: 2, 1: 2}, [window(0, 0)], [1, 0]),
        ({0: 2, 1: 2}, [window(0, 1)], [0, 1]),
        ({0: 2, 1: 2}, [window(0, 1)] * 3, [1, 2]),
        ({0: 2, 1: 2}, [window(0, 1)] * 9, [2, 2]),
        ({0: 2, 1: 2}, [window(0, 1), window(1, 1), window(1, 1)], [1, 2]),
        ({0: 2, 1: 2}, [window(1, 1)] * 3, [0, 2]),
        ({0: 2, 3: 1}, [window(0, 2)], [1, 0]),
        ({0: 2, 3: 1}, [window(0, 9)] * 5, [0, 0]),
        ({}, [window(0, 1)], []),
    ],
    ids=[
        "nobody", "she has only today", "she has tomorrow", "one more than tomorrow has",
        "more than there is", "those who come take tomorrow", "who is not open yet keeps no today",
        "a day without supply", "it closes after the last day of supply", "no supply",
    ],
)  # fmt: skip
def test_so_many_places_are_kept(places, windows, expected_kept):
    assert needed(places, *windows) == expected_kept


WINDOWS = st.lists(
    st.tuples(st.integers(-5, 9), st.integers(0, 9)).map(lambda one: window(one[0], sum(one)))
)
PLACES = st.dictionaries(st.integers(0, 9).map(day), st.integers(0, 4), max_size=10)


@given(places=PLACES, windows=WINDOWS)
def test_nothing_is_kept_that_is_not_there_or_not_asked_for(places, windows):
    found = kept(places=places, windows=windows, until=day(9))

    assert set(found) == set(places)
    assert all(0 <= count <= places[each] for each, count in found.items())
    assert sum(found.values()) <= len(windows)


@given(windows=WINDOWS)
def test_with_room_for_all_on_the_last_day_nothing_is_kept_before(windows):
    last = max((one.to_day for one in windows), default=day(0))
    same = [Window(last, one.from_day) for one in windows]
    places = {day(-9): 50, last: len(windows)}

    assert kept(places=places, windows=same, until=last)[day(-9)] == 0


def test_who_comes_late_is_expected_as_she_came_last_time():
    late = (day(-2), window(-10, 3))
    early = (day(-2), window(20, 40))
    too_late = (day(-2), window(-30, -5))

    assert expected([late, early, too_late], ahead=14) == [window(12, 17), window(34, 54)]


@given(st.integers(0, 30), st.lists(st.integers(0, 6), max_size=8))
def test_kept_places_are_spread_where_there_is_room(count, free):
    shares = spread(count, free)

    assert sum(shares) == min(count, sum(free))
    assert all(0 <= one <= most for one, most in zip(shares, free, strict=True))


def test_the_emptiest_slots_keep_first():
    assert spread(3, [1, 4, 2]) == [0, 3, 0]
    assert spread(4, [1, 4, 2]) == [0, 3, 1]
