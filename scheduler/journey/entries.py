"""The lines of a journey: what happens, opens, is said, can be read, and falls to staff."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from handbook.follow_up.rules import TaskKind
from scheduler.models import Channel
from scheduler.speech.points import Point


class Sort(StrEnum):
    """What a line is."""

    HAPPENED = "happened"
    WINDOW = "window"
    MESSAGE = "message"
    ARTICLE = "article"
    TASK = "task"
    CALL = "call"
    """A message that reached nobody: it stands on the list of calls."""
    SILENT = "silent"
    """A message that was planned and was not said."""


@dataclass(frozen=True)
class Reason:
    """Why something is said: the rule, of what, the occasion, and the documents behind both.

    `source` names the document of the days, `rule_source` that of the rule.
    """

    rule: str
    subject_id: str
    item_key: str
    occasion: str
    due_at: datetime
    too_late_at: datetime
    is_final: bool
    why: str
    rule_source: str
    source: str


@dataclass(frozen=True)
class Entry:
    """A line: when, what it is, of whom, in which words, and why.

    `title` is short, `text` the words of a message or what else there is to say. `point` is the
    edge of a window, `task` the kind of a task, `channel` that of a message. `outcome` is the code
    of why something was not said, or reached nobody. `edition` is that of the rules of speaking,
    or of the care.
    """

    at: datetime
    sort: Sort
    subject_id: str
    title: str
    text: str = ""
    item_keys: tuple[str, ...] = ()
    why: str = ""
    edition: str = ""
    point: Point | None = None
    task: TaskKind | None = None
    channel: Channel | None = None
    outcome: str = ""
    reasons: tuple[Reason, ...] = ()
