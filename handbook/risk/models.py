"""Tables of risk: screenings, assessments, cases, referrals, and a hospital's visit intervals.

Findings and colours rest sealed and padded to one length: neither what is there nor how long it
is tells whether an infectious disease stands among them. `colour` is always the general one.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Sealed
from handbook.risk.colours import Colour
from handbook.risk.rules import CaseStep, Direction, ReferralStep


class RiskScreening(Base):
    """One screening with its form; only whether it was positive is not sealed."""

    __tablename__ = "risk_screening"

    id: Mapped[str] = mapped_column(primary_key=True)
    pregnancy_id: Mapped[str] = mapped_column(sa.ForeignKey("pregnancy.id"), index=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"))
    form: Mapped[str]
    screened_day: Mapped[date]
    is_positive: Mapped[bool]
    answers: Mapped[str] = mapped_column(Sealed("risk_screening.answers"))
    made_by: Mapped[str] = mapped_column(sa.ForeignKey("staff.id"))
    made_at: Mapped[datetime]


class RiskAssessment(Base):
    """One assessment by a clinician; a later one stands beside it, none is overwritten."""

    __tablename__ = "risk_assessment"
    __table_args__ = (
        sa.Index("ix_risk_assessment_history", "pregnancy_id", "assessed_day", "made_at"),
        sa.CheckConstraint("colour <> 'purple'", name="general_colour"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    pregnancy_id: Mapped[str] = mapped_column(sa.ForeignKey("pregnancy.id"))
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"))
    table_key: Mapped[str]
    table_version: Mapped[str]
    assessed_day: Mapped[date]
    colour: Mapped[Colour]
    colours: Mapped[str] = mapped_column(Sealed("risk_assessment.colours"))
    findings: Mapped[str] = mapped_column(Sealed("risk_assessment.findings"))
    made_by: Mapped[str] = mapped_column(sa.ForeignKey("staff.id"))
    made_at: Mapped[datetime]


class RiskCase(Base):
    """The case (高危专案) of a pregnancy; `highest` is the highest general colour it ever had."""

    __tablename__ = "risk_case"
    __table_args__ = (sa.CheckConstraint("highest <> 'purple'", name="general_colour"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    pregnancy_id: Mapped[str] = mapped_column(sa.ForeignKey("pregnancy.id"), unique=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    highest: Mapped[Colour]
    step: Mapped[CaseStep]
    found_at: Mapped[datetime]


class RiskCaseEvent(Base):
    """A step of a case: who, when, from what, to what."""

    __tablename__ = "risk_case_event"

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(sa.ForeignKey("risk_case.id"), index=True)
    old_step: Mapped[str | None]
    new_step: Mapped[CaseStep]
    note: Mapped[str] = mapped_column(Sealed("risk_case_event.note"))
    made_by: Mapped[str] = mapped_column(sa.ForeignKey("staff.id"))
    made_at: Mapped[datetime]


class Referral(Base):
    """A referral (转诊) of a pregnant woman, up or back, with the time for its answer."""

    __tablename__ = "referral"

    id: Mapped[str] = mapped_column(primary_key=True)
    pregnancy_id: Mapped[str] = mapped_column(sa.ForeignKey("pregnancy.id"), index=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    direction: Mapped[Direction]
    institution: Mapped[str]
    reason: Mapped[str] = mapped_column(Sealed("referral.reason"))
    step: Mapped[ReferralStep]
    sent_at: Mapped[datetime]
    answer_due_at: Mapped[datetime]


class ReferralEvent(Base):
    """A step of a referral: who wrote it down, when, from what, to what."""

    __tablename__ = "referral_event"

    id: Mapped[str] = mapped_column(primary_key=True)
    referral_id: Mapped[str] = mapped_column(sa.ForeignKey("referral.id"), index=True)
    old_step: Mapped[str | None]
    new_step: Mapped[ReferralStep]
    note: Mapped[str] = mapped_column(Sealed("referral_event.note"))
    made_by: Mapped[str] = mapped_column(sa.ForeignKey("staff.id"))
    made_at: Mapped[datetime]


class VisitInterval(Base):
    """How many days a hospital lets pass at most between visits of a colour; none by default."""

    __tablename__ = "risk_visit_interval"
    __table_args__ = (
        sa.CheckConstraint("most_days > 0", name="at_least_a_day"),
        sa.CheckConstraint("colour <> 'purple'", name="general_colour"),
    )

    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), primary_key=True)
    colour: Mapped[Colour] = mapped_column(primary_key=True)
    most_days: Mapped[int]
    set_by: Mapped[str] = mapped_column(sa.ForeignKey("staff.id"))
    set_at: Mapped[datetime]
