"""Who books in the benchmark: callers of the action, phones over HTTP, a reader of the calendar."""

import asyncio
import itertools
import json
import time
from collections.abc import Sequence
from functools import partial

from benchmarks.load import drive
from benchmarks.market import Market, Town, token
from booking import together
from booking.errors import SlotFull
from booking.models import Care
from booking.queries import Booked, slots
from booking.together import Asked
from core.clock import beijing_date
from core.gathering import Gathered
from miniapp.counter import ALONE, PATH, RUNS

MONTH_DAYS = 31

Taken = tuple[float, list[float]]
"""The seconds that all took together, and those of each."""


class NotBooked(RuntimeError):
    """Somebody who came in time got no place."""


def through_action(
    town: Town, crowd: Market, slot_ids: Sequence[str], *, first: int, callers: int, each: int
) -> Taken:
    """Let callers of one event loop book `each` places, in turn over the slots.

    They book for the people from number `first` on.
    """
    return asyncio.run(
        _through_action(town, crowd, slot_ids, first=first, callers=callers, each=each)
    )


async def _through_action(
    town: Town, crowd: Market, slot_ids: Sequence[str], *, first: int, callers: int, each: int
) -> Taken:
    run = partial(together.book, town.house.database)
    book = Gathered[Asked, Booked | SlotFull | None](run, runs=RUNS, alone=ALONE)
    latencies: list[float] = []

    async def caller(begin: int) -> None:
        for person in range(begin, begin + each):
            request = crowd.request(person, slot_ids[person % len(slot_ids)], "key")
            begun = time.perf_counter()
            told = await book(Asked(request, town.house.clock.now(), ""))
            latencies.append(time.perf_counter() - begun)
            if not isinstance(told, Booked):
                raise NotBooked

    begun = time.perf_counter()
    await asyncio.gather(*(caller(first + number * each) for number in range(callers)))
    seconds = time.perf_counter() - begun
    book.close()
    return seconds, latencies


def over_http(
    port: int, slot_ids: Sequence[str], *, people: Sequence[int], callers: int, status: int
) -> Taken:
    """Let phones ask for a place each, so many at a time, in turn over the slots."""
    places = itertools.cycle(slot_ids)
    asked = [_request(person, slot_id) for person, slot_id in zip(people, places, strict=False)]
    return drive(port, asked, due=b"{", status=status, connections=callers)


def month_of_slots(town: Town, hospital_id: str, care: Care, *, times: int) -> list[float]:
    """Return the seconds of reading a month of slots, as often as asked."""
    return [_month(town, hospital_id, care) for _ in range(times)]


def _month(town: Town, hospital_id: str, care: Care) -> float:
    now = town.house.clock.now()
    begun = time.perf_counter()
    with town.house.database.transaction() as session:
        slots(
            session, hospital_id=hospital_id, care=care, from_day=beijing_date(now),
            days=MONTH_DAYS, now=now,
        )  # fmt: skip
    return time.perf_counter() - begun


def _request(person: int, slot_id: str) -> bytes:
    body = json.dumps({"slot_id": slot_id})
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token(person)}\r\n"
        f"X-Yunyu: 1\r\nIdempotency-Key: key-{person}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return f"{head}{body}".encode()
