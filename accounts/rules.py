"""Who may do what, how long a sign-in lives, and when an account locks itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.errors import Forbidden

STAFF_IDLE = timedelta(minutes=15)
"""GB/T 22239-2019 level 3, 8.1.4.1: a sign-in ends after a time without activity."""

STAFF_LONGEST = timedelta(hours=12)
"""A working day with its hand-over; nobody stays signed in over night."""

PERSON_LONGEST = timedelta(days=30)
"""A family's phone renews its sign-in silently; a lost phone is out after a month."""

MOST_FAILURES = 5
LOCK = timedelta(minutes=15)
"""GB/T 22239-2019 level 3, 8.1.4.1: failed sign-ins are limited. The lock ends by itself."""

SHORTEST_PASSWORD = 10
LONGEST_NAME = 20


class Act(StrEnum):
    """What a member of staff may be allowed to do."""

    WRITE_ARTICLES = "write_articles"
    REVIEW_ARTICLES = "review_articles"
    ANSWER_FAMILIES = "answer_families"
    READ_FAMILIES = "read_families"
    RECORD_LIFE = "record_life"
    RUN_CLINICS = "run_clinics"
    MANAGE_STAFF = "manage_staff"
    ASSESS_RISK = "assess_risk"
    READ_INFECTIOUS = "read_infectious"
    REVIEW_SCHEDULES = "review_schedules"
    IMPORT_ROSTER = "import_roster"
    SET_CARE_RULES = "set_care_rules"
    SET_BOOKING_RULES = "set_booking_rules"
    SWITCH_REMINDERS = "switch_reminders"


MAY: Mapping[str, frozenset[Act]] = {
    "author": frozenset({Act.WRITE_ARTICLES}),
    "reviewer": frozenset({Act.WRITE_ARTICLES, Act.REVIEW_ARTICLES, Act.REVIEW_SCHEDULES}),
    "clerk": frozenset({Act.RUN_CLINICS, Act.READ_FAMILIES}),
    "care_worker": frozenset(
        {Act.ANSWER_FAMILIES, Act.READ_FAMILIES, Act.RECORD_LIFE, Act.IMPORT_ROSTER}
    ),
    "manager": frozenset({Act.MANAGE_STAFF, Act.SET_BOOKING_RULES, Act.SWITCH_REMINDERS}),
    "clinician": frozenset(
        {
            Act.READ_FAMILIES,
            Act.RECORD_LIFE,
            Act.ASSESS_RISK,
            Act.READ_INFECTIOUS,
            Act.REVIEW_SCHEDULES,
            Act.SET_CARE_RULES,
        }
    ),
}
"""From role to what it may do; the keys are the values of `accounts.models.Role`."""


@dataclass(frozen=True)
class Actor:
    """Who acts: `kind` is person, staff or program."""

    kind: str
    id: str


def may(roles: Collection[str], act: Act) -> bool:
    """Say whether somebody with these roles may do this."""
    return any(act in MAY.get(role, frozenset()) for role in roles)


def check_may(roles: Collection[str], act: Act) -> None:
    """Pass if somebody with these roles may do this.

    Raises:
        Forbidden: none of the roles allows it.
    """
    if not may(roles, act):
        raise Forbidden(act=act.value)


def is_live(*, signed_in_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Say whether a staff sign-in still stands: neither idle nor over its longest day."""
    return now - seen_at < STAFF_IDLE and now - signed_in_at < STAFF_LONGEST


def locked_for(*, failures: int, last_failed_at: datetime | None, now: datetime) -> timedelta:
    """Return how long an account stays locked; zero if it is open."""
    if failures < MOST_FAILURES or last_failed_at is None:
        return timedelta()
    return max(timedelta(), last_failed_at + LOCK - now)


def is_strong(password: str) -> bool:
    """Say whether a staff password is long enough and has letters and digits."""
    return (
        len(password) >= SHORTEST_PASSWORD
        and any(character.isalpha() for character in password)
        and any(character.isdigit() for character in password)
    )
