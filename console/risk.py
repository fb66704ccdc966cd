"""The risk of a pregnancy: screened with a form, judged by clinicians, referred, managed.

Nothing here knows of purple or of what a screening found: that is the clinical file, `risk_files`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.models import Staff
from accounts.queries import staff_by_ids
from accounts.rules import Act
from console import typed
from console.errors import NothingChosen
from console.family_frame import RISK, frame, pregnancy_of_family
from console.guard import check_member_may, house, member
from console.presenters import risk as presenters
from console.presenters.pregnancies import pregnancy_page
from console.presenters.worklist import TaskLine, task_line
from console.typed import NOTHING, Refused
from core.clock import beijing_date
from core.db import Session
from core.errors import NotFound, Refusal
from handbook.follow_up.queries import Filters, worklist
from handbook.models import Pregnancy
from handbook.risk import cases as case_actions
from handbook.risk.queries import (
    assessments_of,
    cases,
    referrals_of,
    screenings_of,
    steps_of_case,
    steps_of_referral,
)
from handbook.risk.referrals import Wish, move_referral, refer
from handbook.risk.rules import CaseStep, Direction, ReferralStep

blueprint = Blueprint("risk", __name__, url_prefix="/families/<family_id>/risk/<pregnancy_id>")

REFERRAL = "referral"
Answer = Response | tuple[str, int]


@dataclass(frozen=True)
class RiskPage:
    """All that the page shows."""

    assessed: list[presenters.AssessedLine]
    screened: list[presenters.ScreenedLine]
    cases: list[presenters.LifeLine]
    referrals: list[presenters.LifeLine]
    tasks: list[TaskLine]


@blueprint.before_request
def check_may_record() -> None:
    """Pass only those who write about risks."""
    check_member_may(Act.RECORD_LIFE)


@blueprint.get("/")
def page(family_id: str, pregnancy_id: str) -> tuple[str, int]:
    """Show a pregnancy's risk; that the family was read is written down."""
    return _page(family_id, pregnancy_id, refused=NOTHING)


@blueprint.post("/referrals")
def send(family_id: str, pregnancy_id: str) -> Answer:
    """Send a referral; its answer goes on the worklist."""
    try:
        with house().database.transaction() as session:
            pregnancy_of_family(session, family_id=family_id, pregnancy_id=pregnancy_id)
            wish = Wish(pregnancy_id, _direction(), typed.line("institution"), typed.note("reason"))
            refer(session, staff=member(), wish=wish, now=house().clock.now())
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(family_id, pregnancy_id, refused=Refused.of(REFERRAL, refusal))
    return _to(family_id, pregnancy_id)


@blueprint.post("/referrals/<referral_id>")
def step_referral(family_id: str, pregnancy_id: str, referral_id: str) -> Answer:
    """Take a referral one step on."""
    try:
        with house().database.transaction() as session:
            _check_referral(session, family_id, pregnancy_id, referral_id)
            step = _chosen(set(ReferralStep))
            move_referral(
                session, staff=member(), referral_id=referral_id, step=ReferralStep(step),
                note=typed.note(), now=house().clock.now(),
            )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(family_id, pregnancy_id, refused=Refused.of(referral_id, refusal))
    return _to(family_id, pregnancy_id)


@blueprint.post("/cases/<case_id>")
def step_case(family_id: str, pregnancy_id: str, case_id: str) -> Answer:
    """Take a case one step on."""
    try:
        with house().database.transaction() as session:
            pregnancy_of_family(session, family_id=family_id, pregnancy_id=pregnancy_id)
            _check_case(session, pregnancy_id, case_id)
            step = _chosen(set(CaseStep))
            case_actions.move_case(
                session, staff=member(), case_id=case_id, step=CaseStep(step),
                note=typed.note(), now=house().clock.now(),
            )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(family_id, pregnancy_id, refused=Refused.of(case_id, refusal))
    return _to(family_id, pregnancy_id)


def _direction() -> Direction:
    return Direction(_chosen(set(Direction), name="direction"))


def _chosen(offered: set[str] | set[CaseStep] | set[ReferralStep] | set[Direction], *,
            name: str = "step") -> str:  # fmt: skip
    """Return what was chosen of what is offered.

    Raises:
        NothingChosen: nothing was.
    """
    value = request.form.get(name, "")
    if value not in offered:
        raise NothingChosen
    return value


def _page(family_id: str, pregnancy_id: str, *, refused: Refused) -> tuple[str, int]:
    now = house().clock.now()
    with house().database.transaction() as session:
        pregnancy = pregnancy_of_family(session, family_id=family_id, pregnancy_id=pregnancy_id)
        framed = frame(session, family_id=family_id, here=RISK, now=now)
        shown = _shown(session, pregnancy, now=now)
    page = render_template(
        "console/risk.html",
        frame=framed,
        pregnancy=pregnancy_page(pregnancy, today=beijing_date(now)),
        risk=shown,
        directions=[(each.value, label) for each, label in presenters.DIRECTIONS.items()],
        refused=refused,
    )
    return page, refused.status


def _shown(session: Session, pregnancy: Pregnancy, *, now: datetime) -> RiskPage:
    hospital_id, pregnancy_id = member().hospital_id, pregnancy.id
    assessed = assessments_of(session, pregnancy_id=pregnancy_id, hospital_id=hospital_id)
    screened = screenings_of(session, pregnancy_id=pregnancy_id, hospital_id=hospital_id)
    filters = Filters(family_id=pregnancy.family_id)
    tasks = worklist(session, hospital_id=hospital_id, filters=filters)
    return RiskPage(
        assessed=presenters.assessed_lines(
            assessed, staff=staff_by_ids(session, (one.made_by for one in assessed))
        ),
        screened=presenters.screened_lines(screened),
        cases=_case_lives(session, pregnancy_id),
        referrals=_referral_lives(session, pregnancy_id, now=now),
        tasks=[task_line(row, now=now) for row in tasks if row.task.pregnancy_id == pregnancy_id],
    )


def _case_lives(session: Session, pregnancy_id: str) -> list[presenters.LifeLine]:
    found = []
    for row in cases(session, staff=member()):
        if row.case.pregnancy_id != pregnancy_id:
            continue
        steps = steps_of_case(session, staff=member(), case_id=row.case.id)
        found.append(presenters.case_life(row.case, steps=steps, staff=_makers(session, steps)))
    return found


def _referral_lives(
    session: Session, pregnancy_id: str, *, now: datetime
) -> list[presenters.LifeLine]:
    hospital_id, found = member().hospital_id, []
    for one in referrals_of(session, pregnancy_id=pregnancy_id, hospital_id=hospital_id):
        steps = steps_of_referral(session, referral_id=one.id, hospital_id=hospital_id)
        staff = _makers(session, steps)
        found.append(presenters.referral_life(one, steps=steps, staff=staff, now=now))
    return found


def _makers(session: Session, steps: presenters.Steps) -> Mapping[str, Staff]:
    return staff_by_ids(session, (one.made_by for one in steps))


def _check_referral(session: Session, family_id: str, pregnancy_id: str, referral_id: str) -> None:
    """Pass if a referral is one of this pregnancy of this family.

    Raises:
        NotFound: it is not.
    """
    pregnancy_of_family(session, family_id=family_id, pregnancy_id=pregnancy_id)
    hospital_id = member().hospital_id
    found = referrals_of(session, pregnancy_id=pregnancy_id, hospital_id=hospital_id)
    if referral_id not in {one.id for one in found}:
        raise NotFound


def _check_case(session: Session, pregnancy_id: str, case_id: str) -> None:
    """Pass if a case is that of this pregnancy, and she may know of it.

    Raises:
        NotFound: it is not.
    """
    found = {row.case.id: row.case.pregnancy_id for row in cases(session, staff=member())}
    if found.get(case_id) != pregnancy_id:
        raise NotFound


def _to(family_id: str, pregnancy_id: str) -> Response:
    address = url_for("console.risk.page", family_id=family_id, pregnancy_id=pregnancy_id)
    return redirect(address, 303)
