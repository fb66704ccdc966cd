"""A journey on paper: its lines as text for a terminal, each with its reason."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from core.clock import beijing, beijing_date
from core.dates import long_day, weekday
from core.words import label
from scheduler.journey.entries import Entry
from scheduler.journey.naming import whose

INDENT = " " * 8


def printed(lines: Sequence[Entry]) -> Iterator[str]:
    """Yield the lines of a journey day by day."""
    for day, of_day in groupby(lines, key=lambda line: beijing_date(line.at)):
        yield f"{long_day(day)} {weekday(day)}"
        for line in of_day:
            yield from _line(line)


def heading(line: Entry) -> str:
    """Return what a line is, of whom, and by which channel."""
    parts = [label(f"scheduler.journey_sort_{line.sort}")]
    if line.channel is not None:
        parts.append(label(f"scheduler.journey_by_{line.channel}"))
    if line.subject_id:
        parts.append(whose(line.subject_id))
    return " · ".join(parts)


def because(line: Entry) -> list[str]:
    """Return why a line stands there: its own reason, then the rules and documents behind it."""
    found = [line.why] if line.why else []
    for one in line.reasons:
        behind = "；".join(part for part in (one.rule_source, one.source) if part)
        found.append(f"{one.rule}（{line.edition}）：{behind}")
    if not line.reasons and line.edition:
        found = [f"{each}（{line.edition}）" for each in found]
    return list(dict.fromkeys(found))


def _line(line: Entry) -> Iterator[str]:
    yield f"  {beijing(line.at):%H:%M} [{heading(line)}] {line.title}"
    if line.text:
        yield INDENT + line.text
    yield from (f"{INDENT}← {each}" for each in because(line))
