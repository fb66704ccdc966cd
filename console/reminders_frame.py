"""What the pages of reminders share: who may open them, and through which accounts letters go."""

from accounts.rules import Act, may
from console.guard import house, member
from core.errors import Forbidden
from scheduler.channels.outlets import Outlets

READING = (Act.RECORD_LIFE, Act.SWITCH_REMINDERS)
"""Who follows families up, or answers for what is sent, sees how reminders go."""


def check_may_read() -> None:
    """Pass those who see how reminders go.

    Raises:
        Forbidden: no role of theirs allows it.
    """
    if not any(may(member().roles, act) for act in READING):
        raise Forbidden


def outlets() -> Outlets:
    """Return the accounts of the house; the words of a letter do not depend on its ways."""
    settings = house().settings
    return Outlets(official=settings.oa_appid, mini=settings.mp_appid)
