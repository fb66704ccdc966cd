"""The counter: plain bookings of families, those that arrive together at once.

When the places of a week are released, hundreds ask in the same minute. What nothing can stand
against is settled here, in front of the web framework: one look and one booking for all who ask at
the same moment. Everything else goes the careful way behind it, `miniapp.booking.book`, and so does
whatever cannot be read: both ways answer alike (docs/why/booking-load.md).
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from typing import Final

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from booking import actions, glances, together
from booking.actions import Request
from booking.errors import SlotFull
from booking.glances import Look
from booking.models import Share, Slot
from booking.models_supply import Clinic
from booking.queries import Booked, next_free
from booking.rules import item_for
from core import metrics
from core.clock import beijing_date
from core.crypto import digest
from core.errors import Refusal
from core.gathering import Gathered
from core.house import House
from core.ids import new_id
from core.serving import Door, Scope, Taken
from core.words import say
from handbook.models import Pregnancy, PregnancyState
from handbook.queries import items_of
from handbook.timeline import Item
from miniapp.booking_asked import CHANNEL, LONGEST_KEY
from miniapp.booking_told import appointment_out
from miniapp.guard import COOKIE, OWN_PAGE, herself
from miniapp.outgoing import api_headers
from miniapp.shapes_booking import AppointmentIn

PATH: Final = "/api/v1/appointments"
ENDPOINT: Final = "api.book"
"""What the figures call it, whichever way it went."""

RUNS: Final = 2
"""While one waits for the database, the other works."""

ALONE: Final = 4
"""Threads on which those are tried again who could not be answered together."""


@dataclass(frozen=True)
class Wish:
    """A booking somebody asks for: with which token, for what, by which key, when."""

    token: str
    asked: AppointmentIn
    key: str
    web_request: str
    now: datetime


@dataclass(frozen=True)
class Answer:
    """A status and what is said with it."""

    status: int
    body: Mapping[str, object]


@dataclass(frozen=True)
class Plain:
    """A wish that nothing can stand against, unless the slot is full."""

    wish: Wish
    seen: Look
    request: Request


class Counter:
    """The door of plain bookings; `otherwise` is the door of everything else beneath its path."""

    def __init__(self, house: House, *, otherwise: Door) -> None:
        self._house = house
        self._otherwise = otherwise
        self._answer = Gathered[Wish, Answer | None](self._answers, runs=RUNS, alone=ALONE)

    async def answer(self, scope: Scope, body: bytes) -> Taken:
        """Answer one request."""
        begun = time.perf_counter()
        wish = _wish(scope, body, now=self._house.clock.now())
        if wish is None:
            return await self._otherwise.answer(scope, body)
        try:
            answer = await self._answer(wish)
        except SQLAlchemyError:
            # The careful way meets the same trouble, or none, and says so.
            answer = None
        if answer is None:
            return await self._otherwise.answer(scope, body)
        metrics.requests.labels(ENDPOINT, answer.status).inc()
        metrics.seconds.labels(ENDPOINT).observe(time.perf_counter() - begun)
        return self._taken(answer, web_request=wish.web_request)

    def close(self) -> None:
        """Wait until what is under way has ended."""
        self._answer.close()

    def _taken(self, answer: Answer, *, web_request: str) -> Taken:
        said = json.dumps(answer.body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        headers = api_headers(self._house) | {
            "content-type": "application/json", "x-request-id": web_request,
        }  # fmt: skip
        return Taken(answer.status, list(headers.items()), f"{said}\n".encode())

    def _answers(self, wishes: Sequence[Wish]) -> list[Answer | None]:
        """Answer several wishes, with None for each that is to go the careful way.

        1. Look at what is true for all of them.
        2. Tell those whose slot is full.
        3. Book for the others, all at once.
        """
        plain = [
            None if seen is None else _plain(wish, seen)
            for wish, seen in zip(wishes, self._looks(wishes), strict=True)
        ]
        booked = iter(self._booked([one for one in plain if one and one.seen.is_free]))
        full = iter(self._full([one for one in plain if one and not one.seen.is_free]))
        return [
            None if one is None else _answer(one, next(booked if one.seen.is_free else full))
            for one in plain
        ]

    def _looks(self, wishes: Sequence[Wish]) -> list[Look | None]:
        asked = [
            glances.Asked(digest(one.token), one.asked.slot_id, one.key, one.now) for one in wishes
        ]
        database, appid = self._house.database, self._house.settings.oa_appid
        return glances.look(database, asked, appid=appid)

    def _booked(self, hoping: Sequence[Plain]) -> list[Booked | SlotFull | None]:
        asked = [together.Asked(one.request, one.wish.now, one.wish.web_request) for one in hoping]
        return together.book(self._house.database, asked) if asked else []

    def _full(self, late: Sequence[Plain]) -> list[SlotFull]:
        """Tell each where her clinic's next place is free; three queries for a clinic."""
        clinics = {one.seen.clinic_id: one.wish.now for one in late}
        after: dict[str, Slot | None] = {}
        if clinics:
            with self._house.database.reading() as session:
                for clinic_id, now in clinics.items():
                    clinic = session.get_one(Clinic, clinic_id)
                    after[clinic_id] = next_free(
                        session, clinic=clinic, share=Share.ONLINE, now=now
                    )
        return [
            actions.full(slot_id=one.request.slot_id, after=after[one.seen.clinic_id])
            for one in late
        ]


def _wish(scope: Scope, body: bytes, *, now: datetime) -> Wish | None:
    """Return what is asked for, None if it is no plain booking by somebody with a token."""
    headers = scope.headers
    if scope.method != "POST" or scope.path != PATH or headers.get(OWN_PAGE.lower()) != "1":
        return None
    token, key = _token(headers), headers.get("idempotency-key", "")
    if not token or not 1 <= len(key) <= LONGEST_KEY:
        return None
    if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return None
    try:
        asked = AppointmentIn.model_validate_json(body)
    except ValidationError:
        return None
    # A zero byte is in no text of the database's: it would refuse all who ask at this moment.
    if not asked.is_plain or "\x00" in asked.slot_id:
        return None
    return Wish(token, asked, key, new_id("req", now=now), now)


def _token(headers: Mapping[str, str]) -> str:
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme == "Bearer":
        return given
    try:
        crumb = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return "" if crumb is None else crumb.value


def _plain(wish: Wish, seen: Look) -> Plain | None:
    """Return the wish with its request; None if what it is for must be asked more closely."""
    pregnancy, wished = seen.pregnancy, wish.asked.item_key
    item = None if pregnancy is None else _item(pregnancy, wish, seen)
    if wished not in {None, item and item.key} or (pregnancy and item is None):
        return None
    request = Request(
        person=seen.person, hospital_id=seen.hospital_id, slot_id=wish.asked.slot_id,
        pregnancy_id=pregnancy.id if pregnancy else None, item_key=item.key if item else None,
        channel=CHANNEL, key=wish.key, actor=herself(seen.person),
    )  # fmt: skip
    return Plain(wish, seen, request)


def _item(pregnancy: Pregnancy, wish: Wish, seen: Look) -> Item | None:
    """Return the item of her timeline the visit serves, as the careful way finds it."""
    if pregnancy.state is not PregnancyState.ONGOING or pregnancy.quiet_at is not None:
        return None
    items = items_of(pregnancy, today=beijing_date(wish.now))
    day = beijing_date(seen.starts_at)
    return item_for(items, care=seen.care, day=day, taken=seen.taken)


def _answer(plain: Plain, told: Booked | SlotFull | None) -> Answer | None:
    if told is None:
        return None
    if isinstance(told, SlotFull):
        return _refused(told)
    hospital_name, policy = plain.seen.hospital_name, plain.seen.policy
    out = appointment_out(told, hospital_name=hospital_name, policy=policy, now=plain.wish.now)
    return Answer(201, out.model_dump(mode="json"))


def _refused(refusal: Refusal) -> Answer:
    message = say(refusal.code, **refusal.details)
    body = {"code": refusal.code, "message": message, "details": refusal.details}
    return Answer(refusal.status, body)
