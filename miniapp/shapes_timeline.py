"""What clients will get of a mother's timeline; answers only ever gain fields."""

from datetime import date
from typing import Literal

from pydantic import BaseModel

from handbook.care.rows import Need
from handbook.standing.mothers import Standing
from miniapp.shapes import PregnancyOut


class ItemOut(BaseModel):
    """One item of the timeline.

    `only_for` is empty unless a doctor orders the item for some (`need` is then "indicated").
    `standing` is None for what is over and not missed by anybody; `record_id` is of a report of
    hers that may be taken back, None otherwise.
    """

    key: str
    name: str
    from_day: date
    to_day: date
    when: str
    status: Literal["past", "open", "coming"]
    reason: str
    what: str
    preparation: str | None
    source: str
    needs_review: bool
    care: str | None
    appointment_id: str | None
    need: Need
    only_for: str
    standing: Standing | None
    standing_reason: str | None
    reported_day: date | None
    confirmed_day: date | None
    record_id: str | None
    may_report: bool


class PageOut(BaseModel):
    """A gentle page instead of a timeline."""

    title: str
    text: str
    phone: str


class LatestWeightOut(BaseModel):
    """What she weighed last, in kilograms."""

    value: float
    day: date


class TimelineOut(BaseModel):
    """Her timeline, or what stands in its place; `note` stands above it, `weight` is her last."""

    state: Literal["none", "ongoing", "delivered", "ended"]
    pregnancy: PregnancyOut | None
    items: list[ItemOut]
    page: PageOut | None
    note: str = ""
    weight: LatestWeightOut | None = None
