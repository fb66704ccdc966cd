"""A hospital's own words for its reminders: written, seen on a phone, approved by a colleague."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.queries import staff_by_ids
from accounts.rules import Act
from console.errors import NothingChanged
from console.guard import check_member_may, house, member
from console.presenters import reminders_wordings as presenters
from console.presenters.reminders import kind_name
from console.typed import NOTHING, Refused
from core.db import Session
from core.errors import NotFound, Refusal
from scheduler import wordings
from scheduler.errors import BadWording
from scheduler.models_wishes import Wording, WordingState
from scheduler.speech.documents import Rule, check_pieces
from scheduler.speech.editions import current

blueprint = Blueprint("reminders_wordings", __name__, url_prefix="/reminders/wordings")

EDIT = "edit"
LONGEST_PIECE = 200
Answer = Response | tuple[str, int]


@dataclass(frozen=True)
class RulePage:
    """What the page of a rule shows: its words, how a phone shows them, and what was written."""

    key: str
    kind: str
    why: str
    pieces: list[tuple[str, str, str]]
    fields: list[presenters.FieldLine]
    written: list[presenters.WordingLine]
    cards: list[presenters.Card]


@blueprint.before_request
def check_may_write() -> None:
    """Pass only those who write for families."""
    check_member_may(Act.WRITE_ARTICLES)


@blueprint.get("/")
def board() -> str:
    """Show all rules of speaking with the words that are in force."""
    rules = {key: one.rule for key, one in current().rules.items()}
    with house().database.transaction() as session:
        written = wordings.wordings_of(session, hospital_id=member().hospital_id)
    return render_template(
        "console/reminders/wordings.html", groups=presenters.rule_lines(rules, written)
    )


@blueprint.get("/<rule_key>/")
def page(rule_key: str) -> tuple[str, int]:
    """Show the words of a rule, to be reworded."""
    return _page(_rule(rule_key), {}, refused=NOTHING)


@blueprint.post("/<rule_key>/preview")
def preview(rule_key: str) -> tuple[str, int]:
    """Show on a phone what is typed; nothing is kept."""
    rule = _rule(rule_key)
    try:
        typed = _typed(rule)
        _check(rule, typed)
    except BadWording as refusal:
        return _page(rule, {}, refused=Refused.of(EDIT, refusal))
    return _page(rule, typed, refused=NOTHING)


@blueprint.post("/<rule_key>/")
def write(rule_key: str) -> Answer:
    """Keep what is typed as a draft."""
    rule = _rule(rule_key)
    try:
        typed = _typed(rule)
        if not typed:
            raise NothingChanged
        with house().database.transaction() as session:
            wording = wordings.write(
                session, staff=member(), rule=rule.key, pieces=typed, now=house().clock.now()
            )
    except Refusal as refusal:
        return _page(rule, {}, refused=Refused.of(EDIT, refusal))
    return redirect(_address(wording), 303)


@blueprint.get("/<rule_key>/<wording_id>/")
def wording(rule_key: str, wording_id: str) -> str:
    """Show words somebody wrote as a phone shows them, and what may be done with them."""
    rule = _rule(rule_key)
    with house().database.transaction() as session:
        found = _wording(session, rule, wording_id)
        staff = staff_by_ids(session, filter(None, [found.written_by, found.reviewed_by]))
    pieces = [
        (presenters.PIECES[piece], rule.words.get(piece, ""), text)
        for piece, text in found.pieces.items()
    ]
    return render_template(
        "console/reminders/wording.html", rule=rule, kind=kind_name(rule.kind), pieces=pieces,
        line=presenters.wording_line(found, staff=staff), state=found.state.value,
        is_own=found.written_by == member().id,
        cards=presenters.cards(rule, found.pieces, keys=current().layouts[rule.layout]),
    )  # fmt: skip


@blueprint.post("/<rule_key>/<wording_id>/submission")
def submit(rule_key: str, wording_id: str) -> Response:
    """Ask a colleague to look at words."""
    return _step(wordings.submit, rule_key, wording_id)


@blueprint.post("/<rule_key>/<wording_id>/approval")
def approve(rule_key: str, wording_id: str) -> Response:
    """Put a colleague's words in force."""
    check_member_may(Act.REVIEW_ARTICLES)
    return _step(wordings.approve, rule_key, wording_id)


@blueprint.post("/<rule_key>/<wording_id>/admission")
def admit(rule_key: str, wording_id: str) -> Response:
    """Let a colleague's words be tried by lot."""
    check_member_may(Act.REVIEW_ARTICLES)
    return _step(wordings.admit, rule_key, wording_id)


@blueprint.post("/<rule_key>/<wording_id>/declining")
def decline(rule_key: str, wording_id: str) -> Response:
    """Send a colleague's words back."""
    check_member_may(Act.REVIEW_ARTICLES)
    return _step(wordings.decline, rule_key, wording_id)


@blueprint.post("/<rule_key>/<wording_id>/retirement")
def retire(rule_key: str, wording_id: str) -> Response:
    """Go back to the words every hospital begins with."""
    return _step(wordings.retire, rule_key, wording_id)


def _step(act: Callable[..., Wording], rule_key: str, wording_id: str) -> Response:
    rule = _rule(rule_key)
    with house().database.transaction() as session:
        _wording(session, rule, wording_id)
        act(session, staff=member(), wording_id=wording_id, now=house().clock.now())
    return redirect(
        url_for(
            "console.reminders_wordings.wording", rule_key=rule.key, wording_id=wording_id
        ),
        303,
    )  # fmt: skip


def _address(wording: Wording) -> str:
    return url_for(
        "console.reminders_wordings.wording", rule_key=wording.rule, wording_id=wording.id
    )


def _rule(key: str) -> Rule:
    """Return a rule that is spoken.

    Raises:
        NotFound: nobody speaks by such a rule.
    """
    rule = current().rule(key)
    if rule is None:
        raise NotFound
    return rule


def _wording(session: Session, rule: Rule, wording_id: str) -> Wording:
    """Return words of this hospital for a rule.

    Raises:
        NotFound: there are none.
    """
    written = wordings.wordings_of(session, hospital_id=member().hospital_id)
    for one in written:
        if (one.id, one.rule) == (wording_id, rule.key):
            return one
    raise NotFound


def _typed(rule: Rule) -> dict[str, str]:
    """Return what was typed otherwise than the rule has it; what is empty stays as it was."""
    typed = {
        piece: request.form.get(piece, "").strip()[:LONGEST_PIECE] for piece in rule.words
    }  # fmt: skip
    return {piece: text for piece, text in typed.items() if text and text != rule.words[piece]}


def _check(rule: Rule, pieces: dict[str, str]) -> None:
    try:
        check_pieces(rule.step, pieces)
    except ValueError as unreadable:
        raise BadWording from unreadable


def _page(rule: Rule, typed: dict[str, str], *, refused: Refused) -> tuple[str, int]:
    with house().database.transaction() as session:
        every = wordings.wordings_of(session, hospital_id=member().hospital_id)
        written = [one for one in every if one.rule == rule.key]
        ids = {one.written_by for one in written} | {one.reviewed_by or "" for one in written}
        staff = staff_by_ids(session, ids)
    in_force = next((one for one in written if one.state is WordingState.APPROVED), None)
    pieces = typed or (in_force.pieces if in_force else {})
    words = {**rule.words, **pieces}
    shown = RulePage(
        key=rule.key,
        kind=kind_name(rule.kind),
        why=rule.why_now,
        pieces=[
            (piece, label, refused.value(EDIT, piece, words[piece]))
            for piece, label in presenters.PIECES.items()
            if piece in words
        ],
        fields=presenters.field_lines(rule),
        written=[presenters.wording_line(one, staff=staff) for one in written],
        cards=presenters.cards(rule, pieces, keys=current().layouts[rule.layout]),
    )
    page = render_template(
        "console/reminders/rule.html", shown=shown, refused=refused, longest=LONGEST_PIECE,
        is_preview=bool(typed),
    )  # fmt: skip
    return page, refused.status
