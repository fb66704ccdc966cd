"""JSON about visits nobody came to: how they stand, a reason with one tap, an appeal."""

import pytest


@pytest.fixture
def missed(booked, hospital, signed):
    """Lin, the day after an appointment she was reminded of and did not come to."""
    hospital.remind(booked["id"])
    hospital.sweep()
    return signed("uoOA_lin")


def test_who_missed_nothing_is_told_so(lin):
    told = lin.get("/attendance").json

    assert (told["counted"], told["closed_until"], told["items"]) == (0, None, [])


def test_a_missed_visit_is_told_with_what_may_be_done(missed, booked):
    told = missed.get("/attendance").json

    [one] = told["items"]
    assert (told["counted"], told["limit"]) == (1, 3)
    assert told["sentence"] == "6个月内有 1 次约了没来。满 3 次会暂停在线预约。"
    assert (one["appointment_id"], one["counts"]) == (booked["id"], True)
    assert (one["may_excuse"], one["may_appeal"]) == (True, True)
    assert one["sentence"] == "这次没有来，也没有提前取消"


def test_a_reason_is_taken_with_one_tap(missed, booked):
    told = missed.act(f"/missed/{booked['id']}/excuse", {"reason": "child_fever"}).json

    [one] = told["items"]
    assert (told["counted"], one["counts"], one["excuse"]) == (0, False, "child_fever")
    assert (one["may_excuse"], one["may_appeal"]) == (False, False)
    assert one["sentence"] == "谢谢告诉我们，这次不计入爽约"


def test_an_appeal_is_taken_in_her_own_words(missed, booked):
    told = missed.act(f"/missed/{booked['id']}/appeal", {"words": "电梯坏了，排了很久"}).json

    [one] = told["items"]
    assert (one["appeal"], one["may_appeal"]) == ("asked", False)
    assert one["sentence"] == "申诉已收到，2个工作日内答复"


def test_words_and_reasons_that_are_none_are_refused(missed, booked):
    path = f"/missed/{booked['id']}"

    nothing = missed.act(f"{path}/appeal", {"words": ""})
    unknown = missed.act(f"{path}/excuse", {"reason": "asleep"})

    assert (nothing.status_code, unknown.status_code) == (422, 422)


@pytest.mark.parametrize(
    ("act", "body"), [("excuse", {"reason": "in_labour"}), ("appeal", {"words": "有原因"})]
)
def test_a_visit_that_is_not_hers_or_was_not_missed_is_not_there(mei, booked, act, body):
    assert mei.act(f"/missed/{booked['id']}/{act}", body).status_code == 404


@pytest.mark.parametrize(
    ("act", "body"), [("excuse", {"reason": "in_labour"}), ("appeal", {"words": "有原因"})]
)
def test_every_act_needs_a_key(missed, booked, act, body):
    assert missed.post(f"/missed/{booked['id']}/{act}", body).status_code == 400


def test_missed_visits_close_booking_until_a_day(lin, hospital, signed):
    desk = hospital.desk(hours=((8, 0), (9, 0), (10, 0)))
    for slot in desk.slots:
        hospital.remind(lin.book(slot.id, key=f"key-{slot.id}").json["id"])
    hospital.sweep()

    told = signed("uoOA_lin").get("/attendance").json

    assert (told["counted"], told["closed_until"]) == (3, "2026-07-03")
    assert told["sentence"].startswith("6个月内有 3 次约了没来，7月3日起可以再在线预约。")
