"""What must hold in every history, over histories by chance; each rule has a control that fails."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from scheduler.journey import family
from scheduler.journey.chance import by_chance, house_by_chance
from scheduler.journey.family import Schedules
from scheduler.journey.holding import HELD, Told, faults
from scheduler.journey.walking import journey
from scheduler.letters import deciding
from scheduler.letters.facts import Lived, child_lived, pregnancy_lived
from scheduler.letters.judging import Verdict
from scheduler.letters.writing import Letter
from scheduler.models import ReminderState
from scheduler.policy import Policy, policy
from scheduler.speech.documents import Joiner, Late, Rule, TooLate
from scheduler.speech.editions import Edition, Spoken, current

IN_THE_SUITE = range(300)
CONTROL = range(60)
"""A broken house is found out within so many histories."""


def told(seed: int, *, rules: Edition | None = None, house: Policy | None = None) -> Told:
    """Return the journey of a history under other rules or another house than those that hold."""
    history = by_chance(seed)
    promised = house_by_chance(seed)
    lines = journey(
        history, rules=rules or current(), schedules=Schedules(), policy=house or promised,
        shelf=lambda *_asked: None,
    )  # fmt: skip
    return Told(history, lines, current(), promised)


def broken(
    seeds: range, *, rules: Edition | None = None, house: Policy | None = None
) -> set[str]:  # fmt: skip
    """Return the names of what does not hold in the histories of some seeds."""
    journeys = (told(seed, rules=rules, house=house) for seed in seeds)
    return {fault.rule for one in journeys for fault in faults(one)}


def changed(change: Callable[[Rule], Rule]) -> Edition:
    """Return the rules of today with each rule changed."""
    now = current()
    rules = {
        key: Spoken(change(one.rule), one.document, one.changed) for key, one in now.rules.items()
    }
    return replace(now, rules=rules, found={})


@pytest.mark.slow
@pytest.mark.parametrize(
    "seeds", [IN_THE_SUITE[first : first + 100] for first in (0, 100, 200)], ids=str
)
def test_in_every_history_everything_holds_that_must(seeds: range) -> None:
    found = broken(seeds)

    assert found == set()


def test_the_same_seed_is_the_same_history() -> None:
    once, again = by_chance(7), by_chance(7)

    assert once == again
    assert once != by_chance(8)


@pytest.mark.slow
def test_a_house_that_overhears_a_loss_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def lived(row: family.Mother) -> Lived:
        return pregnancy_lived(replace(row, state="ongoing", quiet_at=None))

    monkeypatch.setattr(family, "pregnancy_lived", lived)

    assert "after_loss" in broken(CONTROL)


@pytest.mark.slow
def test_a_house_that_overhears_a_death_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def lived(row: family.Newborn) -> Lived:
        return child_lived(replace(row, state="living"))

    monkeypatch.setattr(family, "child_lived", lived)

    assert "after_loss" in broken(CONTROL)


@pytest.mark.slow
def test_a_house_that_never_sleeps_is_found_out() -> None:
    awake = policy({"quiet_from": time(0), "quiet_to": time(0)})

    assert "at_night" in broken(CONTROL, house=awake)


@pytest.mark.slow
def test_a_house_without_a_cap_is_found_out() -> None:
    talkative = policy({"letters_a_day": 20})

    assert broken(CONTROL, house=talkative) == {"over_the_cap"}


@pytest.mark.slow
def test_a_worker_that_forgets_what_it_said_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgotten(letter: Letter, reminder_id: str, *, leased_until: datetime) -> Verdict:
        next_at = leased_until + timedelta(days=1)
        return Verdict(reminder_id=reminder_id, state=ReminderState.PENDING, next_at=next_at)

    monkeypatch.setattr(deciding, "sending", forgotten)

    assert "twice" in broken(CONTROL)


@pytest.mark.slow
def test_rules_that_leave_out_what_cannot_be_made_up_are_found_out() -> None:
    careless = changed(
        lambda rule: replace(
            rule, late_joiner=Joiner.SKIP, too_late=TooLate(then=Late.DROP),
            if_unreached=Late.DROP,
        )
    )  # fmt: skip

    assert "uncovered" in broken(CONTROL, rules=careless)


def test_every_rule_that_holds_has_a_name_that_is_counted() -> None:
    assert set(HELD) == {"after_loss", "at_night", "over_the_cap", "twice", "uncovered"}
