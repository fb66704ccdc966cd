"""Signing in and out of the console."""

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts import sign_in
from accounts.errors import LockedOut, WrongCredentials
from console.guard import COOKIE, COOKIE_PATH, house
from core.errors import Refusal
from core.words import say

blueprint = Blueprint("sign_in", __name__)

LONGEST_FIELD = 200
"""Longer user names or passwords are cut: nobody has one, and hashing megabytes costs time."""


@blueprint.get("/sign-in")
def page() -> str:
    """Show the sign-in form."""
    return render_template("console/sign_in.html", problem=None)


@blueprint.post("/sign-in")
def enter() -> AnyResponse:
    """Sign in and go to the first page; one sentence for a wrong user and a wrong password."""
    now = house().clock.now()
    try:
        with house().database.transaction() as session:
            token = sign_in.sign_in_staff(
                session,
                username=request.form.get("username", "").strip()[:LONGEST_FIELD],
                password=request.form.get("password", "")[:LONGEST_FIELD],
                now=now,
            )
    except LockedOut as locked:
        return _again(locked)
    if token is None:
        return _again(WrongCredentials())
    answer = redirect(url_for("console.home.today"), 303)
    answer.set_cookie(
        COOKIE,
        token,
        path=COOKIE_PATH,
        httponly=True,
        samesite="Lax",
        secure=house().settings.is_https,
    )
    return answer


@blueprint.post("/sign-out")
def leave() -> AnyResponse:
    """End the sign-in."""
    with house().database.transaction() as session:
        sign_in.sign_out(session, token=g.token)
    answer = redirect(url_for("console.sign_in.page"), 303)
    answer.delete_cookie(COOKIE, path=COOKIE_PATH)
    return answer


@blueprint.get("/awake")
def awake() -> tuple[str, int]:
    """Say nothing: the guard noted that somebody is at work here (asked while they type)."""
    return "", 204


def _again(refusal: Refusal) -> Response:
    page_again = render_template(
        "console/sign_in.html", problem=say(refusal.code, **refusal.details)
    )
    return make_response(page_again, refusal.status)
