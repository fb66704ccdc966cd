"""Pages of phones: the H5 client, silent sign-in from the OA, and what is read without script."""

import re
import secrets
from pathlib import Path
from urllib.parse import quote

from flask import (
    Blueprint,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    send_from_directory,
)
from werkzeug import Response

from accounts import actions, sign_in
from accounts.models import Purpose
from accounts.notices import notice
from accounts.queries import hospital_of_account
from accounts.rules import PERSON_LONGEST
from content import queries
from core.clock import beijing_date
from core.dates import long_day
from miniapp.content import source_line
from miniapp.guard import COOKIE, house, login
from wechat.errors import CodeRejected, SnapshotVisitor

H5 = Path(__file__).resolve().parent.parent / "client" / "dist" / "build" / "h5"
STATE_COOKIE = "yunyu_enter"
STATE_SECONDS = 600
PAGE = re.compile(r"/pages/[a-z]+/[a-z]+(\?[\w=&-]{0,200})?")
"""The pages of the client that a link may open, so that `to` cannot lead elsewhere."""

HOME = "/pages/home/index"

pages = Blueprint(
    "pages", __name__, template_folder="templates", static_folder="static",
    static_url_path="/pages-static",
)  # fmt: skip


@pages.get("/m/")
@pages.get("/m/<path:name>")
def client(name: str = "index.html") -> Response:
    """Serve the H5 client; until its build is ready, a page that tries again."""
    if not (H5 / "index.html").exists():
        return make_response(render_template("miniapp/building.html"), 503)
    answer = send_from_directory(H5, name)
    if name == "index.html":
        answer.headers["Cache-Control"] = "no-cache"
    return answer


@pages.get("/m/enter")
def enter() -> Response:
    """Begin the silent sign-in of the Official Account; it comes back to `welcome`."""
    state = secrets.token_urlsafe(16)
    base = house().settings.base_url
    answer = redirect(login().oauth_url(f"{base}/m/welcome?to={quote(_wished())}", state), code=303)
    answer.set_cookie(
        STATE_COOKIE, state, max_age=STATE_SECONDS, httponly=True, samesite="Lax",
        secure=house().settings.is_https, path="/m/",
    )  # fmt: skip
    return answer


@pages.get("/m/welcome")
def welcome() -> Response:
    """End the silent sign-in: take the code, remember who it is, open the page she wanted."""
    state = request.cookies.get(STATE_COOKIE, "")
    given = request.args.get("state", "")
    if not state or not secrets.compare_digest(state.encode(), given.encode()):
        return make_response(render_template("miniapp/again.html", to=_wished()), 403)
    try:
        identity = login().openid_of_oauth_code(request.args.get("code", ""))
    except (CodeRejected, SnapshotVisitor):
        return make_response(render_template("miniapp/again.html", to=_wished()), 403)
    settings, now = house().settings, house().clock.now()
    with house().database.transaction() as session:
        person = actions.meet(
            session, hospital=hospital_of_account(session, appid=settings.oa_appid),
            appid=settings.oa_appid, openid=identity.openid, unionid=identity.unionid or None,
            now=now,
        )  # fmt: skip
        token = sign_in.sign_in_person(session, person_id=person.id, now=now)
    answer = redirect(f"/m/#{_wished()}", code=303)
    answer.delete_cookie(STATE_COOKIE, path="/m/")
    answer.set_cookie(
        COOKIE, token, max_age=int(PERSON_LONGEST.total_seconds()), httponly=True,
        samesite="Lax", secure=settings.is_https, path="/",
    )  # fmt: skip
    return answer


@pages.get("/a/<article_id>")
def article(article_id: str) -> str:
    """Show an article to anybody who has its link; plain HTML, no script."""
    with house().database.transaction() as session:
        hospital = hospital_of_account(session, appid=house().settings.oa_appid)
        shown = queries.published(session, hospital_id=hospital.id, article_id=article_id)
    return render_template(
        "miniapp/article.html",
        article=shown,
        hospital=hospital,
        reviewed_day=long_day(shown.reviewed_day),
        published_day=long_day(beijing_date(shown.published_at)),
        sources=[source_line(source) for source in shown.sources],
    )


@pages.get("/notices/<purpose>")
def show_notice(purpose: str) -> str:
    """Show the notice in force for a purpose."""
    if purpose not in set(Purpose):
        abort(404)
    return render_template("miniapp/notice.html", notice=notice(Purpose(purpose)))


def _wished() -> str:
    to = request.args.get("to", HOME)
    return to if PAGE.fullmatch(to) else HOME
