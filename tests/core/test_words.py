"""Days, hours, sentences and labels are written one way; every refusal has its sentence."""

from datetime import date

import pytest

import accounts.errors
import booking.errors
import booking.his.errors
import conversation.errors
from core import metrics
from core.clock import beijing_moment
from core.dates import hour, long_day, short_day, weekday, when
from core.errors import BadRequest, Forbidden, NotFound, Refusal, SignInNeeded, Unavailable
from core.words import label, labels, say, sentences

WEDNESDAY = date(2026, 6, 3)
ROOMS = (accounts.errors, booking.errors, booking.his.errors, conversation.errors)
OWN = [
    thing
    for room in ROOMS
    for thing in vars(room).values()
    if isinstance(thing, type) and thing.__module__ == room.__name__ and issubclass(thing, Refusal)
]
"""Every no of three rooms."""


def test_days_and_hours_are_written_as_people_say_them() -> None:
    starts_at = beijing_moment(WEDNESDAY, hour=8, minute=30)
    ends_at = beijing_moment(WEDNESDAY, hour=9)

    assert (short_day(WEDNESDAY), long_day(WEDNESDAY)) == ("6月3日", "2026年6月3日")
    assert weekday(date(2026, 6, 7)) == "周日"
    assert hour(starts_at) == "08:30"
    assert when(starts_at, ends_at) == "6月3日 周三 08:30-09:00"


@pytest.mark.parametrize("refusal", OWN, ids=lambda refusal: refusal.code)
def test_every_refusal_has_a_sentence(refusal: type[Refusal]) -> None:
    room, _, key = refusal.code.partition(".")

    assert sentences(room)[key]


@pytest.mark.parametrize("room", ["accounts", "booking", "conversation"])
def test_every_sentence_has_a_refusal(room: str) -> None:
    spoken = {refusal.code.partition(".")[2] for refusal in OWN if refusal.code.startswith(room)}

    assert set(sentences(room)) == spoken


def test_a_sentence_is_filled_with_its_details() -> None:
    assert "6月2日 11:00" in say("booking.too_late_to_cancel", said="6月2日 11:00")


@pytest.mark.parametrize("code", ["booking.no_such_key", "booking.too_late_to_cancel"])
def test_a_sentence_that_is_not_there_or_lacks_a_detail_is_a_defect(code: str) -> None:
    with pytest.raises(KeyError):
        say(code)


def test_things_have_labels() -> None:
    assert label("booking.ogtt") == "糖耐量检查"
    assert labels("booking")["ogtt"] == label("booking.ogtt")


@pytest.mark.parametrize(
    ("refusal", "status"),
    [(Forbidden, 403), (NotFound, 404), (SignInNeeded, 401), (BadRequest, 400)],
    ids=lambda thing: getattr(thing, "__name__", str(thing)),
)
def test_each_kind_of_no_has_its_status(refusal: type[Refusal], status: int) -> None:
    assert refusal().status == status
    assert str(refusal(act="x")) == refusal.code


def test_another_systems_failure_says_whether_it_is_for_good() -> None:
    failure = Unavailable("wechat.busy", permanent=False)

    assert (failure.code, failure.permanent) == ("wechat.busy", False)


def test_the_figures_of_a_process_are_on_its_page() -> None:
    metrics.pushes.labels("test", "200").inc()

    assert b'yunyu_pushes_total{account="test",status="200"}' in metrics.page()
