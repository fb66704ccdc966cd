"""A roster as staff see it before it is imported: what is wrong, who is known, what would be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from console.presenters import times
from handbook.roster.queries import Known
from handbook.roster.rows import TITLES, Column, Problem, Row
from handbook.roster.rules import Roster
from handbook.timeline import gestation

KNOWN: Mapping[bool, str] = {
    True: "已有进行中的手册",
    False: "已有家庭，没有进行中的手册；请打开她的家庭页核对",
}


@dataclass(frozen=True)
class ProblemLine:
    """What is wrong in a row, by column."""

    number: int
    column: str
    text: str


@dataclass(frozen=True)
class KnownLine:
    """Somebody the hospital knows already: nothing is made for her."""

    number: int
    name: str
    family_id: str
    standing: str


@dataclass(frozen=True)
class NewLine:
    """A handbook that would be made."""

    number: int
    name: str
    phone: str
    dating: str
    due: str
    weeks: str
    hint: str


@dataclass(frozen=True)
class Checked:
    """What the check of a roster found; `digest` names the file and `made` what it would make."""

    digest: str
    problems: list[ProblemLine]
    known: list[KnownLine]
    made: list[NewLine]
    unused: str

    @property
    def is_ready(self) -> bool:
        """Say whether it can be imported: no row is wrong, and somebody is new."""
        return bool(self.made) and not self.problems


def titles() -> list[str]:
    """Return the titles of our own form."""
    return [TITLES[column] for column in Column]


def checked(
    roster: Roster, *, known: Sequence[Known], new: Sequence[Row], digest: str, today: date
) -> Checked:
    """Present a roster that was checked."""
    return Checked(
        digest=digest,
        problems=[_problem_line(problem) for problem in roster.problems],
        known=[_known_line(each) for each in known],
        made=[_new_line(row, today=today) for row in new],
        unused="、".join(roster.unused),
    )


def _problem_line(problem: Problem) -> ProblemLine:
    return ProblemLine(problem.number, TITLES[problem.column], problem.text)


def _known_line(each: Known) -> KnownLine:
    return KnownLine(each.row.number, each.row.name, each.family_id, KNOWN[each.is_pregnant])


def _new_line(row: Row, *, today: date) -> NewLine:
    reading = row.reading
    return NewLine(
        number=row.number,
        name=row.name,
        phone=row.phone,
        dating=f"{TITLES[Column(reading.source)]} {reading.given_day.isoformat()}",
        due=times.day(reading.due_day),
        weeks=str(gestation(last_period_day=reading.last_period_day, day=today)),
        hint=row.hint,
    )
