"""Sign-ins: locked after five failures, ended by idleness, by the day, and by staff leaving."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from accounts import sign_in
from accounts.errors import LockedOut
from accounts.models import AuditRow, Person, SignIn, Staff
from accounts.rules import LOCK, MOST_FAILURES, PERSON_LONGEST, STAFF_IDLE, STAFF_LONGEST
from accounts.sign_in import (
    note_use,
    person_of_token,
    sign_in_person,
    sign_in_staff,
    sign_out,
    staff_of_token,
)
from core.crypto import digest
from core.db import Session
from tests import world
from tests.world import NOW, PASSWORD

SECOND = timedelta(seconds=1)
WRONG = "wrong-password-1"
Try = Callable[..., str | None]


@pytest.fixture
def attempt(session: Session, cast: world.Cast) -> Try:
    """Try to sign the clerk in."""

    def sign(*, password: str = WRONG, now: datetime = NOW) -> str | None:
        return sign_in_staff(session, username="clerk", password=password, now=now)

    return sign


@pytest.fixture
def locked(attempt: Try) -> Try:
    """The clerk, locked out at `NOW`."""
    for _ in range(MOST_FAILURES):
        attempt()
    return attempt


def test_the_right_password_signs_in(session: Session, cast: world.Cast, attempt: Try) -> None:
    token = attempt(password=PASSWORD)

    assert token is not None
    staff = staff_of_token(session, token=token, now=NOW)
    assert staff is not None
    assert staff.id == cast.clerk.id


def test_a_token_is_kept_only_as_its_digest(session: Session, attempt: Try) -> None:
    token = attempt(password=PASSWORD)

    held = session.scalars(sa.select(SignIn)).one()

    assert token is not None
    assert held.token_digest == digest(token)
    assert token not in str(vars(held))


def test_four_failures_do_not_lock(attempt: Try) -> None:
    for _ in range(MOST_FAILURES - 1):
        attempt()

    assert attempt(password=PASSWORD) is not None


def test_five_failures_lock_the_right_password_out_too(locked: Try) -> None:
    with pytest.raises(LockedOut) as refused:
        locked(password=PASSWORD, now=NOW + SECOND)

    assert refused.value.details == {"minutes": 15}
    assert refused.value.status == 429


@pytest.mark.parametrize(
    ("left", "minutes"),
    [(timedelta(minutes=14), 14), (timedelta(seconds=61), 2), (timedelta(milliseconds=1), 1)],
    ids=["whole minutes", "begun minute", "an instant"],
)
def test_who_is_locked_out_is_told_whole_minutes(
    locked: Try, left: timedelta, minutes: int
) -> None:
    with pytest.raises(LockedOut) as refused:
        locked(now=NOW + LOCK - left)

    assert refused.value.details == {"minutes": minutes}


def test_a_lock_ends_by_itself(locked: Try) -> None:
    assert locked(password=PASSWORD, now=NOW + LOCK) is not None


def test_after_a_lock_the_count_starts_anew(locked: Try) -> None:
    locked(now=NOW + LOCK)

    assert locked(password=PASSWORD, now=NOW + LOCK + SECOND) is not None


def test_a_success_clears_the_count(attempt: Try) -> None:
    for _ in range(MOST_FAILURES - 1):
        attempt()
    attempt(password=PASSWORD)

    attempt()

    assert attempt(password=PASSWORD) is not None


def test_failures_of_other_days_do_not_add_up_to_a_lock(attempt: Try) -> None:
    for day in range(MOST_FAILURES):
        attempt(now=NOW + timedelta(days=day))

    assert attempt(password=PASSWORD, now=NOW + timedelta(days=MOST_FAILURES)) is not None


def test_one_locked_account_locks_no_other(session: Session, locked: Try) -> None:
    token = sign_in_staff(session, username="manager", password=PASSWORD, now=NOW)

    assert token is not None


class Counting:
    """A password hasher that counts what it is asked to verify."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self._hasher, self.verified = hasher, 0

    def verify(self, password_hash: str, password: str) -> bool:
        self.verified += 1
        return self._hasher.verify(password_hash, password)


@pytest.mark.parametrize(
    "username", ["clerk", "nobody", ""], ids=["wrong password", "unknown user", "no user"]
)
def test_an_unknown_user_costs_what_a_wrong_password_costs(
    session: Session, cast: world.Cast, monkeypatch: pytest.MonkeyPatch, username: str
) -> None:
    counting = Counting(sign_in.hasher)
    monkeypatch.setattr(sign_in, "hasher", counting)

    token = sign_in_staff(session, username=username, password=WRONG, now=NOW)

    assert token is None
    assert counting.verified == 1


@pytest.mark.parametrize(
    ("password", "act"),
    [(PASSWORD, "sign_in"), ("wrong-password-1", "sign_in_failed")],
    ids=["success", "failure"],
)
def test_each_try_is_audited(
    session: Session, cast: world.Cast, attempt: Try, password: str, act: str
) -> None:
    attempt(password=password)

    of_clerk = sa.select(AuditRow.act).where(AuditRow.actor_id == cast.clerk.id)
    assert session.scalars(of_clerk).all() == [act]


@pytest.fixture
def token(attempt: Try) -> str:
    found = attempt(password=PASSWORD)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("idle", "is_in"),
    [(STAFF_IDLE - SECOND, True), (STAFF_IDLE, False)],
    ids=["a second before", "fifteen minutes"],
)
def test_staff_who_do_nothing_are_out(
    session: Session, token: str, idle: timedelta, is_in: bool
) -> None:
    assert (staff_of_token(session, token=token, now=NOW + idle) is not None) is is_in


def test_acting_keeps_staff_in_but_not_beyond_their_longest_day(
    session: Session, token: str
) -> None:
    for step in range(1, 72):
        note_use(session, token=token, now=NOW + step * timedelta(minutes=10))

    assert staff_of_token(session, token=token, now=NOW + STAFF_LONGEST - SECOND) is not None
    assert staff_of_token(session, token=token, now=NOW + STAFF_LONGEST) is None


def test_use_within_the_same_minute_is_not_written_again(session: Session, token: str) -> None:
    note_use(session, token=token, now=NOW + timedelta(seconds=59))

    assert session.scalars(sa.select(SignIn.seen_at)).one() == NOW


def test_the_use_of_an_unknown_token_is_no_defect(session: Session) -> None:
    note_use(session, token="unknown", now=NOW)

    assert session.scalars(sa.select(SignIn)).all() == []


def test_disabled_staff_are_out_at_once(session: Session, cast: world.Cast, token: str) -> None:
    session.get_one(Staff, cast.clerk.id).is_active = False
    session.flush()

    assert staff_of_token(session, token=token, now=NOW + SECOND) is None
    assert sign_in_staff(session, username="clerk", password=PASSWORD, now=NOW) is None


def test_who_signed_out_is_out(session: Session, token: str) -> None:
    sign_out(session, token=token)
    sign_out(session, token=token)

    assert staff_of_token(session, token=token, now=NOW) is None


@pytest.mark.parametrize("lost", ["", "unknown"], ids=["empty", "unknown"])
def test_no_other_token_opens_anything(session: Session, token: str, lost: str) -> None:
    assert staff_of_token(session, token=lost, now=NOW) is None
    assert person_of_token(session, token=lost, now=NOW) is None


def test_a_persons_sign_in_ends_after_a_month(session: Session, cast: world.Cast) -> None:
    token = sign_in_person(session, person_id=cast.mother.id, now=NOW)

    still = person_of_token(session, token=token, now=NOW + PERSON_LONGEST - SECOND)

    assert isinstance(still, Person)
    assert still.id == cast.mother.id
    assert person_of_token(session, token=token, now=NOW + PERSON_LONGEST) is None


def test_a_persons_token_opens_no_console_and_a_staff_token_no_handbook(
    session: Session, cast: world.Cast, token: str
) -> None:
    hers = sign_in_person(session, person_id=cast.mother.id, now=NOW)

    assert staff_of_token(session, token=hers, now=NOW) is None
    assert person_of_token(session, token=token, now=NOW) is None
