"""Three women at their phones, and what the chat tests look into."""

from collections.abc import Callable

import pytest

from tests import scene, world
from tests.phone import Phone

Chats = Callable[[str], Phone]


@pytest.fixture
def mei(chat: Chats) -> Phone:
    """Mei follows and has agreed to nothing."""
    return chat("oOA_mei")


@pytest.fixture
def lin(chat: Chats, database: world.UndoneDatabase, cast: world.Cast) -> Phone:
    """Lin is 12 weeks and 4 days pregnant."""
    with database.transaction() as session:
        scene.expecting(session, cast.mother)
    return chat("oOA_lin")


@pytest.fixture
def bereaved(chat: Chats, database: world.UndoneDatabase, cast: world.Cast) -> Phone:
    """Lin after her loss."""
    with database.transaction() as session:
        scene.bereaved(session, scene.expecting(session, cast.mother))
    return chat("oOA_lin")


@pytest.fixture
def antenatal(database: world.UndoneDatabase, cast: world.Cast) -> scene.Desk:
    """A clinic for antenatal visits, open on Wednesday at 08:30 and 09:00."""
    with database.transaction() as session:
        return scene.desk(session, cast.hospital)
