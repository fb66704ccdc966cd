"""A push with words is taken in and heard at once; what was said is kept only while she agrees."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from accounts.actions import withdraw_consent
from accounts.models import Person, Purpose
from conversation import receipts
from conversation.actions import hear, recall, remember
from conversation.models import Conversation, ConversationState, Message, Speaker
from conversation.receipts import Taken, Talk
from core.db import Database, Session
from tests import world
from tests.races import at_once
from tests.world import NOW

APPID, KEY, LIN = "wxOA0001", "24000000001", "oOA_lin"
LATER = NOW + timedelta(minutes=5)


def take_in(session: Session, *, openid: str = LIN, key: str = KEY) -> Taken:
    return receipts.take_in_talk(
        session, appid=APPID, dedup_key=key, openid=openid, now=LATER
    )  # fmt: skip


def settle(session: Session, person: Person) -> None:
    receipts.settle_talk(
        session, appid=APPID, dedup_key=KEY, talk=Talk(person.id, "头晕吗", "请来院"), now=LATER
    )


def kept(session: Session) -> list[tuple[Speaker, str]]:
    found = session.scalars(sa.select(Message).order_by(Message.number))
    return [(message.speaker, message.text) for message in found]


@pytest.fixture
def hers(session: Session, cast: world.Cast) -> Conversation:
    """Lin's conversation, in which the bot asked her something at `NOW`."""
    conversation = hear(session, person=cast.mother, hospital_id=cast.hospital.id, now=NOW)
    remember(conversation, question="dating", now=NOW)
    session.flush()
    session.expunge_all()
    return conversation


def test_who_never_wrote_has_no_conversation_yet(session: Session, cast: world.Cast) -> None:
    assert take_in(session) == Taken(is_new=True, conversation=None)
    assert take_in(session, key="2", openid="oOA_nobody").conversation is None


@pytest.mark.usefixtures("hers")
def test_a_new_push_moves_her_window_and_recalls_what_she_was_asked(session: Session) -> None:
    taken = take_in(session)

    assert taken.is_new
    assert taken.conversation is not None
    assert taken.conversation.heard_at == LATER
    assert recall(taken.conversation, now=LATER) == "dating"
    assert taken.conversation.state is ConversationState.QUIET


@pytest.mark.usefixtures("hers")
def test_a_repeated_push_is_known_and_moves_nothing(session: Session, cast: world.Cast) -> None:
    receipts.take_in(session, appid=APPID, dedup_key=KEY, now=NOW)

    taken = take_in(session)

    assert taken == Taken(is_new=False, conversation=None)
    assert session.get_one(Conversation, cast.mother.id).heard_at == NOW


@pytest.mark.usefixtures("hers")
def test_what_a_turn_changes_in_a_heard_conversation_is_kept(
    session: Session, cast: world.Cast
) -> None:
    conversation = take_in(session).conversation
    assert conversation is not None
    remember(conversation, question="other", now=LATER)

    session.flush()
    session.expire_all()

    assert session.get_one(Conversation, cast.mother.id).awaiting == "other"


def test_a_conversation_the_session_holds_already_is_the_same_one(
    session: Session, cast: world.Cast
) -> None:
    held = hear(session, person=cast.mother, hospital_id=cast.hospital.id, now=NOW)

    assert take_in(session).conversation is held


def test_with_her_consent_both_sides_are_kept_and_the_answer_for_a_twin(
    session: Session, cast: world.Cast
) -> None:
    take_in(session)

    settle(session, cast.mother)

    assert kept(session) == [(Speaker.FAMILY, "头晕吗"), (Speaker.BOT, "请来院")]
    assert receipts.answer_of(session, appid=APPID, dedup_key=KEY) == "请来院"


@pytest.mark.parametrize("who", ["agreed to nothing", "took it back"])
def test_without_her_consent_only_the_answer_is_kept(
    session: Session, cast: world.Cast, who: str
) -> None:
    people = {"agreed to nothing": cast.newcomer, "took it back": cast.mother}
    withdraw_consent(session, person=cast.mother, purpose=Purpose.HANDBOOK, now=NOW)
    take_in(session)

    settle(session, people[who])

    assert kept(session) == []
    assert receipts.answer_of(session, appid=APPID, dedup_key=KEY) == "请来院"


def test_kept_words_rest_sealed(session: Session, cast: world.Cast) -> None:
    take_in(session)
    settle(session, cast.mother)

    resting = session.execute(sa.text("select text from message")).scalars().all()

    assert [text for text in resting if "头晕".encode() in bytes(text)] == []


@pytest.mark.slow
def test_50_deliveries_with_words_at_once_have_one_effect_and_50_equal_answers(
    real_database: Database, real_cast: world.Cast
) -> None:
    def deliver(_: int) -> str | None:
        with real_database.transaction() as session:
            if take_in(session).is_new:
                settle(session, real_cast.mother)
            return receipts.answer_of(session, appid=APPID, dedup_key=KEY)

    answers = at_once(deliver, range(50))

    assert answers == ["请来院"] * 50
    with real_database.transaction() as session:
        assert len(kept(session)) == 2
