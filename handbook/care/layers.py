"""National -> province -> hospital: how documents become one list of items, and how two differ."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from handbook.care.documents import DEPTH, Document
from handbook.care.phrases import phrase
from handbook.care.rows import DAYS, Act, Change, Row


@dataclass(frozen=True)
class Changed:
    """A change, and the document that makes it."""

    change: Change
    document: Document


@dataclass(frozen=True, kw_only=True)
class ScheduleItem(Row):
    """An item of an edition: a row, the document that says so, and what lower layers changed."""

    document: Document
    changed: tuple[Changed, ...] = ()

    @property
    def source(self) -> str:
        """Return the document, year and section that say so, and who changed what and why."""
        said = [self.document.source(self.section)]
        for one in self.changed:
            title, change = one.document.title, one.change
            said.append(phrase(change.act, title=title, by=change.by, reason=change.reason))
        return "".join(said)


class Difference(StrEnum):
    """How an item of a newer edition differs from the one a family has."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    REWORDED = "reworded"


def layered(
    documents: Iterable[Document],
) -> tuple[tuple[ScheduleItem, ...], tuple[ScheduleItem, ...]]:
    """Return the items that documents of all layers make, and those that a layer hid.

    Raises:
        ValueError: a key stands twice, or a change fits no item of a higher layer.
    """
    ordered = sorted(documents, key=lambda each: DEPTH[each.layer])
    rows = [ScheduleItem(**_row(row), document=each) for each in ordered for row in each.items]
    doubled = [key for key, count in Counter(row.key for row in rows).items() if count > 1]
    if doubled:
        raise ValueError(f"more than one item is called {doubled}")
    found = {row.key: row for row in rows}
    for each in ordered:
        for change in each.changes:
            found[change.item] = _changed(found.get(change.item), Changed(change, each))
    hidden = {key for key, row in found.items() if row.changed and _is_hidden(row)}
    shown = [row for key, row in found.items() if key not in hidden]
    return _reminded_once(shown), tuple(found[key] for key in sorted(hidden))


def differences(
    old: Sequence[ScheduleItem], new: Sequence[ScheduleItem]
) -> list[tuple[str, Difference]]:
    """Return what would change for a family that moves from one edition to another, by item key.

    An item that moves and is re-worded as well counts as moved.
    """
    before, after = ({row.key: row for row in rows} for rows in (old, new))
    found = [(key, _difference(before.get(key), after.get(key))) for key in before | after]
    return sorted((key, difference) for key, difference in found if difference is not None)


def _row(row: Row) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(Row)}


def _changed(row: ScheduleItem | None, one: Changed) -> ScheduleItem:
    if row is None or DEPTH[row.document.layer] >= DEPTH[one.document.layer]:
        raise ValueError(f"{one.document.key}: no higher layer has {one.change.item}")
    changed = replace(row, **one.change.written, changed=(*row.changed, one))
    if one.change.act is Act.TIGHTEN and not (
        row.opens.rank <= changed.opens.rank and changed.closes.rank <= row.closes.rank
    ):
        raise ValueError(f"{one.document.key}: {row.key} would be wider, not tighter")
    return changed


def _is_hidden(row: ScheduleItem) -> bool:
    return any(one.change.act is Act.HIDE for one in row.changed)


def _reminded_once(rows: list[ScheduleItem]) -> tuple[ScheduleItem, ...]:
    """Return the rows in order, silent about those that go together with another one here."""
    keys = {row.key for row in rows}
    found = (replace(row, is_reminded=False) if row.together_with in keys else row for row in rows)
    return tuple(
        sorted(found, key=lambda row: (row.anchor, row.opens.rank, row.closes.rank, row.key))
    )


def _difference(old: ScheduleItem | None, new: ScheduleItem | None) -> Difference | None:
    if old is None:
        return Difference.ADDED
    if new is None:
        return Difference.REMOVED
    if any(getattr(old, field) != getattr(new, field) for field in DAYS):
        return Difference.MOVED
    return Difference.REWORDED if _row(old) != _row(new) else None
