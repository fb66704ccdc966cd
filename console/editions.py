"""Moving a pregnancy or a child to another edition: what would change is shown first."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.rules import Act
from console.family_frame import frame, subject_in
from console.guard import actor, check_member_may, house
from console.presenters.records import item_name
from core.errors import NotFound
from handbook.actions_editions import move_edition
from handbook.care.layers import Difference
from handbook.care.schedule import load
from handbook.editions import EditionChange, edition_change, editions_for
from handbook.models import Pregnancy
from handbook.ranges import Subject

blueprint = Blueprint(
    "editions", __name__, url_prefix="/families/<family_id>/lives/<subject_id>/edition"
)  # fmt: skip

DIFFERENCES: Mapping[Difference, str] = {
    Difference.ADDED: "新增",
    Difference.REMOVED: "不再有",
    Difference.MOVED: "时间改变",
    Difference.REWORDED: "说明改变",
}


@dataclass(frozen=True)
class Changed:
    """One item that would change."""

    name: str
    kind: str
    label: str


@blueprint.before_request
def check_may_record() -> None:
    """Pass only those who write into records."""
    check_member_may(Act.RECORD_LIFE)


@blueprint.get("/")
def ask(family_id: str, subject_id: str) -> str:
    """Show the editions there are, and what would change with the one that was chosen."""
    now, chosen = house().clock.now(), request.args.get("to", "")
    with house().database.transaction() as session:
        subject = subject_in(session, family_id=family_id, subject_id=subject_id)
        framed = frame(session, family_id=family_id, here=subject_id, now=now)
    whose = Subject.PREGNANCY if isinstance(subject, Pregnancy) else Subject.CHILD
    keys = [key for key in editions_for(whose) if key != subject.schedule]
    if chosen not in ("", *keys):
        raise NotFound
    change = edition_change(subject=whose, old=subject.schedule, new=chosen) if chosen else None
    return render_template(
        "console/edition.html",
        frame=framed,
        subject_id=subject_id,
        current=load(subject.schedule).title,
        editions=[(key, load(key).title) for key in keys],
        chosen=chosen,
        mark_of_changes=change.mark if change else "",
        lines=_lines(change) if change else [],
    )


@blueprint.post("/")
def move(family_id: str, subject_id: str) -> Response:
    """Move to the edition whose differences were shown."""
    with house().database.transaction() as session:
        move_edition(
            session,
            subject=subject_in(session, family_id=family_id, subject_id=subject_id),
            edition=request.form.get("edition", ""),
            shown=request.form.get("mark", ""),
            actor=actor(),
            now=house().clock.now(),
        )
    address = url_for("console.lives.page", family_id=family_id, subject_id=subject_id)
    return redirect(address, 303)


def _lines(change: EditionChange) -> list[Changed]:
    old, new = load(change.old), load(change.new)
    return [
        Changed(
            item_name(old if difference is Difference.REMOVED else new, key),
            difference.value,
            DIFFERENCES[difference],
        )
        for key, difference in change.differences
    ]
