"""What would change for somebody who moves from one edition to another; shown before it is done."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.crypto import digest
from handbook.care.layers import Difference, differences
from handbook.care.rows import Anchor
from handbook.care.schedule import EDITION_KEYS, load
from handbook.care.vaccines import Dose
from handbook.errors import NoSuchEdition
from handbook.ranges import Subject
from handbook.standing.children import dose_key

BEGINS_WITH = {Subject.PREGNANCY: Anchor.LAST_PERIOD, Subject.CHILD: Anchor.BIRTH}
"""An edition is for those in whose life its items are anchored."""


@dataclass(frozen=True)
class EditionChange:
    """From one edition to another; `mark` stands for exactly these differences.

    Keys are those of items, and of doses ("dose:DTaP:2").
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
    """Return what would change, items first, then doses, each in the order of keys.

    Raises:
        NoSuchEdition: there is no such edition for a pregnancy, or for a child.
    """
    if new not in editions_for(subject):
        raise NoSuchEdition
    before, after = load(old), load(new)
    found = differences(before.items, after.items) + _doses(before.doses, after.doses)
    return EditionChange(old, new, tuple(found))


def editions_for(subject: Subject) -> list[str]:
    """Return the editions that a pregnancy, or a child, can have."""
    anchor = BEGINS_WITH[subject]
    return [key for key in EDITION_KEYS if any(row.anchor is anchor for row in load(key).items)]


def _doses(old: Sequence[Dose], new: Sequence[Dose]) -> list[tuple[str, Difference]]:
    before, after = ({dose_key(each.vaccine, each.number): each for each in doses}
                     for doses in (old, new))  # fmt: skip
    found = [(key, _difference(before.get(key), after.get(key))) for key in before | after]
    return sorted((key, difference) for key, difference in found if difference is not None)


def _difference(old: Dose | None, new: Dose | None) -> Difference | None:
    if old is None:
        return Difference.ADDED
    if new is None:
        return Difference.REMOVED
    if (old.opens, old.before, old.interval) != (new.opens, new.before, new.interval):
        return Difference.MOVED
    return Difference.REWORDED if old != new else None
