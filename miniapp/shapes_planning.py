"""What clients may send and will get before a pregnancy, and of a handbook made on paper."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from handbook.care.rows import Need
from miniapp.shapes import Sent


class AdviceOut(BaseModel):
    """Something to do before a pregnancy: `when` says its time in words, for it has no day."""

    key: str
    name: str
    when: str
    what: str
    why: str
    preparation: str | None
    source: str
    needs_review: bool
    need: Need


class PlanningOut(BaseModel):
    """Her planning; without one, only what is said of it beforehand is empty."""

    state: Literal["none", "planning"]
    since_day: date | None
    items: list[AdviceOut]


class ClaimIn(Sent):
    """Her name, as the hospital wrote it."""

    name: Annotated[str, Field(min_length=1, max_length=60)]


class ClaimOut(BaseModel):
    """What became of looking for a handbook that the hospital made for her.

    None: she never asked. A name that differs is "not_found", as is a number nobody knows.
    """

    state: Literal["waiting", "linked", "declined", "not_found"] | None


class LinkCodeOut(BaseModel):
    """A code to be shown at the desk, and for how many minutes."""

    code: str
    minutes: int
