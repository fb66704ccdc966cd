"""A clinic's day taken along without a network (日包): exported, and merged without doubles."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from accounts.audit import record
from booking.attendance import visits
from booking.attendance.line import in_line_on
from booking.attendance.pack_files import Act, Result
from booking.errors import DayPast, NotThisStep, PackExpired
from booking.models import Appointment, AppointmentState, Slot, Step
from booking.models_pack import Pack, PackAct, PackLine, PackOutcome
from booking.models_supply import Clinic
from booking.queries import policy_of
from booking.rules import said
from booking.steps import By, lock
from core.clock import beijing_date, beijing_moment
from core.db import Session
from core.errors import NotFound
from core.ids import new_id

ACTS: Mapping[PackAct, tuple[Callable[..., Appointment], AppointmentState, str]] = {
    PackAct.CHECK_IN: (visits.check_in, AppointmentState.CHECKED_IN, "came"),
    PackAct.CALL: (visits.call, AppointmentState.CALLED, "called"),
    PackAct.RECALL: (visits.recall, AppointmentState.CHECKED_IN, "not_there"),
    PackAct.FINISH: (visits.finish, AppointmentState.SEEN, "seen"),
    PackAct.LEAVE: (visits.leave, AppointmentState.LEFT, "asked"),
}
"""What each act does, the state it leads to, and why the step was taken."""

TO_LOOK_AT = (
    PackOutcome.CHANGED, PackOutcome.NOT_ON_LIST, PackOutcome.NOT_ITS_DAY, PackOutcome.NOTED,
)  # fmt: skip
"""What a merge could not settle by itself."""


@dataclass(frozen=True)
class Merged:
    """What a merge did: acts that were new by outcome, and how many had come before."""

    pack: Pack
    new: Mapping[PackOutcome, int]
    known: int


@dataclass(frozen=True)
class Merging:
    """The acts of one pack on their way in, and the appointments of its clinic on its day."""

    pack: Pack
    appointments: Mapping[str, Appointment]
    by: By


def issue(session: Session, *, clinic: Clinic, day: date, by: By) -> Pack:
    """Write down that a clinic's day is taken along; it can be merged for some days after it.

    Raises:
        DayPast: the day (Beijing) is over.
    """
    if day < beijing_date(by.now):
        raise DayPast
    days = policy_of(session, clinic=clinic).pack_merge_days
    pack = Pack(
        id=new_id("pck", now=by.now), hospital_id=clinic.hospital_id, clinic_id=clinic.id, day=day,
        issued_by_id=by.actor.id, issued_at=by.now,
        merge_until=beijing_moment(day + timedelta(days=days + 1)),
    )  # fmt: skip
    session.add(pack)
    _audit(session, pack, act="pack_issued", by=by)
    return pack


def merge(session: Session, *, hospital_id: str, result: Result, by: By) -> Merged:
    """Take in what was done without a network.

    1. Lock the pack, then the appointments of its day in their one order.
    2. Take each new act in order of its time, as the desk would have, at that time and under its
       own key; an act that came before, in whatever file, is passed over.
    3. Write a line of each: done, already written down by somebody else, or for staff to look at.

    The caller has proven the file's seal (`pack_files.read_result`).

    Raises:
        NotFound: no such pack in this hospital.
        PackExpired: its days are over (`said` when).
    """
    pack = session.get(Pack, result.head.pack, with_for_update=True)
    if pack is None or pack.hospital_id != hospital_id:
        raise NotFound
    if pack.merge_until <= by.now:
        raise PackExpired(said=said(pack.merge_until))
    merging = Merging(pack, _appointments(session, pack), by)
    known = set(session.scalars(sa.select(PackLine.key).where(PackLine.pack_id == pack.id)))
    new: dict[PackOutcome, int] = {}
    for act in result.in_order(now=by.now):
        if act.key not in known:
            outcome = _take_in(session, merging, act)
            new[outcome] = new.get(outcome, 0) + 1
            known.add(act.key)
    _audit(session, pack, act="pack_merged", by=by)
    return Merged(pack, new, len(result.acts) - sum(new.values()))


def packs_of(session: Session, *, clinic_id: str, since: date) -> Sequence[Pack]:
    """Return the packs of a clinic's days from `since` on, the newest first."""
    found = sa.select(Pack).where(Pack.clinic_id == clinic_id, Pack.day >= since)
    return session.scalars(found.order_by(Pack.issued_at.desc(), Pack.id)).all()


def lines_of(session: Session, *, pack_ids: Sequence[str]) -> Sequence[PackLine]:
    """Return everything that came back in some packs, in order of time."""
    found = sa.select(PackLine).where(PackLine.pack_id.in_(pack_ids))
    return session.scalars(found.order_by(PackLine.at, PackLine.key)).all()


def lines_to_look_at(session: Session, *, clinic_id: str) -> Sequence[PackLine]:
    """Return what merges could not settle in a clinic and nobody has since, in order of time."""
    found = (
        sa.select(PackLine)
        .join(Pack, Pack.id == PackLine.pack_id)
        .where(Pack.clinic_id == clinic_id)
        .where(PackLine.outcome.in_(TO_LOOK_AT), PackLine.settled_at.is_(None))
    )
    return session.scalars(found.order_by(PackLine.at, PackLine.key)).all()


def settle(session: Session, *, hospital_id: str, pack_id: str, visit: str, by: By) -> None:
    """Note that staff have looked at a visit of a pack; a walk-in's name is forgotten.

    Twice is once.

    Raises:
        NotFound: no such pack in this hospital.
    """
    pack = session.get(Pack, pack_id)
    if pack is None or pack.hospital_id != hospital_id:
        raise NotFound
    session.execute(
        sa.update(PackLine)
        .where(PackLine.pack_id == pack_id, PackLine.visit == visit)
        .where(PackLine.outcome.in_(TO_LOOK_AT), PackLine.settled_at.is_(None))
        .values(settled_by_id=by.actor.id, settled_at=by.now, name=None)
    )
    _audit(session, pack, act="pack_line_settled", by=by)


def _take_in(session: Session, merging: Merging, act: Act) -> PackOutcome:
    appointment = merging.appointments.get(act.visit)
    found = None if appointment is None else appointment.state
    outcome = _outcome(session, merging, act)
    session.add(
        PackLine(
            pack_id=merging.pack.id, key=act.key, visit=act.visit,
            appointment_id=None if appointment is None else act.visit, act=act.act, at=act.at,
            name=act.name if outcome is PackOutcome.NOTED else None, outcome=outcome, found=found,
            merged_by_id=merging.by.actor.id, merged_at=merging.by.now,
        )
    )  # fmt: skip
    session.flush()
    return outcome


def _outcome(session: Session, merging: Merging, act: Act) -> PackOutcome:
    if beijing_date(act.at) != merging.pack.day:
        return PackOutcome.NOT_ITS_DAY
    if act.act is PackAct.WALK_IN or _is_of_walk_in(session, merging, act):
        return PackOutcome.NOTED
    if act.visit not in merging.appointments:
        return PackOutcome.NOT_ON_LIST
    return _done(session, merging, act)


def _done(session: Session, merging: Merging, act: Act) -> PackOutcome:
    take, after, why = ACTS[act.act]
    by = By(merging.by.actor, why, act.at, f"pack/{act.key}")
    try:
        with session.begin_nested():
            take(
                session, hospital_id=merging.pack.hospital_id, appointment_id=act.visit, by=by
            )  # fmt: skip
    except NotThisStep:
        stood = act.act is not PackAct.RECALL and _has_stepped(session, act.visit, after)
        return PackOutcome.ALREADY if stood else PackOutcome.CHANGED
    return PackOutcome.DONE


def _has_stepped(session: Session, appointment_id: str, after: AppointmentState) -> bool:
    taken = sa.exists().where(Step.appointment_id == appointment_id, Step.after == after)
    return bool(session.scalar(sa.select(taken)))


def _is_of_walk_in(session: Session, merging: Merging, act: Act) -> bool:
    came = session.get(PackLine, (merging.pack.id, act.visit))
    return came is not None and came.act is PackAct.WALK_IN


def _appointments(session: Session, pack: Pack) -> Mapping[str, Appointment]:
    of_day = session.scalars(
        sa.select(Appointment.id)
        .join(Slot, Slot.id == Appointment.slot_id)
        .where(*in_line_on(pack.clinic_id, pack.day))
    )
    return {one.id: one for one in lock(session, appointment_ids=of_day)}


def _audit(session: Session, pack: Pack, *, act: str, by: By) -> None:
    record(
        session, actor=by.actor, act=act, subject_kind="pack", subject_id=pack.id,
        hospital_id=pack.hospital_id, now=by.now,
    )  # fmt: skip
    session.flush()
