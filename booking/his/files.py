"""The adapter that meets the other system in a folder: CSV comes in, JSON lines go out.

`slots.csv` and `bookings.csv` are the other system's; `out/` is ours to write and its to empty.
A file appears there whole or not at all.
"""

import csv
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from booking.his.adapter import HisBooking, HisSlot, Message
from booking.his.errors import Fault, Unreadable
from core.clock import BEIJING, beijing

SLOT_COLUMNS = ("slot", "clinic", "doctor", "starts_at", "ends_at", "places")
BOOKING_COLUMNS = ("appointment", "slot")

LONGEST_NAME = 100
MOST_PLACES = 500
"""Of one slot: more is a slip of the pen (our own proposal)."""

Cells = Mapping[str, str]


@dataclass(frozen=True)
class FileAdapter:
    """The folder in which both systems meet."""

    folder: Path

    def slots(self) -> Sequence[HisSlot]:
        """Return the slots of `slots.csv`; times without a zone are Beijing's.

        Raises:
            Unreadable: lines that cannot be used.
            OSError: there is no such file.
        """
        faults: list[Fault] = []
        found = []
        for line, cells in _lines(self.folder / "slots.csv", SLOT_COLUMNS):
            try:
                found.append(_slot(line, cells))
            except _Unusable as why:
                faults.append(Fault(line, str(why)))
        if faults:
            raise Unreadable(faults)
        return found

    def bookings(self) -> Sequence[HisBooking]:
        """Return the appointments of `bookings.csv`.

        Raises:
            Unreadable: lines that cannot be used.
            OSError: there is no such file.
        """
        lines = list(_lines(self.folder / "bookings.csv", BOOKING_COLUMNS))
        if faults := [Fault(line, "number") for line, one in lines if not _is_number(one)]:
            raise Unreadable(faults)
        return [HisBooking(line, int(one["appointment"]), one["slot"]) for line, one in lines]

    def push(self, messages: Sequence[Message]) -> None:
        """Write the messages into one new file; the same ones again into the same.

        Raises:
            OSError: the folder cannot be written to.
        """
        out = self.folder / "out"
        out.mkdir(exist_ok=True)
        ready = out / f"{messages[0].key:012}-{messages[-1].key:012}.jsonl"
        half = ready.with_suffix(".half")
        with half.open("w", encoding="utf-8") as opened:
            opened.writelines(f"{_written(one)}\n" for one in messages)
            opened.flush()
            os.fsync(opened.fileno())
        half.replace(ready)


class _Unusable(ValueError):
    """A line that cannot be used; the message is a key of `Fault.why`."""


def _lines(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, Cells]]:
    """Yield the lines of a file with their numbers, the header being line 1."""
    with path.open(encoding="utf-8-sig", newline="") as opened:
        reader = csv.reader(opened, strict=True)
        try:
            if tuple(next(reader, ())) != tuple(columns):
                raise Unreadable([Fault(1, "columns")])
            for cells in reader:
                if len(cells) != len(columns):
                    raise Unreadable([Fault(reader.line_num, "cells")])
                stripped = (one.strip() for one in cells)
                yield reader.line_num, dict(zip(columns, stripped, strict=True))
        except UnicodeDecodeError:
            raise Unreadable([Fault(reader.line_num + 1, "encoding")]) from None
        except csv.Error:
            raise Unreadable([Fault(reader.line_num, "cells")]) from None


def _slot(line: int, cells: Cells) -> HisSlot:
    if not 0 < len(cells["slot"]) <= LONGEST_NAME:
        raise _Unusable("name")
    starts_at, ends_at = _moment(cells["starts_at"]), _moment(cells["ends_at"])
    if starts_at >= ends_at:
        raise _Unusable("time")
    return HisSlot(
        line, cells["slot"], cells["clinic"], cells["doctor"] or None, starts_at, ends_at,
        _places(cells["places"]),
    )  # fmt: skip


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _Unusable("time") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=BEIJING)


def _places(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= MOST_PLACES):
        raise _Unusable("places")
    return int(text)


def _is_number(cells: Cells) -> bool:
    number = cells["appointment"]
    return number.isascii() and number.isdigit() and len(number) < 19


def _written(one: Message) -> str:
    told = {
        "key": one.key, "event": one.event, "appointment": one.appointment, "slot": one.slot_name,
        "starts_at": beijing(one.starts_at).isoformat(), "patient": one.patient,
        "happened_at": beijing(one.happened_at).isoformat(), "moved_to": one.moved_to,
        "moved_to_slot": one.moved_to_slot_name,
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False)
