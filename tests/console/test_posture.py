"""How a child's length was taken, as staff write it down."""

import pytest


@pytest.fixture
def life(child):
    return f"/families/{child.family_id}/lives/{child.id}"


@pytest.mark.parametrize(
    ("posture", "said"),
    [("lying", "68 厘米（躺着量）"), ("standing", "68 厘米（站着量）"), ("", "68 厘米")],
)
def test_a_length_is_kept_with_its_posture(desk, life, posture, said):
    care_worker = desk("care_worker")

    answer = care_worker.send(
        f"{life}/measurements", day="2026-06-01", child_height="68", posture=posture
    )

    assert answer.status_code == 303
    assert said in care_worker.read(f"{life}/")


def test_a_posture_that_there_is_not_is_refused(desk, life):
    answer = desk("care_worker").send(
        f"{life}/measurements", day="2026-06-01", child_height="68", posture="sitting"
    )

    assert answer.status_code == 400


def test_the_posture_is_asked_of_children_only(desk, pregnancy, life):
    care_worker = desk("care_worker")
    hers = f"/families/{pregnancy.family_id}/lives/{pregnancy.id}/"

    assert "怎么量的" in care_worker.read(f"{life}/")
    assert "怎么量的" not in care_worker.read(hers)
