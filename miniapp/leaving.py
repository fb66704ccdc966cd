"""JSON about leaving: what is erased, what the hospital must keep, and that she leaves."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import booking.erasing
import conversation.erasing
import handbook.erasing
import scheduler.erasing
from accounts import closing
from miniapp import guard
from miniapp.guard import api, house
from miniapp.shapes_leaving import LeavingIn, LeavingOut, LeftOut


@api.get("/me/leaving")
@api.output(LeavingOut)
def before_leaving() -> LeavingOut:
    """Tell what is erased when she leaves, and what the hospital must keep and why."""
    return LeavingOut(erased=_words()["erased"], kept=_words()["kept"])


@api.post("/me/leaving")
@api.input(LeavingIn)
@api.output(LeftOut)
def leave(json_data: LeavingIn) -> LeftOut:
    """Close her account. Each room erases what is its own; those above before those below."""
    now = house().clock.now()
    with house().database.transaction() as session:
        person, hospital = guard.me(session), guard.hospital(session)
        conversation.erasing.erase(session, person=person)
        scheduler.erasing.erase(session, person=person)
        booking.erasing.erase(session, person=person, now=now)
        stayed = handbook.erasing.erase(session, person=person, now=now)
        closing.close_account(session, person=person, hospital_id=hospital.id, now=now)
        if not stayed:
            closing.forget_name(person)
    sentence = _words()["left_with_record" if stayed else "left_without_record"]
    return LeftOut(keeps_record=bool(stayed), sentence=sentence)


@cache
def _words() -> Mapping[str, Any]:
    path = Path(__file__).parent / "leaving.zh_CN.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
