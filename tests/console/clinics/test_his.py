"""The clerk sees where the house and the hospital's own system differ."""

import pytest

from booking.his.reconciling import Difference, report
from tests.world import NOW

FOUND = [
    Difference("slot_here_only", "S1", "2026-06-03 08:30–09:00 ×1 产科专家门诊", ""),
    Difference("booking_differs", "1001", "S1", "S2"),
]


@pytest.fixture
def compared(database, cast):
    def compared(hospital, found):
        with database.transaction() as session:
            report(session, hospital_id=hospital.id, found=found, now=NOW)

    return compared


def test_before_the_first_comparison_there_is_nothing(clerk):
    assert "还没有核对过" in clerk.read("/clinics/his/")


def test_what_differs_is_shown_from_both_sides(clerk, compared, cast):
    compared(cast.hospital, FOUND)

    page = clerk.read("/clinics/his/")

    assert "2026年6月1日 10:00 核对，2 处不一致" in page
    assert "医院系统没有这个号源" in page
    assert "这里：</span>2026-06-03 08:30–09:00 ×1 产科专家门诊<" in page
    assert "医院系统：</span>无<" in page
    assert '1001</span><div><span class="yy-quiet">这里：</span>S1<' in page


def test_two_that_agree_are_said_to(clerk, compared, cast):
    compared(cast.hospital, FOUND)
    compared(cast.hospital, [])

    assert "两边一致" in clerk.read("/clinics/his/")


def test_another_hospital_s_differences_are_not_shown(clerk, compared, cast):
    compared(cast.other_hospital, FOUND)

    assert "还没有核对过" in clerk.read("/clinics/his/")


def test_the_way_there_leads_over_what_is_to_be_settled(clerk):
    assert 'href="/console/clinics/his/"' in clerk.read("/clinics/conflicts/")


def test_who_has_no_clinics_sees_nothing(desk):
    assert desk("author").open("/clinics/his/").status_code == 403
