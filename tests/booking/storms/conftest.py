"""A town of its own for the storms, so that its database may be killed."""

from collections.abc import Iterator, Sequence

import pytest
import sqlalchemy as sa

from benchmarks import market
from benchmarks.market import Market, Town
from booking.models import Appointment, AppointmentState
from tests.booking.storms.gates import Gate, open_gates

PEOPLE, PLACES = 240, 100


@pytest.fixture(scope="package")
def town() -> Iterator[Town]:
    with market.town() as town:
        yield town


@pytest.fixture(scope="package")
def crowd(town: Town) -> Market:
    """240 people, one slot of a hundred places, and eight of ten."""
    return market.opened(
        town.house, people=PEOPLE, hot_places=PLACES, spread_slots=8, spread_places=10
    )


@pytest.fixture(scope="package")
def gates(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sequence[Gate]]:
    """Two workers of the whole gate."""
    folder = tmp_path_factory.mktemp("storm")
    with open_gates(2, environment=town.environment, folder=folder) as gates:
        yield gates


@pytest.fixture
def fair(town: Town, crowd: Market) -> Market:
    """The crowd before an empty hall."""
    market.clear(town.house)
    return crowd


@pytest.fixture
def booked(town: Town) -> "Booked":
    return Booked(town)


class Booked:
    """What stands in the town's database by now."""

    def __init__(self, town: Town) -> None:
        self._town = town

    def ids(self) -> set[str]:
        """Return the ids of the appointments that are booked."""
        with self._town.house.database.transaction() as session:
            is_booked = Appointment.state == AppointmentState.BOOKED
            return set(session.scalars(sa.select(Appointment.id).where(is_booked)))
