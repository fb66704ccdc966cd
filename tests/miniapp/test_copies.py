"""She sees everything that is kept of her and her children; nothing of anybody else's."""

import pytest
import sqlalchemy as sa
from sqlalchemy.types import Enum
from werkzeug.test import Client

from accounts.models import AuditRow, Purpose
from conversation.actions import Danger, hear, keep, raise_alarm
from conversation.models import Speaker
from core.db import Base, Sealed
from deploy.resealing import sealed_columns
from handbook.models_lives import EndReason, Exposure, Guardian, GuardianKind
from miniapp.copies import _words, all_copies
from miniapp.guard import COOKIE
from tests import scene, world
from tests.miniapp.family import add_child, agree

NOT_TOLD = {
    "family": "holds people together and says nothing of them",
    "exposure": "an infection: given in person",
    "risk_case": "the hospital's own work on an assessment",
    "risk_case_event": "what staff wrote for staff",
    "referral_event": "what staff wrote for staff",
    "follow_up_event": "who of staff had a task when",
    "appointment_step": "how an appointment came to be what it is told to be",
    "waiting_step": "how a wait came to be what it is told to be",
    "subscription_event": "how a subscription came to be what it is told to be",
    "his_push": "what the hospital's own system was told of an appointment that is told",
    "pack_line": "what a desk noted without a network of an appointment that is told",
    "freed_place": "who else waited for a place stands in it",
}
"""Tables that lead to a person and are not told, each with the reason."""

NOT_TOLD_COLUMNS = {
    "pregnancy_event.note", "life_event.note", "follow_up_call.note", "referral.reason",
    "risk_screening.answers", "risk_assessment.colours", "risk_assessment.findings",
}  # fmt: skip
"""Sealed columns of tables that are told: what staff wrote for staff, and findings."""


def part(copy, key):
    return next((one["rows"] for one in copy["parts"] if one["key"] == key), [])


def texts(rows):
    return [{fact["key"]: fact["text"] for fact in row} for row in rows]


def leading_to_a_person():
    """Return the tables from which foreign keys lead to a person, over however many others."""
    sealed_columns()
    found, before = {"person", "family"}, set()
    while found != before:
        before = set(found)
        found |= {
            table.name
            for table in Base.metadata.tables.values()
            if {key.column.table.name for key in table.foreign_keys} & found
        }
    return found


def test_every_table_that_leads_to_a_person_is_told_or_says_why_not(cast):
    told = {one.table for one in all_copies(cast.mother)}

    assert leading_to_a_person() - told - NOT_TOLD.keys() == set()
    assert told & NOT_TOLD.keys() == set()


def test_every_sealed_column_of_what_is_told_is_told_or_says_why_not(cast):
    sealed = {
        f"{one.table}.{column.name}"
        for one in all_copies(cast.mother)
        for column in Base.metadata.tables[one.table].columns
        if isinstance(column.type, Sealed)
    }
    told = {f"{one.table}.{name}" for one in all_copies(cast.mother) for name in one.columns}

    assert sealed - told == NOT_TOLD_COLUMNS & sealed


def test_everything_that_is_told_has_a_name(cast):
    words = _words()
    told = [
        (one.table, name)
        for one in all_copies(cast.mother)
        for name in one.columns
        if name != "id" and not name.endswith("_id")
    ]

    assert [one for one in told if one[1] not in words[one[0]]] == []
    assert [table for table, _ in told if not words[table]["title"]] == []


def test_every_value_that_is_told_has_a_name(cast):
    kinds = {
        kind.enum_class
        for one in all_copies(cast.mother)
        for kind in one.columns.values()
        if isinstance(kind, Enum)
    }
    values = _words()["values"]
    unnamed = [
        f"{kind.__name__}.{value}"
        for kind in kinds
        for value in kind
        if value.value not in values.get(kind.__name__, {})
    ]

    assert len(kinds) > 10
    assert unnamed == []


def test_she_reads_what_is_kept_in_words_and_in_values(lin, expecting):
    copy = lin.get("/me/copy").json

    (pregnancy,) = part(copy, "pregnancy")
    due = next(fact for fact in pregnancy if fact["key"] == "due_day")
    assert due == {
        "key": "due_day", "label": "预产期", "value": "2026-12-10", "text": "2026年12月10日"
    }  # fmt: skip
    assert texts(part(copy, "pregnancy"))[0]["state"] == "怀孕中"
    assert {row["purpose"] for row in texts(part(copy, "consent"))} == {
        "孕期与健康手册", "微信消息提醒",
    }  # fmt: skip
    assert copy["left_out"]


def test_her_children_and_what_was_done_is_told(lin):
    child = add_child(lin)
    lin.post(f"/children/{child}/doses", {"vaccine": "HepB", "number": 1, "day": "2026-01-11"})
    lin.post(
        f"/children/{child}/measurements", {"kind": "weight", "value": 6.4, "day": "2026-05-01"}
    )

    copy = lin.get("/me/copy").json

    assert texts(part(copy, "child"))[0]["name"] == "小满"
    (dose,) = texts(part(copy, "dose_record"))
    assert (dose["vaccine"], dose["reported_day"]) == ("乙肝疫苗", "2026年1月11日")
    (measured,) = texts(part(copy, "measurement"))
    assert (measured["kind"], measured["value"], measured["unit"]) == ("孩子体重", "6.4", "千克")


def test_her_appointments_and_what_was_said_is_told(lin, antenatal, session, cast):
    lin.book(antenatal.slots[0].id)
    conversation = hear(session, person=cast.mother, hospital_id=cast.hospital.id, now=world.NOW)
    keep(session, person=cast.mother, speaker=Speaker.FAMILY, text="下面出血了", now=world.NOW)
    raise_alarm(
        session, person=cast.mother, conversation=conversation,
        danger=Danger("p_bleed", "go_now", "1", "bleeding"), now=world.NOW,
    )  # fmt: skip
    session.flush()

    copy = lin.get("/me/copy").json

    assert texts(part(copy, "appointment"))[0]["state"] == "已预约"
    assert texts(part(copy, "message"))[0]["text"] == "下面出血了"
    (alarm,) = texts(part(copy, "alarm"))
    assert (alarm["sign"], alarm["level"]) == ("阴道出血", "立即就医")


def test_nothing_of_another_family_is_told(lin, mei, expecting):
    agree(mei, Purpose.HANDBOOK)
    mei.put("/me/name", {"name": "梅梅"})
    add_child(mei, name="小梅")

    copy = lin.get("/me/copy").text

    assert "梅" not in copy


def test_a_child_is_told_to_who_looks_after_it_now_without_its_mothers_infection(
    lin, mei, session, cast
):
    child = add_child(lin)
    shared = Guardian(
        id="gua_1", person_id=cast.newcomer.id, child_id=child, kind=GuardianKind.GRANDPARENT,
        since_at=world.NOW,
    )  # fmt: skip
    session.add(shared)
    session.add(
        Exposure(
            id="exp_1", child_id=child, hbsag="positive", made_by_kind="staff",
            made_by_id=cast.clinician.id, made_at=world.NOW,
        )
    )  # fmt: skip
    session.flush()

    looking_after = mei.get("/me/copy")
    shared.until_at, shared.end_reason = world.NOW, EndReason.OWN_WISH
    session.flush()
    no_more = mei.get("/me/copy")

    assert "小满" in looking_after.text
    assert "positive" not in looking_after.text
    assert "小满" not in no_more.text


def test_when_staff_looked_at_her_is_told(lin, sign_in, cast):
    sign_in("care_worker").get(f"/console/families/{cast.mother.family_id}")

    copy = lin.get("/me/copy").json

    assert texts(part(copy, "audit"))[0] == {"act": "家庭资料", "at": "2026年6月1日 10:00"}


def test_asking_is_written_down(lin, session, cast):
    lin.get("/me/copy")

    asked = session.scalars(sa.select(AuditRow).where(AuditRow.act == "read_copy")).one()
    assert (asked.actor_id, asked.subject_id) == (cast.mother.id, cast.mother.id)


@pytest.fixture
def browser(program, lin):
    """Lin's phone on the pages of the Official Account, where a cookie tells who she is."""
    client = Client(program)
    client.set_cookie(COOKIE, lin.headers["Authorization"].removeprefix("Bearer "))
    return client


def test_the_page_to_be_kept_tells_the_same(browser, expecting):
    page = browser.get("/mine/copy")

    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "2026年12月10日" in page.text
    assert "怀孕中" in page.text
    assert "prg_" not in page.text


def test_the_page_sends_who_is_not_signed_in_to_sign_in(program):
    page = Client(program).get("/mine/copy")

    assert page.status_code == 303
    assert page.location.endswith("/m/enter?to=/pages/me/copy")


def test_after_a_loss_what_is_told_says_so_plainly(lin, database, cast):
    with database.transaction() as session:
        scene.bereaved(session, scene.expecting(session, cast.mother))

    copy = lin.get("/me/copy").json

    assert texts(part(copy, "pregnancy"))[0]["state"] == "已结束"
