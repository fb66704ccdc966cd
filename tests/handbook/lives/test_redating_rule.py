"""By which rule a scan re-dates: a hospital's clinicians choose, and every choice is kept."""

from datetime import timedelta

import pytest

from core.errors import Forbidden, NotFound
from handbook.actions_dating import choose_redating
from handbook.queries import redating_choices, redating_rule_of
from tests.handbook.lives.conftest import Scene


def test_a_hospital_that_chose_nothing_has_the_usual_rule_and_no_other_hospitals(scene: Scene):
    choose_redating(scene.session, staff=scene.cast.clinician, rule="acog700", now=scene.now)

    ours, others = scene.cast.hospital.id, scene.cast.other_hospital.id
    assert redating_rule_of(scene.session, hospital_id=ours) == "acog700"
    assert redating_rule_of(scene.session, hospital_id=others) == "early_ultrasound"


def test_every_choice_of_a_rule_is_kept_with_who_and_when(scene: Scene):
    her = scene.cast.clinician
    choose_redating(scene.session, staff=her, rule="acog700", now=scene.now)
    later = scene.now + timedelta(hours=1)

    choose_redating(scene.session, staff=her, rule="early_ultrasound", now=later)

    found = redating_choices(scene.session, hospital_id=scene.cast.hospital.id)
    assert [(one.rule, one.made_by, one.made_at) for one in found] == [
        ("early_ultrasound", her.id, later), ("acog700", her.id, scene.now),
    ]  # fmt: skip


def test_a_rule_is_chosen_by_clinicians(scene: Scene):
    with pytest.raises(Forbidden):
        choose_redating(scene.session, staff=scene.cast.care_worker, rule="acog700", now=scene.now)


def test_a_rule_that_there_is_not_is_not_chosen(scene: Scene):
    with pytest.raises(NotFound):
        choose_redating(scene.session, staff=scene.cast.clinician, rule="mine", now=scene.now)
