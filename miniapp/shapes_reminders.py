"""What clients may send and will get of reminders; answers only ever gain fields."""

from datetime import date

from pydantic import BaseModel

from miniapp.shapes import Day, Sent
from miniapp.shapes_children import DoseOut
from scheduler.models import ReminderKind


class WantedIn(Sent):
    """Whether somebody wants reminders of a kind."""

    is_wanted: bool


class PauseIn(Sent):
    """From which day on she is away (None: from today on), and the day reminders begin again."""

    from_day: Day | None = None
    until_day: Day


class KindOut(BaseModel):
    """A kind of reminders, what it tells, and whether she wants it."""

    kind: ReminderKind
    name: str
    about: str
    is_wanted: bool


class RestOut(BaseModel):
    """Since when nothing is said, and the day it begins again; None: when she says so."""

    since_day: date
    until_day: date | None


class HearerOut(BaseModel):
    """Somebody who looks after a child, and whether its reminders go there."""

    who: str
    is_me: bool
    hears: bool


class HeardOut(BaseModel):
    """Who is reminded of a child's care."""

    child_id: str
    child: str
    people: list[HearerOut]
    sentence: str


class ComingOut(BaseModel):
    """Something that will be said, as things stand."""

    kind: ReminderKind
    kind_name: str
    day: date
    when: str
    what: str
    text: str
    why_now: str


class SaidOut(BaseModel):
    """A message that was sent, as she read it."""

    letter_id: str
    kind: ReminderKind
    kind_name: str
    when: str
    channel: str
    outcome: str
    lines: list[str]


class RemindersOut(BaseModel):
    """Everything the page of her reminders shows; without her consent nothing is to come."""

    is_agreed: bool
    kinds: list[KindOut]
    pause: RestOut | None
    heard: list[HeardOut]
    coming: list[ComingOut]
    said: list[SaidOut]


class TemplatesOut(BaseModel):
    """Templates of the mini-program to ask her for now, at most five; empty: none."""

    items: list[str]


class ReportOut(BaseModel):
    """What she may write down as done: an item of hers or a child's, or a dose."""

    item_key: str
    name: str
    child_id: str | None
    dose: DoseOut | None


class BookOut(BaseModel):
    """What opens when she wants another time: an appointment to move, or care to book."""

    appointment_id: str | None
    care: str | None
    item_key: str | None


class ReasonOut(BaseModel):
    """One reason for a message: what it rests on, which rule speaks, and what she may do now."""

    reminder_id: str
    kind: ReminderKind
    kind_name: str
    name: str
    why_now: str
    anchor: str
    source: str
    rule_source: str
    changes: list[str]
    edition: str
    is_wanted: bool
    is_hushed: bool
    may_hush: bool
    report: ReportOut | None
    book: BookOut | None


class LetterOut(BaseModel):
    """Why a message was sent (为什么发给我): its words, who answers for them, its reasons."""

    letter_id: str
    when: str
    channel: str
    lines: list[str]
    reviewed: str
    reasons: list[ReasonOut]
