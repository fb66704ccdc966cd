"""The rules of booking: defaults with their origin, what is set, what is no rule."""

from datetime import time, timedelta

import pytest

from booking import policy
from booking.errors import BadRule, BadRuleTime, NoSuchRule
from booking.policy import Policy
from booking.queries import policy_of
from booking.supply.actions_policy import set_clinic_policy, set_policy
from booking.supply.queries_supply import changes_of, hospital_rules
from core.errors import NotFound
from tests.booking.supply.weeks import by


def test_every_rule_has_a_default_a_name_and_an_origin():
    found = policy.rules()

    assert {one.key for one in found} == set(Policy.model_fields)
    assert all(one.label and one.origin and one.default for one in found)


def test_every_default_lies_within_its_limits():
    assert policy.checked({one.key: one.default for one in policy.rules()})


def test_a_clinic_sets_over_its_hospital_and_that_over_the_defaults(weekly):
    given = {"hospital_id": weekly.cast.hospital.id}
    for _ in range(2):
        set_policy(
            weekly.session, values={"hold_minutes": "20", "release_time": "07:30"},
            by=by(weekly.cast, "rules-1"), **given,
        )  # fmt: skip
        set_clinic_policy(
            weekly.session, clinic_id=weekly.clinic.id, values={"hold_minutes": 5},
            by=by(weekly.cast, "rules-2"), **given,
        )  # fmt: skip

    rules = policy_of(weekly.session, clinic=weekly.clinic)
    assert (rules.hold, rules.release_time) == (timedelta(minutes=5), time(7, 30))
    assert rules.release_days == policy.default().release_days
    assert hospital_rules(weekly.session, hospital_id=weekly.cast.hospital.id) == {
        "hold_minutes": 20, "release_time": "07:30",
    }  # fmt: skip
    newest = changes_of(weekly.session, subject_id=weekly.clinic.id)[0]
    assert (newest.act, newest.before, newest.after) == (
        "set_clinic_policy", {}, {"hold_minutes": 5},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "refusal", "details"),
    [
        ({"hold_minutes": "0"}, BadRule, {"rule": "锁号几分钟", "least": 1, "most": 240}),
        ({"hold_minutes": "many"}, BadRule, {"rule": "锁号几分钟", "least": 1, "most": 240}),
        ({"release_days": 181}, BadRule, {"rule": "提前几天放号", "least": 1, "most": 180}),
        ({"release_time": "25:00"}, BadRuleTime, {"rule": "几点放号"}),
        ({"no_rule": "1"}, NoSuchRule, {"rule": "no_rule"}),
    ],
    ids=["too few", "no number", "too many", "no time", "no rule"],
)
def test_a_rule_that_cannot_be_is_refused(session, cast, values, refusal, details):
    with pytest.raises(refusal) as refused:
        set_policy(session, hospital_id=cast.hospital.id, values=values, by=by(cast))

    assert refused.value.details == details


def test_another_hospital_sets_no_rule_of_our_clinics(weekly):
    with pytest.raises(NotFound):
        set_clinic_policy(
            weekly.session, hospital_id=weekly.cast.other_hospital.id,
            clinic_id=weekly.clinic.id, values={}, by=by(weekly.cast),
        )  # fmt: skip
