"""Who may do what; every role and every act stands in the table."""

from datetime import timedelta

import pytest

from accounts.models import Role
from accounts.rules import (
    LOCK,
    MAY,
    MOST_FAILURES,
    SHORTEST_PASSWORD,
    STAFF_IDLE,
    Act,
    check_may,
    is_live,
    is_strong,
    locked_for,
    may,
)
from core.errors import Forbidden
from tests.world import NOW


def test_every_role_stands_in_the_table() -> None:
    assert set(MAY) == {role.value for role in Role}


def test_every_act_is_somebodys() -> None:
    assert frozenset().union(*MAY.values()) == set(Act)


@pytest.mark.parametrize(
    ("act", "roles"),
    [
        (Act.WRITE_ARTICLES, {"author", "reviewer"}),
        (Act.REVIEW_ARTICLES, {"reviewer"}),
        (Act.ANSWER_FAMILIES, {"care_worker"}),
        (Act.READ_FAMILIES, {"clerk", "care_worker", "clinician"}),
        (Act.RECORD_LIFE, {"care_worker", "clinician"}),
        (Act.RUN_CLINICS, {"clerk"}),
        (Act.MANAGE_STAFF, {"manager"}),
        (Act.SET_BOOKING_RULES, {"manager"}),
        (Act.ASSESS_RISK, {"clinician"}),
        (Act.READ_INFECTIOUS, {"clinician"}),
    ],
    ids=lambda thing: thing.value if isinstance(thing, Act) else "",
)
def test_an_act_is_allowed_to_its_roles_and_to_nobody_else(act: Act, roles: set[str]) -> None:
    assert {role.value for role in Role if may([role.value], act)} == roles


def test_several_roles_add_up() -> None:
    assert may(["author", "clerk"], Act.RUN_CLINICS)
    assert not may(["author", "clerk"], Act.REVIEW_ARTICLES)


@pytest.mark.parametrize("roles", [[], ["director"]], ids=["none", "unknown"])
def test_who_has_no_role_of_the_table_may_nothing(roles: list[str]) -> None:
    assert not any(may(roles, act) for act in Act)


def test_what_one_may_not_is_refused_by_name() -> None:
    with pytest.raises(Forbidden) as refused:
        check_may(["clerk"], Act.RECORD_LIFE)

    assert refused.value.details == {"act": "record_life"}


def test_what_one_may_passes() -> None:
    check_may(["care_worker"], Act.RECORD_LIFE)

    assert may(["care_worker"], Act.RECORD_LIFE)


@pytest.mark.parametrize(
    ("password", "strong"),
    [
        ("a1" * (SHORTEST_PASSWORD // 2), True),
        ("a1" * (SHORTEST_PASSWORD // 2 - 1) + "a", False),
        ("a" * 20, False),
        ("1" * 20, False),
        ("密码密码密码密码密码1", True),
        ("", False),
    ],
    ids=["ten", "nine", "letters only", "digits only", "Chinese and a digit", "empty"],
)
def test_a_password_is_long_and_has_letters_and_digits(password: str, strong: bool) -> None:
    assert is_strong(password) is strong


def test_an_account_that_never_failed_is_open() -> None:
    lock = locked_for(failures=MOST_FAILURES, last_failed_at=None, now=NOW)

    assert lock == timedelta()


def test_a_lock_runs_down_and_never_below_nothing() -> None:
    after = [
        locked_for(failures=MOST_FAILURES, last_failed_at=NOW, now=NOW + step * LOCK / 3)
        for step in range(5)
    ]

    assert after == [LOCK, LOCK * 2 / 3, LOCK / 3, timedelta(), timedelta()]


def test_a_sign_in_needs_both_a_recent_act_and_a_recent_beginning() -> None:
    assert is_live(signed_in_at=NOW, seen_at=NOW, now=NOW)
    assert not is_live(signed_in_at=NOW, seen_at=NOW - STAFF_IDLE, now=NOW)
