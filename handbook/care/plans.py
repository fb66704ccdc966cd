"""Follow-up plans whose next visit depends on the last one and on the child's corrected age."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from pydantic import ConfigDict

from handbook.care.reading import STRICT, SpanText, Words
from handbook.care.rows import Mark


@dataclass(frozen=True, kw_only=True)
class Step:
    """Up to the corrected age `until` (included), a visit every `least` to `most`."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    until: SpanText
    least: SpanText
    most: SpanText


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A plan of visits; `who` says for whom clinicians choose it."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    key: Words
    name: Words
    who: Words
    steps: tuple[Step, ...]
    mark: Mark
    section: Words
    remark: str = ""

    def __post_init__(self) -> None:
        """Refuse steps that do not follow one another."""
        ranks = [step.until.rank for step in self.steps]
        if not ranks or ranks != sorted(set(ranks)):
            raise ValueError(f"{self.key}: its steps are not in order")


def next_visit(
    plan: Plan, *, corrected_birthday: date, last_visit_day: date
) -> tuple[date, date] | None:
    """Return the first and the last day of the next visit, or None when the plan is over.

    The step is that of the corrected age at the last visit.
    """
    for step in plan.steps:
        if last_visit_day <= step.until.after(corrected_birthday):
            return step.least.after(last_visit_day), step.most.after(last_visit_day)
    return None
