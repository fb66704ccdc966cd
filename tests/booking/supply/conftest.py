"""A clinic without hours, in every test of supply."""

import pytest

from core.db import Session
from tests.booking.supply.weeks import Weekly, opened
from tests.world import Cast


@pytest.fixture
def weekly(session: Session, cast: Cast) -> Weekly:
    return opened(session, cast)
