"""A child's sex, told after its record was opened, or corrected: curves and doses follow it."""

from datetime import datetime

from accounts.models import SubjectKind
from accounts.rules import Actor
from core.clock import beijing_date
from core.db import Session
from handbook.actions_children import check_open
from handbook.care.schedule import load
from handbook.care.vaccines import Sex
from handbook.errors import AlreadyRecorded, ReasonNeeded, SexKnown
from handbook.follow_up.closing import overtake
from handbook.models import Aspect
from handbook.models_lives import Child
from handbook.standing.children import dose_key
from handbook.trail import Change, write_down_child


def set_sex(
    session: Session, *, child: Child, sex: Sex, reason: str, actor: Actor, now: datetime
) -> Child:
    """Write down a child's sex; a family tells it once, staff correct it with a reason.

    Growth and doses are worked out anew wherever they are read. Staff are no longer asked about a
    dose that the other sex has; what was given stays in the record.

    Raises:
        ChildClosed: the child moved away or died.
        ChildConsentNeeded: nobody who looks after the child agrees to its record.
        AlreadyRecorded: this is what the record says.
        SexKnown: it is known, and a family would change it.
        ReasonNeeded: a correction says why.
    """
    check_open(session, child)
    if child.sex is sex:
        raise AlreadyRecorded
    if child.sex is not None and actor.kind != SubjectKind.STAFF:
        raise SexKnown
    if child.sex is not None and not reason:
        raise ReasonNeeded
    before, child.sex, child.known_at = child.sex, sex, now
    session.flush()
    change = Change("set_sex", Aspect.SEX, before, sex, reason)
    write_down_child(session, child, change=change, day=beijing_date(now), actor=actor, now=now)
    others = [
        dose_key(dose.vaccine, dose.number)
        for dose in load(child.schedule).doses
        if dose.sex not in (None, sex)
    ]
    overtake(session, child=child, item_keys=others, actor=actor, now=now)
    return child
