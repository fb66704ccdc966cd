"""What clients may send and will get of kept places, draws, and places held after a closure."""

from datetime import date

from pydantic import BaseModel

from booking.models import Care
from booking.models_waiting import DrawOutcome
from miniapp.shapes import Sent
from miniapp.shapes_booking import Id, ItemKey


class KeptQuery(Sent):
    """For which care, and which item of hers, places may be kept."""

    care: Care
    item_key: ItemKey


class ChooseIn(Sent):
    """The slot she takes instead of the one held for her."""

    slot_id: Id


class DrawAskedOut(BaseModel):
    """Her entry in a draw: `times` in the order she named them, and what came of it.

    `outcome` and `rank` are None until the draw is held; `id` is how the published order names her.
    """

    id: str
    clinic_id: str
    clinic: str
    care_name: str
    patient: str | None
    draw_day: date
    closes_at: str
    times: list[str]
    outcome: DrawOutcome | None
    rank: int | None
    appointment_id: str | None
    sentence: str


class DrawsAskedOut(BaseModel):
    """Her entries in draws, the newest first."""

    items: list[DrawAskedOut]


class DrawEntryOut(BaseModel):
    """One entry of a draw that was held, without a name."""

    id: str
    days_left: int | None


class DrawOut(BaseModel):
    """What is published of a draw: before it the digest of its seed, then the seed and the order.

    `how` says how anybody can check it.
    """

    clinic_id: str
    draw_day: date
    closes_at: str
    held_at: str | None
    seed_digest: str
    seed: str | None
    entries: list[DrawEntryOut]
    how: str


class RescueOut(BaseModel):
    """A place that is held for her because her session was closed (停诊)."""

    appointment_id: str
    care_name: str
    patient: str | None
    lost_when: str
    when: str
    clinic: str
    room: str
    doctor: str | None
    expires_at: str
    sentence: str


class RescuesOut(BaseModel):
    """What is held for her, soonest first."""

    items: list[RescueOut]
