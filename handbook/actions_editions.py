"""How a pregnancy or a child moves to another edition: only after its changes were shown."""

from datetime import datetime

from accounts.models import Purpose
from accounts.queries import check_consent
from accounts.rules import Actor
from core.clock import beijing_date
from core.db import Session
from handbook.actions_children import check_open
from handbook.care.schedule import load
from handbook.editions import edition_change
from handbook.errors import AlreadyClosed, ChangesNotShown, NoSuchItem
from handbook.models import Aspect, Pregnancy, PregnancyState
from handbook.models_lives import Child
from handbook.plan_days import set_next_visit
from handbook.ranges import Subject
from handbook.trail import Change, write_down, write_down_child


def move_edition(
    session: Session,
    *,
    subject: Pregnancy | Child,
    edition: str,
    shown: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Move a pregnancy or a child to another edition; `shown` is the mark of what was shown.

    Raises:
        AlreadyClosed, ChildClosed: this life is over here.
        ConsentNeeded, ChildConsentNeeded: nobody agrees to the record.
        NoSuchEdition: there is no such edition for it.
        ChangesNotShown: other differences were shown than there are.
        NoSuchItem: the child follows a plan that the other edition does not have.
    """
    if isinstance(subject, Child):
        _move_child(session, subject, edition, shown=shown, actor=actor, now=now)
    else:
        _move_pregnancy(session, subject, edition, shown=shown, actor=actor, now=now)


def _move_pregnancy(
    session: Session, pregnancy: Pregnancy, edition: str, *, shown: str, actor: Actor, now: datetime
) -> None:
    if pregnancy.state is PregnancyState.ENDED:
        raise AlreadyClosed
    check_consent(session, person_id=pregnancy.person_id, purpose=Purpose.HANDBOOK)
    change = _change(Subject.PREGNANCY, pregnancy.schedule, edition, shown)
    pregnancy.schedule, pregnancy.known_at = edition, now
    write_down(session, pregnancy, change=change, actor=actor, now=now)


def _move_child(
    session: Session, child: Child, edition: str, *, shown: str, actor: Actor, now: datetime
) -> None:
    check_open(session, child)
    change = _change(Subject.CHILD, child.schedule, edition, shown)
    if child.plan is not None and child.plan not in {plan.key for plan in load(edition).plans}:
        raise NoSuchItem
    child.schedule, child.known_at = edition, now
    set_next_visit(session, child)
    day = beijing_date(now)
    write_down_child(session, child, change=change, day=day, actor=actor, now=now)


def _change(subject: Subject, old: str, new: str, shown: str) -> Change:
    if edition_change(subject=subject, old=old, new=new).mark != shown:
        raise ChangesNotShown
    return Change("move_edition", Aspect.SCHEDULE, old, new)
