"""What a care schedule writes: items with their windows, and the changes of lower layers."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import ConfigDict

from handbook.care.reading import STRICT, SpanText, Words

CARES = frozenset(
    {"antenatal", "ultrasound", "ogtt", "postpartum", "child", "vaccination", "course"}
)
"""What can be booked; the values of `booking.models.Care`, which stands on a higher floor."""


class Mark(StrEnum):
    """How sure we are of a row."""

    OFFICIAL = "A"
    AGREED = "B"
    SINGLE = "C"
    MEMORY = "M"
    PROPOSED = "O"


UNSURE = frozenset({Mark.MEMORY, Mark.PROPOSED})
"""Rows that a doctor must look at before a hospital relies on them."""


class Anchor(StrEnum):
    """The day an item is counted from; what belongs to planning has none."""

    PLANNING = "planning"
    LAST_PERIOD = "last_period"
    DELIVERY = "delivery"
    DISCHARGE = "discharge"
    BIRTH = "birth"


class Need(StrEnum):
    """Whether everybody has it, everybody is offered it, or a doctor orders it for some."""

    REQUIRED = "required"
    OFFERED = "offered"
    INDICATED = "indicated"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One examination within an item (必查 is required, 备查 offered or indicated)."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    name: Words
    need: Need
    mark: Mark


@dataclass(frozen=True, kw_only=True)
class Row:
    """One item as a file writes it; `opens` and `closes` are both included.

    `mark` is how sure we are that `section` says so, `weakest_mark` the same for the least sure
    part of the row (preparation, ideal or last day), which `remark` names for reviewers. An item
    that `ends_at_birth` closes with the longest pregnancy we accept, and says "until birth". One
    that goes `together_with` another is not reminded of where that other one is.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    key: Words
    name: Words
    anchor: Anchor
    opens: SpanText
    closes: SpanText
    ends_at_birth: bool = False
    ideal_opens: SpanText | None = None
    ideal_closes: SpanText | None = None
    need: Need
    only_for: str = ""
    what: Words
    why: Words
    preparation: str = ""
    checks: tuple[Check, ...] = ()
    care: str | None = None
    is_reminded: bool = True
    together_with: str = ""
    mark: Mark
    weakest_mark: Mark | None = None
    section: Words
    remark: str = ""

    def __post_init__(self) -> None:
        """Refuse a row that contradicts itself."""
        ideal = [span for span in (self.ideal_opens, self.ideal_closes) if span is not None]
        if len(ideal) == 1:
            raise ValueError(f"{self.key}: the ideal time has a beginning and an end")
        ranks = [span.rank for span in (self.opens, *ideal, self.closes)]
        if ranks != sorted(ranks):
            raise ValueError(f"{self.key}: its days are not in order")
        if self.care is not None and self.care not in CARES:
            raise ValueError(f"{self.key}: nobody can book {self.care!r}")
        if self.weakest_mark is not None and not self.remark:
            raise ValueError(f"{self.key}: the remark says which part is least sure")
        if (self.need is Need.INDICATED) != bool(self.only_for):
            raise ValueError(f"{self.key}: an indicated item says for whom, and no other does")

    @property
    def needs_review(self) -> bool:
        """Say whether any part of the row rests on memory or is a proposal of ours."""
        marks = {self.mark, self.weakest_mark, *(check.mark for check in self.checks)}
        return bool(marks & UNSURE)


class Act(StrEnum):
    """What a lower layer does to an item of a higher one."""

    TIGHTEN = "tighten"
    REWORD = "reword"
    HIDE = "hide"


DAYS = ("opens", "closes", "ideal_opens", "ideal_closes")
TEXTS = ("name", "what", "why", "preparation")
MAY_SET = {
    Act.TIGHTEN: frozenset(DAYS),
    Act.REWORD: frozenset(TEXTS),
    Act.HIDE: frozenset[str](),
}
"""Which fields each act may write."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change to an item of a higher layer, with the name of who answers for it and the reason."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    item: Words
    act: Act
    by: Words
    reason: Words
    opens: SpanText | None = None
    closes: SpanText | None = None
    ideal_opens: SpanText | None = None
    ideal_closes: SpanText | None = None
    name: Words | None = None
    what: Words | None = None
    why: Words | None = None
    preparation: Words | None = None

    def __post_init__(self) -> None:
        """Refuse a change that writes what its act may not, or nothing at all."""
        written = self.written.keys()
        if not written <= MAY_SET[self.act] or (self.act is not Act.HIDE and not written):
            raise ValueError(f"{self.item}: to {self.act} it is not to set {sorted(written)}")

    @property
    def written(self) -> dict[str, Any]:
        """Return the fields that the change writes."""
        values = {field: getattr(self, field) for field in (*DAYS, *TEXTS)}
        return {field: value for field, value in values.items() if value is not None}
