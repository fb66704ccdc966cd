"""Wordings tried by lot: which are, how often each is drawn, who came, and the switch."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from accounts.rules import Act, may
from console.guard import check_member_may, house, member
from console.presenters import reminders_learning as presenters
from console.reminders_frame import READING
from core.db import Session
from core.errors import Forbidden
from scheduler import learning
from scheduler.speech.editions import current

blueprint = Blueprint("reminders_learning", __name__, url_prefix="/reminders/learning")


@blueprint.before_request
def check_may_open() -> None:
    """Pass who sees how reminders go, and who writes them.

    Raises:
        Forbidden: no role of theirs allows it.
    """
    if not any(may(member().roles, act) for act in (*READING, Act.WRITE_ARTICLES)):
        raise Forbidden


@blueprint.get("/")
def page() -> str:
    """Show what each trial has shown, with how sure that is."""
    with house().database.transaction() as session:
        settled = learning.learning_in(session, hospital_id=member().hospital_id)
        results = [_result(session, key) for key in learning.rules_that_learn()]
    return render_template("console/reminders/learning.html", results=results, learning=settled)


@blueprint.post("/on")
def switch_on() -> Response:
    """Draw wordings where several are tried."""
    return _switch(learning.switch_on)


@blueprint.post("/off")
def switch_off() -> Response:
    """Give everybody the words in force."""
    return _switch(learning.switch_off)


def _switch(act: Callable[..., None]) -> Response:
    check_member_may(Act.SWITCH_REMINDERS)
    with house().database.transaction() as session:
        act(session, staff=member(), now=house().clock.now())
    return redirect(url_for("console.reminders_learning.page"), 303)


def _result(session: Session, key: str) -> presenters.RuleResult:
    hospital_id, now = member().hospital_id, house().clock.now()
    lot = learning.lot_of(session, hospital_id=hospital_id, rule=key)
    return presenters.rule_result(
        current().rules[key].rule,
        learning.pool_of(session, hospital_id=hospital_id, rule=key),
        learning.seen_of(session, hospital_id=hospital_id, rule=key, now=now),
        shares={} if lot is None else lot.shares,
        learning=learning.learning_in(session, hospital_id=hospital_id),
    )
