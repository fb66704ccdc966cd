"""Lin at her due day, her child, and who acts."""

from dataclasses import dataclass
from datetime import date, datetime

import pytest

from accounts.actions import give_consent
from accounts.models import Person, Purpose, SubjectKind
from accounts.notices import notice
from accounts.rules import Actor
from core.db import Session
from handbook.actions import open_pregnancy
from handbook.actions_births import add_child, record_birth
from handbook.births import Delivery, Newborn
from handbook.care.vaccines import Sex
from handbook.models import Pregnancy
from handbook.models_lives import Child, GuardianKind
from handbook.timeline import read_dating
from tests import world

TODAY = date(2026, 6, 1)
LAST_PERIOD = date(2025, 8, 25)
"""Today is her due day: 40+0."""


@dataclass(frozen=True)
class Scene:
    """A session, the moment, and the actors of most tests."""

    session: Session
    cast: world.Cast
    her: Actor
    staff: Actor
    now: datetime

    def agree(self, person: Person, purpose: Purpose = Purpose.CHILD_RECORD) -> None:
        """Let somebody agree to a purpose."""
        give_consent(
            self.session, person=person, purpose=purpose, version=notice(purpose).version,
            channel="test", now=self.now,
        )  # fmt: skip

    def expecting(self, last_period_day: date = LAST_PERIOD) -> Pregnancy:
        """Open Lin's pregnancy."""
        reading = read_dating(source="last_period", day=last_period_day, today=TODAY)
        return open_pregnancy(
            self.session, person=self.cast.mother, reading=reading, actor=self.her, now=self.now
        )

    def bear(self, pregnancy: Pregnancy, *newborns: Newborn, **delivery: object) -> list[Child]:
        """Record the birth of some children; the delivery is that of the last one."""
        told = Delivery(day=max(one.birth_day for one in newborns), **delivery)
        return record_birth(
            self.session, hospital_id=pregnancy.hospital_id, pregnancy_id=pregnancy.id,
            delivery=told, newborns=newborns, actor=self.staff, now=self.now,
        )  # fmt: skip


def stage(session: Session, cast: world.Cast, now: datetime) -> Scene:
    """Return the scene of a session."""
    her = Actor(SubjectKind.PERSON, cast.mother.id)
    return Scene(session, cast, her, Actor(SubjectKind.STAFF, cast.care_worker.id), now)


@pytest.fixture
def scene(session: Session, cast: world.Cast, now: datetime) -> Scene:
    return stage(session, cast, now)


@pytest.fixture
def pregnancy(scene: Scene) -> Pregnancy:
    return scene.expecting()


@pytest.fixture
def girl(scene: Scene, pregnancy: Pregnancy) -> Child:
    """A girl born today at 40+0, with her mother's consent."""
    scene.agree(scene.cast.mother)
    (child,) = scene.bear(pregnancy, Newborn(TODAY, sex=Sex.FEMALE, weight_g=3300, name="小满"))
    return child


@pytest.fixture
def toddler(scene: Scene) -> Child:
    """Born at 30+0 a year ago, and not of a pregnancy we know."""
    scene.agree(scene.cast.mother)
    return add_child(
        scene.session, guardian=scene.cast.mother, kind=GuardianKind.MOTHER,
        newborn=Newborn(date(2025, 6, 1)), gestation_at_birth_days=210, actor=scene.her,
        now=scene.now,
    )  # fmt: skip


@pytest.fixture
def boy(scene: Scene) -> Child:
    """A child of one year whose family came later."""
    scene.agree(scene.cast.mother)
    return add_child(
        scene.session, guardian=scene.cast.mother, kind=GuardianKind.MOTHER,
        newborn=Newborn(date(2025, 6, 1)), gestation_at_birth_days=210, actor=scene.her,
        now=scene.now,
    )  # fmt: skip
