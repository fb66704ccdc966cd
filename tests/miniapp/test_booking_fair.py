"""JSON about places kept for her, draws, and places held because a session was closed."""

import hashlib
from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa

from accounts.rules import Actor
from booking.drawing.actions import hold_next
from booking.models import Care, Quota, Share, Slot
from booking.models_supply import Clinic
from booking.steps import By
from booking.supply.closing import Closing, Way, close_sessions
from tests import scene
from tests.world import NOW

LATER = date(2026, 6, 9)
DRAWN = NOW + timedelta(minutes=10)


@pytest.fixture
def drawn_desk(hospital, session):
    """A clinic that draws; its two times of one place each are released this minute."""
    desk = hospital.desk(places=1, day=LATER)
    session.execute(sa.update(Clinic).values(is_drawn=True))
    session.execute(sa.update(Slot).values(shown_at=NOW))
    return desk


def asks(signed, desk, slot=0, key="ask-1"):
    return signed.act("/draws", {"slot_id": desk.slots[slot].id}, key=key)


def test_while_wishes_are_collected_nobody_books_and_is_told_what_to_do(lin, drawn_desk):
    refused = lin.book(drawn_desk.slots[0].id)

    assert (refused.status_code, refused.json["code"]) == (409, "booking.being_drawn")
    assert refused.json["message"] == "这个号正在登记，6月1日 10:10 抽签，先登记就好，早晚都一样。"


def test_who_asks_is_told_when_it_is_drawn(lin, drawn_desk):
    asked = asks(lin, drawn_desk)

    assert asked.status_code == 201
    assert asked.json["sentence"].startswith("登记成功，6月1日 10:10 抽签揭晓。")
    assert (asked.json["outcome"], asked.json["times"]) == (None, ["6月9日 周二 08:30-09:00"])
    assert lin.get("/draws").json["items"] == [asked.json]


def test_a_hundred_calls_are_one_entry(lin, drawn_desk):
    answers = {str(asks(lin, drawn_desk, key=f"k{number}").json) for number in range(100)}

    assert len(answers) == 1
    assert len(lin.get("/draws").json["items"]) == 1


def test_one_wins_the_other_is_told_why_not_and_waits(lin, mei, drawn_desk, session):
    asks(lin, drawn_desk)
    asks(mei, drawn_desk)
    session.execute(sa.update(Quota).where(Quota.slot_id == drawn_desk.slots[1].id).values(taken=1))
    hold_next(session, now=DRAWN)

    told = [one.get("/draws").json["items"][0] for one in (lin, mei)]
    waits = [len(one.get("/waiting").json["items"]) for one in (lin, mei)]

    assert sorted(one["outcome"] for one in told) == ["none_left", "won"]
    assert sorted(one["sentence"] for one in told) == [
        "抽中了，已经为您约好。",
        "没有抽到：您排第 2 位，号给了孕周更紧或签在前面的人。已为您候补，或另选时间。",
    ]
    assert sorted(waits) == [0, 1]


def test_anybody_can_check_a_draw_with_what_is_published(lin, drawn_desk, session):
    hers = asks(lin, drawn_desk).json
    path = f"/draws/{drawn_desk.clinic.id}/{scene.TODAY}"
    before = lin.get(path).json
    hold_next(session, now=DRAWN)

    after = lin.get(path).json

    assert (before["seed"], before["entries"], before["held_at"]) == (None, [], None)
    assert hashlib.sha256(after["seed"].encode()).hexdigest() == before["seed_digest"]
    assert after["entries"] == [{"id": hers["id"], "days_left": None}]


@pytest.mark.parametrize(
    ("path", "status"), [("/draws/cln_none/2026-06-01", 404), ("/draws/cln_none/soon", 400)]
)
def test_a_draw_that_is_none_is_refused(lin, path, status):
    assert lin.get(path).status_code == status


def test_a_slot_that_is_booked_as_any_other_is_not_drawn(lin, antenatal):
    answer = asks(lin, antenatal)

    assert (answer.status_code, answer.json["code"]) == (409, "booking.not_drawn")


@pytest.fixture
def scans(hospital, session, expecting):
    """The only place on the last days of Lin's NT is kept."""
    desk = hospital.desk(care=Care.ULTRASOUND, places=0, day=LATER, hours=((8, 30),))
    session.add(Quota(slot_id=desk.slots[0].id, share=Share.PROTECTED, places=1))
    session.flush()
    return desk


def test_what_is_kept_for_her_is_told_and_booked(lin, scans):
    [day] = lin.get("/kept-slots", care="ultrasound", item_key="nt").json["days"]
    slot = day["slots"][0]
    body = {"slot_id": slot["id"], "item_key": "nt", "share": "protected"}
    booked = lin.act("/appointments", body)

    assert (slot["id"], slot["free"]) == (scans.slots[0].id, 1)
    assert (booked.status_code, booked.json["state"]) == (201, "booked")


def test_nothing_is_kept_for_who_expects_nobody(mei, scans):
    assert mei.get("/kept-slots", care="ultrasound", item_key="nt").json["days"] == []


@pytest.fixture
def rescued(lin, hospital, cast, session):
    """Lin's visit on Wednesday was closed; the next day is held for her, and another is free."""
    desk = hospital.desk(hours=((8, 30), (9, 0), (14, 0)))
    appointment = lin.book(desk.slots[0].id).json
    closing = Closing(
        cast.hospital.id, desk.clinic.id, scene.WEDNESDAY, scene.WEDNESDAY, "停诊", Way.RESCUE,
        time(8), time(8, 45),
    )  # fmt: skip
    later = session.scalars(sa.select(Slot).where(Slot.id == desk.slots[2].id)).one()
    by = By(Actor("staff", cast.clerk.id), "asked", NOW)
    close_sessions(session, closing=closing, by=by)
    [offer] = lin.get("/rescues").json["items"]
    return offer, appointment, later


def test_what_is_held_for_her_is_told(rescued):
    offer, _, _ = rescued

    assert offer["lost_when"] == "6月3日 周三 08:30-09:00"
    assert offer["when"] == "6月3日 周三 09:00-09:30"
    assert offer["sentence"] == (
        "原来的时间停诊了，这是离得最近、最合适的一个（相差 0 天），为您留到 6月2日 10:00。"
    )


@pytest.mark.parametrize(("act", "state"), [("accept", "booked"), ("give-back", "cancelled")])
def test_she_answers(lin, rescued, act, state):
    offer, _, _ = rescued
    path = f"/rescues/{offer['appointment_id']}/{act}"

    answered = [lin.act(path, key="k") for _ in range(2)]

    assert [one.json["state"] for one in answered] == [state, state]
    assert lin.get("/rescues").json["items"] == []


def test_she_takes_another_time(lin, rescued):
    offer, _, later = rescued
    body = {"slot_id": later.id}

    chosen = lin.act(f"/rescues/{offer['appointment_id']}/choose", body)

    assert (chosen.json["state"], chosen.json["when"]) == ("booked", "6月3日 周三 14:00-14:30")


def test_nobody_answers_for_somebody_else(mei, rescued):
    offer, _, _ = rescued

    assert mei.act(f"/rescues/{offer['appointment_id']}/accept").status_code == 404
