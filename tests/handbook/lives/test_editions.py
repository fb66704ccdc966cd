"""A family keeps its edition until staff move it, and sees first what would change."""

from dataclasses import replace

import pytest

from handbook import editions
from handbook.actions import Loss, record_loss
from handbook.actions_births import add_child
from handbook.actions_children import choose_plan
from handbook.actions_editions import move_edition
from handbook.births import Newborn
from handbook.care.layers import Difference
from handbook.care.schedule import CURRENT, CURRENT_CHILD, Schedule, load
from handbook.editions import EditionChange, edition_change, editions_for
from handbook.errors import AlreadyClosed, ChangesNotShown, NoSuchEdition, NoSuchItem
from handbook.models import LossKind, Pregnancy
from handbook.models_lives import Child, GuardianKind
from handbook.queries import events_of, items_of
from handbook.queries_children import life_of
from handbook.ranges import Subject
from tests.handbook.lives.conftest import TODAY, Scene

VISITS = "national-2026-visits"
NEWER = "national-2030-child"


def move(scene: Scene, subject: Pregnancy | Child, edition: str, shown: str) -> None:
    move_edition(
        scene.session, subject=subject, edition=edition, shown=shown, actor=scene.staff,
        now=scene.now,
    )  # fmt: skip


def newer_child_edition() -> Schedule:
    """Return the children's edition with a dose moved, one re-worded, one gone, and no plans."""
    current = load(CURRENT_CHILD)
    documents = []
    for each in current.documents:
        doses = [
            replace(dose, before=None)
            if dose.vaccine == "BCG"
            else replace(dose, remark="另一句")
            if dose.vaccine == "MMR"
            else dose
            for dose in each.doses
            if dose.vaccine != "HepA-L"
        ]
        documents.append(replace(each, doses=tuple(doses), plans=()))
    return replace(current, key=NEWER, documents=tuple(documents))


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> str:
    """Let a newer edition for children exist; its key."""
    found = newer_child_edition()

    def load_either(key: str) -> Schedule:
        return found if key == NEWER else load(key)

    monkeypatch.setattr(editions, "load", load_either)
    monkeypatch.setattr(editions, "EDITION_KEYS", (*editions.EDITION_KEYS, NEWER))
    monkeypatch.setattr("handbook.actions_editions.load", load_either)
    monkeypatch.setattr("handbook.plan_days.load", load_either)
    return NEWER


def test_an_edition_is_for_a_pregnancy_or_for_a_child():
    assert editions_for(Subject.PREGNANCY) == [CURRENT, VISITS]
    assert editions_for(Subject.CHILD) == [CURRENT_CHILD]


def test_what_would_change_is_shown_before_it_is_done(scene: Scene, pregnancy: Pregnancy):
    change = edition_change(subject=Subject.PREGNANCY, old=CURRENT, new=VISITS)

    move(scene, pregnancy, VISITS, change.mark)

    assert ("visit_7", Difference.ADDED) in change.differences
    assert pregnancy.schedule == VISITS
    assert "visit_7" in {item.key for item in items_of(pregnancy, today=TODAY)}
    event = events_of(scene.session, pregnancy_id=pregnancy.id)[-1]
    assert (event.aspect, event.before, event.after) == ("schedule", CURRENT, VISITS)


def test_nothing_moves_when_other_changes_were_shown(scene: Scene, pregnancy: Pregnancy):
    other = EditionChange(CURRENT, VISITS, (("visit_7", Difference.REMOVED),))

    with pytest.raises(ChangesNotShown):
        move(scene, pregnancy, VISITS, other.mark)

    assert pregnancy.schedule == CURRENT


@pytest.mark.parametrize("edition", [CURRENT_CHILD, "no-such-edition"])
def test_an_edition_for_somebody_else_is_refused(scene: Scene, pregnancy: Pregnancy, edition: str):
    with pytest.raises(NoSuchEdition):
        move(scene, pregnancy, edition, "")


def test_a_lost_pregnancy_moves_nowhere(scene: Scene, pregnancy: Pregnancy):
    record_loss(
        scene.session, hospital_id=pregnancy.hospital_id, pregnancy_id=pregnancy.id,
        loss=Loss(LossKind.STILLBIRTH, TODAY, ""), actor=scene.staff, now=scene.now,
    )  # fmt: skip

    with pytest.raises(AlreadyClosed):
        move(scene, pregnancy, VISITS, "")


def test_doses_are_among_the_differences(newer: str):
    change = edition_change(subject=Subject.CHILD, old=CURRENT_CHILD, new=newer)

    assert change.differences == (
        ("dose:BCG:1", Difference.MOVED),
        ("dose:HepA-L:1", Difference.REMOVED),
        ("dose:MMR:1", Difference.REWORDED),
        ("dose:MMR:2", Difference.REWORDED),
        ("preterm_high_risk", Difference.REMOVED),
        ("preterm_low_risk", Difference.REMOVED),
    )


def test_a_dose_that_comes_anew_is_one_of_them(newer: str):
    change = edition_change(subject=Subject.CHILD, old=newer, new=CURRENT_CHILD)

    assert ("dose:HepA-L:1", Difference.ADDED) in change.differences


def test_a_child_moves_too(scene: Scene, girl: Child, newer: str):
    change = edition_change(subject=Subject.CHILD, old=CURRENT_CHILD, new=newer)

    move(scene, girl, newer, change.mark)

    assert girl.schedule == newer
    assert newer in {event.after for event in life_of(scene.session, child_id=girl.id)}


def test_a_child_keeps_an_edition_that_alone_has_its_plan(scene: Scene, newer: str):
    scene.agree(scene.cast.mother)
    child = add_child(
        scene.session, guardian=scene.cast.mother, kind=GuardianKind.MOTHER,
        newborn=Newborn(TODAY), gestation_at_birth_days=210, actor=scene.her, now=scene.now,
    )  # fmt: skip
    choose_plan(
        scene.session, child=child, plan="preterm_low_risk", actor=scene.staff, now=scene.now
    )
    change = edition_change(subject=Subject.CHILD, old=CURRENT_CHILD, new=newer)

    with pytest.raises(NoSuchItem):
        move(scene, child, newer, change.mark)

    assert child.schedule == CURRENT_CHILD
