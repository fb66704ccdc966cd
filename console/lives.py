"""A pregnancy or a child in full: where every item stands, what was measured, what changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import Blueprint, render_template

from accounts.models import Purpose
from accounts.queries import consents_of
from accounts.rules import Act
from console.family_frame import Frame, booked_items, frame, subject_in
from console.guard import check_member_may, house, member
from console.presenters import charts, children, measurements, pregnancies, records, standing
from console.presenters.inbox import name_of
from console.presenters.schedules import SEXES
from console.typed import NOTHING, Refused
from core.clock import beijing_date
from core.db import Session
from handbook.care.schedule import load
from handbook.editions import editions_for
from handbook.errors import ChildConsentNeeded
from handbook.models import Pregnancy, PregnancyState
from handbook.models_lives import Child
from handbook.models_records import DoseRecord, Measurement, MeasurementKind, VisitRecord
from handbook.queries import events_of, proposals_in, timeline_note
from handbook.queries_children import check_child_consent, guardians_of, life_of
from handbook.queries_records import doses_of, measurements_of, visits_of
from handbook.ranges import Subject
from handbook.standing.queries import standing_of_child, standing_of_pregnancy

blueprint = Blueprint("lives", __name__, url_prefix="/families/<family_id>/lives/<subject_id>")


@dataclass(frozen=True)
class Records:
    """Where items stand and what was measured; empty where nobody agrees to the record."""

    groups: list[standing.StandGroup] = field(default_factory=list)
    measured: list[measurements.MeasuredDay] = field(default_factory=list)
    told: list[records.ToldLine] = field(default_factory=list)
    fields: list[measurements.Field] = field(default_factory=list)


NONE = Records()


@dataclass(frozen=True)
class PregnancyFile:
    """All that the page of a pregnancy shows."""

    page: pregnancies.PregnancyPage
    others: list[tuple[str, str]]
    note: str
    is_agreed: bool
    records: Records
    build: list[measurements.Field]
    chart: charts.Drawn | None
    proposals: int
    events: list[children.EventLine]
    has_editions: bool


@dataclass(frozen=True)
class ChildFile:
    """All that the page of a child shows."""

    card: children.ChildCard
    is_agreed: bool
    records: Records
    growth: charts.Growth | None
    guardians: list[children.GuardianLine]
    strangers: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    end_reasons: list[tuple[str, str]]
    sexes: list[tuple[str, str]]
    plans: list[tuple[str, str, str]]
    events: list[children.EventLine]
    has_editions: bool


@blueprint.before_request
def check_may_read() -> None:
    """Pass only those who read families' records."""
    check_member_may(Act.READ_FAMILIES)


@blueprint.get("/")
def page(family_id: str, subject_id: str) -> tuple[str, int]:
    """Show a pregnancy or a child; that the family was read is written down."""
    return shown(family_id, subject_id, refused=NOTHING)


def shown(family_id: str, subject_id: str, *, refused: Refused) -> tuple[str, int]:
    """Return the page, with what was refused beside its field."""
    now = house().clock.now()
    with house().database.transaction() as session:
        subject = subject_in(session, family_id=family_id, subject_id=subject_id)
        framed = frame(session, family_id=family_id, here=subject_id, now=now)
        if isinstance(subject, Child):
            child, pregnancy = _child(session, subject, framed, now=now), None
        else:
            child, pregnancy = None, _pregnancy(session, subject, framed, now=now)
    page = render_template(
        "console/child.html" if child else "console/pregnancy.html",
        frame=framed,
        file=child or pregnancy,
        refused=refused,
        subject_id=subject_id,
        today=beijing_date(now).isoformat(),
    )
    return page, refused.status


def _pregnancy(
    session: Session, pregnancy: Pregnancy, framed: Frame, *, now: datetime
) -> PregnancyFile:
    today = beijing_date(now)
    is_agreed = Purpose.HANDBOOK in consents_of(session, person_id=pregnancy.person_id)
    is_ongoing = pregnancy.state is PregnancyState.ONGOING
    rows = measurements_of(session, subject=pregnancy) if is_agreed else []
    waiting = proposals_in(session, hospital_id=member().hospital_id) if is_ongoing else []
    return PregnancyFile(
        page=pregnancies.pregnancy_page(pregnancy, today=today),
        others=pregnancies.others(framed.pregnancies, than=pregnancy),
        note=timeline_note(pregnancy),
        is_agreed=is_agreed,
        records=_records(session, pregnancy, framed, rows=rows, now=now) if is_agreed else NONE,
        build=measurements.fields(measurements.BUILD),
        chart=charts.weight_chart(pregnancy, rows) if is_agreed and is_ongoing else None,
        proposals=sum(one.pregnancy_id == pregnancy.id for one in waiting),
        events=pregnancies.event_lines(events_of(session, pregnancy_id=pregnancy.id)),
        has_editions=len(editions_for(Subject.PREGNANCY)) > 1,
    )


def _child(session: Session, child: Child, framed: Frame, *, now: datetime) -> ChildFile:
    is_agreed = _is_agreed(session, child)
    guardians = guardians_of(session, child_id=child.id)
    live = {one.person_id for one in guardians if one.until_at is None}
    rows = measurements_of(session, subject=child) if is_agreed else []
    return ChildFile(
        card=children.child_card(child, today=beijing_date(now)),
        is_agreed=is_agreed,
        records=_records(session, child, framed, rows=rows, now=now) if is_agreed else NONE,
        growth=charts.growth(child, rows) if rows else None,
        guardians=children.guardian_lines(guardians, framed.people),
        strangers=[(one.id, name_of(one)) for one in framed.people if one.id not in live],
        kinds=children.kinds_to_add(),
        end_reasons=[(reason.value, label) for reason, label in children.END_REASONS.items()],
        sexes=[(sex.value, label) for sex, label in SEXES.items()],
        plans=children.plans_of(child),
        events=children.life_lines(life_of(session, child_id=child.id)),
        has_editions=len(editions_for(Subject.CHILD)) > 1,
    )


def _records(
    session: Session,
    subject: Pregnancy | Child,
    framed: Frame,
    *,
    rows: Sequence[Measurement],
    now: datetime,
) -> Records:
    booked = booked_items(session, family_id=framed.family_id, now=now)
    today = beijing_date(now)
    told: list[VisitRecord | DoseRecord] = [*visits_of(session, subject=subject)]
    if isinstance(subject, Child):
        stands = standing_of_child(session, child=subject, booked=booked, today=today)
        told += doses_of(session, child_id=subject.id)
    else:
        stands = standing_of_pregnancy(session, pregnancy=subject, booked=booked, today=today)
    return Records(
        standing.stand_groups(stands),
        measurements.measured_days(rows),
        records.told_lines(told, schedule=load(subject.schedule)),
        measurements.fields(_kinds(subject)),
    )


def _kinds(subject: Pregnancy | Child) -> Sequence[MeasurementKind]:
    if isinstance(subject, Child):
        return measurements.OF_CHILD
    is_ongoing = subject.state is PregnancyState.ONGOING
    return measurements.AT_VISITS if is_ongoing else measurements.AFTER_BIRTH


def _is_agreed(session: Session, child: Child) -> bool:
    try:
        check_child_consent(session, child_id=child.id)
    except ChildConsentNeeded:
        return False
    return True
