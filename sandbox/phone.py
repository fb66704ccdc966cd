"""The phone in the browser, and the web login that runs through it."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from sandbox.config import Kind
from sandbox.identity import new_code
from sandbox.portrait import portrait
from sandbox.rich_text import is_web
from sandbox.running import simulator
from sandbox.world import Unknown

phone = Blueprint("phone", __name__)

PERSON_COOKIE = "sandbox_person"
"""Who holds the phone; the phone page sets it."""
SCOPES = {"snsapi_base", "snsapi_userinfo"}
POLICY = (
    "default-src 'self'; img-src 'self' data: http: https:; frame-src http: https:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
"""The phone runs only its own script and shows other sites only inside its frame."""


@phone.get("/")
def page() -> Response:
    """Show the phone."""
    text = render_template("sandbox/phone.html", state=portrait(simulator()))
    return Response(text, headers={"Content-Security-Policy": POLICY})


@phone.get("/connect/oauth2/authorize")
def authorize() -> BaseResponse:
    """Send the browser back with a code, as WeChat does; ask who it is when nobody holds it."""
    world = simulator().world
    problem = _problem()
    if problem:
        return Response(render_template("sandbox/refused.html", problem=problem), 400)
    key = request.args.get("person") or request.cookies.get(PERSON_COOKIE, "")
    try:
        person = world.person(key)
    except Unknown:
        return Response(render_template("sandbox/who.html", choices=_choices()))
    scope = request.args["scope"]
    with world.lock:
        code = new_code(world, "oauth", request.args["appid"], person.key, scope)
    back = _with_code(request.args["redirect_uri"], code, request.args.get("state", ""))
    return redirect(back, 302)


def _problem() -> str:
    """Why the platform would show its own page instead; empty when it would not."""
    try:
        account = simulator().world.account(request.args.get("appid", ""))
    except Unknown:
        return "appid 参数错误"
    if account.kind is not Kind.OA:
        return "appid 参数错误"
    if not is_web(request.args.get("redirect_uri", "")):
        return "redirect_uri 参数错误"
    if request.args.get("response_type") != "code":
        return "response_type 参数错误"
    if request.args.get("scope") not in SCOPES:
        return "scope 参数错误"
    return ""


def _choices() -> list[dict[str, str]]:
    query = {name: value for name, value in request.args.items() if name != "person"}
    return [
        {
            "name": person.name,
            "color": person.avatar_color,
            "url": f"{request.path}?{urlencode(query | {'person': person.key})}",
        }
        for person in simulator().world.persons()
    ]


def _with_code(redirect_uri: str, code: str, state: str) -> str:
    split = urlsplit(redirect_uri)
    query = [*parse_qsl(split.query, keep_blank_values=True), ("code", code), ("state", state)]
    return urlunsplit(split._replace(query=urlencode(query)))
