"""The order of a draw: by days left, then by lots that anybody can recompute."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.drawing.rules import Entry, digest_of, lot, ordered, verify

ENTRIES = st.lists(
    st.builds(Entry, st.uuids().map(str), st.none() | st.integers(-3, 30)),
    unique_by=lambda one: one.id,
)


@given(ENTRIES, st.text())
def test_fewer_days_left_always_stand_first(entries, seed):
    order = ordered(entries, seed=seed)

    days = [999 if one.days_left is None else one.days_left for one in order]
    assert days == sorted(days)
    assert sorted(order, key=lambda one: one.id) == sorted(entries, key=lambda one: one.id)


@given(ENTRIES, st.text(), st.randoms())
def test_the_order_of_asking_changes_nothing(entries, seed, chance):
    shuffled = list(entries)
    chance.shuffle(shuffled)

    assert ordered(shuffled, seed=seed) == ordered(entries, seed=seed)


def test_another_seed_is_another_order():
    entries = [Entry(str(number), 3) for number in range(20)]

    assert ordered(entries, seed="one") != ordered(entries, seed="another")


def test_a_lot_is_what_the_page_says_it_is():
    assert lot("seed", "drw_1") == hashlib.sha256(b"seed:drw_1").hexdigest()


FAIR = ordered([Entry("a", 1), Entry("b", 1), Entry("c", None)], seed="s")


@pytest.mark.parametrize(
    ("seed_digest", "entries", "is_fair"),
    [
        (digest_of("s"), FAIR, True),
        (digest_of("t"), FAIR, False),
        (digest_of("s"), FAIR[::-1], False),
    ],
    ids=["as promised", "another seed than promised", "another order"],
)
def test_anybody_can_check_a_draw(seed_digest, entries, is_fair):
    assert verify(seed_digest=seed_digest, seed="s", entries=entries) is is_fair
