"""The front gate: puts the house together for the web server. Nothing imports it but tests."""

import atexit
import gc
import hmac
import logging
import os
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

import sqlalchemy as sa
from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException

import console.pages
import fhir.guard
import fhir.reading
import miniapp.accounts
import miniapp.booking
import miniapp.booking_calendar
import miniapp.booking_courses
import miniapp.booking_fair
import miniapp.booking_lives
import miniapp.booking_missed
import miniapp.booking_waiting
import miniapp.children
import miniapp.content
import miniapp.copies
import miniapp.growth
import miniapp.handbook
import miniapp.leaving
import miniapp.linking
import miniapp.pages
import miniapp.planning
import miniapp.records
import miniapp.reminders
import miniapp.reminders_why
import miniapp.weight
from bot.callback import Callback
from console.guard import house as stands_in
from core import log, metrics
from core.errors import BadRequest, Refusal, SignInNeeded, Unavailable
from core.house import House, opened
from core.ids import new_id
from core.serving import Front, Lane
from core.words import say
from core.wsgi import Pages
from deploy.care import care
from fhir import outcomes
from miniapp import counter
from miniapp.described import whole
from miniapp.guard import api
from miniapp.outgoing import api_headers, page_headers
from scheduler import queries
from wechat.account import Account
from wechat.assembly import accounts, assemble
from wechat.callback import MAX_BODY_BYTES
from wechat.login import Login

logger = logging.getLogger(__name__)

DOORS = (
    fhir.reading,
    miniapp.accounts, miniapp.booking, miniapp.booking_calendar, miniapp.booking_courses,
    miniapp.booking_fair,
    miniapp.booking_lives, miniapp.booking_missed, miniapp.booking_waiting, miniapp.children,
    miniapp.content, miniapp.copies, miniapp.growth, miniapp.handbook, miniapp.leaving,
    miniapp.records, miniapp.weight,
)  # fmt: skip
"""Imported so that their routes are known."""

CALLBACK, PAGES = "/wechat/", "/"
LARGEST_PAGE_BODY = 5 * 1024 * 1024 // 2
"""Bytes: an article with its pictures."""

PAGE_THREADS = 16

TURN_SECONDS = 0.0005
"""How long a thread may keep the interpreter while another wants it, instead of Python's 5 ms: the
event loop, on which all pushes come in, must not wait its turn behind busy pages."""

SENTENCES = {404: "core.not_found", 405: "core.method_not_allowed", 413: "core.too_large"}
OPEN = frozenset({"healthz", "readyz", "metrics", "openapi.spec"})
"""Endpoints of the gate itself; each says nothing of any person."""


class Json(DefaultJSONProvider):
    """JSON with Chinese as it is, and with nesting beyond reason refused like any other fault."""

    ensure_ascii = False

    def loads(self, s: str | bytes, **kwargs: object) -> Any:  # noqa: ANN401 - as its base
        """Read a text.

        Raises:
            ValueError: it is no JSON, or nested too deep.
        """
        try:
            return super().loads(s, **kwargs)
        except RecursionError as deep:
            raise ValueError("nested too deep") from deep


def create_app(house: House, *, login: Login) -> APIFlask:
    """Return the web program of a house."""
    app = APIFlask(
        "yunyu", title="孕育 Yunyu", version="1", docs_path=None, json_errors=False,
        static_folder=None,  # type: ignore[arg-type]  # Flask's own "no such folder"
    )  # fmt: skip
    app.config["OPENAPI_VERSION"] = "3.1.0"
    app.config["SPEC_FORMAT"] = "json"
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_PAGE_BODY
    app.json = Json(app)
    app.extensions["yunyu"], app.extensions["login"] = house, login
    for blueprint in (console.pages.blueprint, fhir.guard.blueprint, miniapp.pages.pages, api):
        app.register_blueprint(blueprint)
    for name, door in app.blueprints.items():
        # Only the JSON door is described; the framework asks every blueprint.
        vars(door)["enable_openapi"] = name == api.name
    app.spec_processor(whole)
    app.error_processor(_malformed)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(Unavailable, _unavailable)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(sa.exc.DataError, _unstorable)
    app.register_error_handler(sa.exc.OperationalError, _away)
    app.register_error_handler(sa.exc.TimeoutError, _away)
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)
    for path, page in (("/healthz", healthz), ("/readyz", readyz), ("/metrics", metrics_page)):
        app.add_url_rule(path, view_func=app.doc(hide=True)(page), endpoint=path.strip("/"))
    return app


def lanes(house: House, *, login: Login, wechat: tuple[Account, Account]) -> Mapping[str, Lane]:
    """Return the doors of a house by how their addresses begin.

    The platform drops a push after 5 seconds, so its body has 3 of them to come.
    """
    official, miniprogram = wechat
    callback = Callback(house, accounts={f"{CALLBACK}oa": official, f"{CALLBACK}mp": miniprogram})
    pages = Pages(create_app(house, login=login), threads=PAGE_THREADS)
    return {
        CALLBACK: Lane(callback, largest_body=MAX_BODY_BYTES, body_seconds=3),
        counter.PATH: Lane(
            counter.Counter(house, otherwise=pages), largest_body=LARGEST_PAGE_BODY, body_seconds=20
        ),
        PAGES: Lane(pages, largest_body=LARGEST_PAGE_BODY, body_seconds=20),
    }


def gate() -> Front:
    """Return what granian serves: `granian --interface rsgi --factory app:gate`."""
    log.install(level=logging.INFO)
    stack = ExitStack()
    atexit.register(stack.close)
    house = stack.enter_context(opened(os.environ))
    wechat = assemble(house.settings, engine=house.database.engine, clock=house.clock)
    doors = lanes(house, login=wechat.login, wechat=accounts(house.settings))
    sys.setswitchinterval(TURN_SECONDS)
    # What stands now stays: the collector need not walk through it again and again.
    gc.freeze()
    return Front(doors, closing=stack.close)


def healthz() -> Response:
    """Say that this process lives."""
    return jsonify(alive=True)


def readyz() -> tuple[Response, int]:
    """Say whether the database answers, and when each tick last ran; 503 if one is stuck."""
    house = stands_in()
    if not house.database.is_alive():
        return jsonify(database=False), 503
    now = house.clock.now()
    with house.database.transaction() as session:
        ran = {one.name: one for one in queries.ticks(session)}
        stuck = queries.stuck_ticks(session, now=now)
    told = {
        one.name: {
            "began": one.started_at.isoformat(), "took_ms": one.milliseconds,
            "done": one.handled, "failure": one.failure,
        }
        for one in ran.values()
    }  # fmt: skip
    return jsonify(database=True, stuck_ticks=stuck, ticks=told), 503 if stuck else 200


def metrics_page() -> Response:
    """Give the figures to whoever holds the token of /metrics; otherwise there is no such page."""
    house = stands_in()
    expected = f"Bearer {house.settings.metrics_token}"
    given = request.headers.get("Authorization", "")
    if not house.settings.metrics_token or not hmac.compare_digest(
        given.encode(), expected.encode()
    ):
        return _answer(404, "core.not_found")
    with house.database.transaction() as session:
        for thing, count in queries.standing(session).items():
            metrics.standing.labels(thing).set(count)
    return Response(metrics.page(), mimetype="text/plain")


def _begin() -> None:
    g.begun = time.perf_counter()
    g.request_mark = log.REQUEST.set(new_id("req", now=stands_in().clock.now()))


def _forget(_: BaseException | None) -> None:
    """Take the request's id off the thread, which will serve other things."""
    if (mark := g.pop("request_mark", None)) is not None:
        log.REQUEST.reset(mark)


def _end(response: Response) -> Response:
    endpoint = request.endpoint or "unknown"
    metrics.requests.labels(endpoint, response.status_code).inc()
    metrics.seconds.labels(endpoint).observe(time.perf_counter() - g.begun)
    response.headers["X-Request-Id"] = log.REQUEST.get()
    if not request.path.startswith("/console"):
        for name, value in page_headers(stands_in()).items():
            response.headers.setdefault(name, value)
    if request.path.startswith("/api/"):
        response.headers.update(api_headers(stands_in()))
    return response


def _answer(status: int, code: str, **details: str | int) -> Response:
    """Return a no in the form its door speaks: JSON for clients, a page for people."""
    sentence = say(code, **details)
    if outcomes.is_asked(request.path):
        return outcomes.refusal(status=status, code=code, sentence=sentence)
    if request.path.startswith("/api/"):
        return make_response(jsonify(code=code, message=sentence, details=details), status)
    page = render_template("miniapp/refusal.html", sentence=sentence)
    return make_response(page, status)


def _refused(refusal: Refusal) -> Response:
    return _answer(refusal.status, refusal.code, **refusal.details)


def _unavailable(unavailable: Unavailable) -> Response:
    logger.warning("platform unavailable", extra={"code": unavailable.code})
    return _answer(503, "core.unavailable")


def _unstorable(error: sa.exc.DataError) -> Response:
    """Answer a value that no column can hold (a zero byte, say): whoever sent it was wrong."""
    logger.warning("value not storable", exc_info=error)
    return _answer(400, BadRequest.code)


def _away(error: sa.exc.SQLAlchemyError) -> Response:
    logger.error("database away", exc_info=error)
    return _answer(503, "core.unavailable")


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status >= 500:
        logger.error("defect", exc_info=getattr(error, "original_exception", error))
        return _answer(status, "core.defect")
    answer = _answer(status, SENTENCES.get(status, "core.bad_request"))
    if (allowed := getattr(error, "valid_methods", None)) is not None:
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


def _malformed(error: HTTPError) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Answer what a client sent in another shape; nothing of what it sent is repeated."""
    code = SignInNeeded.code if error.status_code == 401 else "core.bad_request"
    body = {"code": code, "message": say(code), "details": {}}
    return body, error.status_code, {}


application = Flask("yunyu")
"""Where `flask --app app care ...` finds its commands; they need neither settings nor database."""
application.cli.add_command(care)
