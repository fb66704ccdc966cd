"""What clients may send and will get of children and of what was done; answers only gain fields."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from handbook.care.vaccines import Sex
from handbook.models_lives import GuardianKind
from handbook.standing.mothers import Kind, Standing
from miniapp.shapes import ChildLineOut, Sent

Key = Annotated[str, Field(min_length=1, max_length=80)]
Place = Annotated[str, Field(max_length=60)]


class NewChildIn(Sent):
    """A child whose family comes later; `gestation_at_birth` as "38+2"."""

    birth_day: date
    kind: GuardianKind
    rank: Annotated[int, Field(ge=1, le=9)] = 1
    sex: Sex | None = None
    name: Annotated[str, Field(min_length=1, max_length=30)] | None = None
    gestation_at_birth: Annotated[str, Field(pattern=r"^\d{2}\+[0-6]$")] | None = None
    weight_g: Annotated[int, Field(ge=1, le=20_000)] | None = None


class SexIn(Sent):
    """A child's sex."""

    sex: Sex


class VisitIn(Sent):
    """That an item was done, in a family's words."""

    item_key: Key
    day: date
    place: Place = ""


class DoseIn(Sent):
    """That a dose was given, in a family's words."""

    vaccine: Annotated[str, Field(min_length=1, max_length=20)]
    number: Annotated[int, Field(ge=1, le=9)]
    day: date
    place: Place = ""


class RecordOut(BaseModel):
    """The id of what was written down."""

    id: str


class ChildrenOut(BaseModel):
    """The children somebody looks after."""

    items: list[ChildLineOut]


class DoseOut(BaseModel):
    """Which dose stands there."""

    vaccine: str
    number: int


class StandOut(BaseModel):
    """One thing on a child's list; `item_key` is what an appointment for it names.

    `record_id` is of a report that may be taken back, and None otherwise.
    """

    key: str
    item_key: str
    name: str
    kind: Kind
    standing: Standing
    standing_reason: str
    from_day: date
    to_day: date | None
    when: str
    source: str
    needs_review: bool
    care: str | None
    appointment_id: str | None
    reported_day: date | None
    confirmed_day: date | None
    record_id: str | None
    may_report: bool
    dose: DoseOut | None


class GroupOut(BaseModel):
    """Things of a child's list that stand alike, in the order of need."""

    key: str
    items: list[StandOut]


class CorrectedOut(BaseModel):
    """The corrected age of a preterm child; `sentence` explains it to the family."""

    age: str
    is_in_use: bool
    sentence: str


class LatestOut(BaseModel):
    """The newest measurement of a kind."""

    kind: str
    name: str
    value: float
    unit: str
    day: date


class ChildOut(ChildLineOut):
    """A child's page; `next_doses` are those that can be given now, else those that come first."""

    gestation_at_birth: str | None
    weight_g: int | None
    corrected: CorrectedOut | None
    groups: list[GroupOut]
    next_doses: list[StandOut]
    latest: list[LatestOut]


class ChecklistOut(BaseModel):
    """The warning signs of one age; any of them is a reason to go, never a diagnosis."""

    key: str
    name: str
    signs: list[str]
    advice: str
    source: str
    needs_review: bool
    is_corrected: bool


class NextChecklistOut(BaseModel):
    """The list that comes next."""

    name: str
    from_day: date


class SignsOut(BaseModel):
    """The self-check of a child's age; None before the first and beyond the last."""

    checklist: ChecklistOut | None
    next: NextChecklistOut | None
    care: str
