"""A newer edition of the rules of speaking reaches what was planned by an older one."""

from datetime import time

import pytest

from core.clock import beijing_moment
from handbook.care.documents import Layer
from scheduler.models import ReminderState
from scheduler.speech.documents import Act, Document, When
from scheduler.speech.documents import Change as RuleChange
from scheduler.speech.editions import current, put_together
from tests.scheduler.conftest import Beat
from tests.scheduler.due import (
    PLAN,
    SEND,
    Reminders,
)
from tests.scheduler.test_plans import SERUM
from wechat.messages import FakeMessenger

OPENS = beijing_moment(SERUM, hour=9)


def spoken_by(monkeypatch: pytest.MonkeyPatch, *changes: RuleChange) -> None:
    """Let a newer edition be spoken, in which the hospital changed something."""
    base = current()
    national = Document(
        key="n", title="n", layouts=base.layouts,
        rules=tuple(one.rule for one in base.rules.values()),
    )  # fmt: skip
    ours = Document(key="o", title="o", layer=Layer.HOSPITAL, changes=changes)
    edition = put_together(key="newer", title="e", documents=[national, ours])
    for place in ("letters.claiming", "letters.facts", "plans"):
        monkeypatch.setattr(f"scheduler.{place}.current", lambda: edition)


@pytest.mark.usefixtures("both_due")
def test_what_a_newer_edition_mutes_is_dropped(
    beat: Beat, messenger: FakeMessenger, reminders: Reminders, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat(PLAN)
    spoken_by(
        monkeypatch, RuleChange(rule="window_opens", act=Act.MUTE, by="护理部", reason="试行")
    )

    beat(SEND)

    assert [one.template_id for one in messenger.sent] == ["TPL_APPOINTMENT"]
    assert "rule_changed" in {one.reason for one in reminders()}


@pytest.mark.usefixtures("both_due")
def test_what_a_newer_edition_says_later_waits_until_then(
    beat: Beat, messenger: FakeMessenger, reminders: Reminders, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat(PLAN)
    later = When(days=0, at=time(20))
    spoken_by(
        monkeypatch,
        RuleChange(rule="window_opens", act=Act.RETIME, when=later, by="护理部", reason="试行"),
    )

    beat(PLAN, SEND)

    opens = next(one for one in reminders() if one.rule == "window_opens")
    assert [one.template_id for one in messenger.sent] == ["TPL_APPOINTMENT"]
    assert (opens.state, opens.next_at) == (
        ReminderState.PENDING, beijing_moment(SERUM, hour=20),
    )  # fmt: skip
