"""The cast of the tests, and a database whose every test is undone."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from accounts.actions import follow, give_consent, meet
from accounts.actions_hospital import StaffCard, add_staff
from accounts.models import Hospital, Person, Purpose, Role, Staff
from accounts.notices import notice
from core.db import Database, Session
from core.settings import Settings

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
"""When every test happens unless it says otherwise: 1 June 2026, 10:00 in Beijing."""

PASSWORD = "correct-horse-7"
AES_KEY = "A" * 43
SECRET = base64.b64encode(b"k" * 32).decode()

SETTINGS = Settings(
    base_url="http://127.0.0.1:8000",
    field_keys=f"1:{SECRET}",
    index_key=SECRET,
    oa_appid="wxOA0001",
    oa_secret="oa-secret",
    oa_gh_id="gh_oa0001",
    oa_token="oatoken",
    oa_aes_key=AES_KEY,
    mp_appid="wxMP0001",
    mp_secret="mp-secret",
    mp_gh_id="gh_mp0001",
    mp_token="mptoken",
    mp_aes_key=AES_KEY,
    template_appointment="TPL_APPOINTMENT",
    template_care="TPL_CARE",
    metrics_token="metrics-token",
)


class MovableClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """Return the moment it shows."""
        return self.moment

    def move_on(self, by: timedelta) -> datetime:
        """Move it on (or back) and return the moment it then shows."""
        self.moment += by
        return self.moment


class UndoneDatabase(Database):
    """A database over one connection, where a commit is a savepoint of the test's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.engine = connection.engine
        self._sessions = orm.sessionmaker(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with self._sessions() as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self._sessions() as session:
            yield session

    def at_once(self, statement: str, given: Mapping[str, object]) -> Sequence[Any]:
        with self.connection.begin_nested():
            return self.connection.exec_driver_sql(statement, dict(given)).fetchall()


@dataclass(frozen=True)
class Cast:
    """Everybody a test may need: Lin is pregnant, Mei has a one-year-old, Gao is elsewhere."""

    hospital: Hospital
    other_hospital: Hospital
    author: Staff
    reviewer: Staff
    clerk: Staff
    care_worker: Staff
    manager: Staff
    clinician: Staff
    stranger: Staff
    """A care worker of the other hospital: must see nothing of ours."""
    mother: Person
    """Lin: follows the OA, has agreed to the handbook and to messages."""
    newcomer: Person
    """Mei: follows the OA and has agreed to nothing."""


def settle(session: Session, *, now: datetime = NOW) -> Cast:
    """Fill the house with the cast."""
    ours, other = _hospital("一", "wxOA0001"), _hospital("二", "wxOA0002")
    session.add_all([ours, other])
    session.flush()
    staff = {role: _member(session, ours, role.value, role, now=now) for role in Role}
    return Cast(
        hospital=ours,
        other_hospital=other,
        author=staff[Role.AUTHOR],
        reviewer=staff[Role.REVIEWER],
        clerk=staff[Role.CLERK],
        care_worker=staff[Role.CARE_WORKER],
        manager=staff[Role.MANAGER],
        clinician=staff[Role.CLINICIAN],
        stranger=_member(session, other, "stranger", Role.CARE_WORKER, now=now),
        mother=_lin(session, ours, now=now),
        newcomer=_follower(session, ours, "oOA_mei", now=now),
    )


def _hospital(mark: str, appid: str) -> Hospital:
    return Hospital(
        id=f"hos_{appid}", name=f"测试第{mark}妇幼保健院", phone="010-55550100",
        emergency_phone="010-55550120", address="测试路1号", oa_appid=appid, created_at=NOW,
    )  # fmt: skip


def _member(
    session: Session, hospital: Hospital, username: str, role: Role, *, now: datetime
) -> Staff:
    card = StaffCard(username, f"{role.value}老师", "主治医师", (role,))
    return add_staff(session, hospital_id=hospital.id, card=card, password=PASSWORD, now=now)


def _follower(session: Session, hospital: Hospital, openid: str, *, now: datetime) -> Person:
    appid = hospital.oa_appid
    person = meet(
        session, hospital=hospital, appid=appid, openid=openid, unionid=f"u{openid}", now=now
    )
    follow(session, appid=appid, openid=openid, now=now)
    return person


def _lin(session: Session, hospital: Hospital, *, now: datetime) -> Person:
    lin = _follower(session, hospital, "oOA_lin", now=now)
    for purpose in (Purpose.HANDBOOK, Purpose.MESSAGES):
        give_consent(
            session, person=lin, purpose=purpose, version=notice(purpose).version,
            channel="test", now=now,
        )  # fmt: skip
    return lin
