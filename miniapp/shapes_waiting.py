"""What clients may send and will get of the waiting list and of missed visits."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from booking.models import Care
from booking.models_waiting import AppealState, Excuse, HalfDay, WaitingState
from booking.queries_waiting import Outcome
from miniapp.shapes import Day, Sent
from miniapp.shapes_booking import Id, ItemKey


class WaitIn(Sent):
    """For which clinic and days (both included) somebody waits, and for which half of them."""

    clinic_id: Id
    from_day: Day
    to_day: Day
    half_day: HalfDay = HalfDay.ANY
    item_key: ItemKey | None = None
    child_id: Id | None = None


class ExcuseIn(Sent):
    """Why nobody came."""

    reason: Excuse


class AppealIn(Sent):
    """Why a missed visit should not count, in her own words."""

    words: Annotated[str, Field(min_length=1, max_length=300)]


class MissedOut(BaseModel):
    """A visit nobody came to: whether it counts, what she said to it, what staff answered."""

    appointment_id: str
    when: str
    care_name: str
    counts: bool
    excuse: Excuse | None
    appeal: AppealState
    may_excuse: bool
    may_appeal: bool
    sentence: str


class OfferOut(BaseModel):
    """The place that is held for who waited."""

    appointment_id: str
    when: str
    expires_at: str
    until: str


class WaitingOut(BaseModel):
    """What somebody waits for; `position` 1 is next."""

    id: str
    state: WaitingState
    care: Care
    care_name: str
    clinic_id: str
    clinic: str
    child_id: str | None
    patient: str | None
    from_day: date
    to_day: date
    half_day: HalfDay
    position: int
    closes: str
    offer: OfferOut | None


class WaitingListOut(BaseModel):
    """Everything somebody waits for."""

    items: list[WaitingOut]


class AnswerOut(BaseModel):
    """A place that came free while somebody waited, and what became of it."""

    when: str
    freed_at: str
    outcome: Outcome
    sentence: str


class AnswersOut(BaseModel):
    """The answer to "why not me?", the newest first."""

    items: list[AnswerOut]


class AttendanceOut(BaseModel):
    """How missed visits stand: how many count, how many close booking, until when it is closed."""

    counted: int
    limit: int
    closed_until: date | None
    sentence: str
    items: list[MissedOut]
