"""Who may write about the risk of a pregnancy, and of which pregnancies."""

from accounts.models import Purpose, Staff
from accounts.queries import check_consent
from accounts.rules import Act, check_may
from core.db import Session
from handbook.errors import AlreadyClosed
from handbook.models import Pregnancy, PregnancyState
from handbook.queries import pregnancy_in


def admit(session: Session, *, staff: Staff, act: Act, pregnancy_id: str) -> Pregnancy:
    """Return a pregnancy that this member of staff may write about.

    It stays as it is until the transaction ends: a loss that is recorded meanwhile waits, and
    then drops what was opened here.

    Raises:
        Forbidden: her roles do not allow the act.
        NotFound: no such pregnancy in her hospital.
        ConsentNeeded: the mother has not agreed to a handbook, or took it back.
        AlreadyClosed: the pregnancy was lost, or nothing about it is said any more.
    """
    check_may(staff.roles, act)
    pregnancy = pregnancy_in(session, pregnancy_id=pregnancy_id, hospital_id=staff.hospital_id)
    session.refresh(pregnancy, with_for_update={"read": True})
    check_consent(session, person_id=pregnancy.person_id, purpose=Purpose.HANDBOOK)
    if pregnancy.state is PregnancyState.ENDED or pregnancy.quiet_at is not None:
        raise AlreadyClosed
    return pregnancy
