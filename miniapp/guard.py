"""The guard of the JSON door: who is this, and did the request come from our own pages?"""

from datetime import date

from apiflask import APIBlueprint
from flask import current_app, g, request

from accounts.models import Hospital, Person, SubjectKind
from accounts.queries import hospital_of_account
from accounts.rules import Actor
from accounts.sign_in import person_of_token
from core.clock import beijing_date
from core.db import Session
from core.errors import Forbidden, SignInNeeded
from core.house import House
from wechat.login import Login

COOKIE = "yunyu_family"
OWN_PAGE = "X-Yunyu"
"""A header that a foreign page cannot send without asking first: the guard against CSRF."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

api = APIBlueprint("api", __name__, url_prefix="/api/v1", tag="mini-program")


def house() -> House:
    """Return the house this program stands in."""
    found: House = current_app.extensions["yunyu"]
    return found


def login() -> Login:
    """Return what turns WeChat's codes into people."""
    found: Login = current_app.extensions["login"]
    return found


@api.before_request
def guard() -> None:
    """Let in who is signed in; writing needs our own header as well.

    Raises:
        Forbidden: a write without the header.
        SignInNeeded: nobody is signed in.
    """
    if request.method not in SAFE and request.headers.get(OWN_PAGE) != "1":
        raise Forbidden
    if request.endpoint == "api.sign_in":
        return
    with house().database.transaction() as session:
        person = person_of_token(session, token=token(), now=house().clock.now())
    if person is None:
        raise SignInNeeded
    g.person_id = person.id


def token() -> str:
    """Return the token the request carries, or an empty text."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return given if scheme == "Bearer" else request.cookies.get(COOKIE, "")


def me(session: Session) -> Person:
    """Return who is signed in."""
    return session.get_one(Person, g.person_id)


def hospital(session: Session) -> Hospital:
    """Return the hospital this Official Account speaks for."""
    return hospital_of_account(session, appid=house().settings.oa_appid)


def today() -> date:
    """Return the date in Beijing."""
    return beijing_date(house().clock.now())


def herself(person: Person) -> Actor:
    """Return somebody as the one who acts."""
    return Actor(SubjectKind.PERSON, person.id)
