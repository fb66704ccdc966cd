"""More people, where a test needs more than the cast."""

from accounts.actions import follow, give_consent, meet
from accounts.models import Hospital, Person, Purpose
from accounts.notices import notice
from core.db import Session
from tests.world import NOW


def agreed_follower(session: Session, hospital: Hospital, openid: str) -> Person:
    """Return somebody who follows the account and agreed to the handbook and to messages."""
    appid = hospital.oa_appid
    person = meet(
        session, hospital=hospital, appid=appid, openid=openid, unionid=f"u{openid}", now=NOW
    )
    follow(session, appid=appid, openid=openid, now=NOW)
    for purpose in (Purpose.HANDBOOK, Purpose.MESSAGES):
        give_consent(
            session, person=person, purpose=purpose, version=notice(purpose).version,
            channel="test", now=NOW,
        )  # fmt: skip
    return person
