"""The console put together: its rooms' pages, behind one guard."""

from flask import Blueprint, g, render_template

from accounts.rules import Act, may
from console import (
    articles,
    articles_figures,
    births,
    care_rules,
    cases,
    children,
    claims,
    clinics,
    clinics_conflicts,
    clinics_days,
    clinics_doctors,
    clinics_rules,
    clinics_week,
    csrf,
    datings,
    desk,
    desk_appeals,
    desk_calendar,
    desk_callers,
    desk_closing,
    desk_entering,
    desk_figures,
    desk_paper,
    desk_visits,
    desk_waiting,
    doubled,
    editions,
    families,
    guard,
    handbook,
    headers,
    his,
    home,
    inbox,
    journey,
    judging,
    lives,
    losses,
    pack,
    planning,
    records,
    reminders,
    reminders_family,
    reminders_learning,
    reminders_stops,
    reminders_unreached,
    reminders_wordings,
    risk,
    risk_files,
    roster,
    schedules,
    screen,
    sign_in,
    tasks,
    worklist,
)
from core.errors import Refusal
from core.words import say

blueprint = Blueprint(
    "console",
    __name__,
    url_prefix="/console",
    template_folder="templates",
    static_folder="static",
)
ROOMS = (
    sign_in, home, articles, articles_figures, inbox, families, losses, handbook, schedules, roster,
    lives, records, births, children, datings, editions, risk, judging, risk_files, cases, worklist,
    tasks, doubled, care_rules, claims, planning, journey,
    clinics, clinics_conflicts, clinics_days, clinics_doctors, clinics_rules, clinics_week,
    his, desk, desk_appeals, desk_calendar, desk_callers, desk_closing, desk_entering, desk_figures,
    desk_paper, desk_visits, desk_waiting, pack, screen,
    reminders, reminders_family, reminders_learning, reminders_stops, reminders_unreached,
    reminders_wordings,
)  # fmt: skip
for room in ROOMS:
    blueprint.register_blueprint(room.blueprint)

blueprint.before_request(guard.let_in)
blueprint.before_request(csrf.check)
blueprint.after_request(headers.dress)


@blueprint.context_processor
def who_is_asking() -> dict[str, object]:
    """Give every template the member of staff: name, title, what they may do, and the mark.

    With them what is switched off by now (`stopped`, asked by the pages that say so).
    """
    staff = g.get("staff")
    if staff is None:
        return {"me": None}
    allowed = {act.value for act in Act if may(staff.roles, act)}
    me = {"name": staff.name, "title": staff.title, "may": allowed, "csrf": csrf.mark(g.token)}
    return {"me": me, "stopped": reminders_stops.stopped}


@blueprint.errorhandler(Refusal)
def refuse(refusal: Refusal) -> tuple[str, int]:
    """Answer a refusal with a page that says why, in Chinese."""
    page = render_template("console/refusal.html", sentence=say(refusal.code, **refusal.details))
    return page, refusal.status
