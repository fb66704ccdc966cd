"""What may be asked about a risk; only `risk_file`, behind its own permission, knows of purple."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from accounts.models import Person, Staff
from accounts.rules import Act, may
from core.db import Session
from handbook.models import Pregnancy, PregnancyState
from handbook.queries import pregnancy_in
from handbook.risk.colours import GENERAL, Colour, shown
from handbook.risk.duties import DUTIES
from handbook.risk.forms import form
from handbook.risk.models import (
    Referral,
    ReferralEvent,
    RiskAssessment,
    RiskCase,
    RiskCaseEvent,
    RiskScreening,
    VisitInterval,
)
from handbook.risk.papers import Line
from handbook.risk.sealing import read
from handbook.risk.tables import Finding, table


@dataclass(frozen=True)
class Assessed:
    """An assessment as all staff see it: the general colour, and nothing of what it rests on."""

    colour: Colour
    day: date
    table_title: str
    made_by: str


@dataclass(frozen=True)
class Screened:
    """A screening as all staff see it: positive or not, and nothing of what applied."""

    is_positive: bool
    day: date
    form_title: str


@dataclass(frozen=True)
class FiledAssessment:
    """An assessment as clinicians see it: the colours of its label, and every finding."""

    colours: tuple[Colour, ...]
    day: date
    table_key: str
    table_version: str
    findings: tuple[Finding, ...]
    made_by: str


@dataclass(frozen=True)
class FiledScreening:
    """A screening as clinicians see it, with the items that applied."""

    is_positive: bool
    day: date
    form: str
    answers: tuple[Line, ...]


@dataclass(frozen=True)
class RiskFile:
    """All of a pregnancy's risk, newest first; for who may read about infections."""

    assessments: tuple[FiledAssessment, ...]
    screenings: tuple[FiledScreening, ...]
    case: RiskCase | None


@dataclass(frozen=True)
class CaseRow:
    """A case, whose it is, and whether her pregnancy was lost or fell silent.

    The case of a woman who lost her child stays until a clinician closes it: she may need care.
    """

    case: RiskCase
    person: Person
    is_silent: bool


def priority_of(session: Session, *, pregnancy_id: str) -> Colour | None:
    """Return the general colour of the newest assessment, which booking gives way to; or None."""
    return session.scalar(_colours(pregnancy_id))


def colour_until(session: Session, *, pregnancy_id: str, day: date) -> Colour | None:
    """Return the general colour that stood on a day, or None before the first assessment."""
    return session.scalar(_colours(pregnancy_id).where(RiskAssessment.assessed_day <= day))


def assessments_of(session: Session, *, pregnancy_id: str, hospital_id: str) -> list[Assessed]:
    """Return the assessments of a pregnancy of this hospital, newest first.

    Raises:
        NotFound: no such pregnancy, or of another hospital.
    """
    return [
        Assessed(each.colour, each.assessed_day, table(each.table_key).title, each.made_by)
        for each in _assessments(session, pregnancy_id, hospital_id)
    ]


def screenings_of(session: Session, *, pregnancy_id: str, hospital_id: str) -> list[Screened]:
    """Return the screenings of a pregnancy of this hospital, newest first.

    Raises:
        NotFound: no such pregnancy, or of another hospital.
    """
    return [
        Screened(each.is_positive, each.screened_day, form(each.form).title)
        for each in _screenings(session, pregnancy_id, hospital_id)
    ]


def risk_file(session: Session, *, pregnancy_id: str, hospital_id: str) -> RiskFile:
    """Return all of a pregnancy's risk; `actions.open_risk_file` is its guarded, audited door.

    Raises:
        NotFound: no such pregnancy, or of another hospital.
    """
    case = session.scalar(sa.select(RiskCase).where(RiskCase.pregnancy_id == pregnancy_id))
    return RiskFile(
        tuple(_filed(each) for each in _assessments(session, pregnancy_id, hospital_id)),
        tuple(_answered(each) for each in _screenings(session, pregnancy_id, hospital_id)),
        case,
    )


def seen_by(staff: Staff) -> sa.ColumnElement[bool]:
    """Return the condition of the cases that a member of staff may know of.

    A case that stands for purple alone would tell of it: only who may read of infections sees it.
    """
    in_hospital = RiskCase.hospital_id == staff.hospital_id
    if may(staff.roles, Act.READ_INFECTIOUS):
        return in_hospital
    managed = [colour for colour in GENERAL if colour in DUTIES.managed.colours]
    return sa.and_(in_hospital, RiskCase.highest.in_(managed))


def cases(session: Session, *, staff: Staff) -> list[CaseRow]:
    """Return the cases of her hospital that she may know of, the newest first."""
    is_silent = sa.or_(Pregnancy.state == PregnancyState.ENDED, Pregnancy.quiet_at.is_not(None))
    found = (
        sa.select(RiskCase, Person, is_silent)
        .join(Pregnancy, Pregnancy.id == RiskCase.pregnancy_id)
        .join(Person, Person.id == Pregnancy.person_id)
        .where(seen_by(staff))
        .order_by(RiskCase.id.desc())
    )
    return [CaseRow(*row) for row in session.execute(found)]


def steps_of_case(session: Session, *, staff: Staff, case_id: str) -> list[RiskCaseEvent]:
    """Return the steps of a case that she may know of, oldest first."""
    return list(
        session.scalars(
            sa.select(RiskCaseEvent)
            .join(RiskCase, RiskCase.id == RiskCaseEvent.case_id)
            .where(RiskCase.id == case_id, seen_by(staff))
            .order_by(RiskCaseEvent.made_at, RiskCaseEvent.id)
        )
    )


def referrals_of(session: Session, *, pregnancy_id: str, hospital_id: str) -> list[Referral]:
    """Return the referrals of a pregnancy of this hospital, newest first."""
    return list(
        session.scalars(
            sa.select(Referral)
            .where(Referral.pregnancy_id == pregnancy_id, Referral.hospital_id == hospital_id)
            .order_by(Referral.id.desc())
        )
    )


def steps_of_referral(
    session: Session, *, referral_id: str, hospital_id: str
) -> list[ReferralEvent]:
    """Return the steps of a referral of this hospital, oldest first."""
    return list(
        session.scalars(
            sa.select(ReferralEvent)
            .join(Referral, Referral.id == ReferralEvent.referral_id)
            .where(Referral.id == referral_id, Referral.hospital_id == hospital_id)
            .order_by(ReferralEvent.made_at, ReferralEvent.id)
        )
    )


def visit_intervals(session: Session, *, hospital_id: str) -> Mapping[Colour, int]:
    """Return how many days a hospital lets pass at most between visits, by colour."""
    found = sa.select(VisitInterval.colour, VisitInterval.most_days)
    of_hospital = found.where(VisitInterval.hospital_id == hospital_id)
    return dict(session.execute(of_hospital).all())


def visit_interval_rows(session: Session, *, hospital_id: str) -> list[VisitInterval]:
    """Return the intervals of a hospital with who set each, and when."""
    of_hospital = sa.select(VisitInterval).where(VisitInterval.hospital_id == hospital_id)
    return list(session.scalars(of_hospital))


def _colours(pregnancy_id: str) -> sa.Select[Colour]:
    return (
        sa.select(RiskAssessment.colour)
        .where(RiskAssessment.pregnancy_id == pregnancy_id)
        .order_by(
            RiskAssessment.assessed_day.desc(),
            RiskAssessment.made_at.desc(),
            RiskAssessment.id.desc(),
        )
        .limit(1)
    )


def _assessments(session: Session, pregnancy_id: str, hospital_id: str) -> list[RiskAssessment]:
    pregnancy_in(session, pregnancy_id=pregnancy_id, hospital_id=hospital_id)
    made = sa.select(RiskAssessment).where(RiskAssessment.pregnancy_id == pregnancy_id)
    order = (RiskAssessment.assessed_day.desc(), RiskAssessment.made_at.desc())
    return list(session.scalars(made.order_by(*order, RiskAssessment.id.desc())))


def _screenings(session: Session, pregnancy_id: str, hospital_id: str) -> list[RiskScreening]:
    pregnancy_in(session, pregnancy_id=pregnancy_id, hospital_id=hospital_id)
    made = sa.select(RiskScreening).where(RiskScreening.pregnancy_id == pregnancy_id)
    order = (RiskScreening.screened_day.desc(), RiskScreening.made_at.desc())
    return list(session.scalars(made.order_by(*order, RiskScreening.id.desc())))


def _filed(made: RiskAssessment) -> FiledAssessment:
    return FiledAssessment(
        shown([Colour(each) for each in read(made.colours)]), made.assessed_day, made.table_key,
        made.table_version, table(made.table_key).found(read(made.findings)), made.made_by,
    )  # fmt: skip


def _answered(made: RiskScreening) -> FiledScreening:
    answers = read(made.answers)
    items = tuple(item for item in form(made.form).items if item.key in answers)
    return FiledScreening(made.is_positive, made.screened_day, made.form, items)
