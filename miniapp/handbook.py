"""JSON about her handbook: dates read, opened, and the timeline."""

from core.errors import BadRequest
from core.words import label
from handbook import actions
from handbook.models import Pregnancy, PregnancyState
from handbook.queries import pregnancy_of, timeline_note
from handbook.statements import statement
from handbook.timeline import Reading, gestation, read_dating
from miniapp import guard
from miniapp.guard import api, herself, house, today
from miniapp.items import items_out
from miniapp.records import is_over
from miniapp.shapes import PregnancyIn, PregnancyOut, ReadingIn, ReadingOut
from miniapp.shapes_timeline import PageOut, TimelineOut
from miniapp.weight import latest_weight


def pregnancy_out(pregnancy: Pregnancy) -> PregnancyOut:
    """Return a pregnancy for a client; one that is over carries no date and no week.

    Where no child of it lives any more, it is told like one that was lost.
    """
    if pregnancy.state is not PregnancyState.ONGOING:
        state = PregnancyState.ENDED if is_over(pregnancy) else pregnancy.state
        return PregnancyOut(
            id=pregnancy.id, state=state, edd_day=None, gestation=None,
            dating_source=None,
        )  # fmt: skip
    return PregnancyOut(
        id=pregnancy.id,
        state=pregnancy.state,
        edd_day=pregnancy.due_day,
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
        edd_day=said.reading.due_day,
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
            session, person=person, reading=reading, actor=herself(person),
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
        if is_over(pregnancy):
            page = _gentle_page(guard.hospital(session).phone)
            return TimelineOut(state="ended", pregnancy=None, items=[], page=page)
        return TimelineOut(
            state="ongoing" if pregnancy.state is PregnancyState.ONGOING else "delivered",
            pregnancy=pregnancy_out(pregnancy),
            items=items_out(session, pregnancy),
            page=None,
            note=timeline_note(pregnancy),
            weight=latest_weight(session, pregnancy),
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
