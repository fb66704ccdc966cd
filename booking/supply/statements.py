"""How slots are written many at a time, in PostgreSQL's own words."""

GIVEN = """
with given as materialized (
    select * from json_to_recordset(%(given)s) as given (
        id text, template_id text, doctor_id text, starts_at timestamptz, ends_at timestamptz,
        shown_at timestamptz, returns_at timestamptz, shares jsonb
    )
)
"""
"""Slots as one JSON text: what each should be; many of them are read faster so than as arrays."""

MAKE = f"""{GIVEN}, made as (
    insert into slot (id, clinic_id, doctor_id, template_id, starts_at, ends_at, shown_at,
        reserves_return_at)
    select id, %(clinic_id)s, doctor_id, template_id, starts_at, ends_at, shown_at, returns_at
    from given order by starts_at, doctor_id
    on conflict do nothing
    returning id
), opened as (
    insert into quota (slot_id, share, places)
    select given.id, share.key, share.value::int
    from made join given on given.id = made.id, jsonb_each_text(given.shares) as share
)
select id from made
"""  # noqa: S608 - of our own words only
"""New slots with their places; one that stands already is left as it is."""

LOCK = """
select 1 from quota where slot_id = any(%(ids)s) order by slot_id, share for update
"""
"""Whoever books meets at these rows: from here on nobody takes a place that is not seen below."""

EMPTY = """
with gone as (
    select id from slot
    where id = any(%(ids)s)
        and not exists (select from appointment where slot_id = slot.id)
        and not exists (select from freed_place where slot_id = slot.id)
), emptied as (
    delete from quota using gone where quota.slot_id = gone.id
)
select id from gone
"""
"""The places of slots that nobody ever had to do with; the slots themselves follow."""

DELETE = "delete from slot where id = any(%(ids)s) returning id"

CLOSE = """
with closed as (
    update slot set is_closed = true where id = any(%(ids)s) and not is_closed
)
update quota set places = taken where slot_id = any(%(ids)s) and places > taken returning slot_id
"""
"""A closed slot keeps no place, so that who read it while it was open finds it full."""

FIT = f"""{GIVEN}
update slot
set template_id = given.template_id, is_closed = false, reserves_return_at = given.returns_at
from given
where slot.id = given.id and (slot.is_closed
    or slot.template_id is distinct from given.template_id
    or slot.reserves_return_at is distinct from given.returns_at)
returning slot.id
"""  # noqa: S608 - of our own words only

SPLIT = f"""{GIVEN}, dropped as (
    update quota set places = taken from given
    where quota.slot_id = given.id and quota.share <> 'extra'
        and not jsonb_exists(given.shares, quota.share) and quota.places > quota.taken
)
insert into quota (slot_id, share, places)
select given.id, share.key, share.value::int
from given, jsonb_each_text(given.shares) as share
order by 1, 2
on conflict (slot_id, share) do update set places = greatest(excluded.places, quota.taken)
where quota.places <> greatest(excluded.places, quota.taken)
returning slot_id
"""  # noqa: S608 - of our own words only
"""Places by share as they are planned, but never fewer than are taken."""

TOTAL = f"""{GIVEN}
insert into quota (slot_id, share, places)
select given.id, 'online', greatest(0, planned.places - coalesce(others.places, 0))
from given
cross join lateral (
    select sum(value::int) as places from jsonb_each_text(given.shares)
) as planned
cross join lateral (
    select sum(places) as places from quota
    where slot_id = given.id and share not in ('online', 'extra')
) as others
order by 1
on conflict (slot_id, share) do update set places = greatest(excluded.places, quota.taken)
where quota.places <> greatest(excluded.places, quota.taken)
returning slot_id
"""  # noqa: S608 - of our own words only
"""Where the reserves have come back already, families have what is planned and not kept."""

RESHOW = """
update slot set
    shown_at = case when slot.shown_at <= %(now)s then slot.shown_at else
        (((starts_at at time zone 'Asia/Shanghai')::date - %(release_days)s::int)
            + %(release_time)s::time) at time zone 'Asia/Shanghai' end,
    reserves_return_at = case when reserves_return_at > %(now)s
        then starts_at - make_interval(hours => %(return_hours)s) else reserves_return_at end
where clinic_id = %(clinic_id)s and starts_at > %(now)s and external_id is null
returning id
"""

RETURN = """
with due as materialized (
    select slot.id from slot
    where reserves_return_at <= %(now)s
    order by slot.id
    limit %(most)s
    for no key update skip locked
), locked as materialized (
    select quota.slot_id, share, places, taken
    from quota join due on due.id = quota.slot_id
    order by quota.slot_id, share
    for update of quota
), freed as (
    select slot_id, sum(places - taken)::int as count from locked
    where share = any(%(reserves)s) and places > taken
    group by slot_id
), kept as (
    update quota set places = quota.taken from locked
    where quota.slot_id = locked.slot_id and quota.share = locked.share
        and locked.share = any(%(reserves)s) and locked.places > locked.taken
), given as (
    insert into quota (slot_id, share, places)
    select freed.slot_id, 'online', freed.count
    from freed join slot on slot.id = freed.slot_id and not slot.is_closed
    on conflict (slot_id, share) do update set places = quota.places + excluded.places
), done as (
    update slot set reserves_return_at = null from due where slot.id = due.id
)
select due.id, coalesce(freed.count, 0) as count
from due left join freed on freed.slot_id = due.id
"""
