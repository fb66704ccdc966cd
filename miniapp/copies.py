"""A copy of everything that is kept of her and her children: as JSON, and as a page to be kept."""

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from flask import Response, make_response, redirect, render_template, request

import accounts.copies
import booking.copies
import conversation.copies
import handbook.copies
import scheduler.copies
from accounts.actions import told_all
from accounts.models import Hospital, Person
from accounts.sign_in import person_of_token
from core.clock import beijing, beijing_date
from core.copies import Copy
from core.dates import long_day
from core.db import Session
from core.words import labels
from handbook.care.schedule import CURRENT, CURRENT_CHILD, load
from miniapp import guard
from miniapp.guard import COOKIE, api, house
from miniapp.pages import pages
from miniapp.shapes_leaving import CopyOut, FactOut, PartOut, Plain

ROOMS: tuple[Callable[[Person], list[Copy]], ...] = (
    accounts.copies.copies,
    handbook.copies.copies,
    booking.copies.copies,
    scheduler.copies.copies,
    conversation.copies.copies,
)
FOR_PROGRAMS = frozenset({"id", "notice_hash", "schedule"})
"""Columns that say nothing to a person; those that end with `_id` neither."""

PAGE = "/m/enter?to=/pages/me/copy"


@api.get("/me/copy")
@api.output(CopyOut)
def tell() -> CopyOut:
    """Tell everything that is kept of her and her children."""
    with house().database.transaction() as session:
        return _copy(session, guard.me(session), guard.hospital(session))


@pages.get("/mine/copy")
def page() -> Response:
    """Show the same as a page without script, which a browser can keep or print."""
    now = house().clock.now()
    with house().database.transaction() as session:
        person = person_of_token(session, token=request.cookies.get(COOKIE, ""), now=now)
        if person is None:
            return make_response(redirect(PAGE, code=303))
        copy = _copy(session, person, guard.hospital(session))
    answer = make_response(render_template("miniapp/copy.html", copy=copy))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def all_copies(person: Person) -> list[Copy]:
    """Return what every room keeps of her, in the order it is told."""
    order = list(_words())
    found = [one for room in ROOMS for one in room(person)]
    return sorted(found, key=lambda one: order.index(one.table))


def _copy(session: Session, person: Person, hospital: Hospital) -> CopyOut:
    now = house().clock.now()
    told_all(session, person=person, now=now)
    parts = [_part(session, one) for one in all_copies(person)]
    return CopyOut(
        hospital=hospital.name, phone=hospital.phone, made_at=beijing(now).isoformat(),
        made_day=long_day(beijing_date(now)), parts=[one for one in parts if one.rows],
        left_out=list(_words()["left_out"]),
    )  # fmt: skip


def _part(session: Session, copy: Copy) -> PartOut:
    names = _words()[copy.table]
    return PartOut(
        key=copy.table,
        title=names["title"],
        rows=[
            [
                FactOut(key=key, label=names.get(key, key), value=_plain(value),
                        text=_text(key, value))
                for key, value in row.items()
            ]
            for row in copy.rows(session)
        ],
    )  # fmt: skip


def _plain(value: object) -> Plain:
    """Return a value as JSON carries it."""
    if isinstance(value, datetime):
        return beijing(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, dict):
        return "；".join(map(str, value.values()))
    return value if isinstance(value, bool | int | None) else str(value)


def _text(key: str, value: object) -> str:
    """Return a value as people read it; empty for what only programs need, and for nothing."""
    if value is None or key in FOR_PROGRAMS or key.endswith("_id"):
        return ""
    if isinstance(value, datetime):
        return f"{long_day(beijing_date(value))} {beijing(value):%H:%M}"
    if isinstance(value, date):
        return long_day(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return str(_plain(value))
    if isinstance(value, StrEnum):
        return str(_words()["values"][type(value).__name__][value.value])
    return _named(key, str(value))


def _named(key: str, text: str) -> str:
    """Return the name of what a text stands for in this column, or the text itself."""
    if key in {"item_key", "vaccine"}:
        return _items().get(text, text)
    if key == "sign":
        return labels("console").get(text, text)
    if key in {"before", "after"}:
        return _any_value().get(text, text)
    return str(_words()["values"].get(key, {}).get(text, text))


@cache
def _words() -> Mapping[str, Any]:
    path = Path(__file__).parent / "copies.zh_CN.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _any_value() -> Mapping[str, str]:
    """Return the names of all states of all lives: in events any of them may stand."""
    return {key: name for kind in _words()["values"].values() for key, name in kind.items()}


@cache
def _items() -> Mapping[str, str]:
    """Return the names of items of care, and of vaccines without the number of a dose."""
    schedules = [load(key) for key in (CURRENT, CURRENT_CHILD)]
    vaccines = {dose.vaccine: dose.name.split("第")[0] for one in schedules for dose in one.doses}
    return vaccines | {item.key: item.name for one in schedules for item in one.items}
