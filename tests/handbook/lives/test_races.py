"""Eight who do the same at once: one does it, the others are told."""

from collections.abc import Callable
from datetime import datetime

import pytest

from core.db import Database, Session
from handbook.actions_births import record_birth
from handbook.actions_children import add_guardian, record_death
from handbook.actions_dating import accept_dating, propose_dating
from handbook.actions_records import report_visit
from handbook.births import Delivery, Newborn
from handbook.models import Dating, Pregnancy
from handbook.models_lives import Child, GuardianKind
from handbook.telling import Seen
from handbook.timeline import read_dating
from tests import world
from tests.handbook.lives.conftest import LAST_PERIOD, TODAY, Scene, stage
from tests.handbook.test_actions import all_at_once

pytestmark = pytest.mark.slow


@pytest.fixture
def cast(real_database: Database) -> world.Cast:
    with real_database.transaction() as session:
        return world.settle(session)


def arranged(
    database: Database, cast: world.Cast, now: datetime, arrange: Callable[[Scene], str]
) -> str:
    """Let something be there, committed; its id."""
    with database.transaction() as session:
        return arrange(stage(session, cast, now))


def child_id(scene: Scene) -> str:
    scene.agree(scene.cast.mother)
    (child,) = scene.bear(scene.expecting(), Newborn(TODAY))
    return child.id


def test_of_eight_records_of_a_birth_one_stands(
    real_database: Database, cast: world.Cast, now: datetime
):
    def expect(scene: Scene) -> str:
        scene.agree(scene.cast.mother)
        return scene.expecting().id

    pregnancy_id = arranged(real_database, cast, now, expect)

    def bear(session: Session) -> None:
        record_birth(
            session, hospital_id=cast.hospital.id, pregnancy_id=pregnancy_id,
            delivery=Delivery(TODAY), newborns=(Newborn(TODAY),),
            actor=stage(session, cast, now).staff, now=now,
        )  # fmt: skip

    assert all_at_once(bear, real_database) == ["done"] + ["handbook.already_closed"] * 7


def test_of_eight_records_of_a_death_one_stands(
    real_database: Database, cast: world.Cast, now: datetime
):
    found = arranged(real_database, cast, now, child_id)

    def die(session: Session) -> None:
        scene = stage(session, cast, now)
        child = session.get_one(Child, found)
        record_death(session, child=child, day=TODAY, note="", actor=scene.staff, now=now)

    assert all_at_once(die, real_database) == ["done"] + ["handbook.child_closed"] * 7


def test_of_eight_taps_one_names_the_guardian(
    real_database: Database, cast: world.Cast, now: datetime
):
    found = arranged(real_database, cast, now, child_id)

    def guard(session: Session) -> None:
        add_guardian(
            session, child=session.get_one(Child, found), person=cast.newcomer,
            kind=GuardianKind.FATHER, actor=stage(session, cast, now).her, now=now,
        )  # fmt: skip

    assert all_at_once(guard, real_database) == ["done"] + ["handbook.already_guardian"] * 7


def test_of_eight_taps_one_reports_the_visit(
    real_database: Database, cast: world.Cast, now: datetime
):
    found = arranged(real_database, cast, now, lambda scene: scene.expecting().id)

    def report(session: Session) -> None:
        report_visit(
            session, subject=session.get_one(Pregnancy, found), item_key="gbs",
            seen=Seen(TODAY), actor=stage(session, cast, now).her, now=now,
        )  # fmt: skip

    assert all_at_once(report, real_database) == ["done"] + ["handbook.already_recorded"] * 7


def test_of_eight_answers_one_accepts_the_dating(
    real_database: Database, cast: world.Cast, now: datetime
):
    def propose(scene: Scene) -> str:
        moved = read_dating(source="last_period", day=LAST_PERIOD.replace(day=20), today=TODAY)
        return propose_dating(
            scene.session, pregnancy=scene.expecting(), reading=moved, actor=scene.her, now=now
        ).id

    found = arranged(real_database, cast, now, propose)

    def accept(session: Session) -> None:
        accept_dating(
            session, hospital_id=cast.hospital.id, dating_id=found,
            actor=stage(session, cast, now).staff, now=now,
        )  # fmt: skip

    assert all_at_once(accept, real_database) == ["done"] + ["handbook.dating_answered"] * 7
    with real_database.transaction() as session:
        assert session.get_one(Dating, found).answered_at == now
