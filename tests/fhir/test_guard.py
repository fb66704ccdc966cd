"""The guard: a token of a hospital, which sees that hospital, and leaves a trace."""

import pytest
import sqlalchemy as sa

from accounts.errors import SystemKnown
from accounts.models import AuditRow
from accounts.systems import issue_token, revoke_token, systems
from core.errors import NotFound
from tests import world
from tests.fhir.conftest import System, outside

PATHS = ["/Schedule", "/Slot", "/Appointment", "/Schedule/cln-1", "/Slot/slt-1", "/Appointment/a-1"]


@pytest.mark.parametrize("path", PATHS)
def test_nobody_reads_without_a_token(client, path):
    answer = System(client, "").ask(path)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["issue"][0]["code"] == "login"


@pytest.mark.parametrize("scheme", ["Basic", "Token", ""])
def test_a_token_is_a_bearer_token(his, scheme):
    assert his.ask("/Slot", Authorization=f"{scheme} {his.token}").status_code == 401


def test_the_sign_in_of_a_family_or_of_staff_opens_nothing_here(client, sign_in):
    desk = sign_in("clerk")

    assert desk.get("/fhir/Slot").status_code == 401


def test_what_this_door_can_do_is_told_to_everybody(client):
    told = System(client, "").read("/metadata")

    kinds = {one["type"] for one in told["rest"][0]["resource"]}
    assert kinds == {"Schedule", "Slot", "Appointment"}
    assert told["implementation"]["url"] == f"{world.SETTINGS.base_url}/fhir"


def test_a_revoked_token_opens_nothing(his, session, cast):
    revoke_token(session, hospital_id=cast.hospital.id, name="HIS", now=world.NOW)

    assert his.ask("/Slot").status_code == 401
    assert systems(session, hospital_id=cast.hospital.id) == []


def test_a_name_has_one_token_at_a_time(his, session, cast):
    with pytest.raises(SystemKnown):
        issue_token(session, hospital_id=cast.hospital.id, name="HIS", now=world.NOW)


def test_what_has_no_token_cannot_be_revoked(his, session, cast):
    with pytest.raises(NotFound):
        revoke_token(session, hospital_id=cast.hospital.id, name="LIS", now=world.NOW)


def test_a_token_rests_as_its_digest(his, session, cast):
    [kept] = systems(session, hospital_id=cast.hospital.id)

    assert his.token not in (kept.id, kept.name, kept.token_digest)


@pytest.mark.parametrize("kind", ["Schedule", "Slot", "Appointment"])
def test_another_hospital_finds_nothing_of_ours(stranger, booked, kind):
    assert stranger.found(f"/{kind}") == []


def test_another_hospital_reads_nothing_of_ours(stranger, clinic, booked):
    paths = [
        f"/Schedule/{outside(clinic.clinic)}", f"/Slot/{outside(clinic.slots[0])}",
        f"/Appointment/{outside(booked.appointment)}",
    ]  # fmt: skip

    assert [stranger.ask(path).status_code for path in paths] == [404, 404, 404]


def test_every_reading_is_written_down(his, session, cast, booked):
    written = outside(booked.appointment)

    his.read(f"/Appointment/{written}")
    his.read("/Slot?status=free&start=ge2026-06-03")

    [kept] = systems(session, hospital_id=cast.hospital.id)
    rows = session.execute(
        sa.select(AuditRow.subject_kind, AuditRow.subject_id, AuditRow.hospital_id)
        .where(AuditRow.act == "fhir_read", AuditRow.actor_id == kept.id)
        .order_by(AuditRow.number)
    ).all()
    assert rows == [
        ("appointment", written, cast.hospital.id),
        ("slot", "?status=free&start=ge2026-06-03", cast.hospital.id),
    ]
