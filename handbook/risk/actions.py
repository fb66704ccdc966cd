"""What staff write about a risk: a screening, a clinician's assessment, the visit intervals."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from accounts.audit import record
from accounts.models import Staff, SubjectKind
from accounts.rules import Act, Actor, check_may
from core.clock import beijing_date
from core.db import Session, changed
from core.ids import new_id
from handbook.errors_risk import IntervalOutOfRange
from handbook.follow_up.closing import settle
from handbook.follow_up.rules import TaskKind
from handbook.follow_up.sightings import Sighting, open_found
from handbook.models import Pregnancy
from handbook.risk.cases import find_case
from handbook.risk.colours import GENERAL, Colour, general
from handbook.risk.duties import DUTIES
from handbook.risk.forms import form
from handbook.risk.gate import admit
from handbook.risk.models import RiskAssessment, RiskScreening, VisitInterval
from handbook.risk.queries import RiskFile, colour_until, risk_file
from handbook.risk.rules import check_colours, check_day, is_positive, must_manage, must_report
from handbook.risk.sealing import written
from handbook.risk.tables import table
from handbook.timeline import PREGNANCY


@dataclass(frozen=True)
class Screening:
    """A filled-in form: `answers` are the keys of the items that apply, none if none does."""

    pregnancy_id: str
    form: str
    answers: frozenset[str]
    day: date


@dataclass(frozen=True)
class Judgement:
    """What a clinician judged with a table: her colours, and the findings they rest on."""

    pregnancy_id: str
    table: str
    colours: frozenset[Colour]
    findings: frozenset[str]
    day: date


def screen(session: Session, *, staff: Staff, screening: Screening, now: datetime) -> RiskScreening:
    """Write down a screening; a positive one puts the referral for assessment on the worklist.

    Raises:
        Forbidden, NotFound, ConsentNeeded, AlreadyClosed: see `gate.admit`.
        NoSuchRiskItem: no such form, or an answer that is no item of it.
        RiskDayOutOfRange: the day is in the future or before the pregnancy.
    """
    pregnancy = admit(
        session, staff=staff, act=Act.RECORD_LIFE, pregnancy_id=screening.pregnancy_id
    )
    form(screening.form).check(screening.answers)
    _check_day(pregnancy, screening.day, now=now)
    made = RiskScreening(
        id=new_id("rsc", now=now), pregnancy_id=pregnancy.id, hospital_id=pregnancy.hospital_id,
        form=screening.form, screened_day=screening.day,
        is_positive=is_positive(screening.answers), answers=written(screening.answers),
        made_by=staff.id, made_at=now,
    )  # fmt: skip
    session.add(made)
    _audit(session, staff, "screen_risk", pregnancy.id, now=now)
    if made.is_positive:
        due_at = DUTIES.positive_referral.runs_out_at(day=screening.day, now=now)
        sighting = Sighting(TaskKind.POSITIVE_REFERRAL, made.id, due_at, pregnancy_id=pregnancy.id)
        open_found(session, sightings=[sighting], actor=_actor(staff), now=now)
    return made


def assess(
    session: Session, *, staff: Staff, judgement: Judgement, now: datetime
) -> RiskAssessment:
    """Write down a clinician's assessment beside the earlier ones, and what it obliges to.

    1. Check who, which pregnancy, which day, and that colours and findings fit each other.
    2. Write the assessment; its colours and findings rest sealed.
    3. What asked for an assessment is done; a risen colour opens the report, a high one the case.

    Raises:
        Forbidden, NotFound, ConsentNeeded, AlreadyClosed: see `gate.admit`.
        NoSuchRiskItem: no such table, or a finding that does not stand in it.
        ColoursDoNotFit: the colours contradict the findings.
        RiskDayOutOfRange: the day is in the future or before the pregnancy.
    """
    pregnancy = admit(
        session, staff=staff, act=Act.ASSESS_RISK, pregnancy_id=judgement.pregnancy_id
    )
    _check_day(pregnancy, judgement.day, now=now)
    check_colours(judgement.colours, table(judgement.table).found(judgement.findings))
    before = colour_until(session, pregnancy_id=pregnancy.id, day=judgement.day)
    made = RiskAssessment(
        id=new_id("ras", now=now), pregnancy_id=pregnancy.id, hospital_id=pregnancy.hospital_id,
        table_key=judgement.table, table_version=table(judgement.table).version,
        assessed_day=judgement.day, colour=general(judgement.colours),
        colours=written(judgement.colours), findings=written(judgement.findings),
        made_by=staff.id, made_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _audit(session, staff, "assess_risk", pregnancy.id, now=now)
    asked = (TaskKind.POSITIVE_REFERRAL, TaskKind.REASSESSMENT)
    settle(session, pregnancy_id=pregnancy.id, kinds=asked, actor=_actor(staff), now=now)
    _oblige(session, staff, made, before=before, colours=judgement.colours, now=now)
    return made


def set_visit_interval(
    session: Session, *, staff: Staff, colour: Colour, most_days: int, now: datetime
) -> None:
    """Set how many days this hospital lets pass at most between visits of a colour.

    Raises:
        Forbidden: she may not set the hospital's rules of care.
        IntervalOutOfRange: less than a day, longer than a pregnancy, or not a general colour.
    """
    check_may(staff.roles, Act.SET_CARE_RULES)
    if not 1 <= most_days <= PREGNANCY.days or colour not in GENERAL:
        raise IntervalOutOfRange(most=PREGNANCY.days)
    values = {"most_days": most_days, "set_by": staff.id, "set_at": now}
    session.execute(
        postgresql.insert(VisitInterval)
        .values(hospital_id=staff.hospital_id, colour=colour, **values)
        .on_conflict_do_update(index_elements=["hospital_id", "colour"], set_=values)
    )
    _audit(session, staff, f"set_visit_interval_{colour}_{most_days}", staff.hospital_id, now=now)


def clear_visit_interval(session: Session, *, staff: Staff, colour: Colour, now: datetime) -> None:
    """Let this hospital have no longest time between visits of a colour.

    Raises:
        Forbidden: she may not set the hospital's rules of care.
    """
    check_may(staff.roles, Act.SET_CARE_RULES)
    changed(
        session,
        sa.delete(VisitInterval).where(
            VisitInterval.hospital_id == staff.hospital_id, VisitInterval.colour == colour
        ),
    )
    _audit(session, staff, f"clear_visit_interval_{colour}", staff.hospital_id, now=now)


def open_risk_file(session: Session, *, staff: Staff, pregnancy_id: str, now: datetime) -> RiskFile:
    """Return everything about a pregnancy's risk, purple included; the reading is audited.

    Raises:
        Forbidden: she may not read about infections.
        NotFound: no such pregnancy in her hospital.
    """
    check_may(staff.roles, Act.READ_INFECTIOUS)
    file = risk_file(session, pregnancy_id=pregnancy_id, hospital_id=staff.hospital_id)
    _audit(session, staff, "read_risk_file", pregnancy_id, now=now)
    return file


def _oblige(
    session: Session,
    staff: Staff,
    made: RiskAssessment,
    *,
    before: Colour | None,
    colours: Collection[Colour],
    now: datetime,
) -> None:
    if must_report(before=before, now=made.colour):
        due_at = DUTIES.reports[made.colour].runs_out_at(day=made.assessed_day, now=now)
        sighting = Sighting(TaskKind.REPORT_DUTY, made.id, due_at, pregnancy_id=made.pregnancy_id)
        open_found(session, sightings=[sighting], actor=_actor(staff), now=now)
    if must_manage(colours):
        find_case(session, staff=staff, assessment=made, now=now)


def _check_day(pregnancy: Pregnancy, day: date, *, now: datetime) -> None:
    check_day(day, last_period_day=pregnancy.last_period_day, today=beijing_date(now))


def _actor(staff: Staff) -> Actor:
    return Actor(SubjectKind.STAFF, staff.id)


def _audit(session: Session, staff: Staff, act: str, subject_id: str, *, now: datetime) -> None:
    record(
        session, actor=_actor(staff), act=act,
        subject_kind="hospital" if subject_id == staff.hospital_id else "pregnancy",
        subject_id=subject_id, hospital_id=staff.hospital_id, now=now,
    )  # fmt: skip
