"""JSON about her handbook: dates read, opened, and the timeline."""

from datetime import date, timedelta

from accounts.models import SubjectKind
from accounts.rules import Actor
from booking.queries import live_by_item
from core.clock import beijing_date
from core.errors import BadRequest
from core.words import label
from handbook import actions
from handbook.models import Pregnancy, PregnancyState
from handbook.queries import items_of, pregnancy_of
from handbook.statements import statement
from handbook.timeline import Item, Reading, gestation, read_dating
from miniapp import guard
from miniapp.guard import api, house
from miniapp.shapes import (
    ItemOut,
    PageOut,
    PregnancyIn,
    PregnancyOut,
    ReadingIn,
    ReadingOut,
    TimelineOut,
)


def today() -> date:
    """Return the date in Beijing."""
    return beijing_date(house().clock.now())


def pregnancy_out(pregnancy: Pregnancy) -> PregnancyOut:
    """Return a pregnancy for a client; one that is over carries no date and no week."""
    if pregnancy.state is not PregnancyState.ONGOING:
        return PregnancyOut(
            id=pregnancy.id, state=pregnancy.state, due_day=None, gestation=None,
            dating_source=None,
        )  # fmt: skip
    return PregnancyOut(
        id=pregnancy.id,
        state=pregnancy.state,
        due_day=pregnancy.due_day,
        gestation=str(gestation(last_period_day=pregnancy.last_period_day, day=today())),
        dating_source=label(f"handbook.{pregnancy.dating_source}"),
    )


@api.post("/datings/reading")
@api.input(ReadingIn)
@api.output(ReadingOut)
def read_words(json_data: ReadingIn) -> ReadingOut:
    """Read her dates from her own words; nothing is stored."""
    said = statement(json_data.text, today=today())
    if said is None or said.reading is None:
        raise BadRequest
    weeks = gestation(last_period_day=said.reading.last_period_day, day=today())
    return ReadingOut(
        source=said.reading.source,
        source_label=label(f"handbook.{said.reading.source}"),
        given_day=said.reading.given_day,
        last_period_day=said.reading.last_period_day,
        due_day=said.reading.due_day,
        gestation=str(weeks),
        sentence=said.sentence,
    )


@api.post("/pregnancies")
@api.input(PregnancyIn)
@api.output(PregnancyOut, status_code=201)
def open_handbook(json_data: PregnancyIn) -> PregnancyOut:
    """Open her handbook with the dating she confirmed; needs her consent."""
    reading = _reading(json_data)
    with house().database.transaction() as session:
        person = guard.me(session)
        pregnancy = actions.open_pregnancy(
            session, person=person, reading=reading, actor=Actor(SubjectKind.PERSON, person.id),
            now=house().clock.now(),
        )  # fmt: skip
        return pregnancy_out(pregnancy)


@api.get("/timeline")
@api.output(TimelineOut)
def timeline() -> TimelineOut:
    """Tell her timeline; after a loss only a gentle page."""
    with house().database.transaction() as session:
        person = guard.me(session)
        pregnancy = pregnancy_of(session, person_id=person.id)
        if pregnancy is None:
            return TimelineOut(state="none", pregnancy=None, items=[], page=None)
        if pregnancy.state is PregnancyState.ENDED:
            page = _gentle_page(guard.hospital(session).phone)
            return TimelineOut(state="ended", pregnancy=None, items=[], page=page)
        since = house().clock.now() - timedelta(days=1)
        booked = live_by_item(session, person_id=person.id, since=since)
        return TimelineOut(
            state="ongoing" if pregnancy.state is PregnancyState.ONGOING else "delivered",
            pregnancy=pregnancy_out(pregnancy),
            items=[
                _item_out(item, booked.get(item.key)) for item in items_of(pregnancy, today=today())
            ],
            page=None,
        )


def _reading(sent: PregnancyIn) -> Reading:
    if sent.source == "gestation":
        counted = read_dating(source="last_period", day=sent.day, today=today())
        return Reading("gestation", today(), counted.last_period_day, counted.due_day)
    return read_dating(source=sent.source, day=sent.day, today=today())


def _gentle_page(phone: str) -> PageOut:
    return PageOut(
        title=label("handbook.gentle_title"), text=label("handbook.gentle_text"), phone=phone
    )


def _item_out(item: Item, appointment_id: str | None) -> ItemOut:
    return ItemOut(
        key=item.key, name=item.name, from_day=item.from_day, to_day=item.to_day, when=item.when,
        status=item.status.value, reason=item.reason, what=item.what,
        preparation=item.preparation or None, source=item.source,
        needs_review=item.needs_review, care=item.care, appointment_id=appointment_id,
    )  # fmt: skip
