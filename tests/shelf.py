"""Articles of the library, published as the console would publish them."""

from content import actions
from content.library import drafts
from content.queries import article_for_staff
from content.rules import Draft
from core.db import Session
from tests.world import NOW, Cast

SLUGS = frozenset({"ogtt", "bleeding-and-pain", "fetal-movements", "first-antenatal-visit"})
"""Enough for a search to have something to choose from."""


def publish(session: Session, cast: Cast) -> dict[str, str]:
    """Write, review and publish `SLUGS`; return article id by slug."""
    return {
        one.slug: publish_one(session, cast, one.draft) for one in drafts() if one.slug in SLUGS
    }


def publish_one(session: Session, cast: Cast, draft: Draft) -> str:
    """Write, review and publish one article; return its id."""
    article = actions.write(session, author=cast.author, draft=draft, now=NOW)
    actions.submit(session, staff=cast.author, article_id=article.id, now=NOW)
    file = article_for_staff(session, hospital_id=cast.hospital.id, article_id=article.id)
    actions.approve(
        session, reviewer=cast.reviewer, article_id=article.id, text_hash=file.version.text_hash,
        now=NOW,
    )  # fmt: skip
    return actions.publish(session, staff=cast.reviewer, article_id=article.id, now=NOW).id
