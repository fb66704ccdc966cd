"""Wordings drawn by lot: by the reminder's own name, never below a floor, judged by intervals."""

from collections import Counter

import pytest

from scheduler.letters.lots import Seen, drawn, interval, shares_of
from scheduler.policy import default

LEARNING = default().learning
ENOUGH = LEARNING.least_judged
SHARES = {"": 10, "wrd_a": 60, "wrd_b": 30}


def draws(shares: dict[str, int], *, many: int = 4_000) -> Counter[str]:
    return Counter(
        drawn(shares, person_id=f"per_{number}", rule="day_before", occasion="apt_1/1")
        for number in range(many)
    )


def test_a_reminder_draws_the_same_words_every_time() -> None:
    assert draws(SHARES, many=200) == draws(SHARES, many=200)


def test_wordings_are_drawn_as_often_as_their_shares_say() -> None:
    found = draws(SHARES)

    parts = {key: round(count / found.total(), 1) for key, count in found.items()}
    assert parts == {"": 0.1, "wrd_a": 0.6, "wrd_b": 0.3}


def test_another_rule_of_the_same_visit_is_another_lot() -> None:
    rules = ("three_days_before", "day_before")
    pairs = {
        tuple(
            drawn({"a": 50, "b": 50}, person_id=f"p{n}", rule=rule, occasion="o") for rule in rules
        )
        for n in range(60)
    }

    assert len(pairs) == 4


def test_shares_that_leave_a_gap_are_a_defect() -> None:
    with pytest.raises(ValueError, match="hundred"):
        draws({"a": 1}, many=400)


def judged(came: int, missed: int) -> Seen:
    return Seen(sent=came + missed, came=came, missed=missed)


@pytest.mark.parametrize(
    ("seen", "shares"),
    [
        ({"": judged(700, 300), "a": judged(900, 100)}, {"": 10, "a": 90}),
        ({"": judged(0, ENOUGH), "a": judged(ENOUGH - 1, 0)}, {"": 50, "a": 50}),
        ({"": judged(90, 10), "a": judged(93, 7)}, {"": 50, "a": 50}),
        (
            {"": judged(700, 300), "a": judged(900, 100), "b": judged(905, 95)},
            {"": 10, "a": 45, "b": 45},
        ),
        ({"": judged(0, 0), "a": judged(9, 1), "b": judged(9, 1)}, {"": 34, "a": 33, "b": 33}),
    ],
    ids=["clearly worse", "one is little known", "no difference", "two are good", "all new"],
)
def test_what_is_clearly_worse_keeps_the_floor_and_the_others_share_the_rest(
    seen: dict[str, Seen], shares: dict[str, int]
) -> None:
    found = shares_of(seen, learning=LEARNING)

    assert found == shares
    assert sum(found.values()) == 100


@pytest.mark.parametrize(
    ("came", "of", "low", "high"),
    [(8, 10, 0.490, 0.943), (0, 0, 0.0, 1.0), (10, 10, 0.722, 1.0), (0, 20, 0.0, 0.161),
     (450, 500, 0.871, 0.923)],
    ids=["few", "nothing", "all", "none", "many"],
)  # fmt: skip
def test_an_interval_is_wilsons(came: int, of: int, low: float, high: float) -> None:
    found = interval(came, of)

    assert found == (pytest.approx(low, abs=0.001), pytest.approx(high, abs=0.001))
