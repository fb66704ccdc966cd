"""Histories are data, read strictly; a family cannot go through what cannot be."""

from datetime import date, time, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from content.models import StageAnchor
from content.queries import for_stage
from core.clock import beijing, beijing_date
from core.db import Session
from handbook.follow_up.rules import TaskKind
from scheduler.journey.befalling import befall
from scheduler.journey.entries import Entry, Sort
from scheduler.journey.family import Schedules
from scheduler.journey.histories import (
    FOLLOWED,
    AnyHappening,
    Booked,
    Born,
    Came,
    CancelledByClinic,
    Died,
    Discharged,
    Expecting,
    Happening,
    History,
    Lost,
    Missed,
    MovedAway,
    OptedOut,
    Recorded,
    examples,
    read_history,
    shifted,
)
from scheduler.journey.shelf import library_shelf
from scheduler.journey.walking import journey
from scheduler.models import Channel, ReminderKind
from scheduler.speech.editions import current
from tests import shelf, world

DAY = timedelta(days=1)
BEGUN = date(2026, 6, 1)
EXPECTING = Expecting(what="expecting", day=BEGUN, last_period=date(2026, 3, 9))
TERM = Expecting(what="expecting", day=BEGUN, due=date(2026, 6, 20))
BORN = Born(what="born", day=date(2026, 6, 3), children=2)


def walked(
    *happenings: AnyHappening, days: int = 40, follows: bool = True, letters: int = 99
) -> list[Entry]:
    history = History(
        title="test", happenings=happenings, until=happenings[-1].day + days * DAY,
        follows=follows, letters=letters,
    )  # fmt: skip
    return journey(history, rules=current(), schedules=Schedules(), shelf=library_shelf)


def of(lines: list[Entry], sort: Sort) -> list[Entry]:
    return [line for line in lines if line.sort is sort]


FILE = "title: t\nhappenings:\n  - {what: expecting, day: 2026-06-01, last_period: 2026-03-09}\n"


@pytest.mark.parametrize(
    "text",
    [
        FILE.replace("last_period", "last_perod"),
        FILE.replace("expecting", "dreaming"),
        FILE.replace(", last_period: 2026-03-09", ""),
        FILE.replace("2026-03-09", "2026-07-09"),
        FILE + "  - {what: lost, day: 2026-05-01}\n",
        FILE + "until: 2026-05-01\n",
        FILE + "until: 2046-05-01\n",
        "title: t\nhappenings: []\n",
    ],
    ids=[
        "unknown field", "unknown happening", "no day", "not yet begun", "out of order",
        "ends too early", "without an end in sight", "nothing happens",
    ],
)  # fmt: skip
def test_a_history_that_does_not_fit_is_not_read(tmp_path: Path, text: str) -> None:
    file = tmp_path / "history.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ValueError, match=r"."):
        read_history(file)


def test_a_history_is_followed_for_a_while_if_it_names_no_end(tmp_path: Path) -> None:
    file = tmp_path / "history.yaml"
    file.write_text(FILE, encoding="utf-8")

    assert read_history(file).last_day == BEGUN + FOLLOWED


def test_the_seven_examples_stand() -> None:
    assert len(examples()) == 7


def test_a_shifted_history_is_the_same_some_days_later() -> None:
    history = examples()["2-due-day-moved"]

    later = shifted(history, by=DAY)

    assert [each.day - DAY for each in later.happenings] == [x.day for x in history.happenings]
    assert shifted(later, by=-DAY) == history


@pytest.mark.parametrize(
    "happenings",
    [
        (EXPECTING, EXPECTING),
        (EXPECTING, BORN),
        (EXPECTING, Discharged(what="discharged", day=BEGUN)),
        (EXPECTING, Died(what="died", day=BEGUN)),
        (Lost(what="lost", day=BEGUN),),
        (EXPECTING, Lost(what="lost", day=BEGUN), Lost(what="lost", day=BEGUN)),
        (EXPECTING, Recorded(what="recorded", day=BEGUN, item="palm_reading")),
        (EXPECTING, Came(what="came", day=BEGUN, item="nt")),
        (EXPECTING, Booked(what="booked", day=BEGUN, item="nt", visit_day=BEGUN - DAY)),
        (EXPECTING, Booked(what="booked", day=BEGUN, item="nt", visit_day=BEGUN + DAY),
         Came(what="came", day=BEGUN, item="nt")),
        (EXPECTING, Booked(what="booked", day=BEGUN, item="nt", visit_day=BEGUN + DAY),
         Missed(what="missed", day=BEGUN, item="nt")),
        (EXPECTING, Lost(what="lost", day=BEGUN),
         Booked(what="booked", day=BEGUN, item="nt", visit_day=BEGUN + DAY)),
        (TERM, BORN, Died(what="died", day=BORN.day), Died(what="died", day=BORN.day)),
    ],
    ids=[
        "twice with child", "born too early", "nobody is born", "no such child", "no pregnancy",
        "lost twice", "no such item", "nothing is booked", "booked for yesterday",
        "came before the day", "missed before the hour", "booked after a loss", "died twice",
    ],
)  # fmt: skip
def test_what_cannot_happen_is_refused(happenings: tuple[AnyHappening, ...]) -> None:
    with pytest.raises(ValueError, match=r"."):
        walked(*happenings)


def test_only_what_is_known_can_befall_a_family() -> None:
    with pytest.raises(TypeError):
        befall(Happening(day=BEGUN), None, now=EXPECTING.moment)  # type: ignore[arg-type]


@pytest.mark.slow
def test_every_line_of_every_example_says_why() -> None:
    lines = [line for one in examples().values() for line in walked(*one.happenings)]

    unexplained = [line for line in lines if not line.why and line.sort is not Sort.HAPPENED]
    sourced = [one for line in of(lines, Sort.MESSAGE) for one in line.reasons]

    assert unexplained == []
    assert all(one.rule_source for one in sourced)
    assert all(one.source for one in sourced if one.item_key)


def test_a_late_joiner_is_told_what_ends_soon_and_a_worker_what_had_lapsed() -> None:
    late = Expecting(what="expecting", day=BEGUN, last_period=BEGUN - 94 * DAY)

    lines = walked(late, days=1)

    (task,) = of(lines, Sort.TASK)
    (message,) = [line for line in of(lines, Sort.MESSAGE) if "nt" in line.item_keys]
    assert task.task is TaskKind.EARLIER_ITEMS
    assert "anc1" in task.item_keys
    assert "不能补做" in message.text
    assert beijing(message.at).hour == 9


def test_after_a_loss_only_a_person_asks_after_her() -> None:
    loss = Lost(what="lost", day=BEGUN + 10 * DAY)
    visit = Booked(what="booked", day=BEGUN, item="us_anomaly", visit_day=BEGUN + 11 * DAY)

    lines = [line for line in walked(EXPECTING, visit, loss) if line.at >= loss.moment]

    assert {line.sort for line in lines} == {Sort.HAPPENED, Sort.TASK, Sort.SILENT}
    assert [line.task for line in of(lines, Sort.TASK)] == [TaskKind.LOSS_AFTERCARE]


def test_when_a_twin_dies_the_care_of_the_other_goes_on() -> None:
    gone = Died(what="died", day=BEGUN + 20 * DAY, child=1)

    lines = [line for line in walked(TERM, BORN, gone, days=90) if line.at > gone.moment]

    said = {one.subject_id for line in of(lines, Sort.MESSAGE) for one in line.reasons}
    assert "child2" in said
    assert "child1" not in said


def test_when_no_child_is_left_her_own_reminders_end_too() -> None:
    deaths = [
        Died(what="died", day=BEGUN + 20 * DAY, at=time(9 + child), child=child) for child in (1, 2)
    ]

    lines = [line for line in walked(TERM, BORN, *deaths, days=90) if line.at > deaths[1].moment]

    assert of(lines, Sort.MESSAGE) == []


def test_a_family_that_moved_away_hears_nothing_more() -> None:
    away = MovedAway(what="moved_away", day=BEGUN + 30 * DAY)

    lines = [line for line in walked(TERM, BORN, away, days=200) if line.at > away.moment]

    assert of(lines, Sort.MESSAGE) == []


def test_visits_that_are_missed_or_cancelled_are_spoken_of() -> None:
    day = BEGUN + 7 * DAY
    booked = Booked(what="booked", day=BEGUN, item="nt", visit_day=day, through="desk")
    missed = Missed(what="missed", day=day, at=time(18), item="nt")
    again = Booked(what="booked", day=day + DAY, item="serum2", visit_day=day + 3 * DAY)
    cancelled = CancelledByClinic(what="cancelled_by_clinic", day=day + 2 * DAY, item="serum2")

    lines = walked(EXPECTING, booked, missed, again, cancelled)

    rules = {one.rule for line in of(lines, Sort.MESSAGE) for one in line.reasons}
    assert {"booked_for_her", "day_before", "missed_visit", "cancelled_by_clinic"} <= rules


def test_a_dose_and_a_planned_visit_in_the_record_are_not_asked_for_again() -> None:
    born = Born(what="born", day=date(2026, 6, 3), plan="preterm_low_risk")
    dose = Recorded(what="recorded", day=date(2026, 6, 3), at=time(11), item="dose:BCG:1")
    visit = Recorded(what="recorded", day=date(2026, 7, 20), item="preterm_low_risk")

    lines = walked(TERM, born, dose, visit, days=60)

    planned = [line for line in of(lines, Sort.MESSAGE) if "preterm_low_risk" in line.item_keys]
    late = {key for line in of(lines, Sort.TASK) for key in line.item_keys}
    assert [beijing_date(line.at) for line in planned] == [date(2026, 7, 3), date(2026, 8, 20)]
    assert "dose:BCG:1" not in late


def test_whom_no_message_reaches_is_called_and_stands_on_the_list_once() -> None:
    lines = walked(EXPECTING, follows=False, letters=0)

    tasks = [line for line in of(lines, Sort.TASK) if line.task is TaskKind.UNREACHABLE]
    assert of(lines, Sort.MESSAGE) == []
    assert len(tasks) == 1
    assert {line.outcome for line in of(lines, Sort.CALL)} == {"not_following"}


def test_weekly_letters_go_as_long_as_she_allowed_them() -> None:
    lines = of(walked(EXPECTING, letters=2), Sort.MESSAGE)

    by_consent = [line for line in lines if line.channel is Channel.MINI_ONCE]
    assert len(by_consent) == 2


def test_a_hospitals_own_words_are_said() -> None:
    own = SimpleNamespace(id="wrd", pieces={"text": "我们说的话"})
    history = History(title="test", happenings=(EXPECTING,), until=BEGUN + 40 * DAY)

    lines = journey(
        history, rules=current(), schedules=Schedules(), shelf=library_shelf,
        wordings={"window_opens": own},
    )  # fmt: skip

    assert "我们说的话" in {line.text for line in of(lines, Sort.MESSAGE)}


@pytest.mark.slow
def test_the_library_shelf_says_what_a_hospitals_shelf_says(
    session: Session, cast: world.Cast
) -> None:
    published = shelf.publish(session, cast)
    day = 180

    found = library_shelf("", StageAnchor.LAST_PERIOD, day)
    theirs = for_stage(
        session, hospital_id=cast.hospital.id, anchor=StageAnchor.LAST_PERIOD, day=day,
        after="", limit=1,
    )  # fmt: skip

    assert found is not None
    assert found.id in published
    assert [one.title for one in theirs] == [found.title]


def test_a_stage_without_an_article_has_none() -> None:
    assert library_shelf("", StageAnchor.BIRTH, 9_999) is None


def test_kinds_she_does_not_want_are_not_said() -> None:
    out = OptedOut(what="opted_out", day=BEGUN, at=time(11), kind=ReminderKind.CARE_WINDOW)

    lines = walked(EXPECTING, out)

    kinds = {line.outcome for line in of(lines, Sort.SILENT)}
    assert "opted_out" in kinds
