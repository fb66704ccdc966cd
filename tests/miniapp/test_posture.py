"""How a length was taken, and a sex told later: both move a child's place on the curve."""

import pytest

from tests.miniapp.family import add_child
from tests.miniapp.growth_asked import DAY, growth, measure

pytestmark = pytest.mark.slow  # each asks the whole program several times

THREE_YEARS = "2023-05-10"


def stand(signed, child_id, value, posture):
    body = {"kind": "length", "value": value, "day": DAY, "posture": posture}
    return signed.post(f"/children/{child_id}/measurements", body)


def test_a_length_taken_lying_is_compared_as_what_it_is_standing(lin):
    """WHO: a child is 0.7 cm longer lying than standing."""
    lying, standing = (add_child(lin, birth_day=THREE_YEARS, rank=rank) for rank in (1, 2))

    stand(lin, lying, "95.7", "lying")
    stand(lin, standing, "95.0", "standing")

    (first,) = growth(lin, lying, "length")["points"]
    (second,) = growth(lin, standing, "length")["points"]
    assert first["z"] == second["z"]
    assert (first["value"], first["posture"]) == (95.7, "lying")


def test_without_a_posture_it_is_the_usual_one_of_the_age(lin):
    child_id = add_child(lin, birth_day=THREE_YEARS)
    measure(lin, child_id, "length", "95.0")
    other = add_child(lin, birth_day=THREE_YEARS, rank=2)
    stand(lin, other, "95.0", "standing")

    told = growth(lin, child_id, "length")
    assert told["usual_posture"] == "standing"
    assert told["points"][0]["posture"] is None
    assert told["points"][0]["z"] == growth(lin, other, "length")["points"][0]["z"]


def test_an_infant_is_measured_lying(lin):
    assert growth(lin, add_child(lin), "length")["usual_posture"] == "lying"


def test_a_weight_has_no_posture(lin):
    child_id = add_child(lin)
    body = {"kind": "weight", "value": "6.4", "day": DAY, "posture": "lying"}

    answer = lin.post(f"/children/{child_id}/measurements", body)

    assert (answer.status_code, answer.json["code"]) == (409, "handbook.no_such_item")


def test_once_the_sex_is_told_there_is_a_curve(lin):
    child_id = add_child(lin, sex=None)
    measure(lin, child_id, "weight", "6.4")
    before = growth(lin, child_id)

    answer = lin.post(f"/children/{child_id}/sex", {"sex": "female"})

    assert (before["svg"], before["points"][0]["z"]) == (None, None)
    assert (answer.status_code, answer.json["sex"]) == (200, "female")
    assert growth(lin, child_id)["points"][0]["z"] is not None


def test_a_sex_is_told_once(lin):
    child_id = add_child(lin, sex="female")

    answer = lin.post(f"/children/{child_id}/sex", {"sex": "male"})

    assert (answer.status_code, answer.json["code"]) == (409, "handbook.sex_known")


def test_nobody_tells_the_sex_of_another_womans_child(lin, mei):
    child_id = add_child(lin, sex=None)

    assert mei.post(f"/children/{child_id}/sex", {"sex": "male"}).status_code == 404
