"""What must hold in every journey, asked of its lines alone: nothing here knows the planner."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.clock import beijing, beijing_date, beijing_moment
from handbook.follow_up.rules import TaskKind
from scheduler.journey.entries import Entry, Reason, Sort
from scheduler.journey.histories import (
    AnyHappening,
    Born,
    Died,
    Expecting,
    History,
    Lost,
    MovedAway,
    Redated,
    Several,
)
from scheduler.policy import Policy
from scheduler.speech.documents import Step, Urgency
from scheduler.speech.editions import Edition

DAY = timedelta(days=1)
MORNING_HOUR = 9

HER_WISH = "opted_out"
TELLING = frozenset({Sort.MESSAGE, Sort.CALL, Sort.TASK, Sort.HAPPENED})
SETTLED = frozenset({"done", "booked", HER_WISH, "schedule_changed"})
"""Why what cannot be made up may go unsaid."""


@dataclass(frozen=True)
class Told:
    """A journey, of what history, under which rules."""

    history: History
    lines: Sequence[Entry]
    rules: Edition
    policy: Policy

    def of(self, *sorts: Sort) -> Iterator[Entry]:
        """Yield the lines of some sorts, in order."""
        return (line for line in self.lines if line.sort in sorts)


@dataclass(frozen=True)
class Fault:
    """Something that must not be: by which rule, and the line."""

    rule: str
    line: Entry


def faults(told: Told) -> list[Fault]:
    """Return what must not be in a journey."""
    return [Fault(name, line) for name, find in HELD.items() for line in find(told)]


def after_loss(told: Told) -> Iterator[Entry]:
    """Yield what is said or asked of a pregnancy after its loss was recorded; aftercare may be."""
    ends = dict(_ends(told.history))
    for line in told.of(Sort.MESSAGE, Sort.TASK, Sort.CALL):
        over = [ends[each] for each in _subjects(line) if each in ends]
        is_said = line.sort is Sort.MESSAGE
        is_over = any(end < line.at or (is_said and end == line.at) for end in over)
        if is_over and line.task is not TaskKind.LOSS_AFTERCARE:
            yield line


def at_night(told: Told) -> Iterator[Entry]:
    """Yield what is said in quiet hours."""
    for line in told.of(Sort.MESSAGE):
        clock = beijing(line.at).time()
        if not told.policy.quiet_to <= clock < told.policy.quiet_from:
            yield line


def over_the_cap(told: Told) -> Iterator[Entry]:
    """Yield what goes past the cap of a day and could have waited for the next morning."""
    said: Counter[date] = Counter()
    for line in told.of(Sort.MESSAGE):
        day = beijing_date(line.at)
        said[day] += 1
        if said[day] > told.policy.letters_a_day and not _may_exceed(line, told.rules):
            yield line


def twice(told: Told) -> Iterator[Entry]:
    """Yield what is said though the same rule spoke of the same occasion before."""
    seen: set[tuple[str, str]] = set()
    for line in told.of(Sort.MESSAGE):
        said = {(one.rule, one.occasion) for one in line.reasons}
        if said & seen or len(said) < len(line.reasons):
            yield line
        seen |= said


def uncovered(told: Told) -> Iterator[Entry]:
    """Yield the end of windows that cannot be made up of which nobody was told, and no worker.

    Told is who got a message of that last day, or any since her dates are as they are, or has a
    call or a task about it on a list; who did or booked it, or does not want to hear, needs none.
    """
    covered: dict[tuple[str, str], datetime] = {}
    for line in told.lines:
        if line.sort in TELLING or (line.sort is Sort.SILENT and line.outcome in SETTLED):
            covered |= {(line.subject_id, key): line.at for key in line.item_keys}
            covered |= {(one.subject_id, one.item_key): line.at for one in line.reasons}
            covered |= {(one.subject_id, _days(one)): line.at for one in line.reasons}
    for line in told.of(Sort.WINDOW):
        point = line.point
        if point is not None and point.step is Step.CLOSES and point.traits.is_final:
            (key,) = line.item_keys
            at = covered.get((line.subject_id, key))
            is_known = (line.subject_id, f"{key}/{point.mark}") in covered
            is_told = is_known or (at is not None and at >= _dated(told.history, line.at))
            is_over = beijing_date(line.at) < told.history.last_day
            if is_over and not is_told and not _changes_on(told.history, line.at):
                yield line


HELD: Mapping[str, Callable[[Told], Iterator[Entry]]] = {
    "after_loss": after_loss,
    "at_night": at_night,
    "over_the_cap": over_the_cap,
    "twice": twice,
    "uncovered": uncovered,
}
"""Every rule that holds in every journey, by name."""


def _ends(history: History) -> Iterator[tuple[str, datetime]]:
    """Yield each pregnancy that was lost and child that is gone, and when that was recorded."""
    pregnancies = 0
    family: list[str] = []
    gone: set[str] = set()
    for each in history.happenings:
        pregnancies += each.what == "expecting"
        if isinstance(each, Lost):
            yield f"pregnancy{pregnancies}", each.moment
        leaving = _leaving(each, family)
        yield from ((child, each.moment) for child in leaving if child not in gone)
        gone.update(leaving)
        if isinstance(each, Born):
            family += [f"child{len(family) + 1 + rank}" for rank in range(each.children)]


def _leaving(happening: AnyHappening, family: Sequence[str]) -> Sequence[str]:
    if isinstance(happening, Died):
        return [f"child{happening.child}"]
    return family if isinstance(happening, MovedAway) else ()


def _dated(history: History, at: datetime) -> datetime:
    """Return since when her dates were as they were at a moment."""
    dated = [each.moment for each in history.happenings if isinstance(each, Expecting | Redated)]
    return max(moment for moment in dated if moment <= at)


def _changes_on(history: History, at: datetime) -> bool:
    """Say whether her life changed after a moment of a day, so that it was not a last day."""
    return any(
        isinstance(each, Redated | Several | Born | Died | Lost | MovedAway)
        and at < each.moment
        and each.day == beijing_date(at)
        for each in history.happenings
    )


def _subjects(line: Entry) -> set[str]:
    return {line.subject_id, *(one.subject_id for one in line.reasons)}


def _may_exceed(line: Entry, rules: Edition) -> bool:
    """Say whether any reason of a line is urgent, cannot be made up, or is over by the morning."""
    tomorrow = beijing_moment(beijing_date(line.at) + DAY, hour=MORNING_HOUR)
    return any(
        rules.rules[one.rule].rule.urgency is Urgency.URGENT
        or one.is_final
        or one.too_late_at <= tomorrow
        for one in line.reasons
    )


def _days(reason: Reason) -> str:
    """Return the item and the day a reason rests on."""
    return reason.occasion.split("/", 1)[-1]
