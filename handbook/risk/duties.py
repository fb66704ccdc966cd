"""What a screening and a colour oblige to, and by when: read from `duties.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from handbook.care.reading import STRICT, SpanText, Words, read
from handbook.care.rows import Mark
from handbook.follow_up.clocks import Clock
from handbook.risk.colours import Colour


@dataclass(frozen=True, kw_only=True)
class Report:
    """A colour that is to be reported, and within which time."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    colour: Colour
    clock: Clock


@dataclass(frozen=True, kw_only=True)
class Managed:
    """The colours that are managed case by case (高危专案管理)."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    colours: frozenset[Colour]
    mark: Mark
    section: Words


@dataclass(frozen=True, kw_only=True)
class AfterBirth:
    """A re-assessment after birth; both days are counted from the birth and included."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    key: Words
    opens: SpanText
    closes: SpanText
    mark: Mark
    weakest_mark: Mark | None = None
    section: Words
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class Duties:
    """Everything that has a clock in risk work."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    title: Words
    number: Words
    year: int
    seen: Words
    positive_referral: Clock
    referral_answer: Clock
    report: tuple[Report, ...]
    managed: Managed
    reassessment_at_visit: Clock
    reassessments_after_birth: tuple[AfterBirth, ...]

    @cached_property
    def reports(self) -> Mapping[Colour, Clock]:
        """Return within which time each colour is to be reported; others are not."""
        return {each.colour: each.clock for each in self.report}


DUTIES = read(Path(__file__).parent / "duties.yaml", Duties)
