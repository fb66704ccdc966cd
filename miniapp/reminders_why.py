"""JSON of 为什么发给我: what a message rests on, and what she may do about it."""

from collections.abc import Iterable

from apiflask import EmptySchema

from accounts.models import Staff
from booking.models import AppointmentState
from booking.queries import appointment_of
from core.clock import beijing_date
from core.dates import long_day, when
from core.db import Session
from core.words import label
from handbook.queries import pregnancy_of
from handbook.queries_children import check_child_consent
from miniapp import guard
from miniapp.booking_told import out
from miniapp.guard import api, herself, house
from miniapp.items import items_out
from miniapp.records import hers
from miniapp.reminders import said_out
from miniapp.shapes_children import StandOut
from miniapp.shapes_reminders import BookOut, LetterOut, ReasonOut, ReportOut
from miniapp.shapes_timeline import ItemOut
from miniapp.stands import stands_of
from scheduler import hushing, preferences
from scheduler.models import Reminder
from scheduler.queries import Why, reasons
from scheduler.told import told_of

APPOINTMENT_PREFIX = "apt_"
CHILD_PREFIX = "chd_"


@api.get("/letters/<letter_id>")
@api.output(LetterOut)
def letter(letter_id: str) -> LetterOut:
    """Tell why a message was sent: only to whom it was, and of nothing that is over."""
    with house().database.transaction() as session:
        line = told_of(session, person_id=guard.me(session).id, letter_id=letter_id)
        said = said_out(line)
        found = [_why(session, one) for one in line.reminders]
        return LetterOut(
            letter_id=letter_id, when=said.when, channel=said.channel, lines=said.lines,
            reviewed=_reviewed(session, found[0]),
            reasons=[_reason_out(session, one) for one in found],
        )  # fmt: skip


@api.post("/reminders/<reminder_id>/hush")
@api.output(EmptySchema, status_code=204)
def hush(reminder_id: str) -> str:
    """Say no more of what a reminder is about; another time or date is told all the same."""
    with house().database.transaction() as session:
        person = guard.me(session)
        hushing.hush(
            session, person=person, reminder_id=reminder_id, actor=herself(person),
            now=house().clock.now(),
        )  # fmt: skip
        return ""


@api.post("/reminders/<reminder_id>/speak")
@api.output(EmptySchema, status_code=204)
def speak(reminder_id: str) -> str:
    """Take back that something is not spoken of."""
    with house().database.transaction() as session:
        person = guard.me(session)
        hushing.speak(
            session, person=person, reminder_id=reminder_id, actor=herself(person),
            now=house().clock.now(),
        )  # fmt: skip
        return ""


def _why(session: Session, reminder: Reminder) -> Why:
    return reasons(session, person_id=reminder.person_id, reminder_id=reminder.id)


def _reviewed(session: Session, why: Why) -> str:
    """Return who answers for the words of a letter: a colleague's name, or the common edition."""
    drawn = label("miniapp.why_drawn") if why.letter and why.letter.lot_number else ""
    return _answers_for(session, why) + drawn


def _answers_for(session: Session, why: Why) -> str:
    wording = why.wording
    reviewer = session.get(Staff, wording.reviewed_by) if wording else None
    if wording is None or reviewer is None or wording.reviewed_at is None:
        return label("miniapp.why_house_words").format(edition=_edition(why))
    return label("miniapp.why_reviewed").format(
        name=reviewer.name, title=reviewer.title, day=long_day(beijing_date(wording.reviewed_at))
    )


def _edition(why: Why) -> str:
    return why.reminder.edition if why.spoken is None else why.spoken.document.title


def _reason_out(session: Session, why: Why) -> ReasonOut:
    reminder, spoken = why.reminder, why.spoken
    wanted = preferences.choices_of(session, person_id=reminder.person_id)
    item = _item(session, reminder)
    name, anchor, book = _about(session, why, item)
    return ReasonOut(
        reminder_id=reminder.id, kind=reminder.kind,
        kind_name=label(f"scheduler.{reminder.kind}"), name=name, anchor=anchor,
        why_now="" if spoken is None else spoken.rule.why_now,
        source="" if item is None else item.source,
        rule_source="" if spoken is None else spoken.rule.source,
        changes=[
            label("miniapp.why_changed").format(by=each.by, reason=each.reason)
            for each in (() if spoken is None else spoken.changed)
        ],
        edition=_edition(why),
        is_wanted=wanted[reminder.kind],
        is_hushed=hushing.is_hushed(session, reminder=reminder),
        may_hush=hushing.may_hush(reminder, now=house().clock.now()),
        report=_report(reminder, item), book=book,
    )  # fmt: skip


def _about(
    session: Session, why: Why, item: ItemOut | StandOut | None
) -> tuple[str, str, BookOut | None]:
    """Return what a reason is about, what its day rests on, and where another time is chosen."""
    if why.reminder.subject_id.startswith(APPOINTMENT_PREFIX):
        return _of_appointment(session, why.reminder)
    if item is not None:
        anchor = item.reason if isinstance(item, ItemOut) else item.standing_reason
        return item.name, anchor, _booking(item)
    return label(f"scheduler.{why.reminder.kind}"), label("miniapp.why_stage"), None


def _of_appointment(session: Session, reminder: Reminder) -> tuple[str, str, BookOut | None]:
    held = appointment_of(
        session, person_id=reminder.person_id, appointment_id=reminder.subject_id
    )  # fmt: skip
    slot, clinic, shown = held.slot, held.clinic, out(session, held)
    anchor = label("miniapp.why_appointment").format(
        when=when(slot.starts_at, slot.ends_at), clinic=clinic.name, room=clinic.room
    )
    is_booked = held.appointment.state is AppointmentState.BOOKED
    if is_booked and slot.starts_at <= house().clock.now():
        return shown.care_name, anchor, None
    book = BookOut(
        appointment_id=shown.id if shown.may_cancel else None,
        care=None if is_booked else clinic.care, item_key=None,
    )  # fmt: skip
    return shown.care_name, anchor, book


def _booking(item: ItemOut | StandOut) -> BookOut | None:
    if item.care is None and item.appointment_id is None:
        return None
    key = item.item_key if isinstance(item, StandOut) else item.key
    return BookOut(appointment_id=item.appointment_id, care=item.care, item_key=key)


def _report(reminder: Reminder, item: ItemOut | StandOut | None) -> ReportOut | None:
    if item is None or not item.may_report:
        return None
    if isinstance(item, ItemOut):
        return ReportOut(item_key=item.key, name=item.name, child_id=None, dose=None)
    return ReportOut(
        item_key=item.key, name=item.name, child_id=reminder.subject_id, dose=item.dose
    )


def _item(session: Session, reminder: Reminder) -> ItemOut | StandOut | None:
    """Return the item of care that a reminder is about, as her pages show it.

    None without one: of a stage, of an appointment, of an earlier pregnancy.
    """
    if reminder.item_key is None:
        return None
    found: Iterable[ItemOut | StandOut]
    if reminder.subject_id.startswith(CHILD_PREFIX):
        child = hers(session, reminder.subject_id)
        check_child_consent(session, child_id=child.id)
        found = stands_of(session, child)
    else:
        pregnancy = pregnancy_of(session, person_id=reminder.person_id)
        is_hers = pregnancy is not None and pregnancy.id == reminder.subject_id
        found = items_out(session, pregnancy) if pregnancy is not None and is_hers else ()
    return next((one for one in found if one.key == reminder.item_key), None)
