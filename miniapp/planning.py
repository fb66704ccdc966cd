"""JSON about planning (备孕): what to do before a pregnancy, and not a single date of one."""

from core.clock import beijing_date
from handbook.care.wording import said_window
from handbook.planning import actions
from handbook.planning.models import Planning
from handbook.planning.queries import advice_of, planning_of
from miniapp import guard
from miniapp.guard import api, herself, house
from miniapp.shapes_planning import AdviceOut, PlanningOut

NONE = PlanningOut(state="none", since_day=None, items=[])


@api.get("/planning")
@api.output(PlanningOut)
def planning() -> PlanningOut:
    """Tell her planning, if she has one."""
    with house().database.transaction() as session:
        found = planning_of(session, person_id=guard.me(session).id)
        return NONE if found is None else _out(found)


@api.post("/planning")
@api.output(PlanningOut, status_code=201)
def plan() -> PlanningOut:
    """Open a planning; needs her consent to the handbook."""
    with house().database.transaction() as session:
        person = guard.me(session)
        return _out(
            actions.open_planning(
                session, person=person, actor=herself(person), now=house().clock.now()
            )
        )


@api.post("/planning/close")
@api.output(PlanningOut)
def close() -> PlanningOut:
    """End her planning; nobody asks why."""
    with house().database.transaction() as session:
        person = guard.me(session)
        actions.close_planning(
            session, person=person, actor=herself(person), now=house().clock.now()
        )  # fmt: skip
    return NONE


def _out(found: Planning) -> PlanningOut:
    return PlanningOut(
        state="planning",
        since_day=beijing_date(found.opened_at),
        items=[
            AdviceOut(
                key=row.key, name=row.name, when=said_window(row), what=row.what, why=row.why,
                preparation=row.preparation or None, source=row.source,
                needs_review=row.needs_review, need=row.need,
            )
            for row in advice_of(found)
        ],
    )  # fmt: skip
