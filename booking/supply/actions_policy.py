"""The rules of booking are set: by a hospital for all its clinics, or for one of them."""

from collections.abc import Mapping

from booking import policy
from booking.models_supply import BookingPolicy, SupplyKind
from booking.steps import By
from booking.supply.generation import reshow
from booking.supply.queries_supply import all_clinics, clinic_in, hospital_rules
from booking.supply.trail import Subject, of_key, write_down
from core.db import Session


def set_policy(
    session: Session, *, hospital_id: str, values: Mapping[str, str | int], by: By
) -> None:
    """Set what a hospital wants otherwise than the defaults; what is not named is as the default.

    When slots are shown and reserves return is set anew at once; families go on seeing what they
    see. The same key sets once.

    Raises:
        NoSuchRule, BadRule, BadRuleTime: what was typed is no rule, or beyond its limits.
    """
    if of_key(session, hospital_id=hospital_id, key=by.key) is not None:
        return
    before, after = hospital_rules(session, hospital_id=hospital_id), policy.checked(values)
    session.add(
        BookingPolicy(hospital_id=hospital_id, values=after, made_by_id=by.actor.id, made_at=by.now)
    )
    subject = Subject(SupplyKind.HOSPITAL, hospital_id, hospital_id)
    write_down(session, subject=subject, act="set_policy", before=before, after=after, by=by)
    for clinic in all_clinics(session, hospital_id=hospital_id):
        reshow(session, clinic=clinic, now=by.now)


def set_clinic_policy(
    session: Session,
    *,
    hospital_id: str,
    clinic_id: str,
    values: Mapping[str, str | int],
    by: By,
) -> None:
    """Set what a clinic wants otherwise than its hospital, as `set_policy` does.

    Raises:
        NotFound: no such clinic in this hospital.
        NoSuchRule, BadRule, BadRuleTime: what was typed is no rule, or beyond its limits.
    """
    clinic = clinic_in(session, hospital_id=hospital_id, clinic_id=clinic_id)
    if of_key(session, hospital_id=hospital_id, key=by.key) is not None:
        return
    before, clinic.policy = dict(clinic.policy), policy.checked(values)
    subject = Subject(SupplyKind.CLINIC, clinic.id, hospital_id, clinic.id)
    write_down(
        session, subject=subject, act="set_clinic_policy", before=before, after=clinic.policy,
        by=by,
    )  # fmt: skip
    reshow(session, clinic=clinic, now=by.now)
