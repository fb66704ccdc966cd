"""What pages of the desk share: who may, the clinic, who acts and why, whose names were shown."""

from datetime import date

from flask import request

from accounts.audit import record
from accounts.rules import Act
from booking.models_supply import Clinic
from booking.steps import By
from booking.supply.queries_supply import clinic_in
from console.guard import actor, check_member_may, house, member
from core.clock import beijing_date
from core.db import Session
from core.errors import NotFound


def check_may_run() -> None:
    """Pass only those who run clinics."""
    check_member_may(Act.RUN_CLINICS)


def clinic(session: Session, *, clinic_id: str) -> Clinic:
    """Return a clinic of the member's hospital.

    Raises:
        NotFound: no such one here.
    """
    return clinic_in(session, hospital_id=member().hospital_id, clinic_id=clinic_id)


def by(why: str) -> By:
    """Return who acts and why; a form that is sent twice acts once.

    The key of a page counts for each reason apart, so that after the back key another button of
    the same page is not taken for the same.
    """
    key = request.form.get("key", "")
    return By(actor(), why, house().clock.now(), f"{key}/{why}" if key else None)


def day() -> date:
    """Return the day the address asks for (`day=2026-06-03`), today when it names none.

    Raises:
        NotFound: it is no day.
    """
    asked = request.args.get("day", "")
    if not asked:
        return beijing_date(house().clock.now())
    try:
        return date.fromisoformat(asked)
    except ValueError as unreadable:
        raise NotFound from unreadable


def note_names_shown(session: Session, *, clinic: Clinic, act: str) -> None:
    """Write down that names of those who come to a clinic, or wait for it, were shown."""
    record(
        session, actor=actor(), act=act, subject_kind="clinic", subject_id=clinic.id,
        hospital_id=clinic.hospital_id, now=house().clock.now(),
    )  # fmt: skip
