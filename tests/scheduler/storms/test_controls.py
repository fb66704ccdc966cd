"""The storm is strong enough: without any one safeguard it finds what that one guards against."""

import pytest

from benchmarks.hands import Flaw
from benchmarks.sky import Weather
from benchmarks.storm import FOUL, PAUSES, Force
from tests.scheduler.storms.conftest import Rage

pytestmark = pytest.mark.slow

SLOW = Weather(takes_seconds=0.05)
BREEZE = Force(120, workers=2, kills=4, losses=12, weather=FOUL, pauses=PAUSES[:3])


def test_control_with_a_lease_that_never_ends_the_letters_of_dead_workers_are_lost(
    rage: Rage,
) -> None:
    after = rage(Force(60, workers=2, kills=2), Flaw.ENDLESS_LEASE)

    assert after.lost > 0


def test_control_without_a_lease_two_workers_call_for_one_woman_at_once(rage: Rage) -> None:
    after = rage(Force(60, workers=2, weather=SLOW, pauses=PAUSES[:2]), Flaw.NO_LEASE)

    assert after.crossed > 0


def test_control_sent_first_and_written_down_afterwards_comes_twice(rage: Rage) -> None:
    after = rage(BREEZE, Flaw.SENT_FIRST)

    assert after.doubled > 0


def test_control_without_asking_the_truth_she_is_told_after_her_loss(rage: Rage) -> None:
    after = rage(BREEZE, Flaw.BLIND)

    assert after.after_loss > 0
