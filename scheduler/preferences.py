"""What families and hospitals wish: kinds on and off, and intervals of silence, undone exactly."""

from datetime import datetime

import sqlalchemy as sa

from accounts.audit import record
from accounts.models import Family, Hospital, Person, SubjectKind
from accounts.rules import Actor
from core.db import Session
from core.errors import NotFound
from core.ids import new_id
from scheduler.errors import AlreadyStopped, NoReason, PauseOver
from scheduler.models import Reminder, ReminderKind, ReminderState
from scheduler.models_wishes import Choice, Pause, PauseWhy

RESTING = tuple(kind for kind in ReminderKind if kind is not ReminderKind.APPOINTMENT)
"""What is silent while somebody is away."""


def set_choice(
    session: Session,
    *,
    person: Person,
    kind: ReminderKind,
    is_wanted: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Write down whether a person wants reminders of a kind; it counts from the next one on."""
    session.add(
        Choice(
            person_id=person.id, kind=kind, is_wanted=is_wanted,
            made_by_kind=SubjectKind(actor.kind), made_by_id=actor.id, made_at=now,
        )
    )  # fmt: skip
    hospital_id = session.get_one(Family, person.family_id).hospital_id
    act = "reminders_on" if is_wanted else "reminders_off"
    _audit(session, actor, act, person.id, hospital_id, now=now)


def choices_of(session: Session, *, person_id: str) -> dict[ReminderKind, bool]:
    """Return, for every kind, whether a person wants it: yes unless she said no."""
    spoken = sa.select(Choice.kind, Choice.is_wanted).where(Choice.person_id == person_id)
    said = {row.kind: row.is_wanted for row in session.execute(spoken.order_by(Choice.number))}
    return {kind: said.get(kind, True) for kind in ReminderKind}


def pause(
    session: Session,
    *,
    person: Person,
    kind: ReminderKind | None,
    from_at: datetime,
    until_at: datetime | None,
    actor: Actor,
    now: datetime,
) -> Pause:
    """Let a person be away for an interval: silent of one kind, or (None) of all.

    What falls due within it waits and is said after it, if it is not too late then.

    Raises:
        PauseOver: it would end before it begins, or is over.
    """
    hospital_id = session.get_one(Family, person.family_id).hospital_id
    return _begin(
        session, Pause(hospital_id=hospital_id, person_id=person.id, kind=kind,
                       why=PauseWhy.AWAY, from_at=max(from_at, now), until_at=until_at),
        actor=actor, now=now,
    )  # fmt: skip


def resume(session: Session, *, person_id: str, pause_id: str, actor: Actor, now: datetime) -> None:
    """End a person's pause; what it held is looked at as if it had never been.

    Raises:
        NotFound: no such pause, or somebody else's.
        PauseOver: it has ended.
    """
    found = session.get(Pause, pause_id, with_for_update=True)
    if found is None or found.person_id != person_id:
        raise NotFound
    _end(session, found, actor=actor, now=now)


def be_away(
    session: Session,
    *,
    person: Person,
    from_at: datetime,
    until_at: datetime,
    actor: Actor,
    now: datetime,
) -> None:
    """Pause for a person who is away in `[from_at, until_at)`; earlier pauses of hers end.

    Of her own appointments she is told all the same: a clinic that closes must not surprise her.

    Raises:
        PauseOver: it would end before it begins, or is over.
    """
    wake(session, person_id=person.id, actor=actor, now=now)
    for kind in RESTING:
        pause(
            session, person=person, kind=kind, from_at=from_at, until_at=until_at, actor=actor,
            now=now,
        )  # fmt: skip


def wake(session: Session, *, person_id: str, actor: Actor, now: datetime) -> None:
    """End every pause of a person; without one nothing happens."""
    for each in pauses_of(session, person_id=person_id, now=now):
        resume(session, person_id=person_id, pause_id=each.id, actor=actor, now=now)


def stop_kind(
    session: Session,
    *,
    hospital_id: str,
    kind: ReminderKind | None,
    note: str,
    actor: Actor,
    now: datetime,
) -> Pause:
    """Stop a kind, or (None) everything, for the whole hospital at once; `note` says why.

    Raises:
        NoReason: nothing was written.
        AlreadyStopped: the same is stopped already.
    """
    if not note.strip():
        raise NoReason
    # Two who stop at once stand in line here: the second finds the stop of the first.
    session.get_one(Hospital, hospital_id, with_for_update=True)
    if any(one.kind is kind for one in stops_in(session, hospital_id=hospital_id, now=now)):
        raise AlreadyStopped
    stop = Pause(
        hospital_id=hospital_id, person_id=None, kind=kind, why=PauseWhy.SWITCHED_OFF,
        from_at=now, until_at=None, note=note.strip(),
    )  # fmt: skip
    return _begin(session, stop, actor=actor, now=now)


def resume_kind(
    session: Session, *, hospital_id: str, pause_id: str, actor: Actor, now: datetime
) -> None:
    """Let a kind, or everything, be said again; what is too late by now goes by its rule.

    Raises:
        NotFound: no such stop, or of another hospital.
        PauseOver: it has ended.
    """
    found = session.get(Pause, pause_id, with_for_update=True)
    if found is None or found.person_id is not None or found.hospital_id != hospital_id:
        raise NotFound
    _end(session, found, actor=actor, now=now)


def pauses_of(session: Session, *, person_id: str, now: datetime) -> list[Pause]:
    """Return the pauses of a person that stand or are to come, the oldest first."""
    return _live(session, Pause.person_id == person_id, now=now)


def stops_in(session: Session, *, hospital_id: str, now: datetime) -> list[Pause]:
    """Return what is switched off for a whole hospital, the oldest first."""
    return _live(session, _of_all(hospital_id), now=now)


def stops_ended(session: Session, *, hospital_id: str, limit: int = 20) -> list[Pause]:
    """Return what was switched off for a whole hospital and is on again, the newest first."""
    ended = sa.select(Pause).where(_of_all(hospital_id), Pause.ended_at.is_not(None))
    return list(session.scalars(ended.order_by(Pause.ended_at.desc(), Pause.id).limit(limit)))


def _of_all(hospital_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(Pause.hospital_id == hospital_id, Pause.person_id.is_(None))


def _live(session: Session, whose: sa.ColumnElement[bool], *, now: datetime) -> list[Pause]:
    stands = sa.or_(Pause.until_at.is_(None), Pause.until_at > now)
    found = sa.select(Pause).where(whose, Pause.ended_at.is_(None), stands)
    return list(session.scalars(found.order_by(Pause.from_at, Pause.id)))


def _begin(session: Session, begun: Pause, *, actor: Actor, now: datetime) -> Pause:
    if begun.until_at is not None and begun.until_at <= max(begun.from_at, now):
        raise PauseOver
    begun.id, begun.made_at = new_id("pau", now=now), now
    begun.made_by_kind, begun.made_by_id = SubjectKind(actor.kind), actor.id
    session.add(begun)
    subject = begun.person_id or begun.hospital_id
    _audit(session, actor, "reminders_paused", subject, begun.hospital_id, now=now)
    session.flush()
    return begun


def _end(session: Session, found: Pause, *, actor: Actor, now: datetime) -> None:
    if found.ended_at is not None:
        raise PauseOver
    found.ended_at, found.ended_by_id = now, actor.id
    session.flush()
    session.execute(
        sa.update(Reminder)
        .where(Reminder.held_by == found.id, Reminder.state == ReminderState.PENDING)
        .values(next_at=Reminder.due_at, held_by=None),
        execution_options={"synchronize_session": False},
    )
    if found.person_id is not None and found.why is PauseWhy.AWAY:
        _say_again(session, found, now=now)
    subject = found.person_id or found.hospital_id
    _audit(session, actor, "reminders_resumed", subject, found.hospital_id, now=now)


def _say_again(session: Session, found: Pause, *, now: datetime) -> None:
    """Let what a person was to be called about, because she is away, be said to her after all."""
    session.execute(
        sa.update(Reminder)
        .where(
            Reminder.person_id == found.person_id, Reminder.kind == found.kind,
            Reminder.state == ReminderState.UNDELIVERABLE, Reminder.reason == PauseWhy.AWAY,
            Reminder.too_late_at > now,
        )
        .values(
            state=ReminderState.PENDING, reason=None, next_at=now, settled_at=None, listed_at=None
        ),
        execution_options={"synchronize_session": False},
    )  # fmt: skip


def _audit(
    session: Session, actor: Actor, act: str, subject_id: str, hospital_id: str, *, now: datetime
) -> None:
    kind = "hospital" if subject_id == hospital_id else "person"
    record(
        session, actor=actor, act=act, subject_kind=kind, subject_id=subject_id,
        hospital_id=hospital_id, now=now,
    )  # fmt: skip
