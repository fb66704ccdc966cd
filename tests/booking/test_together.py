"""Bookings that arrive together leave what they would have left one after another."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actions import meet
from accounts.models import AuditRow, Person
from booking import actions, together
from booking.actions import Request
from booking.errors import SlotFull
from booking.models import Appointment, Quota, Share, Slot, Step
from booking.models_supply import BookingPolicy, Clinic
from booking.queries import Booked
from booking.together import Asked
from core.db import Session
from core.errors import Refusal
from tests.make import Make
from tests.world import NOW, Cast, UndoneDatabase

HALF_HOUR = timedelta(minutes=30)
MARK = "req_together"
Told = Booked | SlotFull | None


@dataclass(frozen=True)
class Scene:
    """Four people and three slots: the last two are at one time, the second has one place."""

    database: UndoneDatabase
    session: Session
    people: Sequence[Person]
    slots: Sequence[Slot]
    cast: Cast

    def request(self, person: int, slot: int, key: str) -> Request:
        make = Make(self.session, self.cast)
        return make.request(self.slots[slot], person=self.people[person], key=key)

    def book(self, *requests: Request) -> list[Told]:
        return together.book(self.database, [Asked(one, NOW, MARK) for one in requests])


@pytest.fixture
def scene(database: UndoneDatabase, session: Session, cast: Cast, make: Make) -> Scene:
    times = [NOW + timedelta(days=day) for day in (2, 3, 3)]
    slots = [
        make.slot(places=places, starts_at=at) for places, at in zip([2, 1, 3], times, strict=True)
    ]
    people = [
        meet(session, hospital=cast.hospital, appid="wxOA0001", openid=f"oOA_{number}",
             unionid=None, now=NOW)
        for number in range(4)
    ]  # fmt: skip
    session.flush()
    return Scene(database, session, people, slots, cast)


def rows(session: Session, kind: type) -> list[dict[str, object]]:
    session.expire_all()
    return [dict(row) for row in session.execute(sa.select(kind.__table__)).mappings()]


def taken(scene: Scene, slot: int = 0) -> int:
    where = sa.and_(Quota.slot_id == scene.slots[slot].id, Quota.share == Share.ONLINE)
    return scene.session.scalars(sa.select(Quota.taken).where(where)).one()


def test_each_gets_a_place_with_a_step_and_an_audit_row(scene: Scene) -> None:
    first, second = scene.book(scene.request(0, 0, "a"), scene.request(1, 0, "b"))

    assert isinstance(first, Booked)
    assert isinstance(second, Booked)
    assert taken(scene) == 2
    assert [row["appointment_id"] for row in rows(scene.session, Step)] == [
        first.appointment.id, second.appointment.id,
    ]  # fmt: skip
    audited = scene.session.scalars(
        sa.select(AuditRow.request).where(AuditRow.act == "appointment_booked")
    )
    assert list(audited) == [MARK, MARK]


def test_what_is_told_is_what_was_written(scene: Scene) -> None:
    (told,) = scene.book(scene.request(0, 0, "a"))

    read = scene.session.get_one(Appointment, told.appointment.id)
    columns = sa.inspect(Appointment).columns.keys()
    assert {key: getattr(told.appointment, key) for key in columns} == {
        key: getattr(read, key) for key in columns
    }
    for kind, thing in ((Slot, told.slot), (Clinic, told.clinic)):
        stands = scene.session.get_one(kind, thing.id)
        keys = sa.inspect(kind).columns.keys()
        assert {key: getattr(thing, key) for key in keys} == {
            key: getattr(stands, key) for key in keys
        }


def test_who_came_first_gets_the_last_place(scene: Scene) -> None:
    told = scene.book(*(scene.request(person, 1, "a") for person in (2, 0, 1)))

    assert isinstance(told[0], Booked)
    assert [type(one) for one in told[1:]] == [SlotFull, SlotFull]
    assert taken(scene, 1) == 1


def test_a_full_slot_is_told_without_a_lock(scene: Scene) -> None:
    scene.book(scene.request(0, 1, "a"))

    (told,) = scene.book(scene.request(1, 1, "b"))

    assert isinstance(told, SlotFull)


def test_a_doubled_tap_takes_no_rivals_place(scene: Scene) -> None:
    same = scene.request(0, 0, "a")

    told = scene.book(same, same, scene.request(1, 0, "b"))

    assert [type(one) for one in told] == [Booked, type(None), Booked]


def test_the_same_key_again_is_left_alone(scene: Scene) -> None:
    scene.book(scene.request(0, 0, "a"))

    assert scene.book(scene.request(0, 0, "a")) == [None]
    assert taken(scene) == 1


def test_a_patients_second_wish_in_one_run_is_left_alone(scene: Scene) -> None:
    told = scene.book(scene.request(0, 0, "a"), scene.request(0, 2, "b"))

    assert [type(one) for one in told] == [Booked, type(None)]


def test_an_overlapping_wish_is_left_alone(scene: Scene) -> None:
    scene.book(scene.request(0, 1, "a"))

    assert scene.book(scene.request(0, 2, "b")) == [None]
    assert taken(scene, 2) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"is_closed": True},
        {"shown_at": NOW + timedelta(minutes=1)},
        {"starts_at": NOW + timedelta(minutes=29)},
    ],
    ids=["closed", "not shown yet", "begins too soon"],
)
def test_a_slot_that_is_not_to_be_booked_now_is_left_alone(
    scene: Scene, change: dict[str, object]
) -> None:
    scene.session.execute(sa.update(Slot).where(Slot.id == scene.slots[0].id).values(change))

    assert scene.book(scene.request(0, 0, "a")) == [None]
    assert taken(scene) == 0


@pytest.mark.parametrize(
    "change", [{"is_open": False}, {"is_drawn": True}], ids=["closed", "drawn"]
)
def test_a_clinic_that_gives_no_place_by_order_is_left_alone(
    scene: Scene, change: dict[str, object]
) -> None:
    scene.session.execute(
        sa.update(Clinic).where(Clinic.id == scene.slots[0].clinic_id).values(change)
    )

    assert scene.book(scene.request(0, 0, "a")) == [None]


def test_a_slot_of_another_hospital_is_left_alone(scene: Scene) -> None:
    elsewhere = replace(scene.request(0, 0, "a"), hospital_id=scene.cast.other_hospital.id)

    assert scene.book(elsewhere) == [None]


@pytest.mark.parametrize(
    ("hospital", "clinic", "is_booked"),
    [({}, {}, True), ({"closes_before_minutes": 3000}, {}, False),
     ({"closes_before_minutes": 3000}, {"closes_before_minutes": 10}, True)],
    ids=["default", "of the hospital", "of the clinic"],
)  # fmt: skip
def test_the_rule_on_closing_is_the_clinics_then_the_hospitals(
    scene: Scene, hospital: dict[str, int], clinic: dict[str, int], *, is_booked: bool
) -> None:
    scene.session.add(
        BookingPolicy(hospital_id=scene.cast.hospital.id, values=hospital, made_by_id="x",
                      made_at=NOW)
    )  # fmt: skip
    scene.session.execute(
        sa.update(Clinic).where(Clinic.id == scene.slots[0].clinic_id).values(policy=clinic)
    )
    scene.session.flush()

    (told,) = scene.book(scene.request(0, 0, "a"))

    assert isinstance(told, Booked) is is_booked


@pytest.mark.parametrize(
    ("change", "is_plain"),
    [({}, True), ({"share": Share.DESK}, False), ({"course_id": "c"}, False)],
    ids=["online", "desk", "course"],
)
def test_only_wishes_for_a_single_place_online_are_plain(
    scene: Scene, change: dict[str, object], *, is_plain: bool
) -> None:
    assert together.is_plain(replace(scene.request(0, 0, "a"), **change)) is is_plain


def kind(told: Told | Refusal) -> str:
    return type(told).__name__


def one_by_one(scene: Scene, requests: Sequence[Request]) -> list[str]:
    """Book each alone, in a session of its own."""
    return [kind(alone(scene, request)) for request in requests]


def alone(scene: Scene, request: Request) -> Booked | Refusal:
    try:
        with scene.database.transaction() as session:
            return actions.book(session, request=request, now=NOW)
    except Refusal as refused:
        return refused


@contextmanager
def undone(database: UndoneDatabase) -> Iterator[None]:
    """Undo what the block changes, whichever session or none it went through."""
    point = database.connection.begin_nested()
    try:
        yield
    finally:
        point.rollback()


def left(session: Session) -> list[object]:
    """Return all that bookings wrote, without what chance or a sequence gave it."""
    appointments = rows(session, Appointment)
    names = {one["id"]: (one["person_id"], one["idempotency_key"]) for one in appointments}
    unlike = {"id", "number", "appointment_id", "subject_id", "request"}
    written = [
        {key: value for key, value in row.items() if key not in unlike}
        | {"of": names[row.get("appointment_id") or row.get("subject_id") or row["id"]]}
        for row in [
            *appointments, *rows(session, Step),
            *(row for row in rows(session, AuditRow) if row["subject_kind"] == "appointment"),
        ]
    ]  # fmt: skip
    return sorted(map(repr, [*written, *rows(session, Quota)]))


@pytest.mark.slow
@settings(
    max_examples=20, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(
    before=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.sampled_from("xy")),
                    max_size=3),
    wishes=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.sampled_from("abx")),
                    min_size=1, max_size=8),
)  # fmt: skip
def test_together_is_as_if_one_after_another(
    scene: Scene,
    before: list[tuple[int, int, str]],
    wishes: list[tuple[int, int, str]],
) -> None:
    """Those settled together come first, in their order; then those left alone, in theirs."""
    requests = [scene.request(*wish) for wish in wishes]
    with undone(scene.database):
        one_by_one(scene, [scene.request(*wish) for wish in before])
        left_before = left(scene.session)
        with undone(scene.database):
            told = scene.book(*requests)
            remaining = [one for one, got in zip(requests, told, strict=True) if got is None]
            outcomes = [kind(got) for got in told if got is not None]
            outcomes += one_by_one(scene, remaining)
            left_together = left(scene.session)
        assert left(scene.session) == left_before

        settled = [one for one, got in zip(requests, told, strict=True) if got is not None]
        assert one_by_one(scene, [*settled, *remaining]) == outcomes
        assert left(scene.session) == left_together
