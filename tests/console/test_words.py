"""Every word this door needs is there, and none is left over."""

import pytest
import yaml

from console import errors
from console.presenters import (
    articles,
    children,
    datings,
    families,
    inbox,
    measurements,
    risk,
    standing,
    worklist,
)
from core.errors import Refusal
from core.words import labels, sentences


def test_every_refusal_has_a_sentence_and_every_sentence_a_refusal():
    codes = {
        no.code.removeprefix("console.")
        for no in vars(errors).values()
        if isinstance(no, type) and issubclass(no, Refusal) and no.__module__ == errors.__name__
    }

    assert codes == sentences("console").keys()


def test_every_danger_sign_is_called_what_its_rules_call_it(root):
    folder = root / "bot" / "danger"
    files = [yaml.safe_load(path.read_text("utf-8")) for path in sorted(folder.glob("*.yaml"))]
    names = {sign["id"]: sign["name"] for file in files for sign in file.get("signs", [])}

    assert names
    assert names.items() <= labels("console").items()


@pytest.mark.parametrize(
    "table",
    [
        articles.STATES, articles.ANCHORS, articles.COUNTED, families.STATES, families.LOSSES,
        families.DATINGS, families.VISITS, families.REMINDER_STATES, inbox.STATES, inbox.DELIVERIES,
        inbox.ROLES,
        children.STATES, children.GUARDIANS, children.ASPECTS, datings.STATES, datings.GIVEN,
        measurements.NAMES, standing.STANDINGS, standing.KINDS, risk.COLOURS, risk.CASE_STEPS,
        risk.REFERRAL_STEPS, risk.DIRECTIONS, risk.FINDINGS, worklist.KINDS, worklist.HINTS,
        worklist.STATES, worklist.OUTCOMES, worklist.REASONS,
    ],
    ids=[
        "article states", "anchors", "counted from", "pregnancy states", "losses", "datings",
        "visits", "reminder states", "conversation states",
        "deliveries", "roles", "child states", "guardians", "aspects",
        "dating states", "days of datings", "measurements", "standings", "kinds of items",
        "colours", "case steps", "referral steps", "directions", "findings", "tasks", "hints",
        "task states", "outcomes of calls", "reasons",
    ],
)  # fmt: skip
def test_every_value_has_its_word(table):
    kind = type(next(iter(table)))

    assert set(table) == set(kind)
