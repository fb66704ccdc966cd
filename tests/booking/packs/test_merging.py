"""What was done without a network, merged under each act's own key: nothing lost or doubled."""

from datetime import timedelta

import pytest

from booking.attendance import pack, visits
from booking.models import Appointment, AppointmentState
from booking.models_pack import PackOutcome
from booking.steps import By
from tests import scene
from tests.booking.packs.ways import ALL_OF_IT, MINUTE, lines, steps, walk_in
from tests.world import NOW


def test_what_was_done_without_a_network_is_taken_at_its_own_time(
    session, visit, machine, merge, by
):
    merged = merge(machine(visit, *ALL_OF_IT))

    assert merged.new == {PackOutcome.DONE: 5}
    assert visit.appointment.state is AppointmentState.SEEN
    assert visit.appointment.checked_in_at == NOW
    assert [one.made_at for one in steps(session, visit)[1:]] == [
        NOW + at * MINUTE for at in range(5)
    ]
    assert {one.made_by_id for one in steps(session, visit)[1:]} == {by.actor.id}


def test_the_same_file_twice_is_as_once(session, visit, machine, merge):
    file = [*machine(visit, *ALL_OF_IT), walk_in("王芳")]
    merge(file)

    again = merge(file)

    assert (again.new, again.known) == ({}, 6)
    assert len(steps(session, visit)) == 6
    assert len(lines(session)) == 6


def test_without_its_keys_the_same_file_doubles(session, visit, machine, merge):
    """The control of the test above: it is the keys that keep doubles away."""
    acts = ("check_in", "call", "recall")
    merge([*machine(visit, *acts), walk_in("王芳")])

    again = merge([*machine(visit, *acts), walk_in("王芳", number=901)])

    assert again.known == 0
    assert [one.name for one in lines(session)].count("王芳") == 2
    assert [one.after.value for one in steps(session, visit)].count("called") == 2


def test_who_was_called_is_not_checked_in_once_more(session, visit, machine, merge):
    merge(machine(visit, "check_in", "call"))

    merged = merge(machine(visit, "check_in"))

    assert merged.new == {PackOutcome.ALREADY: 1}
    assert visit.appointment.state is AppointmentState.CALLED
    assert visit.appointment.queue_number == 1


def test_who_has_not_come_is_not_put_back_into_the_line(session, visit, machine, merge):
    merged = merge(machine(visit, "recall"))

    assert merged.new == {PackOutcome.CHANGED: 1}
    assert visit.appointment.state is AppointmentState.BOOKED


def test_a_key_that_stands_twice_in_one_file_counts_once(session, visit, machine, merge):
    [came] = machine(visit, "check_in")

    merged = merge([came, came])

    assert (merged.new, merged.known) == ({PackOutcome.DONE: 1}, 1)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["as they were", "the other way round"])
def test_the_files_of_two_machines_merge_into_one_day(session, visit, machine, merge, order):
    files = [
        machine(visit, "check_in", "call", "finish", since=NOW + MINUTE),
        machine(visit, "check_in", since=NOW),
    ]

    for which in order:
        merge(files[which])

    assert visit.appointment.state is AppointmentState.SEEN
    assert [one.after.value for one in steps(session, visit)] == [
        "booked", "checked_in", "called", "seen",
    ]  # fmt: skip
    assert sorted(one.outcome.value for one in lines(session)) == [
        "already", "done", "done", "done",
    ]  # fmt: skip


def test_what_somebody_else_changed_meanwhile_is_kept_for_staff_with_how_it_stood(
    session, cast, visit, machine, merge, by
):
    visits.cancel_by_clinic(
        session, hospital_id=cast.hospital.id, appointment_id=visit.appointment.id, by=by
    )

    merged = merge(machine(visit, "check_in"))

    [line] = pack.lines_to_look_at(session, clinic_id=visit.clinic.id)
    assert merged.new == {PackOutcome.CHANGED: 1}
    assert (line.outcome, line.found) == (
        PackOutcome.CHANGED, AppointmentState.CANCELLED_BY_CLINIC,
    )  # fmt: skip
    assert visit.appointment.state is AppointmentState.CANCELLED_BY_CLINIC


def test_who_was_put_back_after_she_was_seen_is_for_staff_to_look_at(
    session, visit, machine, merge
):
    merge(machine(visit, "check_in", "call", "finish"))

    merged = merge(machine(visit, "recall"))

    assert merged.new == {PackOutcome.CHANGED: 1}


def test_a_visit_of_another_clinic_is_not_touched(session, cast, machine, merge):
    elsewhere = scene.desk(
        session, cast.hospital, day=scene.TODAY, name="儿保门诊", hours=((12, 0),)
    )
    other = scene.booked(session, cast.mother, elsewhere.slots[0], hospital=cast.hospital)

    merged = merge(machine(other, "check_in"))

    assert merged.new == {PackOutcome.NOT_ON_LIST: 1}
    assert other.appointment.state is AppointmentState.BOOKED


def test_an_act_of_another_day_by_that_machines_clock_is_for_staff_to_look_at(
    session, visit, machine, merge
):
    merged = merge(machine(visit, "check_in", since=NOW - timedelta(days=1)))

    assert merged.new == {PackOutcome.NOT_ITS_DAY: 1}
    assert visit.appointment.state is AppointmentState.BOOKED


def test_a_clock_that_goes_ahead_is_taken_back_to_ours(session, visit, machine, merge, by):
    merge(machine(visit, "check_in", since=by.now + timedelta(hours=1)))

    assert visit.appointment.checked_in_at == by.now


def test_days_later_a_check_in_still_counts_for_its_own_day(session, visit, machine, merge):
    merge(machine(visit, "check_in"), now=NOW + timedelta(days=3))

    assert visit.appointment.state is AppointmentState.CHECKED_IN
    assert visit.appointment.queue_number == 1


def test_who_was_marked_as_missed_has_come_after_all(session, cast, visit, machine, merge, by):
    visits.miss(
        session, hospital_id=cast.hospital.id, appointment_id=visit.appointment.id,
        by=By(by.actor, "did_not_come", NOW + timedelta(hours=6)),
    )  # fmt: skip

    merge(machine(visit, "check_in", "call", "finish"), now=NOW + timedelta(hours=7))

    assert visit.appointment.state is AppointmentState.SEEN


def test_appointments_are_read_anew_after_a_merge(session, visit, machine, merge):
    merge(machine(visit, "check_in", "leave"))

    assert session.get_one(Appointment, visit.appointment.id).state is AppointmentState.LEFT
