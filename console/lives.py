"""A pregnancy or a child in full: where every item stands, what was measured, what changed."""

from dataclasses import dataclass, field
from datetime import date, datetime

from flask import Blueprint, render_template

from accounts.models import Purpose
from accounts.queries import consents_of
from accounts.rules import Act
from console.family_frame import Frame, booked_items, frame, subject_in
from console.guard import check_member_may, house, member
from console.presenters import charts, children, measurements, pregnancies, standing
from console.presenters.families import pregnancy_card
from console.presenters.inbox import name_of
from console.typed import NOTHING, Refused
from core.clock import beijing_date
from core.db import Session
from handbook.editions import editions_for
from handbook.errors import ChildConsentNeeded
from handbook.models import Pregnancy, PregnancyState
from handbook.models_lives import Child
from handbook.queries import events_of, proposals_in, timeline_note
from handbook.queries_children import check_child_consent, guardians_of, life_of
from handbook.queries_records import measurements_of
from handbook.queries_standing import standing_of_child, standing_of_pregnancy
from handbook.ranges import Subject

blueprint = Blueprint("lives", __name__, url_prefix="/families/<family_id>/lives/<subject_id>")


@dataclass(frozen=True)
class Records:
    """Where items stand and what was measured; empty where nobody agrees to the record."""

    groups: list[standing.StandGroup] = field(default_factory=list)
    measured: list[measurements.MeasuredDay] = field(default_factory=list)
    fields: list[measurements.Field] = field(default_factory=list)


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
            template, file = "console/child.html", _child(session, subject, framed, now=now)
        else:
            template = "console/pregnancy.html"
            file = _pregnancy(session, subject, framed, now=now)
    page = render_template(
        template,
        frame=framed,
        file=file,
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
    kinds = measurements.AT_VISITS if is_ongoing else measurements.AFTER_BIRTH
    rows = measurements_of(session, subject=pregnancy) if is_agreed else []
    cards = (pregnancy_card(one, today=today) for one in framed.pregnancies)
    waiting = proposals_in(session, hospital_id=member().hospital_id) if is_ongoing else []
    stands = standing_of_pregnancy(
        session, pregnancy=pregnancy, today=today,
        booked=booked_items(session, family_id=framed.family_id, now=now),
    )  # fmt: skip
    return PregnancyFile(
        page=pregnancies.pregnancy_page(pregnancy, today=today),
        others=[(card.id, f"{card.state_label} · 预产期 {card.due}") for card in cards
                if card.id != pregnancy.id],
        note=timeline_note(pregnancy),
        is_agreed=is_agreed,
        records=Records(
            standing.stand_groups(stands) if is_agreed else [],
            measurements.measured_days(rows),
            measurements.fields(kinds),
        ),
        build=measurements.fields(measurements.BUILD),
        chart=charts.weight_chart(pregnancy, rows) if is_agreed and is_ongoing else None,
        proposals=sum(one.pregnancy_id == pregnancy.id for one in waiting),
        events=pregnancies.event_lines(events_of(session, pregnancy_id=pregnancy.id)),
        has_editions=len(editions_for(Subject.PREGNANCY)) > 1,
    )  # fmt: skip


def _child(session: Session, child: Child, framed: Frame, *, now: datetime) -> ChildFile:
    today = beijing_date(now)
    is_agreed = _is_agreed(session, child)
    guardians = guardians_of(session, child_id=child.id)
    live = {one.person_id for one in guardians if one.until_at is None}
    rows = measurements_of(session, subject=child) if is_agreed else []
    return ChildFile(
        card=children.child_card(child, today=today),
        is_agreed=is_agreed,
        records=Records(
            _groups(session, child, framed, today=today, now=now) if is_agreed else [],
            measurements.measured_days(rows),
            measurements.fields(measurements.OF_CHILD),
        ),
        growth=charts.growth(child, rows) if rows else None,
        guardians=children.guardian_lines(guardians, framed.people),
        strangers=[(one.id, name_of(one)) for one in framed.people if one.id not in live],
        kinds=[(kind.value, label) for kind, label in children.GUARDIANS.items()],
        plans=children.plans_of(child),
        events=children.life_lines(life_of(session, child_id=child.id)),
        has_editions=len(editions_for(Subject.CHILD)) > 1,
    )


def _groups(
    session: Session, child: Child, framed: Frame, *, today: date, now: datetime
) -> list[standing.StandGroup]:
    booked = booked_items(session, family_id=framed.family_id, now=now)
    stands = standing_of_child(session, child=child, booked=booked, today=today)
    return standing.stand_groups(stands)


def _is_agreed(session: Session, child: Child) -> bool:
    try:
        check_child_consent(session, child_id=child.id)
    except ChildConsentNeeded:
        return False
    return True
