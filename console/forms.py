"""The article form: what was typed, kept as it was typed, and read into a draft."""

import re
from dataclasses import dataclass
from typing import Self

from werkzeug.datastructures import MultiDict

from console.errors import BadSource
from console.presenters.times import read_weeks, weeks
from content.models import StageAnchor
from content.rules import Draft, Source
from core.errors import BadRequest

BETWEEN_TOPICS = re.compile(r"[、,，;；\n]+")
SOURCE_PARTS = 4
LINE_SHOWN = 40


@dataclass(frozen=True)
class ArticleForm:
    """The fields of the article form, each as text."""

    title: str = ""
    summary: str = ""
    body: str = ""
    anchor: str = "last_period"
    from_weeks: str = ""
    to_weeks: str = ""
    topics: str = ""
    asked_as: str = ""
    sources: str = ""

    @classmethod
    def typed(cls, form: MultiDict[str, str]) -> Self:
        """Return what was typed."""
        return cls(
            title=form.get("title", ""),
            summary=form.get("summary", ""),
            body=form.get("body", ""),
            anchor=form.get("anchor", ""),
            from_weeks=form.get("from", ""),
            to_weeks=form.get("to", ""),
            topics=form.get("topics", ""),
            asked_as=form.get("asked_as", ""),
            sources=form.get("sources", ""),
        )

    @classmethod
    def of(cls, draft: Draft) -> Self:
        """Return the form filled with a text that stands."""
        return cls(
            title=draft.title,
            summary=draft.summary,
            body=draft.body,
            anchor=draft.stage_anchor,
            from_weeks=weeks(draft.stage_from_day),
            to_weeks=weeks(draft.stage_to_day),
            topics="、".join(draft.topics),
            asked_as="\n".join(draft.asked_as),
            sources="\n".join(_source_line(source) for source in draft.sources),
        )

    def draft(self) -> Draft:
        """Return the draft that was typed.

        Raises:
            BadWeeks, BadSource: weeks or a source are not written as the form says.
            core.errors.BadRequest: the anchor is none of those offered.
        """
        if self.anchor not in set(StageAnchor):
            raise BadRequest
        return Draft(
            title=self.title,
            summary=self.summary,
            body=self.body,
            topics=tuple(filter(None, BETWEEN_TOPICS.split(self.topics))),
            asked_as=tuple(_lines(self.asked_as)),
            sources=tuple(_source(line) for line in _lines(self.sources)),
            stage_anchor=self.anchor,
            stage_from_day=read_weeks(self.from_weeks),
            stage_to_day=read_weeks(self.to_weeks),
        )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _source(line: str) -> Source:
    """Read `《名称》|发布者|年份|条款`; full-width strokes will do, the section may be missing.

    Raises:
        BadSource: a part is missing, or the year is no number.
    """
    parts = [part.strip() for part in line.replace("｜", "|").split("|", SOURCE_PARTS - 1)]
    title, issuer, year, section, *_ = (*parts, "", "", "")
    if not year.isdecimal():
        raise BadSource(line=line[:LINE_SHOWN])
    return Source(title.strip("《》"), issuer, int(year), section)


def _source_line(source: Source) -> str:
    return f"《{source.title}》|{source.issuer}|{source.year}|{source.section}"
