"""Tables of what was done: visits, vaccine doses and measurements.

What a family reports and what staff confirm stand in different columns and are never mixed. A row
is never deleted or overwritten: a wrong one is withdrawn.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import SubjectKind
from core.db import Base, Sealed
from handbook.growth.numbers import Posture


class MeasurementKind(StrEnum):
    """What was measured; unit and plausible range stand in `ranges.yaml`."""

    MOTHER_HEIGHT = "mother_height"
    MOTHER_WEIGHT_BEFORE = "mother_weight_before"
    MOTHER_AGE = "mother_age"
    MOTHER_WEIGHT = "mother_weight"
    SYSTOLIC = "systolic"
    DIASTOLIC = "diastolic"
    FUNDAL_HEIGHT = "fundal_height"
    FETAL_HEART_RATE = "fetal_heart_rate"
    MOTHER_HAEMOGLOBIN = "mother_haemoglobin"
    CHILD_WEIGHT = "child_weight"
    CHILD_HEIGHT = "child_height"
    CHILD_HEAD = "child_head"
    CHILD_HAEMOGLOBIN = "child_haemoglobin"


class Withdrawable:
    """Columns of a row that can be withdrawn; the prefix of the id tells whether staff did."""

    withdrawn_by_id: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]


class Told(Withdrawable):
    """Columns of what a family reported (家长自报) and staff confirmed (医务人员确认)."""

    reported_day: Mapped[date | None]
    reported_by_id: Mapped[str | None] = mapped_column(sa.ForeignKey("person.id"))
    reported_at: Mapped[datetime | None]
    confirmed_day: Mapped[date | None]
    confirmed_by_id: Mapped[str | None] = mapped_column(sa.ForeignKey("staff.id"))
    confirmed_at: Mapped[datetime | None]

    @property
    def is_confirmed(self) -> bool:
        """Say whether staff vouch for it."""
        return self.confirmed_day is not None

    @property
    def day(self) -> date:
        """Return the day it was done: staff's word before the family's."""
        day = self.confirmed_day or self.reported_day
        if day is None:
            raise AssertionError("the table refuses a row without a day")
        return day


LIVE = sa.text("withdrawn_at is null")


def told() -> tuple[sa.CheckConstraint, ...]:
    """Return the constraints of a table of what was told: whole, by somebody, wholly withdrawn."""
    return (
        sa.CheckConstraint(
            "num_nulls(reported_day, reported_by_id, reported_at) in (0, 3)", name="reported_whole"
        ),
        sa.CheckConstraint(
            "num_nulls(confirmed_day, confirmed_by_id, confirmed_at) in (0, 3)",
            name="confirmed_whole",
        ),
        sa.CheckConstraint(
            "num_nonnulls(reported_day, confirmed_day) >= 1", name="told_by_somebody"
        ),
        withdrawn_whole(),
    )


def withdrawn_whole() -> sa.CheckConstraint:
    """Return the constraint that a withdrawal says when and by whom."""
    return sa.CheckConstraint(
        "(withdrawn_at is null) = (withdrawn_by_id is null)", name="withdrawn_whole"
    )


def one_subject() -> sa.CheckConstraint:
    """Return the constraint that a record is of a pregnancy or of a child."""
    return sa.CheckConstraint("num_nonnulls(pregnancy_id, child_id) = 1", name="one_subject")


class VisitRecord(Told, Base):
    """That an item of a schedule was done, for a pregnancy or for a child."""

    __tablename__ = "visit_record"
    __table_args__ = (
        *told(),
        one_subject(),
        *(
            sa.Index(
                f"uq_visit_record_{subject}_{day}", f"{subject}_id", "item_key", f"{day}_day",
                unique=True, postgresql_where=LIVE,
            )
            for subject in ("pregnancy", "child")
            for day in ("reported", "confirmed")
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    pregnancy_id: Mapped[str | None] = mapped_column(sa.ForeignKey("pregnancy.id"))
    child_id: Mapped[str | None] = mapped_column(sa.ForeignKey("child.id"))
    item_key: Mapped[str]
    reported_place: Mapped[str | None] = mapped_column(Sealed("visit_record.reported_place"))
    confirmed_place: Mapped[str | None] = mapped_column(Sealed("visit_record.confirmed_place"))


class DoseRecord(Told, Base):
    """That a child was given a dose of a vaccine; `number` is that of its vaccine."""

    __tablename__ = "dose_record"
    __table_args__ = (
        *told(),
        sa.CheckConstraint("number >= 1", name="number_from_one"),
        sa.Index(
            "uq_dose_record_live", "child_id", "vaccine", "number",
            unique=True, postgresql_where=LIVE,
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    child_id: Mapped[str] = mapped_column(sa.ForeignKey("child.id"))
    vaccine: Mapped[str]
    number: Mapped[int]
    lot: Mapped[str | None]
    reported_place: Mapped[str | None] = mapped_column(Sealed("dose_record.reported_place"))
    confirmed_place: Mapped[str | None] = mapped_column(Sealed("dose_record.confirmed_place"))


class Measurement(Withdrawable, Base):
    """Something measured on a day; who measured is told by `made_by_kind`.

    `posture` is how a child's length was taken, if that was said.
    """

    __tablename__ = "measurement"
    __table_args__ = (
        withdrawn_whole(),
        one_subject(),
        sa.CheckConstraint("posture is null or kind = 'child_height'", name="posture_of_length"),
        sa.Index("ix_measurement_pregnancy", "pregnancy_id", "kind", "day", postgresql_where=LIVE),
        sa.Index("ix_measurement_child", "child_id", "kind", "day", postgresql_where=LIVE),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    pregnancy_id: Mapped[str | None] = mapped_column(sa.ForeignKey("pregnancy.id"))
    child_id: Mapped[str | None] = mapped_column(sa.ForeignKey("child.id"))
    kind: Mapped[MeasurementKind]
    value: Mapped[Decimal] = mapped_column(sa.Numeric(7, 2))
    unit: Mapped[str]
    posture: Mapped[Posture | None]
    day: Mapped[date]
    made_by_kind: Mapped[SubjectKind]
    made_by_id: Mapped[str]
    made_at: Mapped[datetime]
