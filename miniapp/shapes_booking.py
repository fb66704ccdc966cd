"""What clients may send and will get of booking; answers only ever gain fields."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from booking.models import AppointmentState, Care, Share
from booking.models_waiting import HalfDay
from booking.proposals import WhyNot
from miniapp.shapes import Day, Sent

Id = Annotated[str, Field(max_length=40)]
ItemKey = Annotated[str, Field(max_length=80)]

MOST_VISITS = 30
"""Visits of one course, or of one family at once: more than any document asks for."""


class AppointmentIn(Sent):
    """The slot she chose, whom she comes with, and the item it serves if she came from one.

    `share` is `remote` for a seat of a class that is also shown on-line, `protected` for a place
    that is kept for her (`/kept-slots`).
    """

    slot_id: Id
    item_key: ItemKey | None = None
    child_id: Id | None = None
    share: Literal[Share.ONLINE, Share.REMOTE, Share.PROTECTED] = Share.ONLINE

    @property
    def is_plain(self) -> bool:
        """Say whether it is a place on site for herself."""
        return self.child_id is None and self.share is Share.ONLINE


class TogetherIn(Sent):
    """Visits of one family at the same or neighbouring times."""

    visits: Annotated[list[AppointmentIn], Field(min_length=2, max_length=MOST_VISITS)]


class MoveIn(Sent):
    """The slot an appointment is moved to."""

    slot_id: Id


class DaysQuery(Sent):
    """Which days to count."""

    care: Care
    from_day: Day | None = None
    days: Annotated[int, Field(ge=1, le=42)] = 28


class SlotsQuery(Sent):
    """Which slots to list."""

    care: Care
    from_day: Day | None = None
    days: Annotated[int, Field(ge=1, le=31)] = 14


class NeighboursQuery(Sent):
    """What else she would like to do on the same way."""

    care: Care


class ProposalQuery(Sent):
    """Where and when she would like her visits; `weekday` 0 is Monday."""

    clinic_id: Id
    weekday: Annotated[int, Field(ge=0, le=6)] | None = None
    half_day: HalfDay = HalfDay.ANY


class PickIn(Sent):
    """One visit of a course."""

    item_key: ItemKey
    slot_id: Id


class CourseIn(Sent):
    """The visits she books in one act."""

    picks: Annotated[list[PickIn], Field(min_length=1, max_length=MOST_VISITS)]


class CareOut(BaseModel):
    """A kind of care that can be booked."""

    key: Care
    name: str
    about: str


class CaresOut(BaseModel):
    """The kinds of care that can be booked."""

    items: list[CareOut]


class DayCountOut(BaseModel):
    """A day on which a kind of care is given, and how many places it still has."""

    day: date
    free: int


class DaysOut(BaseModel):
    """Days with their free places; a day that is not listed has no slot families see."""

    care: Care
    days: list[DayCountOut]


class SlotOut(BaseModel):
    """A slot; `doctor` is told where the doctor is chosen.

    `remote_free` counts the seats of a class that is also shown on-line, None where it is not.
    """

    id: str
    time: str
    starts_at: str
    free: int
    clinic: str
    room: str
    clinic_id: str = ""
    doctor: str | None = None
    remote_free: int | None = None


class DayOut(BaseModel):
    """A day and its slots."""

    day: date
    weekday: str
    label: str
    free: int
    slots: list[SlotOut]


class SlotsOut(BaseModel):
    """Days and their slots."""

    care: Care
    days: list[DayOut]


class AppointmentOut(BaseModel):
    """An appointment; `cancel_until` says until when she can give it up or move it herself.

    `expires_at` stands while it is held for her. `is_remote`: she takes part on-line, and
    `preparation` says how.
    """

    id: str
    number: str
    state: AppointmentState
    state_name: str
    care: Care
    care_name: str
    clinic_id: str
    clinic: str
    room: str
    place: str
    starts_at: str
    ends_at: str
    when: str
    preparation: str | None
    may_cancel: bool
    cancel_until: str | None
    expires_at: str | None
    child_id: str | None
    course_id: str | None
    is_remote: bool = False


class QueueOut(BaseModel):
    """Her ticket, and how many who wait are before her; `is_called`: it is her turn."""

    number: int
    before_you: int
    is_called: bool


class AppointmentPageOut(AppointmentOut):
    """An appointment with all she may want to know of it; `patient` names the child, if one."""

    patient: str | None
    doctor: str | None
    moved_to: str | None
    may_check_in: bool
    queue: QueueOut | None


class AppointmentsOut(BaseModel):
    """Her appointments."""

    items: list[AppointmentPageOut]


class BookedOut(BaseModel):
    """Appointments that were booked in one act."""

    items: list[AppointmentOut]


class FollowedOut(BaseModel):
    """A later visit of a course; `moved` is False where it stays as it was."""

    appointment: AppointmentOut
    moved: bool


class FollowedAllOut(BaseModel):
    """What became of the later visits of a course."""

    items: list[FollowedOut]


class CheckInCodeOut(BaseModel):
    """What she shows at the desk: a code, its picture as SVG, the day on which it counts."""

    code: str
    svg: str
    day: date


class ProposalOut(BaseModel):
    """One visit of a course; `slot` is None where none can be booked yet, and `sentence` says why.

    `also` are the items that the same visit serves.
    """

    item_key: str
    name: str
    from_day: date
    to_day: date
    slot: SlotOut | None
    when: str | None
    why_not: WhyNot | None
    sentence: str | None
    also: list[str]


class ProposalsOut(BaseModel):
    """A whole course, in order of days."""

    items: list[ProposalOut]


class ClinicOut(BaseModel):
    """A clinic that can be booked."""

    id: str
    name: str
    room: str
    care: Care


class ClinicsOut(BaseModel):
    """Clinics, in the order they were opened."""

    items: list[ClinicOut]
