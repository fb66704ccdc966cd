"""A clinic that draws: two places at 8:30, released this minute, and people who want them."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from booking.drawing import actions
from booking.models_waiting import DrawRequest
from tests import scene
from tests.booking.life.clinic_day import ClinicDay, at, clinic_day
from tests.world import NOW

DRAWN = NOW + timedelta(minutes=10)
LATER = scene.TODAY + timedelta(days=9)
"""Within the window of every pregnancy of these tests."""


@dataclass(frozen=True)
class Release:
    """A release by draw of a clinic."""

    day: ClinicDay

    def wish(self, who: int, slot: int = 0, **said: object):
        """Return what somebody asks for by her own phone."""
        plain = replace(
            self.day.request(who, slot), actor=scene.her(self.day.people[who]), channel="client"
        )
        return replace(plain, **said)

    def asks(self, who: int, *slots: int, now=NOW, **said: object) -> DrawRequest:
        """Let somebody ask for some slots, the dearest first."""
        asked = [
            actions.ask(self.day.session, request=self.wish(who, slot, **said), now=now)
            for slot in slots or (0,)
        ]
        return asked[-1]

    def drawn(self, now=DRAWN) -> int | None:
        """Hold the draw."""
        return actions.hold_next(self.day.session, now=now)


@pytest.fixture
def release(session, cast) -> Release:
    day = clinic_day(session, cast, people=6, places=2, starts=[at(LATER, 8, 30), at(LATER, 9)])
    day.clinic.is_drawn = True
    for slot in day.slots:
        slot.shown_at = NOW
    session.flush()
    return Release(day)
