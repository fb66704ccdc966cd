"""One document of rules of speaking, as a file of `speech/rules/`: read strictly, or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum
from string import Formatter
from typing import ClassVar

from pydantic import ConfigDict

from handbook.care.documents import Layer
from handbook.care.reading import STRICT, Words
from handbook.care.rows import Mark
from scheduler.models import Channel, ReminderKind
from scheduler.speech.holidays import Holiday


class Step(StrEnum):
    """What happens, of which a rule speaks."""

    OPENS = "opens"
    """A care window opens."""
    IDEAL = "ideal"
    """Its best days begin."""
    CLOSES = "closes"
    """Its last day."""
    BOOKED = "booked"
    NEAR = "near"
    """The beginning of an appointment."""
    CANCELLED_BY_CLINIC = "cancelled_by_clinic"
    OFFERED = "offered"
    """The waiting list offers a place, which is held for some minutes."""
    SEEN = "seen"
    NO_SHOW = "no_show"
    STAGE = "stage"
    """A week of a pregnancy, or a month of a child, begins."""


CARE_STEPS = frozenset({Step.OPENS, Step.IDEAL, Step.CLOSES})


class Urgency(StrEnum):
    """How much depends on it; what is urgent goes first and is not kept by caps or talks."""

    URGENT = "urgent"
    IMPORTANT = "important"
    ROUTINE = "routine"

    @property
    def rank(self) -> int:
        """Return its place, the smaller the sooner."""
        return list(Urgency).index(self)


class Late(StrEnum):
    """What becomes of a reminder whose time is over."""

    DROP = "drop"
    PERSON = "person"


class Joiner(StrEnum):
    """What a family gets of what began before it was known."""

    SKIP = "skip"
    """Nothing: the chat and the pages show it at that moment."""
    NOW = "now"
    """Each as a letter of its own, the next morning."""
    DIGEST = "digest"
    """All in one letter, the next morning."""


class Act(StrEnum):
    """What a lower layer does to a rule of a higher one."""

    RETIME = "retime"
    REWORD = "reword"
    MUTE = "mute"


CARE_FIELDS = frozenset({"name", "from_day", "to_day", "days", "until", "preparation", "why"})
VISIT_FIELDS = frozenset({"care", "clinic", "day", "hour", "preparation", "whose", "until"})
STAGE_FIELDS = frozenset({"age", "title"})
PIECES = frozenset({"what", "when", "where", "note", "text"})
"""Parts of a letter; `text` is the whole as one sentence, for channels without a template."""


def fields_of(step: Step) -> frozenset[str]:
    """Return what the words of a rule on this step may name."""
    if step in CARE_STEPS:
        return CARE_FIELDS
    return STAGE_FIELDS if step is Step.STAGE else VISIT_FIELDS


def check_pieces(step: Step, pieces: Mapping[str, str]) -> None:
    """Pass if the words name only what is known on this step.

    Raises:
        ValueError: a piece or a field is unknown, or a brace is open.
    """
    if unknown := pieces.keys() - PIECES:
        raise ValueError(f"no such piece: {min(unknown)}")
    for text in pieces.values():
        named = {name for _, name, form, turn in Formatter().parse(text) if name is not None}
        if unknown := named - fields_of(step):
            raise ValueError(f"no such field: {min(unknown)}")


@dataclass(frozen=True, kw_only=True)
class Of:
    """Which items or appointments a rule is for; empty: any."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    items: tuple[Words, ...] = ()
    cares: tuple[Words, ...] = ()
    sorts: tuple[Words, ...] = ()
    """visit, dose or plan."""
    anchors: tuple[Words, ...] = ()
    final: bool = False
    """Only what cannot be made up."""
    booked_through: tuple[Words, ...] = ()
    """Only appointments that came through these doors."""


@dataclass(frozen=True, kw_only=True)
class When:
    """When it is said: at an hour some days from the step's day, or some time from its moment."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    days: int = 0
    at: time | None = None
    hours: float = 0
    settled_hours: float = 0
    """An appointment that was booked less than this before is not spoken of."""
    holiday: Holiday | None = None
    """What becomes of a day that is a public holiday; None: it stays."""

    def __post_init__(self) -> None:
        """Refuse both ways at once."""
        if self.hours and (self.days or self.at):
            raise ValueError("days and an hour, or hours: not both")
        if self.days and self.at is None:
            raise ValueError("days need an hour")
        if self.holiday is not None and self.at is None:
            raise ValueError("only what is said at an hour of a day moves from a holiday")


@dataclass(frozen=True, kw_only=True)
class TooLate:
    """When it is too late, hours after it was due (None: when the step is over), and what then."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    hours: float | None = None
    then: Late


@dataclass(frozen=True, kw_only=True)
class Every:
    """Which weeks or months are spoken of, both ends included."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    unit: Words
    first: int
    last: int

    def __post_init__(self) -> None:
        """Refuse another unit than week or month."""
        if self.unit not in {"week", "month"} or not 0 <= self.first <= self.last:
            raise ValueError("every week or month, from the first to the last")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule: of a step, for some, at a time, in some words.

    All rules that fit speak, but for one that another is `instead_of`. `routes` are the channels
    it may use (the platform carries only service notices as template messages). `if_unreached` is
    what happens when none is left.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    key: Words
    kind: ReminderKind
    step: Step
    of: Of = field(default_factory=Of)
    every: Every | None = None
    instead_of: str = ""
    when: When
    urgency: Urgency
    layout: Words
    words: Mapping[str, str]
    why_now: Words
    too_late: TooLate
    if_unreached: Late = Late.PERSON
    late_joiner: Joiner = Joiner.SKIP
    may_merge: bool = False
    routes: tuple[Channel, ...] = tuple(Channel)
    learns: bool = False
    """Whether a hospital may try several wordings by lot: only of a visit that nears."""
    page: Words
    mark: Mark
    source: Words

    def __post_init__(self) -> None:
        """Refuse words that name what is not known, and a stage without its weeks."""
        check_pieces(self.step, self.words)
        if (self.step is Step.STAGE) != (self.every is not None):
            raise ValueError(f"{self.key}: a stage says which weeks or months, nothing else does")
        if self.learns and (self.step is not Step.NEAR or self.urgency is Urgency.URGENT):
            raise ValueError(f"{self.key}: no lot is drawn over what is urgent, or over no visit")

    @property
    def offset(self) -> timedelta:
        """Return how long after the step's moment it is said, where no hour of a day is named."""
        return timedelta(hours=self.when.hours)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a lower layer changes in a rule, who answers for it, and why."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    rule: Words
    act: Act
    by: Words
    reason: Words
    when: When | None = None
    words: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a change that writes what its act does not allow."""
        written = (self.when is not None, bool(self.words))
        allowed = {Act.RETIME: (True, False), Act.REWORD: (False, True), Act.MUTE: (False, False)}
        if written != allowed[self.act]:
            raise ValueError(f"{self.rule}: {self.act} writes something else")


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document; `layouts` is piece by template key, for each layout by name."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    key: Words
    title: Words
    layer: Layer = Layer.NATIONAL
    layouts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    changes: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a layout of unknown pieces, and a national document that changes another."""
        if unknown := {piece for keys in self.layouts.values() for piece in keys.values()} - PIECES:
            raise ValueError(f"no such piece: {min(unknown)}")
        if self.layer is Layer.NATIONAL and self.changes:
            raise ValueError(f"{self.key}: a national document changes nothing")
