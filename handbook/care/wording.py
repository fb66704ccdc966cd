"""How an item's window and the reason of its days are said to a family."""

from datetime import date

from handbook.care.phrases import phrase, said_age, said_day, said_gestation
from handbook.care.rows import Anchor, Row
from handbook.care.spans import Span


def said_window(row: Row) -> str:
    """Return the window of an item as its document means it: "孕11周+0天到13周+6天"."""
    form = f"window_{row.anchor}"
    closes = phrase("birth") if row.ends_at_birth else _said(row, row.closes)
    if row.opens.rank < 0:
        return phrase(f"{form}_before", opens=said_age(row.opens.negated()), closes=closes)
    if row.opens.rank == 0:
        return phrase(f"{form}_until", closes=closes)
    if row.opens == row.closes:
        return phrase(f"{form}_single", opens=_said(row, row.opens))
    return phrase(form, opens=_said(row, row.opens), closes=closes)


def said_reason(row: Row, *, anchor_day: date, counted_from: str) -> str:
    """Return why an item falls on its days, counted from what `counted_from` says."""
    from_day, to_day = row.opens.after(anchor_day), row.closes.after(anchor_day)
    is_clamped = any(span.is_clamped_after(anchor_day) for span in (row.opens, row.closes))
    form = "reason_single" if from_day == to_day else "reason"
    return phrase(
        "reason_until_birth" if row.ends_at_birth else form,
        when=said_window(row),
        counted_from=counted_from,
        from_day=said_day(from_day),
        to_day=said_day(to_day),
        month_end=phrase("month_end") if is_clamped else "",
    )


def _said(row: Row, span: Span) -> str:
    is_gestation = row.anchor is Anchor.LAST_PERIOD
    return said_gestation(span.days) if is_gestation else said_age(span)
