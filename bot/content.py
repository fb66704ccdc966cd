"""The chat about questions in her own words: a published article, named, or an honest no."""

from bot.speech import page, say, tap
from bot.turn import Turn
from content import queries
from content.models import StageAnchor

SHOWN = 3


def answered(turn: Turn) -> str:
    """Answer a question with the article that fits best, naming it; or say that none does."""
    article = offered(turn)
    if article is None:
        return say("no_answer", person=tap("label_person", "转人工"), phone=turn.hospital.phone)
    return article


def offered(turn: Turn) -> str | None:
    """Return the article that fits a question best, with others that may; None if none does.

    After a loss no article about a pregnancy or a child is offered.
    """
    found = queries.search(
        turn.session,
        hospital_id=turn.hospital.id,
        text=turn.text,
        today=turn.today,
        limit=SHOWN,
    )
    if turn.is_after_loss:
        found = [one for one in found if one.stage_anchor is StageAnchor.PLANNING]
    if not found:
        return None
    best = queries.published(turn.session, hospital_id=turn.hospital.id, article_id=found[0].id)
    others = [page(f"《{one.title}》", _address(turn, one.id)) for one in found[1:]]
    return say(
        "article",
        title=best.title,
        summary=best.summary,
        link=page(say("label_read"), _address(turn, best.id)),
        author=f"{best.author_name}（{best.author_title}）",
        reviewer=best.reviewer_name,
        more=say("article_more", others="\n".join(others)) if others else "",
    )


def _address(turn: Turn, article_id: str) -> str:
    return f"{turn.house.settings.base_url}/a/{article_id}"
