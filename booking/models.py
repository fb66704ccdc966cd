"""Tables of slots, their places, and appointments with every step of their lives."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import SubjectKind
from core.db import Base

LIVE = "state in ('held', 'booked', 'checked_in', 'called')"
"""An appointment that keeps its patient's time: no other may overlap it."""


class Care(StrEnum):
    """The kinds of care that can be booked."""

    ANTENATAL = "antenatal"
    ULTRASOUND = "ultrasound"
    OGTT = "ogtt"
    POSTPARTUM = "postpartum"
    CHILD = "child"
    VACCINATION = "vaccination"
    COURSE = "course"
    """A class of the school for pregnant women (孕妇学校)."""


class Share(StrEnum):
    """Whom a part of a slot's places is kept for."""

    ONLINE = "online"
    """Families, by chat and mini-program; what other shares do not use comes back here."""
    DESK = "desk"
    """The clerk's window and walk-ins (窗口)."""
    RETURN = "return"
    """Follow-up visits (复诊) of this clinic's own patients."""
    REFERRAL = "referral"
    """Families referred from below or above (转诊)."""
    PROTECTED = "protected"
    """Women whose care window would close before the next free place."""
    EXTRA = "extra"
    """Places a doctor added (加号)."""
    REMOTE = "remote"
    """Seats of a class that is also shown on-line."""


class AppointmentState(StrEnum):
    """Where an appointment (预约) is in its life; the steps are `booking.rules.NEXT`."""

    HELD = "held"
    BOOKED = "booked"
    CHECKED_IN = "checked_in"
    CALLED = "called"
    SEEN = "seen"
    LEFT = "left"
    CANCELLED = "cancelled"
    CANCELLED_BY_CLINIC = "cancelled_by_clinic"
    NO_SHOW = "no_show"
    MOVED = "moved"
    EXPIRED = "expired"


class Slot(Base):
    """A slot (号源): `[starts_at, ends_at)` in a clinic, with one doctor or the clinic's team.

    Families see it from `shown_at` on. A closed slot (停诊) takes nobody; those it had stand in
    their appointments. `template_id` says which weekly template made it, None for an extra one.
    """

    __tablename__ = "slot"
    __table_args__ = (
        sa.UniqueConstraint(
            "clinic_id", "starts_at", "doctor_id", postgresql_nulls_not_distinct=True
        ),
        sa.CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        sa.Index("ix_slot_returning", "reserves_return_at",
                 postgresql_where=sa.text("reserves_return_at is not null")),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    clinic_id: Mapped[str] = mapped_column(sa.ForeignKey("clinic.id"))
    doctor_id: Mapped[str | None] = mapped_column(sa.ForeignKey("doctor.id"), index=True)
    template_id: Mapped[str | None] = mapped_column(sa.ForeignKey("template.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    shown_at: Mapped[datetime]
    reserves_return_at: Mapped[datetime | None]
    is_closed: Mapped[bool] = mapped_column(server_default=sa.false())
    external_id: Mapped[str | None] = mapped_column(index=True)
    """The slot's name in the hospital's own system, when that owns it."""


class Quota(Base):
    """The places of one share of a slot, of which some are taken.

    `taken` counts the appointments that keep a place (all but `booking.rules.GIVES_BACK`) and the
    freed places that are withheld for now (`FreedPlace.is_withheld`). The one row racing callers
    meet at (`core.db.claim`).
    """

    __tablename__ = "quota"
    __table_args__ = (sa.CheckConstraint("taken between 0 and places", name="taken_within_places"),)

    slot_id: Mapped[str] = mapped_column(sa.ForeignKey("slot.id"), primary_key=True)
    share: Mapped[Share] = mapped_column(primary_key=True)
    places: Mapped[int]
    taken: Mapped[int] = mapped_column(server_default="0")


class Appointment(Base):
    """One patient's place in a slot; `number` is what she says at the desk.

    The patient is the person herself, or the child `child_id` she comes with. `patient_number`
    is the person's number, or the child's as a negative one. Live appointments of one patient
    never overlap (the exclusion constraint), and the same idempotency key of a person is the same
    appointment. `expires_at` stands while held. From check-in on, `queue_number` is what her ticket
    says and `queued_at` her turn: the time of her slot, or behind others when she came late.
    `reminded_at` is when a reminder of it was delivered. `moved_to` names the one that took its
    place.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "idempotency_key"),
        sa.ForeignKeyConstraint(["slot_id", "share"], ["quota.slot_id", "quota.share"]),
        ExcludeConstraint(
            (sa.text("int8range(patient_number, patient_number, '[]')"), "&&"),
            (sa.column("during"), "&&"),
            name="ex_appointment_patient_during",
            using="gist",
            where=sa.text(LIVE),
        ),
        sa.Index(
            "ix_appointment_live_during", sa.text("lower(during)"), postgresql_where=sa.text(LIVE)
        ),
        sa.Index("ix_appointment_held", "expires_at", postgresql_where=sa.text("state = 'held'")),
        sa.Index("ix_appointment_slot", "slot_id", "share"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(start=1001), unique=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    slot_id: Mapped[str]
    share: Mapped[Share]
    family_id: Mapped[str] = mapped_column(sa.ForeignKey("family.id"), index=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), index=True)
    child_id: Mapped[str | None] = mapped_column(sa.ForeignKey("child.id"), index=True)
    patient_number: Mapped[int] = mapped_column(sa.BigInteger)
    pregnancy_id: Mapped[str | None] = mapped_column(sa.ForeignKey("pregnancy.id"), index=True)
    item_key: Mapped[str | None]
    course_id: Mapped[str | None] = mapped_column(index=True)
    """Appointments booked together as one course (全程预约) or as linked visits bear one id."""
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    state: Mapped[AppointmentState]
    channel: Mapped[str]
    """The door it came through: chat, miniapp, desk, waiting_list, rescue, draw, import."""
    idempotency_key: Mapped[str]
    booked_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    checked_in_at: Mapped[datetime | None]
    queue_number: Mapped[int | None]
    queued_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    moved_to: Mapped[str | None] = mapped_column(sa.ForeignKey("appointment.id"), index=True)


class Step(Base):
    """One step in an appointment's life: who, when, from, to, and why.

    The same idempotency key of an appointment is the same step.
    """

    __tablename__ = "appointment_step"
    __table_args__ = (sa.UniqueConstraint("appointment_id", "idempotency_key"),)

    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    appointment_id: Mapped[str] = mapped_column(sa.ForeignKey("appointment.id"))
    before: Mapped[str | None]
    """A state, None for the first step."""
    after: Mapped[AppointmentState]
    why: Mapped[str]
    """Behind `why_`, a key of `booking/labels.zh_CN.toml`, such as asked or clinic_closed."""
    idempotency_key: Mapped[str | None]
    made_by_kind: Mapped[SubjectKind]
    made_by_id: Mapped[str]
    made_at: Mapped[datetime]


class Tickets(Base):
    """The last queue number a clinic gave out on a day (Beijing)."""

    __tablename__ = "tickets"

    clinic_id: Mapped[str] = mapped_column(sa.ForeignKey("clinic.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last_number: Mapped[int]
