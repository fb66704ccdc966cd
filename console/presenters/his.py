"""The differences to the hospital's own system as staff see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from booking.his.models import HisReport
from console.presenters import times
from core.words import label

NOTHING = "无"


@dataclass(frozen=True)
class DifferenceLine:
    """What differs, which slot or appointment it is, and how it stands here and there."""

    what: str
    thing: str
    here: str
    there: str


@dataclass(frozen=True)
class Report:
    """When the two were compared, and where they differed."""

    at: str
    lines: Sequence[DifferenceLine]


def report(found: HisReport) -> Report:
    """Return a report with each difference in words."""
    return Report(
        times.moment(found.made_at),
        [
            DifferenceLine(
                label(f"booking.his_{one['kind']}"), one["thing"], one["here"] or NOTHING,
                one["there"] or NOTHING,
            )
            for one in found.differences
        ],
    )  # fmt: skip
