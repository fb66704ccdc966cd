"""Screening with the region's form, and a clinician's assessment: the software proposes nothing."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.rules import Act
from console import typed
from console.family_frame import RISK, frame, pregnancy_of_family
from console.guard import check_member_may, house, member
from console.presenters import risk as presenters
from console.typed import NOTHING, Refused
from core.clock import beijing_date
from core.errors import BadRequest, NotFound, Refusal
from handbook.risk.actions import Judgement, Screening, assess, screen
from handbook.risk.colours import Colour
from handbook.risk.forms import CURRENT_FORM, FORM_KEYS, form
from handbook.risk.tables import CURRENT_TABLE, TABLE_KEYS, table

blueprint = Blueprint("judging", __name__, url_prefix="/families/<family_id>/risk/<pregnancy_id>")

SCREENING, ASSESSMENT = "screening", "assessment"
Answer = Response | tuple[str, int]


@blueprint.before_request
def check_may_record() -> None:
    """Pass only those who write about risks."""
    check_member_may(Act.RECORD_LIFE)


@blueprint.get("/screening")
def ask_screening(family_id: str, pregnancy_id: str) -> tuple[str, int]:
    """Show the form of the region, empty."""
    return _screening_page(family_id, pregnancy_id, refused=NOTHING)


@blueprint.post("/screening")
def record_screening(family_id: str, pregnancy_id: str) -> Answer:
    """Write down a screening; a positive one puts the referral on the worklist."""
    try:
        answers, day = frozenset(request.form.getlist("answer")), typed.day()
        with house().database.transaction() as session:
            pregnancy_of_family(session, family_id=family_id, pregnancy_id=pregnancy_id)
            screening = Screening(pregnancy_id, request.form.get("form", ""), answers, day)
            screen(session, staff=member(), screening=screening, now=house().clock.now())
    except NotFound:
        raise
    except Refusal as refusal:
        refused = Refused.of(SCREENING, refusal)
        return _screening_page(family_id, pregnancy_id, refused=refused)
    return _to(family_id, pregnancy_id)


@blueprint.get("/assessment")
def ask_assessment(family_id: str, pregnancy_id: str) -> tuple[str, int]:
    """Show the table of the region, nothing ticked."""
    check_member_may(Act.ASSESS_RISK)
    return _assessment_page(family_id, pregnancy_id, refused=NOTHING)


@blueprint.post("/assessment")
def record_assessment(family_id: str, pregnancy_id: str) -> Answer:
    """Write down a clinician's assessment beside the earlier ones."""
    check_member_may(Act.ASSESS_RISK)
    try:
        judgement = _judgement(pregnancy_id)
        with house().database.transaction() as session:
            pregnancy_of_family(session, family_id=family_id, pregnancy_id=pregnancy_id)
            assess(session, staff=member(), judgement=judgement, now=house().clock.now())
    except NotFound:
        raise
    except Refusal as refusal:
        refused = Refused.of(ASSESSMENT, refusal)
        return _assessment_page(family_id, pregnancy_id, refused=refused)
    return _to(family_id, pregnancy_id)


def _judgement(pregnancy_id: str) -> Judgement:
    """Return what was ticked.

    Raises:
        BadRequest: a colour that there is not.
        BadDay: no day.
    """
    colours = request.form.getlist("colour")
    if not set(colours) <= set(Colour):
        raise BadRequest
    return Judgement(
        pregnancy_id=pregnancy_id,
        table=request.form.get("table", ""),
        colours=frozenset(Colour(each) for each in colours),
        findings=frozenset(request.form.getlist("finding")),
        day=typed.day(),
    )


def _screening_page(family_id: str, pregnancy_id: str, *, refused: Refused) -> tuple[str, int]:
    chosen = request.values.get("form", CURRENT_FORM)
    shown = form(chosen if chosen in FORM_KEYS else CURRENT_FORM)
    return _page(
        "console/screening.html", family_id, pregnancy_id, refused=refused,
        shown={"form": shown, "ticked": set(request.form.getlist("answer"))},
    )  # fmt: skip


def _assessment_page(family_id: str, pregnancy_id: str, *, refused: Refused) -> tuple[str, int]:
    chosen = request.values.get("table", CURRENT_TABLE)
    shown = table(chosen if chosen in TABLE_KEYS else CURRENT_TABLE)
    ticked = {*request.form.getlist("finding"), *request.form.getlist("colour")}
    groups = presenters.colour_groups(shown)
    return _page(
        "console/assessment.html", family_id, pregnancy_id, refused=refused,
        shown={"table": shown, "groups": groups, "ticked": ticked},
    )  # fmt: skip


def _page(
    template: str,
    family_id: str,
    pregnancy_id: str,
    *,
    refused: Refused,
    shown: Mapping[str, object],
) -> tuple[str, int]:
    now = house().clock.now()
    with house().database.transaction() as session:
        pregnancy_of_family(session, family_id=family_id, pregnancy_id=pregnancy_id)
        framed = frame(session, family_id=family_id, here=RISK, now=now)
    page = render_template(
        template, frame=framed, pregnancy_id=pregnancy_id, refused=refused,
        today=beijing_date(now).isoformat(), **shown,
    )  # fmt: skip
    return page, refused.status


def _to(family_id: str, pregnancy_id: str) -> Response:
    address = url_for("console.risk.page", family_id=family_id, pregnancy_id=pregnancy_id)
    return redirect(address, 303)
