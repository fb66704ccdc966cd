"""A hospital's system at the door, and a clinic with two slots on Wednesday."""

from dataclasses import dataclass
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from accounts.systems import issue_token
from booking.queries import Booked
from booking.steps import By
from booking.supply.actions_supply import DoctorCard, add_doctor
from tests import scene, world
from tests.fhir.shapes import faults


@dataclass(frozen=True)
class System:
    """A system that asks with a token; whatever it is told must have the shape of R4."""

    client: Client
    token: str

    def ask(self, path: str, **headers: str) -> TestResponse:
        given = {"Authorization": f"Bearer {self.token}", **headers}
        answer = self.client.get(f"/fhir{path}", headers=given)
        assert answer.content_type == "application/fhir+json; charset=utf-8"
        assert faults(answer.json) == []
        return answer

    def read(self, path: str) -> Any:
        """Return what is told when the answer is a yes."""
        answer = self.ask(path)
        assert answer.status_code == 200, answer.text
        return answer.json

    def found(self, path: str) -> list[str]:
        """Return the ids that a search finds."""
        return [one["resource"]["id"] for one in self.read(path).get("entry", [])]


@pytest.fixture
def his(client, database, cast) -> System:
    """Our hospital's own system."""
    with database.transaction() as session:
        token = issue_token(session, hospital_id=cast.hospital.id, name="HIS", now=world.NOW)
    return System(client, token)


@pytest.fixture
def stranger(client, database, cast) -> System:
    """The system of another hospital."""
    hospital_id = cast.other_hospital.id
    with database.transaction() as session:
        token = issue_token(session, hospital_id=hospital_id, name="HIS", now=world.NOW)
    return System(client, token)


@pytest.fixture
def clinic(session, cast) -> scene.Desk:
    """A clinic with two slots of one place, on Wednesday at 8:30 and at 9:00."""
    return scene.desk(session, cast.hospital, places=1)


@pytest.fixture
def doctor(session, cast, clinic):
    """Doctor Zhou sits at 9:00."""
    card = DoctorCard("周医生", "主任医师", 1)
    by = By(scene.HOSPITAL_PROGRAM, "asked", world.NOW)
    found = add_doctor(session, hospital_id=cast.hospital.id, card=card, by=by)
    clinic.slots[1].doctor_id = found.id
    session.flush()
    return found


@pytest.fixture
def booked(session, cast, clinic) -> Booked:
    """Lin has the place at 8:30."""
    return scene.booked(session, cast.mother, clinic.slots[0], hospital=cast.hospital)


def outside(thing) -> str:
    """Return the id of a thing as FHIR writes it."""
    return thing.id.replace("_", "-")
