"""What may be said of a risk, what it obliges to, and the lives of cases and referrals."""

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum

from handbook.errors_risk import ColoursDoNotFit, RiskDayOutOfRange
from handbook.risk.colours import Colour, general, rank
from handbook.risk.duties import DUTIES
from handbook.risk.tables import Finding


class CaseStep(StrEnum):
    """Where a case (高危专案) is: 发现、登记、报告、管理、救治, and its end."""

    FOUND = "found"
    REGISTERED = "registered"
    REPORTED = "reported"
    MANAGED = "managed"
    RESCUED = "rescued"
    CLOSED = "closed"


NEXT_CASE: Mapping[CaseStep, frozenset[CaseStep]] = {
    CaseStep.FOUND: frozenset({CaseStep.REGISTERED}),
    CaseStep.REGISTERED: frozenset({CaseStep.REPORTED, CaseStep.MANAGED}),
    CaseStep.REPORTED: frozenset({CaseStep.MANAGED}),
    CaseStep.MANAGED: frozenset({CaseStep.REPORTED, CaseStep.RESCUED, CaseStep.CLOSED}),
    CaseStep.RESCUED: frozenset({CaseStep.MANAGED, CaseStep.CLOSED}),
    CaseStep.CLOSED: frozenset({CaseStep.FOUND}),
}
"""From step to the steps that may follow; a closed case is found again when the risk comes back."""


class ReferralStep(StrEnum):
    """Where a referral (转诊) is in its life."""

    SENT = "sent"
    ACCEPTED = "accepted"
    SEEN = "seen"
    ANSWERED = "answered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


NEXT_REFERRAL: Mapping[ReferralStep, frozenset[ReferralStep]] = {
    ReferralStep.SENT: frozenset(
        {ReferralStep.ACCEPTED, ReferralStep.DECLINED, ReferralStep.WITHDRAWN}
    ),
    ReferralStep.ACCEPTED: frozenset({ReferralStep.SEEN, ReferralStep.WITHDRAWN}),
    ReferralStep.SEEN: frozenset({ReferralStep.ANSWERED}),
    ReferralStep.ANSWERED: frozenset(),
    ReferralStep.DECLINED: frozenset(),
    ReferralStep.WITHDRAWN: frozenset(),
}
"""From step to the steps that may follow."""


class Direction(StrEnum):
    """Whether a woman is sent to where more can be done for her, or back home."""

    UP = "up"
    BACK = "back"


def is_positive(answers: Collection[str]) -> bool:
    """Say whether a screening is positive: one item that applies is enough."""
    return bool(answers)


def check_colours(colours: Collection[Colour], findings: Collection[Finding]) -> None:
    """Pass if a clinician's colours and findings do not contradict each other.

    She may judge higher than the table, never lower; nothing above green is without a finding;
    purple stands if and only if a purple finding does.

    Raises:
        ColoursDoNotFit: they contradict each other.
    """
    under = {finding.colour for finding in findings}
    is_too_low = rank(general(colours)) < rank(general(under))
    is_groundless = general(colours) is not Colour.GREEN and not under - {Colour.GREEN}
    is_purple_amiss = (Colour.PURPLE in colours) != (Colour.PURPLE in under)
    if not colours or is_too_low or is_groundless or is_purple_amiss:
        raise ColoursDoNotFit


def check_day(day: date, *, last_period_day: date, today: date) -> None:
    """Pass if a screening or an assessment can have been made on this day.

    Raises:
        RiskDayOutOfRange: it is in the future, or before the pregnancy.
    """
    if not last_period_day <= day <= today:
        raise RiskDayOutOfRange


def must_report(*, before: Colour | None, now: Colour) -> bool:
    """Say whether a general colour is to be reported: it rose to one that has to be."""
    return now in DUTIES.reports and (before is None or rank(now) > rank(before))


def must_manage(colours: Collection[Colour]) -> bool:
    """Say whether these colours ask for case management."""
    return bool(DUTIES.managed.colours & set(colours))
