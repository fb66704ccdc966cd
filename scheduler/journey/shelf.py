"""Articles for a journey without a database: those of the library that comes with the program."""

from datetime import UTC, datetime
from functools import cache

from content.library import drafts, experts
from content.models import StageAnchor
from content.queries import Listed

ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)


@cache
def library_shelf(hospital_id: str, anchor: StageAnchor, day: int) -> Listed | None:
    """Return the article of the library for a day from an anchor, the most particular, or None.

    `content.queries.for_stage` says the same of what a hospital has published.
    """
    fitting = [one for one in _listed() if one.stage_anchor == anchor]
    fitting = [one for one in fitting if one.stage_from_day <= day <= one.stage_to_day]
    return min(fitting, key=_width, default=None)


@cache
def _listed() -> tuple[Listed, ...]:
    people = experts()
    return tuple(
        Listed(
            id=one.slug, title=one.draft.title, summary=one.draft.summary,
            author_name=people[one.author].name, published_at=ALWAYS,
            stage_anchor=StageAnchor(one.draft.stage_anchor),
            stage_from_day=one.draft.stage_from_day, stage_to_day=one.draft.stage_to_day,
        )
        for one in drafts()
    )  # fmt: skip


def _width(one: Listed) -> tuple[int, str]:
    return one.stage_to_day - one.stage_from_day, one.id
