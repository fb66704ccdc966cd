"""JSON about what was done: visits and doses that a family reports, and takes back."""

from apiflask import EmptySchema

from core.db import Session
from core.errors import NotFound
from handbook import actions_records
from handbook.actions_records import Given
from handbook.models import Pregnancy, PregnancyState
from handbook.models_lives import Child, ChildState
from handbook.models_records import Told
from handbook.queries import pregnancy_of
from handbook.queries_children import child_of_guardian
from handbook.queries_records import Owner
from handbook.standing.mothers import Standing
from handbook.telling import Seen
from miniapp import guard
from miniapp.guard import api, herself, house
from miniapp.shapes_children import DoseIn, RecordOut, VisitIn

REPORTABLE = frozenset(
    {Standing.WINDOW_OPEN, Standing.BOOKED, Standing.OVERDUE, Standing.MISSED}
)  # fmt: skip
"""What may have been done already; what is still to come has not been."""


@api.post("/pregnancies/visits")
@api.input(VisitIn)
@api.output(RecordOut, status_code=201)
def report_visit(json_data: VisitIn) -> RecordOut:
    """Write down that she says an item of her timeline was done."""
    with house().database.transaction() as session:
        return _visited(session, spoken_of(session), json_data)


@api.post("/pregnancies/records/<record_id>/withdraw")
@api.output(EmptySchema, status_code=204)
def withdraw(record_id: str) -> str:
    """Take back what she said of herself; what staff confirmed stays."""
    with house().database.transaction() as session:
        return _withdrawn(session, spoken_of(session), record_id)


@api.post("/children/<child_id>/visits")
@api.input(VisitIn)
@api.output(RecordOut, status_code=201)
def report_visit_of_child(child_id: str, json_data: VisitIn) -> RecordOut:
    """Write down that a family says an item of a child's list was done."""
    with house().database.transaction() as session:
        return _visited(session, hers(session, child_id), json_data)


@api.post("/children/<child_id>/doses")
@api.input(DoseIn)
@api.output(RecordOut, status_code=201)
def report_dose(child_id: str, json_data: DoseIn) -> RecordOut:
    """Write down that a family says a dose was given."""
    seen = Seen(json_data.day, json_data.place)
    with house().database.transaction() as session:
        written = actions_records.report_dose(
            session, child=hers(session, child_id),
            given=Given(json_data.vaccine, json_data.number, seen),
            actor=herself(guard.me(session)), now=house().clock.now(),
        )  # fmt: skip
        return RecordOut(id=written.id)


@api.post("/children/<child_id>/records/<record_id>/withdraw")
@api.output(EmptySchema, status_code=204)
def withdraw_of_child(child_id: str, record_id: str) -> str:
    """Take back what a family said of a child; what staff confirmed stays."""
    with house().database.transaction() as session:
        return _withdrawn(session, hers(session, child_id), record_id)


def hers(session: Session, child_id: str) -> Child:
    """Return a child that who is signed in looks after.

    Raises:
        NotFound: no such child, or not hers, or not any more, or it died: it is not spoken of.
    """
    child = child_of_guardian(session, person_id=guard.me(session).id, child_id=child_id)
    if child.state is ChildState.DIED:
        raise NotFound
    return child


def spoken_of(session: Session) -> Pregnancy:
    """Return her pregnancy, if it may be spoken of.

    Raises:
        NotFound: she has none, it was lost, or no child of it lives.
    """
    pregnancy = pregnancy_of(session, person_id=guard.me(session).id)
    if pregnancy is None or is_over(pregnancy):
        raise NotFound
    return pregnancy


def is_over(pregnancy: Pregnancy) -> bool:
    """Say whether nothing about a pregnancy may be said any more."""
    return pregnancy.state is PregnancyState.ENDED or pregnancy.quiet_at is not None


def is_hers(record: Told, *, person_id: str) -> bool:
    """Say whether somebody may take a record back: she told it, and nobody confirmed it."""
    return record.reported_by_id == person_id and not record.is_confirmed


def _visited(session: Session, subject: Owner, sent: VisitIn) -> RecordOut:
    written = actions_records.report_visit(
        session, subject=subject, item_key=sent.item_key, seen=Seen(sent.day, sent.place),
        actor=herself(guard.me(session)), now=house().clock.now(),
    )  # fmt: skip
    return RecordOut(id=written.id)


def _withdrawn(session: Session, subject: Owner, record_id: str) -> str:
    actions_records.withdraw(
        session, subject=subject, record_id=record_id, actor=herself(guard.me(session)),
        now=house().clock.now(),
    )  # fmt: skip
    return ""
