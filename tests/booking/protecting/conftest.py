"""A scan clinic with weekly hours that plan a kept place."""

from dataclasses import replace

import pytest

from booking.models import Care, Share
from tests.booking.supply.weeks import MONDAY, MORNING, opened


@pytest.fixture
def weekly_scans(session, cast):
    scans = opened(session, cast, care=Care.ULTRASOUND, name="超声室")
    scans.sits(MONDAY, sitting=replace(MORNING, shares={Share.ONLINE: 2, Share.PROTECTED: 1}))
    return scans
