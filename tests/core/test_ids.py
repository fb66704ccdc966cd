"""Identifiers tell their room, sort by time, and cannot be guessed or misread."""

from datetime import timedelta

import pytest

from core.ids import ALPHABET, new_id
from tests.world import NOW


@pytest.mark.parametrize(
    "later",
    [timedelta(milliseconds=1), timedelta(seconds=1), timedelta(days=365 * 200)],
    ids=["a millisecond", "a second", "two centuries"],
)
def test_a_later_id_sorts_behind(later: timedelta) -> None:
    assert new_id("apt", now=NOW) < new_id("apt", now=NOW + later)


def test_an_id_is_its_rooms_prefix_and_26_characters() -> None:
    prefix, _, rest = new_id("slt", now=NOW).partition("_")

    assert prefix == "slt"
    assert len(rest) == 26
    assert set(rest) <= set(ALPHABET)


def test_no_letter_of_an_id_can_be_read_as_a_digit() -> None:
    assert not set(ALPHABET) & set("ilou")
    assert len(set(ALPHABET)) == 32


def test_ids_of_one_moment_differ() -> None:
    made = {new_id("fam", now=NOW) for _ in range(2000)}

    assert len(made) == 2000
