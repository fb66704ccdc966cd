"""Who may pass this door: a system of a hospital, by its token; every reading is written down."""

from typing import cast

from flask import Blueprint, current_app, g, request

from accounts.audit import record
from accounts.models_systems import HospitalSystem
from accounts.systems import as_actor, system_of_token
from core.db import Session
from core.errors import SignInNeeded
from core.house import House
from fhir.errors import NotAcceptable
from fhir.outcomes import MEDIA_TYPE, PATH

OPEN = "fhir.metadata"
"""What a system reads before it has a token; it says nothing of anybody."""

JSON = (MEDIA_TYPE, "application/json")
FORMATS = frozenset({"json", *JSON})

LONGEST_ASKED = 300
"""Characters of a search that are kept in the audit trail."""

blueprint = Blueprint("fhir", __name__, url_prefix=PATH)


def house() -> House:
    """Return the house this door belongs to."""
    return cast("House", current_app.extensions["yunyu"])


def system() -> HospitalSystem:
    """Return the system that is asking."""
    return cast("HospitalSystem", g.system)


@blueprint.before_request
def let_in() -> None:
    """Let in whose token stands, and who reads JSON.

    Raises:
        SignInNeeded: no token, or one that is nobody's (any more).
        NotAcceptable: another format is asked for.
    """
    if request.endpoint != OPEN:
        g.system = _asking()
    accepted = not request.accept_mimetypes or request.accept_mimetypes.best_match(JSON)
    # A plus sign that was not escaped arrives as a space.
    if request.args.get("_format", "json").replace(" ", "+") not in FORMATS or not accepted:
        raise NotAcceptable


def note_reading(session: Session, *, kind: str, asked: str) -> None:
    """Write down what was read: one thing by its id, or what was searched for."""
    record(
        session, actor=as_actor(system()), act="fhir_read", subject_kind=kind.lower(),
        subject_id=asked[:LONGEST_ASKED], hospital_id=system().hospital_id, now=house().clock.now(),
    )  # fmt: skip


def _asking() -> HospitalSystem:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise SignInNeeded
    with house().database.transaction() as session:
        found = system_of_token(session, token=token)
    if found is None:
        raise SignInNeeded
    return found
