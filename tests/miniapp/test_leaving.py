"""She leaves: nothing leads to her, what is hers is erased, what the hospital wrote stays."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from accounts.audit import PROGRAM
from accounts.models import (
    AuditRow,
    Consent,
    Person,
    PersonRole,
    SignIn,
    WechatIdentity,
)
from accounts.queries import families
from booking.models import Appointment
from conversation.actions import Danger, hear, keep, open_conversation, raise_alarm
from conversation.models import Alarm, Conversation, Message, Speaker
from handbook.follow_up.actions import assign
from handbook.follow_up.models import FollowUpTask
from handbook.follow_up.rules import TaskKind
from handbook.follow_up.sightings import Sighting, open_found
from handbook.models import Dating, Pregnancy, PregnancyEvent
from handbook.models_lives import Child, Guardian, GuardianKind
from handbook.models_records import DoseRecord, Measurement, VisitRecord
from scheduler.actions import plan
from scheduler.models import Reminder
from tests import scene, world
from tests.miniapp.family import add_child

DANGER = Danger("p_bleed", "go_now", "1", "bleeding")


def leave(signed):
    return signed.post("/me/leaving", {"decision": "leave"})


def count(session, table, *where):
    session.expire_all()
    return session.scalar(sa.select(sa.func.count()).select_from(table).where(*where))


def confirmed(session, cast, **subject):
    """A visit that staff vouch for, reported by her before."""
    session.add(
        VisitRecord(
            id="vis_1", item_key="visit_1", reported_day=world.NOW.date(),
            reported_by_id=cast.mother.id, reported_at=world.NOW, reported_place="别处",
            confirmed_day=world.NOW.date(), confirmed_by_id=cast.care_worker.id,
            confirmed_at=world.NOW, confirmed_place="本院", **subject,
        )
    )  # fmt: skip
    session.flush()


def test_before_she_leaves_she_reads_what_is_erased_and_what_stays(lin):
    told = lin.get("/me/leaving").json

    assert told["erased"]
    assert any("15年" in line for line in told["kept"])


@pytest.mark.parametrize(
    "body",
    [{}, {"decision": "stay"}, {"decision": "leave", "more": 1}],
    ids=["none", "other", "more"],
)
def test_nobody_leaves_by_chance(lin, session, cast, body):
    refused = lin.post("/me/leaving", body)

    assert refused.status_code in {400, 422}
    assert session.get_one(Person, cast.mother.id).closed_at is None


def test_nothing_leads_to_her_any_more(lin, session, cast):
    lin.put("/me/name", {"name": "林晓雨"})

    left = leave(lin)

    hers = session.get_one(Person, cast.mother.id, populate_existing=True)
    assert left.json == {"keeps_record": False, "sentence": "账号已注销，您的信息已删除。"}
    assert (hers.name, hers.phone, hers.phone_mark) == (None, None, None)
    assert hers.closed_at == world.NOW
    assert count(session, WechatIdentity, WechatIdentity.person_id == hers.id) == 0
    assert count(session, SignIn) == 0
    assert lin.get("/me").status_code == 401
    assert count(session, Consent, Consent.withdrawn_at.is_(None)) == 0
    assert count(session, Consent, Consent.person_id == hers.id) == 2
    assert count(session, AuditRow, AuditRow.act == "close_account") == 1
    shown = families(session, hospital_id=cast.hospital.id, search="", after="", limit=9)
    assert hers.id not in {one.id for one in shown}


def test_who_comes_again_is_somebody_new(lin, signed, session, cast):
    leave(lin)

    again = signed("uoOA_lin")

    assert again.get("/me").json["person"]["id"] != cast.mother.id


def test_a_handbook_that_only_she_wrote_is_erased(lin, expecting, session):
    lin.post("/pregnancies/measurements", {"day": "2026-05-30", "values": {"mother_weight": 60}})
    lin.post("/pregnancies/visits", {"item_key": "visit_1", "day": "2026-05-20", "place": "本院"})

    left = leave(lin)

    assert left.json["keeps_record"] is False
    tables = (Pregnancy, Dating, PregnancyEvent, VisitRecord, Measurement, FollowUpTask)
    assert [count(session, table) for table in tables] == [0] * 6


def test_what_the_hospital_confirmed_stays_with_her_name(lin, expecting, session, cast):
    lin.put("/me/name", {"name": "林晓雨"})
    lin.post("/pregnancies/measurements", {"day": "2026-05-30", "values": {"mother_weight": 60}})
    pregnancy = session.scalars(sa.select(Pregnancy)).one()
    confirmed(session, cast, pregnancy_id=pregnancy.id)

    left = leave(lin)

    assert left.json["keeps_record"] is True
    session.expire_all()
    visit = session.scalars(sa.select(VisitRecord)).one()
    assert (visit.confirmed_place, visit.reported_place, visit.reported_day) == ("本院", None, None)
    assert (count(session, Pregnancy), count(session, Dating), count(session, Measurement)) == (
        1, 1, 0,
    )  # fmt: skip
    hers = session.get_one(Person, cast.mother.id)
    assert hers.name == "林晓雨"
    shown = families(session, hospital_id=cast.hospital.id, search="", after="", limit=9)
    assert hers.id in {one.id for one in shown}


def test_staff_see_that_she_has_left(lin, expecting, session, cast, sign_in):
    lin.put("/me/name", {"name": "林晓雨"})
    confirmed(session, cast, pregnancy_id=session.scalars(sa.select(Pregnancy.id)).one())
    leave(lin)

    page = sign_in("care_worker").get(f"/console/families/{cast.mother.family_id}").text

    assert "林晓雨（已注销）" in page


def test_a_task_at_which_staff_worked_keeps_the_handbook(lin, expecting, session, cast):
    pregnancy = session.scalars(sa.select(Pregnancy)).one()
    seen = Sighting(TaskKind.OVERDUE_ITEM, "nt", world.NOW, pregnancy_id=pregnancy.id)
    (task_id,) = open_found(session, sightings=[seen], actor=PROGRAM, now=world.NOW)
    assign(
        session, staff=cast.care_worker, task_id=task_id, assignee_id=cast.care_worker.id,
        now=world.NOW,
    )  # fmt: skip
    session.flush()

    left = leave(lin)

    assert left.json["keeps_record"] is True
    assert count(session, FollowUpTask) == 1


def test_a_task_nobody_worked_at_is_erased_with_the_handbook(lin, expecting, session):
    pregnancy = session.scalars(sa.select(Pregnancy)).one()
    seen = Sighting(TaskKind.OVERDUE_ITEM, "nt", world.NOW, pregnancy_id=pregnancy.id)
    open_found(session, sightings=[seen], actor=PROGRAM, now=world.NOW)
    session.flush()

    left = leave(lin)

    assert left.json["keeps_record"] is False
    assert count(session, FollowUpTask) == 0


def test_a_child_that_only_she_wrote_of_is_erased(lin, session):
    child = add_child(lin)
    lin.post(f"/children/{child}/doses", {"vaccine": "HepB", "number": 1, "day": "2026-01-11"})

    leave(lin)

    tables = (Child, Guardian, DoseRecord)
    assert [count(session, table) for table in tables] == [0] * 3


def test_a_child_that_somebody_else_looks_after_stays_theirs_whole(lin, session, cast):
    child = add_child(lin)
    lin.post(f"/children/{child}/doses", {"vaccine": "HepB", "number": 1, "day": "2026-01-11"})
    father = Person(
        id="per_father", family_id=cast.mother.family_id, role=PersonRole.CAREGIVER,
        created_at=world.NOW,
    )  # fmt: skip
    session.add(father)
    session.flush()
    session.add(
        Guardian(
            id="gua_1", person_id=father.id, child_id=child, kind=GuardianKind.FATHER,
            since_at=world.NOW,
        )
    )  # fmt: skip
    session.flush()

    leave(lin)

    assert (count(session, Child), count(session, DoseRecord)) == (1, 1)
    assert count(session, AuditRow, AuditRow.act == "end_guardianship") == 1
    assert count(session, Guardian, Guardian.until_at.is_(None)) == 1


def test_what_was_said_and_sent_is_erased(lin, session, cast):
    conversation = hear(session, person=cast.mother, hospital_id=cast.hospital.id, now=world.NOW)
    keep(session, person=cast.mother, speaker=Speaker.FAMILY, text="一", now=world.NOW)
    raise_alarm(
        session, person=cast.mother, conversation=conversation, danger=DANGER, now=world.NOW
    )
    open_conversation(session, staff=cast.care_worker, person_id=cast.mother.id, now=world.NOW)
    session.flush()

    leave(lin)

    assert [count(session, table) for table in (Message, Alarm, Conversation)] == [0] * 3


def test_while_nobody_looked_at_her_danger_she_stays_within_reach(lin, session, cast):
    conversation = hear(session, person=cast.mother, hospital_id=cast.hospital.id, now=world.NOW)
    raise_alarm(
        session, person=cast.mother, conversation=conversation, danger=DANGER, now=world.NOW
    )
    session.flush()

    refused = leave(lin)

    assert (refused.status_code, refused.json["code"]) == (409, "conversation.alarm_open")
    assert session.get_one(Person, cast.mother.id, populate_existing=True).closed_at is None


def test_a_place_that_is_kept_for_her_is_given_up_first(lin, expecting, antenatal, session, clock):
    lin.book(antenatal.slots[0].id)

    refused = leave(lin)
    clock.move_on(timedelta(days=9))
    left = leave(lin)

    assert (refused.status_code, refused.json["details"]) == (409, {"count": 1})
    assert left.status_code == 200
    appointment = session.scalars(sa.select(Appointment)).one()
    assert (appointment.pregnancy_id, appointment.item_key) == (None, None)


def test_reminders_are_erased(lin, expecting, session):
    plan(session, now=world.NOW + timedelta(days=16))
    planned = count(session, Reminder)

    leave(lin)

    assert planned > 0
    assert count(session, Reminder) == 0


def test_nobody_elses_things_are_touched(lin, mei, session, cast):
    child = add_child(mei)
    mei.post(f"/children/{child}/doses", {"vaccine": "HepB", "number": 1, "day": "2026-01-11"})
    add_child(lin)

    leave(lin)

    assert mei.get(f"/children/{child}").status_code == 200
    assert count(session, DoseRecord) == 1
    assert count(session, Consent, Consent.withdrawn_at.is_(None)) == 1


def test_after_a_loss_she_may_leave_as_well(lin, database, session, cast):
    with database.transaction() as opened:
        scene.bereaved(opened, scene.expecting(opened, cast.mother))

    assert leave(lin).status_code == 200
