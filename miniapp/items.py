"""The items of a mother's timeline, with where each stands, as clients are told them."""

from collections.abc import Mapping
from datetime import timedelta

from booking.queries import live_by_item
from core.db import Session
from handbook.models import Pregnancy
from handbook.queries import items_of
from handbook.queries_records import visits_of
from handbook.standing.mothers import Stand
from handbook.standing.queries import standing_of_pregnancy
from handbook.timeline import Item
from miniapp import guard
from miniapp.guard import house, today
from miniapp.records import REPORTABLE, is_hers
from miniapp.shapes_timeline import ItemOut

RECENT = timedelta(days=1)
"""An appointment of the last day still counts: the visit may be going on."""


def items_out(session: Session, pregnancy: Pregnancy) -> list[ItemOut]:
    """Return the items of a pregnancy's timeline, in the order of days."""
    person_id = guard.me(session).id
    booked = live_by_item(session, person_id=person_id, since=house().clock.now() - RECENT)
    standing = standing_of_pregnancy(session, pregnancy=pregnancy, booked=booked, today=today())
    by_key = {stand.key: stand for stand in standing}
    hers = {
        each.item_key: each.id
        for each in visits_of(session, subject=pregnancy)
        if is_hers(each, person_id=person_id)
    }
    return [
        _item_out(item, by_key.get(item.key), booked=booked, hers=hers)
        for item in items_of(pregnancy, today=today())
    ]


def _item_out(
    item: Item, stand: Stand | None, *, booked: Mapping[str, str], hers: Mapping[str, str]
) -> ItemOut:
    is_told = stand is not None and stand.reported_day is not None
    is_confirmed = stand is not None and stand.confirmed_day is not None
    return ItemOut(
        key=item.key,
        name=item.name,
        from_day=item.from_day,
        to_day=item.to_day,
        when=item.when,
        status=item.status.value,
        reason=item.reason,
        what=item.what,
        preparation=item.preparation or None,
        source=item.source,
        needs_review=item.needs_review,
        care=item.care,
        appointment_id=booked.get(item.key),
        need=item.need,
        only_for=item.only_for,
        standing=stand.standing if stand else None,
        standing_reason=stand.reason if stand else None,
        reported_day=stand.reported_day if stand else None,
        confirmed_day=stand.confirmed_day if stand else None,
        record_id=hers.get(item.key) if is_told and not is_confirmed else None,
        may_report=stand is not None and stand.standing in REPORTABLE,
    )
