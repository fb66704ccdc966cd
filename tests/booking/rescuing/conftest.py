"""A clinic without hours, in every test of a rescue."""

import pytest

from tests.booking.supply.weeks import opened


@pytest.fixture
def weekly(session, cast):
    return opened(session, cast)
