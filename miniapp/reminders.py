"""JSON about her reminders: what is coming, what was said, what she wants, and for how long not."""

from datetime import timedelta

from accounts.models import Person, Purpose
from accounts.queries import consents_of
from core.clock import beijing_date
from core.dates import hour, short_day, weekday
from core.db import Session
from core.errors import NotFound
from core.words import label
from handbook.models_lives import Child, ChildState
from handbook.queries import pregnancy_of
from handbook.queries_children import children_of
from miniapp import guard
from miniapp.booking_told import said_moment
from miniapp.guard import api, herself, house
from miniapp.records import is_over
from miniapp.shapes_reminders import (
    ComingOut,
    HeardOut,
    HearerOut,
    KindOut,
    PauseIn,
    RemindersOut,
    RestOut,
    SaidOut,
    TemplatesOut,
    WantedIn,
)
from scheduler import preferences
from scheduler.asking import AHEAD_DAYS, ask_now
from scheduler.away import leave
from scheduler.channels.outlets import Outlets
from scheduler.foresight import Coming, coming
from scheduler.models import ReminderKind
from scheduler.queries import SaidLine
from scheduler.told import Hearer, hearers, lines_of, told

DAY = timedelta(days=1)

OF_PREGNANCY = frozenset({ReminderKind.CARE_WINDOW, ReminderKind.STAGE_LETTER})
OF_CHILDREN = frozenset({ReminderKind.CHILD_CARE, ReminderKind.STAGE_LETTER})
OF_ALL = frozenset({ReminderKind.APPOINTMENT, ReminderKind.AFTER_VISIT})


@api.get("/reminders")
@api.output(RemindersOut)
def reminders() -> RemindersOut:
    """Tell what will be said to her and what was, and what she set."""
    with house().database.transaction() as session:
        return _page(session)


@api.put("/reminders/kinds/<kind>")
@api.input(WantedIn)
@api.output(RemindersOut)
def want(kind: str, json_data: WantedIn) -> RemindersOut:
    """Switch a kind of reminders on or off."""
    with house().database.transaction() as session:
        person = guard.me(session)
        preferences.set_choice(
            session, person=person, kind=kind_of(kind), is_wanted=json_data.is_wanted,
            actor=herself(person), now=house().clock.now(),
        )  # fmt: skip
        session.flush()
        return _page(session)


@api.post("/reminders/pause")
@api.input(PauseIn)
@api.output(RemindersOut)
def pause(json_data: PauseIn) -> RemindersOut:
    """Say nothing from a day until another, but for what she booked; replaces an earlier pause.

    What cannot be made up is told before, after, or by a person.
    """
    now = house().clock.now()
    with house().database.transaction() as session:
        person = guard.me(session)
        leave(
            session, person=person, from_day=json_data.from_day or beijing_date(now),
            until_day=json_data.until_day, actor=herself(person), now=now,
        )  # fmt: skip
        return _page(session)


@api.post("/reminders/resume")
@api.output(RemindersOut)
def resume() -> RemindersOut:
    """End her pause; what it held back is said as if it had never been."""
    with house().database.transaction() as session:
        person = guard.me(session)
        preferences.wake(
            session, person_id=person.id, actor=herself(person), now=house().clock.now()
        )  # fmt: skip
        return _page(session)


@api.get("/reminders/templates")
@api.output(TemplatesOut)
def templates() -> TemplatesOut:
    """Tell which templates to ask her for now; what she answers is told by the platform alone."""
    with house().database.transaction() as session:
        return TemplatesOut(
            items=ask_now(
                session, person_id=guard.me(session).id, hospital_id=guard.hospital(session).id,
                outlets=outlets(), now=house().clock.now(),
            )
        )  # fmt: skip


def outlets() -> Outlets:
    """Return the two accounts, by which people are known."""
    settings = house().settings
    return Outlets(official=settings.oa_appid, mini=settings.mp_appid)


def kind_of(name: str) -> ReminderKind:
    """Return a kind by its name.

    Raises:
        NotFound: there is none.
    """
    if name not in set(ReminderKind):
        raise NotFound
    return ReminderKind(name)


def _page(session: Session) -> RemindersOut:
    person, hospital_id = guard.me(session), guard.hospital(session).id
    children = [
        child for child in children_of(session, person_id=person.id)
        if child.state is ChildState.LIVING
    ]  # fmt: skip
    wanted = preferences.choices_of(session, person_id=person.id)
    return RemindersOut(
        is_agreed=Purpose.MESSAGES in consents_of(session, person_id=person.id),
        kinds=[
            KindOut(
                kind=kind, name=label(f"scheduler.{kind}"), about=label(f"miniapp.about_{kind}"),
                is_wanted=wanted[kind],
            )
            for kind in ReminderKind if kind in _kinds(session, person, children)
        ],
        pause=_pause(session, person),
        heard=_heard(session, person, children),
        coming=[
            _coming_out(one)
            for one in coming(
                session, person_id=person.id, hospital_id=hospital_id, outlets=outlets(),
                days=AHEAD_DAYS, now=house().clock.now(),
            )
            if wanted[one.kind]
        ],
        said=[said_out(one) for one in told(session, person_id=person.id, hospital_id=hospital_id)],
    )  # fmt: skip


def _kinds(session: Session, person: Person, children: list[Child]) -> frozenset[ReminderKind]:
    """Return the kinds that speak to her: after a loss no switch names a pregnancy."""
    pregnancy = pregnancy_of(session, person_id=person.id)
    found = OF_ALL
    if pregnancy is not None and not is_over(pregnancy):
        found |= OF_PREGNANCY
    return found | OF_CHILDREN if children else found


def _pause(session: Session, person: Person) -> RestOut | None:
    live = preferences.pauses_of(session, person_id=person.id, now=house().clock.now())
    if not live:
        return None
    ends = [each.until_at for each in live if each.until_at is not None]
    return RestOut(
        since_day=beijing_date(live[0].from_at),
        until_day=beijing_date(max(ends)) if len(ends) == len(live) else None,
    )


def _heard(session: Session, person: Person, children: list[Child]) -> list[HeardOut]:
    by_child: dict[str, list[Hearer]] = {}
    for one in hearers(session, child_ids=[child.id for child in children]):
        by_child.setdefault(one.child_id, []).append(one)
    return [_heard_out(child, by_child.get(child.id, []), person) for child in children]


def _heard_out(child: Child, found: list[Hearer], person: Person) -> HeardOut:
    many = sum(one.hears for one in found)
    form = {0: "heard_by_nobody", len(found): "heard_by_all"}.get(many, "heard_by_some")
    return HeardOut(
        child_id=child.id,
        child=child.name or label("miniapp.booking_child"),
        people=[
            HearerOut(
                who=label(f"miniapp.guardian_{one.kind}"), is_me=one.person_id == person.id,
                hears=one.hears,
            )
            for one in found
        ],
        sentence=label(f"miniapp.{form}"),
    )  # fmt: skip


def _coming_out(one: Coming) -> ComingOut:
    day = beijing_date(one.due_at)
    return ComingOut(
        kind=one.kind, kind_name=label(f"scheduler.{one.kind}"), day=day,
        when=f"{short_day(day)} {weekday(day)} {hour(one.due_at)}",
        what=one.pieces["what"], text=one.pieces["text"], why_now=one.why_now,
    )  # fmt: skip


def said_out(one: SaidLine) -> SaidOut:
    """Return a message as she read it, by which way, and what became of it."""
    letter = one.letter
    return SaidOut(
        letter_id=letter.id, kind=letter.kind, kind_name=label(f"scheduler.{letter.kind}"),
        when=said_moment(letter.sent_at or letter.claimed_at),
        channel=label(f"miniapp.by_{letter.channel}"),
        outcome=label(f"miniapp.letter_{letter.state}"), lines=lines_of(letter),
    )  # fmt: skip
