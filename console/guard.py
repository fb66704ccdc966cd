"""Who may pass this door: every page but the sign-in page asks for a live sign-in of staff."""

from typing import cast

from flask import Response, current_app, g, make_response, redirect, request, url_for

from accounts import sign_in
from accounts.models import Staff, SubjectKind
from accounts.rules import Act, Actor, check_may
from core.house import House

COOKIE = "yunyu_staff"
COOKIE_PATH = "/console"

OPEN = frozenset(
    {"console.static", "console.sign_in.page", "console.sign_in.enter", "console.screen.page"}
)
"""Endpoints anybody may see; the screen of a waiting room asks for its own seal."""

POLLED = frozenset(
    {
        "console.inbox.rows", "console.inbox.alarms", "console.inbox.words", "console.desk.fresh",
        "console.desk_calendar.fresh",
    }
)  # fmt: skip
"""What open pages ask for by themselves: no act of a person, so an idle sign-in still ends."""


def house() -> House:
    """Return the house this door belongs to."""
    return cast("House", current_app.extensions["yunyu"])


def member() -> Staff:
    """Return the member of staff who is asking."""
    return cast("Staff", g.staff)


def actor() -> Actor:
    """Return the member of staff who is asking, as the one who acts."""
    return Actor(SubjectKind.STAFF, member().id)


def check_member_may(act: Act) -> None:
    """Pass if the member of staff who is asking may do this.

    Raises:
        core.errors.Forbidden: no role of theirs allows it.
    """
    check_may(member().roles, act)


def let_in() -> Response | None:
    """Find out who is asking; send strangers to the sign-in page."""
    if request.endpoint in OPEN:
        return None
    token, now = request.cookies.get(COOKIE, ""), house().clock.now()
    with house().database.transaction() as session:
        staff = sign_in.staff_of_token(session, token=token, now=now)
        if staff is not None and request.endpoint not in POLLED:
            sign_in.note_use(session, token=token, now=now)
    if staff is None:
        return _to_sign_in()
    g.staff = staff
    g.token = token
    return None


def _to_sign_in() -> Response:
    """Send a page by redirect, and a part of a page (htmx) by its own header."""
    address = url_for("console.sign_in.page")
    if "HX-Request" in request.headers:
        part = make_response("", 401)
        part.headers["HX-Redirect"] = address
        return part
    return cast("Response", redirect(address, 303))
