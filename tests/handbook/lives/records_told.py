"""How records are told in these tests."""

from datetime import date, timedelta

from accounts.rules import Actor
from handbook.actions_records import (
    Given,
    confirm_visit,
    report_dose,
    report_visit,
    withdraw,
)
from handbook.models import Pregnancy
from handbook.models_lives import Child
from handbook.models_records import DoseRecord, VisitRecord
from handbook.telling import Seen
from tests.handbook.lives.conftest import TODAY, Scene

EARLIER = TODAY - timedelta(days=30)


def report(scene: Scene, subject: Pregnancy | Child, key: str, day: date = EARLIER) -> VisitRecord:
    return report_visit(
        scene.session, subject=subject, item_key=key, seen=Seen(day, "县医院"), actor=scene.her,
        now=scene.now,
    )  # fmt: skip


def confirm(scene: Scene, subject: Pregnancy | Child, key: str, day: date = EARLIER) -> VisitRecord:
    return confirm_visit(
        scene.session, subject=subject, item_key=key, seen=Seen(day), actor=scene.staff,
        now=scene.now,
    )  # fmt: skip


def dose(vaccine: str, number: int, day: date, lot: str | None = None) -> Given:
    return Given(vaccine, number, Seen(day), lot)


def tell_dose(scene: Scene, child: Child, given: Given) -> DoseRecord:
    return report_dose(scene.session, child=child, given=given, actor=scene.her, now=scene.now)


def take_back(scene: Scene, subject: Pregnancy | Child, record_id: str, actor: Actor) -> None:
    withdraw(scene.session, subject=subject, record_id=record_id, actor=actor, now=scene.now)
