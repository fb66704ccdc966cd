"""Tables of what can be booked: institutions, clinics, doctors, weekly templates, exceptions."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import SubjectKind
from booking.models import Care
from core.db import Base


class Level(StrEnum):
    """The three levels of maternal and child care institutions."""

    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    """Township and community health centres (乡镇社区)."""


class ExceptionKind(StrEnum):
    """How a day departs from the weekly template."""

    CLOSED = "closed"
    """停诊: from `from_time` to `to_time`, or the whole day when both are None."""
    EXTRA = "extra"
    """An additional session (加诊), such as an evening or a weekend."""


class SupplyKind(StrEnum):
    """What of the supply a change was made to."""

    HOSPITAL = "hospital"
    """The rules of all its clinics."""
    INSTITUTION = "institution"
    CLINIC = "clinic"
    DOCTOR = "doctor"
    TEMPLATE = "template"
    EXCEPTION = "exception"
    SLOT = "slot"


class Institution(Base):
    """A place where a hospital's clinics are held; `parent_id` is the level above."""

    __tablename__ = "institution"

    id: Mapped[str] = mapped_column(primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    parent_id: Mapped[str | None] = mapped_column(sa.ForeignKey("institution.id"))
    level: Mapped[Level]
    name: Mapped[str]
    address: Mapped[str]
    phone: Mapped[str]


class Clinic(Base):
    """A clinic (门诊): one kind of care in one room, held by a team or by named doctors.

    A pooled clinic (号源池) shows families times only, and gives whichever doctor has a place;
    in any other the doctor is chosen. `colours` lists the risk colours it is named for; empty
    for all. `is_drawn`: the first minutes of a release are collected and drawn by lot.
    """

    __tablename__ = "clinic"

    id: Mapped[str] = mapped_column(primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    institution_id: Mapped[str | None] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    care: Mapped[Care]
    name: Mapped[str]
    room: Mapped[str]
    is_open: Mapped[bool]
    is_pooled: Mapped[bool] = mapped_column(server_default=sa.true())
    is_drawn: Mapped[bool] = mapped_column(server_default=sa.false())
    colours: Mapped[list[Any]] = mapped_column(server_default=sa.text("'[]'::jsonb"))
    policy: Mapped[dict[str, Any]] = mapped_column(server_default=sa.text("'{}'::jsonb"))
    """What this clinic sets otherwise than its hospital (`booking.policy.Policy`)."""


class Doctor(Base):
    """A doctor as families see them: name, title, rank (1 is the highest); staff or not."""

    __tablename__ = "doctor"

    id: Mapped[str] = mapped_column(primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    staff_id: Mapped[str | None] = mapped_column(sa.ForeignKey("staff.id"))
    name: Mapped[str]
    title: Mapped[str]
    rank: Mapped[int]
    is_active: Mapped[bool] = mapped_column(server_default=sa.true())


class Template(Base):
    """A weekly template (周模板): one weekday (0 is Monday), `[from_time, to_time)` Beijing time.

    It holds from `valid_from_day` to `valid_to_day`, both included, None for no end. `shares` is
    the places of a slot by share. `on_holidays`: it stands on official days off too, and on days
    whose calendar is not published yet. A make-up workday follows its own weekday's templates, and
    those of Monday when it has none (`booking.supply.plan`).
    """

    __tablename__ = "template"
    __table_args__ = (
        sa.CheckConstraint("weekday between 0 and 6", name="weekday_of_seven"),
        sa.CheckConstraint("from_time < to_time", name="from_before_to"),
        sa.CheckConstraint("slot_minutes between 1 and 480", name="minutes_of_a_slot"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    clinic_id: Mapped[str] = mapped_column(sa.ForeignKey("clinic.id"), index=True)
    doctor_id: Mapped[str | None] = mapped_column(sa.ForeignKey("doctor.id"))
    weekday: Mapped[int]
    from_time: Mapped[time]
    to_time: Mapped[time]
    slot_minutes: Mapped[int]
    shares: Mapped[dict[str, Any]]
    valid_from_day: Mapped[date]
    valid_to_day: Mapped[date | None]
    on_holidays: Mapped[bool] = mapped_column(server_default=sa.false())
    changed_at: Mapped[datetime]


class DayException(Base):
    """A day on which a clinic (or one doctor of it) departs from its template, and why.

    Of several for one time the one that was made last counts.
    """

    __tablename__ = "day_exception"
    __table_args__ = (sa.Index("ix_day_exception_clinic", "clinic_id", "day"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    clinic_id: Mapped[str] = mapped_column(sa.ForeignKey("clinic.id"))
    doctor_id: Mapped[str | None] = mapped_column(sa.ForeignKey("doctor.id"))
    day: Mapped[date]
    kind: Mapped[ExceptionKind]
    from_time: Mapped[time | None]
    to_time: Mapped[time | None]
    slot_minutes: Mapped[int | None]
    shares: Mapped[dict[str, Any]] = mapped_column(server_default=sa.text("'{}'::jsonb"))
    reason: Mapped[str]
    made_by_id: Mapped[str]
    made_at: Mapped[datetime]


class BookingPolicy(Base):
    """What a hospital sets otherwise than `booking/policy.yaml`; a change is a new row."""

    __tablename__ = "booking_policy"

    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    values: Mapped[dict[str, Any]]
    made_by_id: Mapped[str]
    made_at: Mapped[datetime]


class SupplyChange(Base):
    """One change of the supply: who, when, from what to what.

    `before` is None for what is new, `after` for what was taken away. The same idempotency key in
    a hospital is the same change.
    """

    __tablename__ = "supply_change"
    __table_args__ = (
        sa.UniqueConstraint("hospital_id", "idempotency_key"),
        sa.Index("ix_supply_change_subject", "subject_id", "number"),
    )

    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"))
    clinic_id: Mapped[str | None] = mapped_column(sa.ForeignKey("clinic.id"), index=True)
    subject_kind: Mapped[SupplyKind]
    subject_id: Mapped[str]
    act: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    idempotency_key: Mapped[str | None]
    made_by_kind: Mapped[SubjectKind]
    made_by_id: Mapped[str]
    made_at: Mapped[datetime]
