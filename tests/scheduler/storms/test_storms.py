"""Whatever breaks: no reminder is lost in silence, none comes twice, none after a loss."""

import pytest

from benchmarks.hands import Flaw
from benchmarks.storm import Force
from tests.scheduler.storms.conftest import WOMEN, Rage

pytestmark = pytest.mark.slow

KILLS, LOSSES = 6, 20
ENDS = {"sent", "undeliverable", "dropped"}


def test_in_a_storm_every_reminder_has_its_end_and_none_comes_twice_or_after_a_loss(
    rage: Rage,
) -> None:
    after = rage(Force(WOMEN, kills=KILLS, losses=LOSSES), Flaw.NONE)

    assert (after.lost, after.doubled, after.after_loss, after.crossed) == (0, 0, 0, 0)
    assert after.kills == KILLS
    assert sum(after.states.values()) == WOMEN
    assert {state.partition(" ")[0] for state in after.states} == ENDS
    assert "dropped" not in after.states
    assert "undeliverable" not in after.states
    assert after.states["sent"] > WOMEN / 4
    assert after.calls > WOMEN
