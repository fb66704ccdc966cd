"""The life of a pregnancy, and the words of its refusals."""

import pytest

from core.errors import Refusal
from core.words import sentences
from handbook import errors, errors_risk
from handbook.growth import errors as errors_growth
from handbook.models import LossKind, PregnancyState
from handbook.planning import errors as errors_planning
from handbook.roster import errors as errors_roster
from handbook.rules import LOSSES_AFTER_BIRTH, NEXT, may_be_lost


def test_every_state_has_its_next():
    assert NEXT.keys() == set(PregnancyState)


def test_every_state_is_reached_from_the_first():
    reached = {"ongoing"}.union(*NEXT.values())

    assert reached == set(PregnancyState)


def test_nothing_follows_a_loss():
    assert not NEXT["ended"]


def test_losses_after_birth_are_known_losses():
    assert set(LossKind) > LOSSES_AFTER_BIRTH


@pytest.mark.parametrize(
    ("state", "loss", "expected"),
    [
        pytest.param("ongoing", "miscarriage", True, id="ongoing"),
        pytest.param("delivered", "neonatal_death", True, id="a-newborn-died"),
        pytest.param("delivered", "miscarriage", False, id="delivered-is-no-miscarriage"),
        pytest.param("ended", "stillbirth", False, id="lost-once"),
    ],
)
def test_a_pregnancy_is_lost_once(state: str, loss: str, expected: bool):
    assert may_be_lost(state=state, loss=loss) is expected


def refusals() -> set[str]:
    rooms = (errors, errors_growth, errors_planning, errors_risk, errors_roster)
    found = (value for room in rooms for value in vars(room).values() if isinstance(value, type))
    return {value.code for value in found if issubclass(value, Refusal) and value is not Refusal}


def test_every_refusal_has_a_sentence_and_every_sentence_a_refusal():
    assert {f"handbook.{key}" for key in sentences("handbook")} == refusals()
