"""Figures of a hospital's clinics by week: booked ahead, missed, waited for, places used.

Set-based: one statement for visits and one for places, both over the slots of the days asked for;
whether the next visit stood is one look at the person's appointments each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.clock import beijing_moment
from core.db import Session, rows

VISITS = """
with visit as (
    select slot.clinic_id, appointment.state,
        date_trunc('week', slot.starts_at at time zone 'Asia/Shanghai')::date as week,
        (slot.starts_at at time zone 'Asia/Shanghai')::date
            - (appointment.booked_at at time zone 'Asia/Shanghai')::date as days,
        appointment.channel <> 'desk'
            or (appointment.booked_at at time zone 'Asia/Shanghai')::date
               < (slot.starts_at at time zone 'Asia/Shanghai')::date as is_ahead,
        exists (
            select 1 from appointment as later
            where later.person_id = appointment.person_id
              and later.patient_number = appointment.patient_number
              and later.hospital_id = appointment.hospital_id
              and lower(later.during) >= upper(appointment.during)
              and later.state not in ('held', 'expired', 'moved')
              and later.booked_at < (date_trunc(
                  'day', slot.starts_at at time zone 'Asia/Shanghai'
              ) + interval '1 day') at time zone 'Asia/Shanghai'
              and (later.cancelled_at is null or later.cancelled_at >= (date_trunc(
                  'day', slot.starts_at at time zone 'Asia/Shanghai'
              ) + interval '1 day') at time zone 'Asia/Shanghai')
        ) as has_next
    from slot
    join clinic on clinic.id = slot.clinic_id
    join appointment on appointment.slot_id = slot.id
    where clinic.hospital_id = %(hospital_id)s
      and slot.starts_at >= %(from)s and slot.starts_at < %(until)s
      and appointment.state in ('seen', 'left', 'no_show')
)
select clinic_id, week,
    count(*) filter (where state = 'seen') as seen,
    count(*) filter (where state = 'seen' and is_ahead) as seen_ahead,
    count(*) filter (where state = 'seen' and has_next) as with_next,
    count(*) filter (where is_ahead) as due,
    count(*) filter (where is_ahead and state = 'no_show') as missed,
    percentile_cont(0.5) within group (order by days) filter (where is_ahead) as waited
from visit
group by grouping sets ((clinic_id, week), ())
"""

PLACES = """
select slot.clinic_id,
    date_trunc('week', slot.starts_at at time zone 'Asia/Shanghai')::date as week,
    coalesce(sum(quota.places), 0)::int as places, coalesce(sum(quota.taken), 0)::int as taken
from slot
join clinic on clinic.id = slot.clinic_id
join quota on quota.slot_id = slot.id
where clinic.hospital_id = %(hospital_id)s and not slot.is_closed
  and slot.starts_at >= %(from)s and slot.starts_at < %(until)s
group by grouping sets ((slot.clinic_id, week), ())
"""

Key = tuple[str, date] | None


@dataclass(frozen=True)
class Visits:
    """What became of visits; `waited` is the median of the days between booking and visit.

    None if nobody had booked ahead.
    """

    seen: int = 0
    seen_ahead: int = 0
    with_next: int = 0
    due: int = 0
    missed: int = 0
    waited: float | None = None


@dataclass(frozen=True)
class Places:
    """Places of open slots, and how many were taken."""

    places: int = 0
    taken: int = 0


@dataclass(frozen=True)
class Figures:
    """The figures of one clinic in one week, or of all.

    Attributes:
        clinic_id: the clinic, None for all of them.
        week: the Monday it begins on (Beijing), None for all days asked for.
    """

    clinic_id: str | None
    week: date | None
    visits: Visits
    places: Places

    @property
    def ahead_rate(self) -> float | None:
        """Return 预约率: of those seen, who had booked; None if nobody was seen."""
        return _rate(self.visits.seen_ahead, self.visits.seen)

    @property
    def next_rate(self) -> float | None:
        """Return 复诊预约率: of those seen, who had the next visit booked by the end of the day.

        Who is due to come again nobody writes down: everybody seen counts.
        """
        return _rate(self.visits.with_next, self.visits.seen)

    @property
    def missed_rate(self) -> float | None:
        """Return 爽约率: of those who had booked, who did not come; None if nobody had."""
        return _rate(self.visits.missed, self.visits.due)

    @property
    def use_rate(self) -> float | None:
        """Return 号源使用率: of the places of open slots, those taken; None without places."""
        return _rate(self.places.taken, self.places.places)


def figures(
    session: Session, *, hospital_id: str, from_day: date, to_day: date
) -> tuple[Figures, list[Figures]]:
    """Return the figures of all, then of each clinic by week; both days included.

    Figures of a week count its days between the two only. Two queries.
    """
    given = {
        "hospital_id": hospital_id, "from": beijing_moment(from_day),
        "until": beijing_moment(to_day + timedelta(days=1)),
    }  # fmt: skip
    visits: Mapping[Key, Visits] = {
        _key(row.clinic_id, row.week): Visits(
            row.seen, row.seen_ahead, row.with_next, row.due, row.missed, row.waited
        )
        for row in rows(session, VISITS, given)
    }  # fmt: skip
    places: Mapping[Key, Places] = {
        _key(row.clinic_id, row.week): Places(row.places, row.taken)
        for row in rows(session, PLACES, given)
    }
    weeks: Sequence[tuple[str, date]] = sorted(
        {key for key in {*visits, *places} if key is not None}, key=lambda key: (key[1], key[0])
    )
    return _figures(None, visits, places), [_figures(key, visits, places) for key in weeks]


def _figures(key: Key, visits: Mapping[Key, Visits], places: Mapping[Key, Places]) -> Figures:
    clinic_id, week = key or (None, None)
    return Figures(clinic_id, week, visits.get(key, Visits()), places.get(key, Places()))


def _key(clinic_id: str | None, week: date | None) -> Key:
    return None if clinic_id is None or week is None else (clinic_id, week)


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None
