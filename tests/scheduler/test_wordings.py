"""A hospital's own words: checked, approved by a colleague, fitted, and then spoken."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from core.db import Session
from core.errors import NotFound
from scheduler import queries, wordings
from scheduler.errors import BadPolicy, BadWording, NotThisStep, OwnWording, UnknownRule
from scheduler.letters.composing import cuts
from scheduler.models import Channel, Letter
from scheduler.models_channels import ChannelTemplate
from scheduler.models_wishes import SpeechPolicy, Wording, WordingState
from tests import world
from tests.scheduler.conftest import Beat
from tests.scheduler.due import DUE, PLAN_AND_SEND
from tests.world import NOW
from wechat.messages import FakeMessenger

PIECES = {"note": "{preparation}，三楼见"}


def written(session: Session, cast: world.Cast, pieces: dict[str, str] = PIECES) -> Wording:
    return wordings.write(session, staff=cast.author, rule="day_before", pieces=pieces, now=NOW)


def approved(session: Session, cast: world.Cast, pieces: dict[str, str] = PIECES) -> Wording:
    wording = written(session, cast, pieces)
    wordings.submit(session, staff=cast.author, wording_id=wording.id, now=NOW)
    return wordings.approve(session, staff=cast.reviewer, wording_id=wording.id, now=NOW)


@pytest.mark.usefixtures("due")
def test_approved_words_are_spoken_and_the_rest_stays_as_it_was(
    session: Session, cast: world.Cast, beat: Beat, messenger: FakeMessenger,
    letters: Callable[[], list[Letter]],
) -> None:  # fmt: skip
    wording = approved(session, cast)

    beat(*PLAN_AND_SEND)

    (letter,) = messenger.sent
    assert letter.values["thing4"] == "请带好母子健康手册，三楼见"
    assert letter.values["thing1"] == "产前检查"
    (carried,) = queries.said(session, person_id=cast.mother.id, hospital_id=cast.hospital.id)
    why = queries.reasons(session, person_id=cast.mother.id, reminder_id=carried.reminders[0].id)
    assert why.wording is not None
    assert (why.wording.id, why.wording.reviewed_by) == (wording.id, cast.reviewer.id)
    assert why.spoken is not None
    assert why.spoken.rule.key == "day_before"


@pytest.mark.usefixtures("due")
def test_words_that_nobody_approved_are_not_spoken(
    session: Session, cast: world.Cast, beat: Beat, messenger: FakeMessenger
) -> None:
    wording = written(session, cast)
    wordings.submit(session, staff=cast.author, wording_id=wording.id, now=NOW)

    beat(*PLAN_AND_SEND)

    assert messenger.sent[0].values["thing4"] == "请带好母子健康手册"


def test_newer_words_retire_older_ones_and_one_may_go_back(
    session: Session, cast: world.Cast
) -> None:
    first, second = approved(session, cast), approved(session, cast, {"note": "新的"})
    session.expire_all()
    found = wordings.wordings_of(session, hospital_id=cast.hospital.id)
    states = {one.id: one.state for one in found}

    wordings.retire(session, staff=cast.author, wording_id=second.id, now=NOW)

    assert states == {first.id: WordingState.RETIRED, second.id: WordingState.APPROVED}
    assert (first.state, second.state) == (WordingState.RETIRED, WordingState.RETIRED)


def test_nobody_approves_or_declines_her_own_words(session: Session, cast: world.Cast) -> None:
    wording = written(session, cast)
    wordings.submit(session, staff=cast.author, wording_id=wording.id, now=NOW)

    with pytest.raises(OwnWording):
        wordings.approve(session, staff=cast.author, wording_id=wording.id, now=NOW)
    with pytest.raises(OwnWording):
        wordings.decline(session, staff=cast.author, wording_id=wording.id, now=NOW)


def test_a_draft_is_looked_at_before_it_is_approved(session: Session, cast: world.Cast) -> None:
    wording = written(session, cast)

    with pytest.raises(NotThisStep):
        wordings.approve(session, staff=cast.reviewer, wording_id=wording.id, now=NOW)


def test_declined_words_are_not_taken_up_again(session: Session, cast: world.Cast) -> None:
    wording = written(session, cast)
    wordings.submit(session, staff=cast.author, wording_id=wording.id, now=NOW)

    wordings.decline(session, staff=cast.reviewer, wording_id=wording.id, now=NOW)

    with pytest.raises(NotThisStep):
        wordings.submit(session, staff=cast.author, wording_id=wording.id, now=NOW)


def test_words_of_another_hospital_are_not_found(session: Session, cast: world.Cast) -> None:
    wording = written(session, cast)

    with pytest.raises(NotFound):
        wordings.submit(session, staff=cast.stranger, wording_id=wording.id, now=NOW)


def test_words_that_cannot_be_filled_are_refused(session: Session, cast: world.Cast) -> None:
    with pytest.raises(BadWording):
        written(session, cast, {"note": "{risk}"})
    with pytest.raises(UnknownRule):
        wordings.write(session, staff=cast.author, rule="nothing", pieces={}, now=NOW)


def test_a_preview_lists_what_is_cut() -> None:
    long = "请带好母子健康手册和上次的检查结果，穿宽松的衣服"

    found = cuts({"thing1": "产前检查", "thing4": long})

    assert [(one.key, one.whole, len(one.left)) for one in found] == [("thing4", long, 20)]


def test_a_policy_that_cannot_be_is_refused_and_a_good_one_kept(
    session: Session, cast: world.Cast
) -> None:
    with pytest.raises(BadPolicy):
        wordings.set_policy(session, staff=cast.manager, values={"letters_a_day": 0}, now=NOW)

    wordings.set_policy(session, staff=cast.manager, values={"letters_a_day": 2}, now=NOW)

    kept = session.scalars(sa.select(SpeechPolicy)).one()
    assert (kept.values, kept.made_by_id) == ({"letters_a_day": 2}, cast.manager.id)


def template(session: Session, cast: world.Cast, **said: object) -> None:
    wordings.set_template(
        session, staff=cast.manager, **{"channel": Channel.TEMPLATE, "layout": "visit",
        "template_id": "TPL_OWN", "keys": {"thing9": "what"}, "now": DUE, **said},
    )  # type: ignore[arg-type]  # fmt: skip


@pytest.mark.usefixtures("due")
def test_a_hospitals_own_template_goes_before_that_of_the_settings(
    session: Session, cast: world.Cast, beat: Beat, messenger: FakeMessenger
) -> None:
    template(session, cast, template_id="TPL_OLD")
    template(session, cast)

    beat(*PLAN_AND_SEND)

    (letter,) = messenger.sent
    assert (letter.template_id, letter.values) == ("TPL_OWN", {"thing9": "产前检查"})
    assert len(session.scalars(sa.select(ChannelTemplate)).all()) == 1


def test_a_template_carries_known_pieces_of_a_known_layout(
    session: Session, cast: world.Cast
) -> None:
    with pytest.raises(UnknownRule):
        template(session, cast, layout="nothing")
    with pytest.raises(BadWording):
        template(session, cast, keys={"thing1": "colour"})
