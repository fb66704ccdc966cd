"""What would change for somebody who moves from one edition to another; shown before it is done."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.crypto import digest
from handbook.care.layers import Difference, differences
from handbook.care.rows import Anchor
from handbook.care.schedule import EDITION_KEYS, Schedule, load
from handbook.errors import NoSuchEdition
from handbook.ranges import Subject
from handbook.standing.children import dose_key

BEGINS_WITH = {Subject.PREGNANCY: Anchor.LAST_PERIOD, Subject.CHILD: Anchor.BIRTH}
"""An edition is for those in whose life its items are anchored."""


@dataclass(frozen=True)
class EditionChange:
    """From one edition to another; `mark` stands for exactly these differences.

    Keys are those of items, of doses ("dose:DTaP:2"), of lists of signs, and of follow-up plans.
    """

    old: str
    new: str
    differences: tuple[tuple[str, Difference], ...]

    @property
    def mark(self) -> str:
        """Return what a page gives back to prove that it showed these differences."""
        said = [f"{key}={difference.value}" for key, difference in self.differences]
        return digest("\n".join((self.old, self.new, *said)))


def edition_change(*, subject: Subject, old: str, new: str) -> EditionChange:
    """Return what would change: items, doses, lists of signs, plans, each in the order of keys.

    Raises:
        NoSuchEdition: there is no such edition for a pregnancy, or for a child.
    """
    if new not in editions_for(subject):
        raise NoSuchEdition
    before, after = load(old), load(new)
    found = differences(before.items, after.items)
    for rows in (_doses, _checklists, _plans):
        found += _compared(rows(before), rows(after))
    return EditionChange(old, new, tuple(found))


def editions_for(subject: Subject) -> list[str]:
    """Return the editions that a pregnancy, or a child, can have."""
    anchor = BEGINS_WITH[subject]
    return [key for key in EDITION_KEYS if any(row.anchor is anchor for row in load(key).items)]


@dataclass(frozen=True)
class _Said:
    """What an edition says under a key: its days, and all of it."""

    days: object
    whole: object


def _doses(schedule: Schedule) -> dict[str, _Said]:
    return {
        dose_key(one.vaccine, one.number): _Said((one.opens, one.before, one.interval), one)
        for one in schedule.doses
    }


def _checklists(schedule: Schedule) -> dict[str, _Said]:
    return {one.key: _Said(one.opens, one) for one in schedule.checklists}


def _plans(schedule: Schedule) -> dict[str, _Said]:
    return {one.key: _Said(one.steps, one) for one in schedule.plans}


def _compared(
    old: Mapping[str, _Said], new: Mapping[str, _Said]
) -> list[tuple[str, Difference]]:  # fmt: skip
    found = [(key, _difference(old.get(key), new.get(key))) for key in {**old, **new}]
    return sorted((key, difference) for key, difference in found if difference is not None)


def _difference(old: _Said | None, new: _Said | None) -> Difference | None:
    if old is None:
        return Difference.ADDED
    if new is None:
        return Difference.REMOVED
    if old.days != new.days:
        return Difference.MOVED
    return Difference.REWORDED if old.whole != new.whole else None
