"""JSON about children: added with consent, seen by those who look after them, and their list."""

import pytest
import sqlalchemy as sa

from accounts.models import Person
from handbook.actions_children import add_guardian, end_guardianship
from handbook.models_lives import Child, EndReason, GuardianKind
from tests import scene
from tests.miniapp.children_asked import VISIT, child_row
from tests.miniapp.family import BORN, add_child, agree
from tests.world import NOW

pytestmark = pytest.mark.slow  # each asks the whole program several times


def test_a_child_is_added_with_consent_and_listed(lin):
    child_id = add_child(lin)

    listed = lin.get("/children").json["items"]

    assert listed == [
        {
            "id": child_id, "name": "小满", "sex": "female", "birth_day": BORN, "birth_rank": 1,
            "age": "4个月22天", "state": "living",
        }
    ]  # fmt: skip
    assert lin.get("/me").json["children"] == listed


def test_nothing_of_a_child_is_kept_without_consent(lin, session):
    refused = lin.post("/children", {"birth_day": BORN, "kind": "mother"})

    assert (refused.status_code, refused.json["code"]) == (409, "accounts.consent_needed")
    assert refused.json["details"] == {"purpose": "child_record"}
    assert session.scalars(sa.select(Child)).all() == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"birth_day": "2026-06-02"}, "handbook.child_age_out_of_range"),
        ({"birth_day": "2000-01-01"}, "handbook.child_age_out_of_range"),
        ({"gestation_at_birth": "12+0"}, "handbook.birth_day_out_of_range"),
        ({"weight_g": 20}, "handbook.measurement_out_of_range"),
    ],
    ids=["unborn", "grown-up", "too-early", "too-light"],
)
def test_a_child_that_cannot_be_is_refused(lin, body, code):
    agree(lin)

    refused = lin.post("/children", {"birth_day": BORN, "kind": "mother"} | body)

    assert (refused.status_code, refused.json["code"]) == (409, code)
    assert lin.get("/children").json["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"gestation_at_birth": "38周"},
        {"gestation_at_birth": "38+9"},
        {"kind": "aunt"},
        {"sex": "x"},
        {"name": ""},
        {"rank": 0},
        {"more": 1},
    ],
)
def test_a_child_in_another_shape_is_refused(lin, body):
    agree(lin)

    refused = lin.post("/children", {"birth_day": BORN, "kind": "mother"} | body)

    assert (refused.status_code, refused.json["code"]) == (422, "core.bad_request")


def test_the_same_child_twice_is_one(lin):
    add_child(lin)

    again = lin.post("/children", {"birth_day": BORN, "kind": "mother"})

    assert again.json["code"] == "handbook.child_known"


def test_twins_are_told_apart_by_their_rank(lin):
    add_child(lin, name=None)
    add_child(lin, name=None, rank=2)

    assert [one["birth_rank"] for one in lin.get("/children").json["items"]] == [1, 2]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "", None),
        ("get", "/signs", None),
        ("get", "/growth", None),
        ("post", "/visits", {"item_key": VISIT, "day": "2026-05-01"}),
        ("post", "/doses", {"vaccine": "DTaP", "number": 1, "day": "2026-05-01"}),
        ("post", "/measurements", {"kind": "weight", "value": "6.1", "day": "2026-05-01"}),
        ("post", "/records/vis_1/withdraw", {}),
    ],
)
def test_another_familys_child_is_not_there(lin, mei, method, path, body):
    child_id = add_child(lin)
    agree(mei)
    arguments = () if body is None else (body,)

    refused = getattr(mei, method)(f"/children/{child_id}{path}", *arguments)

    assert (refused.status_code, refused.json["code"]) == (404, "core.not_found")
    assert mei.get("/children").json["items"] == []


def test_somebody_who_no_longer_looks_after_a_child_sees_nothing_of_it(lin, mei, database, cast):
    child_id = add_child(lin)
    with database.transaction() as session:
        child = child_row(session, cast, child_id)
        mother = session.get_one(Person, cast.mother.id)
        father = session.get_one(Person, cast.newcomer.id)
        actor = scene.her(mother)
        add_guardian(
            session, child=child, person=father, kind=GuardianKind.FATHER, actor=actor, now=NOW
        )
    assert mei.get(f"/children/{child_id}").status_code == 200

    with database.transaction() as session:
        child = child_row(session, cast, child_id)
        end_guardianship(
            session, child=child, person_id=cast.newcomer.id, reason=EndReason.OWN_WISH,
            actor=actor, now=NOW,
        )  # fmt: skip

    assert mei.get(f"/children/{child_id}").status_code == 404
    assert lin.get(f"/children/{child_id}").status_code == 200


def test_a_child_whose_consent_was_taken_back_is_closed(lin):
    child_id = add_child(lin)
    agree(lin, decision="withdraw")

    refused = [lin.get(f"/children/{child_id}{path}") for path in ("", "/signs", "/growth")]

    assert {each.status_code for each in refused} == {409}
    assert {each.json["code"] for each in refused} == {"handbook.child_consent_needed"}
