"""The addresses of this door: one thing by its id, or a page of those that are searched for."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from flask import Response, request

from booking.his import queries
from booking.his.queries import Page, Wanted
from core.db import Session
from core.errors import NotFound
from fhir import capability, parameters, resources
from fhir.guard import blueprint, house, note_reading, system
from fhir.outcomes import PATH, Resource, answer
from fhir.parameters import Asked

Thing = TypeVar("Thing")

Find = Callable[[Session, Asked, Wanted, Page], list[Resource]]
"""How things of one kind are found, and told as resources."""


@blueprint.get("/metadata")
def metadata() -> Response:
    """Say what this door can do."""
    return answer(capability.statement(base_url=house().settings.base_url))


@blueprint.get("/Schedule")
def schedules() -> Response:
    """Search for schedules."""
    return _search("Schedule", _schedules, dates="date")


@blueprint.get("/Schedule/<schedule_id>")
def schedule(schedule_id: str) -> Response:
    """Read one schedule."""
    return _read("Schedule", _schedules, schedule_id)


@blueprint.get("/Slot")
def slots() -> Response:
    """Search for slots."""
    return _search("Slot", _slots, dates="start")


@blueprint.get("/Slot/<slot_id>")
def slot(slot_id: str) -> Response:
    """Read one slot."""
    return _read("Slot", _slots, slot_id)


@blueprint.get("/Appointment")
def appointments() -> Response:
    """Search for appointments."""
    return _search("Appointment", _appointments, dates="date")


@blueprint.get("/Appointment/<appointment_id>")
def appointment(appointment_id: str) -> Response:
    """Read one appointment."""
    return _read("Appointment", _appointments, appointment_id)


def _read(kind: str, find: Find, written: str) -> Response:
    """Answer one thing of the hospital whose system asks."""
    wanted = Wanted(thing_id=resources.inside(written))
    with house().database.transaction() as session:
        found = find(session, Asked(), wanted, Page(1))
        if not found or found[0]["id"] != written:
            raise NotFound
        note_reading(session, kind=kind, asked=written)
    return answer(found[0])


def _search(kind: str, find: Find, *, dates: str) -> Response:
    """Answer a page; one thing more is asked for, to know whether another page follows."""
    asked = request.args
    parameters.check_known(asked, kind=kind)
    page = parameters.page(asked)
    wanted = parameters.wanted(asked, dates=dates)
    with house().database.transaction() as session:
        found = find(session, asked, wanted, Page(page.limit + 1, page.after))
        note_reading(session, kind=kind, asked=f"?{urlencode(list(asked.items(multi=True)))}")
    return answer(_bundle(kind, found, page))


def _bundle(kind: str, found: Sequence[Resource], page: Page) -> Resource:
    here = f"{house().settings.base_url}{PATH}/{kind}"
    asked, shown = list(request.args.items(multi=True)), found[: page.limit]
    links = [{"relation": "self", "url": _address(here, asked)}]
    if len(found) > page.limit:
        following = [(name, value) for name, value in asked if name != "_after"]
        following.append(("_after", shown[-1]["id"]))
        links.append({"relation": "next", "url": _address(here, following)})
    bundle: Resource = {"resourceType": "Bundle", "type": "searchset", "link": links}
    if shown:
        # A list that would be empty is left out: FHIR has no empty lists.
        bundle["entry"] = [
            {"fullUrl": f"{here}/{one['id']}", "resource": one, "search": {"mode": "match"}}
            for one in shown
        ]
    return bundle


def _address(here: str, asked: Sequence[tuple[str, str]]) -> str:
    return f"{here}?{urlencode(asked)}" if asked else here


def _schedules(session: Session, asked: Asked, wanted: Wanted, page: Page) -> list[Resource]:
    activity = parameters.tokens(asked, "active", known={"true", "false"})
    found = queries.seats(
        session, hospital_id=system().hospital_id, wanted=wanted,
        activity={one == "true" for one in activity}, page=page,
    )  # fmt: skip
    return _told(found, resources.schedule)


def _slots(session: Session, asked: Asked, wanted: Wanted, page: Page) -> list[Resource]:
    words = {word: state for state, word in resources.SLOT_STATUS.items()}
    states = parameters.tokens(asked, "status", known=words)
    found = queries.slots(
        session, hospital_id=system().hospital_id, wanted=wanted, seat=parameters.seat(asked),
        openness={words[one] for one in states}, page=page,
    )  # fmt: skip
    return _told(found, resources.slot)


def _appointments(session: Session, asked: Asked, wanted: Wanted, page: Page) -> list[Resource]:
    states = parameters.tokens(asked, "status", known=set(resources.STATUS.values()))
    found = queries.appointments(
        session, hospital_id=system().hospital_id, wanted=wanted, slot_id=parameters.slot(asked),
        states={one for one, word in resources.STATUS.items() if word in states}, page=page,
    )  # fmt: skip
    return _told(found, resources.appointment)


def _told(found: Sequence[Thing], tell: Callable[..., Resource]) -> list[Resource]:
    base_url = house().settings.base_url
    return [tell(one, base_url=base_url) for one in found]
