"""What a family does before a test begins, through the door itself."""

from typing import Any

from accounts.models import Purpose
from accounts.notices import notice
from tests.miniapp.conftest import Signed

BORN = "2026-01-10"
"""Four months and 22 days before the day of the tests."""


def agree(signed: Signed, purpose: Purpose = Purpose.CHILD_RECORD, decision: str = "give") -> None:
    """Give or take back one consent."""
    card = {"purpose": purpose.value, "version": notice(purpose).version, "decision": decision}
    assert signed.post("/consents", card).status_code == 200


def add_child(signed: Signed, **more: Any) -> str:
    """Add a girl born on `BORN`, unless it says otherwise, and return her id."""
    agree(signed)
    body = {"birth_day": BORN, "kind": "mother", "sex": "female", "name": "小满"} | more
    added = signed.post("/children", body)
    assert added.status_code == 201, added.text
    found: str = added.json["id"]
    return found


def page_of(signed: Signed, child_id: str) -> Any:
    """Return a child's page."""
    return signed.get(f"/children/{child_id}").json


def stand_of(signed: Signed, child_id: str, key: str) -> Any:
    """Return one thing on a child's list, whatever group it is in."""
    groups = page_of(signed, child_id)["groups"]
    return next(item for group in groups for item in group["items"] if item["key"] == key)


def item_of(signed: Signed, key: str) -> Any:
    """Return one item of her timeline."""
    return next(item for item in signed.get("/timeline").json["items"] if item["key"] == key)
