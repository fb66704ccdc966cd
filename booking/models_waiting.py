"""Tables of the waiting list, freed places and who got them, missed visits and draws."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import SubjectKind
from booking.models import Share
from core.db import Base, Sealed


class HalfDay(StrEnum):
    """Which half of a day somebody waits for."""

    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"


class WaitingState(StrEnum):
    """Where an entry of the waiting list (候补) is; the steps are `booking.rules.NEXT_WAITING`."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    LEFT = "left"
    CLOSED = "closed"
    """The last day it waited for has passed, or the list closed the evening before."""


class Waiting(Base):
    """One patient waiting for a place in a clinic between two days, both included.

    In order of `priority` (the smaller first: risk colour), then `joined_at`. An offer is a held
    appointment; if it is let go, the entry waits again at its place, `refusals` counted.
    """

    __tablename__ = "waiting"
    __table_args__ = (
        sa.Index(
            "ix_waiting_in_order", "clinic_id", "priority", "joined_at", "id",
            postgresql_where=sa.text("state = 'waiting'"),
        ),
        sa.Index(
            "uq_waiting_live", "clinic_id", "patient_number", unique=True,
            postgresql_where=sa.text("state in ('waiting', 'offered')"),
        ),
        sa.UniqueConstraint("person_id", "idempotency_key"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    clinic_id: Mapped[str] = mapped_column(sa.ForeignKey("clinic.id"))
    family_id: Mapped[str] = mapped_column(sa.ForeignKey("family.id"), index=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"))
    child_id: Mapped[str | None] = mapped_column(sa.ForeignKey("child.id"))
    patient_number: Mapped[int] = mapped_column(sa.BigInteger)
    pregnancy_id: Mapped[str | None] = mapped_column(sa.ForeignKey("pregnancy.id"))
    item_key: Mapped[str | None]
    from_day: Mapped[date]
    to_day: Mapped[date]
    half_day: Mapped[HalfDay]
    priority: Mapped[int]
    state: Mapped[WaitingState]
    refusals: Mapped[int] = mapped_column(server_default="0")
    appointment_id: Mapped[str | None] = mapped_column(sa.ForeignKey("appointment.id"), index=True)
    idempotency_key: Mapped[str]
    joined_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class WaitingStep(Base):
    """One step in the life of an entry: who, when, from, to, and why, as `booking.models.Step`."""

    __tablename__ = "waiting_step"

    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    waiting_id: Mapped[str] = mapped_column(sa.ForeignKey("waiting.id"), index=True)
    before: Mapped[str | None]
    after: Mapped[WaitingState]
    why: Mapped[str]
    made_by_kind: Mapped[SubjectKind]
    made_by_id: Mapped[str]
    made_at: Mapped[datetime]


class FreedPlace(Base):
    """A place that came free, why, and who got it: the answer to "why not me?".

    `passed` lists the entries that stood before the one served and wanted such a place, each with
    the reason it was passed over. If nobody was served, `shown_at` is when it is shown to all;
    until then it is withheld: nobody can book it, and it counts as taken.
    """

    __tablename__ = "freed_place"
    __table_args__ = (
        sa.Index("ix_freed_place_withheld", "shown_at", postgresql_where=sa.text("is_withheld")),
    )

    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    slot_id: Mapped[str] = mapped_column(sa.ForeignKey("slot.id"), index=True)
    share: Mapped[Share]
    cause: Mapped[str]
    from_appointment_id: Mapped[str | None] = mapped_column(sa.ForeignKey("appointment.id"))
    given_to: Mapped[str | None] = mapped_column(sa.ForeignKey("waiting.id"), index=True)
    passed: Mapped[list[Any]] = mapped_column(server_default=sa.text("'[]'::jsonb"))
    freed_at: Mapped[datetime]
    shown_at: Mapped[datetime | None]
    is_withheld: Mapped[bool] = mapped_column(server_default=sa.false())


class AppealState(StrEnum):
    """Where an appeal against a missed visit is."""

    NONE = "none"
    ASKED = "asked"
    UPHELD = "upheld"
    """The visit no longer counts."""
    DISMISSED = "dismissed"


class Excuse(StrEnum):
    """Why nobody came, accepted with one tap: the visit does not count."""

    IN_LABOUR = "in_labour"
    IN_HOSPITAL = "in_hospital"
    CHILD_FEVER = "child_fever"


class MissedVisit(Base):
    """A visit nobody came to (爽约): whether it counts, the reason given, the appeal.

    It counts only if a reminder of it was delivered in time and no excuse was given. `cleared_at`
    is when good attendance or an upheld appeal cleared it, or she came after all.
    """

    __tablename__ = "missed_visit"

    appointment_id: Mapped[str] = mapped_column(sa.ForeignKey("appointment.id"), primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), index=True)
    missed_at: Mapped[datetime]
    counts: Mapped[bool]
    excuse: Mapped[Excuse | None]
    cleared_at: Mapped[datetime | None]
    appeal: Mapped[AppealState]
    appeal_words: Mapped[str | None] = mapped_column(Sealed("missed_visit.appeal_words"))
    appealed_at: Mapped[datetime | None]
    decided_by_id: Mapped[str | None] = mapped_column(sa.ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]


class DrawOutcome(StrEnum):
    """What a draw gave an entry."""

    WON = "won"
    NONE_LEFT = "none_left"
    """All her wishes had gone to those before her."""
    REFUSED = "refused"
    """A rule stood against each of her wishes when the draw was held."""
    NO_LONGER = "no_longer"
    """What it was for was over."""


class DrawRequest(Base):
    """One patient's wish in a release by draw: one row a patient and draw, however often asked.

    `wishes` are slot ids, the dearest first. `days_left` is how long her window still stands when
    the draw is held; `rank` her place in the order, `outcome` what came of it.
    """

    __tablename__ = "draw_request"
    __table_args__ = (sa.UniqueConstraint("clinic_id", "draw_day", "patient_number"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    clinic_id: Mapped[str] = mapped_column(sa.ForeignKey("clinic.id"))
    draw_day: Mapped[date]
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), index=True)
    child_id: Mapped[str | None] = mapped_column(sa.ForeignKey("child.id"))
    patient_number: Mapped[int] = mapped_column(sa.BigInteger)
    pregnancy_id: Mapped[str | None] = mapped_column(sa.ForeignKey("pregnancy.id"))
    item_key: Mapped[str | None]
    wishes: Mapped[list[Any]]
    days_left: Mapped[int | None]
    rank: Mapped[int | None]
    outcome: Mapped[DrawOutcome | None]
    appointment_id: Mapped[str | None] = mapped_column(sa.ForeignKey("appointment.id"))
    asked_at: Mapped[datetime]


class Draw(Base):
    """A release by draw: the seed promised for it, and when it was held; anybody can check it."""

    __tablename__ = "draw"

    clinic_id: Mapped[str] = mapped_column(sa.ForeignKey("clinic.id"), primary_key=True)
    draw_day: Mapped[date] = mapped_column(primary_key=True)
    seed_digest: Mapped[str]
    """SHA-256 of the seed, shown before the draw; the seed itself after it."""
    seed: Mapped[str] = mapped_column(Sealed("draw.seed"))
    closes_at: Mapped[datetime]
    held_at: Mapped[datetime | None]
