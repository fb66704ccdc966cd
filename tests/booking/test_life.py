"""Any order of acts over the whole life keeps the invariants of the desk."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.audit import PROGRAM
from accounts.models import AuditRow
from booking import actions, places, waiting
from booking.attendance import sweeps, visits
from booking.models import LIVE, Appointment, AppointmentState, Quota, Share, Slot, Step
from booking.models_waiting import FreedPlace, Waiting, WaitingState
from booking.release import freeing, offers
from booking.rules import GIVES_BACK, NEXT
from booking.steps import By
from core.db import Session
from core.errors import Refusal
from tests.booking.life.clinic_day import DAY, ClinicDay, at, clinic_day, in_share
from tests.world import NOW, Cast

PEOPLE, SLOTS = 6, 3
WHO, SLOT, ANY = st.integers(0, PEOPLE - 1), st.integers(0, SLOTS - 1), st.integers(0, 50)
MORNING = at(DAY, 8)
EVENING = 12
"""The morning of the visits comes after so many acts: before it the list is served."""

FULL = [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2), (0, 2)]
"""Who has which slot at first: all is full."""


class Desk(RuleBasedStateMachine):
    """Six people, three slots of which two overlap; at first all is taken, and two wait."""

    session: Session
    cast: Cast
    day: ClinicDay
    served = 0
    """How often the waiting list was served in all runs."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = self.session.begin_nested()
        self.day = clinic_day(
            self.session, self.cast, people=PEOPLE,
            starts=[at(DAY, 8, 30), at(DAY, 8, 45), at(DAY, 14)],
            shares={Share.ONLINE: 2, Share.DESK: 1},
        )  # fmt: skip
        self.now = NOW
        self.made = self.acts = 0
        for who, slot in FULL:
            self.day.books(who, slot)
        for who in (PEOPLE - 1, PEOPLE - 2):
            self.day.waits(who)

    @rule(who=WHO, slot=SLOT, act=st.sampled_from([actions.book, actions.hold]))
    def books(self, who: int, slot: int, act: Callable[..., object]) -> None:
        self._try(lambda: act(self.session, request=self._request(who, slot), now=self.now))

    @rule(who=WHO, slot=SLOT, act=st.sampled_from([visits.walk_in, visits.add_extra]))
    def comes_to_the_desk(self, who: int, slot: int, act: Callable[..., object]) -> None:
        wish = in_share(self._request(who, slot), Share.DESK)
        self._try(lambda: act(self.session, request=wish, by=self._by()))

    @rule(which=ANY, act=st.sampled_from([actions.cancel, actions.confirm]))
    def gives_up_or_confirms(self, which: int, act: Callable[..., object]) -> None:
        for one in self._picked(which):
            self._try(
                lambda one=one: act(
                    self.session, person_id=one.person_id, appointment_id=one.id, by=self._by()
                )
            )

    @rule(which=ANY, slot=SLOT)
    def moves(self, which: int, slot: int) -> None:
        for one in self._picked(which):
            self._try(
                lambda one=one: actions.move(
                    self.session, person_id=one.person_id, appointment_id=one.id,
                    slot_id=self.day.slots[slot].id, by=self._by(),
                )
            )  # fmt: skip

    @rule(
        which=ANY,
        act=st.sampled_from(
            [visits.check_in, visits.call, visits.recall, visits.finish, visits.leave,
             visits.miss, visits.cancel_by_clinic]
        ),
    )  # fmt: skip
    def hospital_acts(self, which: int, act: Callable[..., object]) -> None:
        for one in self._picked(which):
            self._try(
                lambda one=one: act(
                    self.session, hospital_id=self.cast.hospital.id, appointment_id=one.id,
                    by=self._by(),
                )
            )  # fmt: skip

    @rule(who=WHO)
    def waits(self, who: int) -> None:
        self.made += 1
        wish = self.day.wish(who, key=f"wait {self.made}")
        self._try(lambda: waiting.join(self.session, wish=wish, now=self.now))

    @rule(
        which=ANY,
        act=st.sampled_from([waiting.take_offer, waiting.refuse_offer, waiting.leave]),
    )
    def answers(self, which: int, act: Callable[..., object]) -> None:
        entries = self.session.scalars(sa.select(Waiting).order_by(Waiting.joined_at)).all()
        for entry in entries[which % len(entries) : which % len(entries) + 1] if entries else []:
            self._try(
                lambda entry=entry: act(
                    self.session, person_id=entry.person_id, waiting_id=entry.id, by=self._by()
                )
            )

    @rule(minutes=st.sampled_from([1, 16, 300]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        sweeps.expire_holds(self.session, now=self.now)
        freeing.show_freed(self.session, now=self.now)
        freeing.serve_free(self.session, now=self.now)
        waiting.close_lists(self.session, now=self.now)
        sweeps.sweep_no_shows(self.session, now=self.now)

    @precondition(lambda self: self.acts > EVENING and self.now < MORNING)
    @rule()
    def morning_comes(self) -> None:
        self.now = MORNING

    @rule(minutes=st.sampled_from([0, 30]))
    def freed_places_are_shown_later(self, minutes: int) -> None:
        self.day.policy(freed_shown_after_minutes=minutes)

    @invariant()
    def every_counter_equals_its_rows_and_is_within_its_places(self) -> None:
        keeping = self._by_quota(Appointment, Appointment.state.not_in(GIVES_BACK))
        withheld = self._by_quota(FreedPlace, FreedPlace.is_withheld)
        for quota in self.session.scalars(self._fresh(sa.select(Quota))):
            key = (quota.slot_id, quota.share)
            assert keeping[key] + withheld[key] == quota.taken <= quota.places

    @invariant()
    def nobody_is_in_two_places_at_once(self) -> None:
        live = self.session.scalars(self._fresh(sa.select(Appointment).where(sa.text(LIVE))))
        held = sorted((one.patient_number, one.during.lower, one.during.upper) for one in live)
        assert all(
            before[0] != after[0] or before[2] <= after[1]
            for before, after in zip(held, held[1:], strict=False)
        )

    @invariant()
    def an_offer_is_a_held_place_and_a_held_place_of_the_list_is_an_offer(self) -> None:
        offered = self.session.scalars(
            sa.select(Waiting.appointment_id).where(Waiting.state == WaitingState.OFFERED)
        )
        held = self.session.scalars(
            sa.select(Appointment.id).where(
                Appointment.state == AppointmentState.HELD, Appointment.channel == "waiting_list"
            )
        )
        assert sorted(offered) == sorted(held)

    @invariant()
    def nobody_is_served_before_who_stood_in_front_and_was_not_passed_over(self) -> None:
        entries = {one.id: one for one in self.session.scalars(sa.select(Waiting))}
        turn = {key: (one.priority, one.joined_at, one.id) for key, one in entries.items()}
        for freed in self.session.scalars(self._fresh(sa.select(FreedPlace))):
            told = [one["id"] for one in freed.passed]
            served = [*told, freed.given_to] if freed.given_to else told
            assert [turn[key] for key in served] == sorted(turn[key] for key in served)
            assert all(why_is_said(one) for one in freed.passed)

    @invariant()
    def every_state_is_its_last_step_and_every_step_is_in_the_table_and_audited(self) -> None:
        steps: dict[str, list[Step]] = {}
        for step in self.session.scalars(sa.select(Step).order_by(Step.number)):
            steps.setdefault(step.appointment_id, []).append(step)
        for one in self.session.scalars(self._fresh(sa.select(Appointment))):
            life = steps[one.id]
            assert life[-1].after is one.state
            assert all(
                after.before == before.after.value and after.after.value in NEXT[after.before]
                for before, after in zip(life, life[1:], strict=False)
            )
        acts = sa.select(sa.func.count()).where(AuditRow.act.like("appointment\\_%"))
        assert self.session.scalar(acts) == sum(len(life) for life in steps.values())

    def teardown(self) -> None:
        """Undo everything, for the next run."""
        served = sa.select(sa.func.count()).where(FreedPlace.given_to.is_not(None))
        type(self).served += self.session.scalar(served)
        self.undo.rollback()

    def _try(self, act: Callable[[], object]) -> None:
        """Act as a door does: a refusal leaves nothing."""
        self.acts += 1
        try:
            with self.session.begin_nested():
                act()
        except Refusal:
            self.session.expire_all()

    def _request(self, who: int, slot: int) -> actions.Request:
        self.made += 1
        return self.day.request(who, slot, f"key {self.made}")

    def _by(self) -> By:
        return By(PROGRAM, "asked", self.now)

    def _picked(self, which: int) -> list[Appointment]:
        """Return one of the appointments, the newest more often than not."""
        newest = sa.select(Appointment).order_by(Appointment.number.desc())
        found = self.session.scalars(newest).all()
        return [found[which % len(found)]] if found else []

    def _fresh(self, statement: sa.Select) -> sa.Select:
        return statement.execution_options(populate_existing=True)

    def _by_quota(
        self, table: type[Appointment] | type[FreedPlace], where: sa.ColumnElement[bool]
    ) -> Counter[tuple[str, Share]]:
        found = self.session.execute(sa.select(table.slot_id, table.share).where(where))
        return Counter((slot_id, share) for slot_id, share in found)


def why_is_said(passed: dict[str, str]) -> bool:
    return passed["why"] in {why.value for why in offers.Passed}


RUNS = settings(
    max_examples=8,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)

CONTROL = settings(RUNS, max_examples=80, phases=[Phase.generate])
"""The first example that breaks the desk ends it; there is no need to shrink it."""


@pytest.mark.slow
@pytest.mark.no_cover  # walks thousands of times where others walk once
def test_the_invariants_of_the_desk_hold_in_any_order(session: Session, cast: Cast) -> None:
    Desk.session, Desk.cast = session, cast

    run_state_machine_as_test(Desk, settings=RUNS)

    assert session.scalars(sa.select(Slot)).all() == []
    assert Desk.served > 0


def give_back_twice(session: Session, *, slot_id: str, share: Share) -> None:
    """Give a place back as it must not be done: twice, as far as there is one."""
    for _ in range(2):
        session.execute(
            sa.update(Quota)
            .where(Quota.slot_id == slot_id, Quota.share == share, Quota.taken > 0)
            .values(taken=Quota.taken - 1)
        )


def forget(session: Session, *, slot_id: str, share: Share) -> None:
    """Forget to give a place back."""


@pytest.mark.slow
@pytest.mark.no_cover  # walks thousands of times where others walk once
@pytest.mark.parametrize("wrong", [give_back_twice, forget])
def test_control_a_place_given_back_wrongly_is_found(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch, wrong: Callable[..., None]
) -> None:
    Desk.session, Desk.cast = session, cast
    monkeypatch.setattr(places, "give_back", wrong)

    with pytest.raises((AssertionError, sa.exc.IntegrityError)):
        run_state_machine_as_test(Desk, settings=CONTROL)
