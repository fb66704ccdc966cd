"""Dates of care asked one at a time, to be compared with anybody's own table.

A question has a kind and an input, both as JSON has them; the answer is a JSON value. Every number
behind an answer is one of the schedules or of `dating.yaml`.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache

from core.errors import Refusal
from handbook import ages, dating, timeline, workdays
from handbook.care import vaccines
from handbook.care.documents import FOLDER, document
from handbook.care.schedule import CURRENT, CURRENT_CHILD, load
from handbook.care.spans import add_months, whole_months
from handbook.care.vaccines import Child, Dose
from handbook.given import Given
from handbook.timeline import Reading

Answer = str | int | list[str] | dict[str, str | int | bool] | None
"""A date or a text, a window of days, several named values, or None for a kind not offered."""

ERROR = "error"
"""The answer to an input that cannot be: refused, never guessed."""

NONE = "none"
"""The answer to a dose that this child has not."""

PROGRAMME = "ndcpa-2026-immunisation"
ACOG = "acog700"


def answer(*, kind: str, asked: object) -> Answer:
    """Return the answer to a question: None if the kind is not offered, `ERROR` if refused."""
    if (found := KINDS.get(kind)) is None:
        return None
    try:
        return found(Given.read(asked))
    except (Refusal, ValueError, OverflowError):
        # A calendar ends in the year 9999: beyond it a date overflows.
        return ERROR


def _due_by_period(given: Given) -> Answer:
    day = given.day("lmp")
    return _iso(timeline.read_dating(source="last_period", day=day, today=day).due_day)


def _due_by_cycle(given: Given) -> Answer:
    day = given.day("lmp")
    cycle_days = given.whole("cycle_days")
    found = dating.reading_of_cycle(last_period_day=day, cycle_days=cycle_days, today=day)
    return _iso(found.due_day)


def _gestation_by_period(given: Given) -> Answer:
    return _gestation(_by_period(given, today=given.day("on")), day=given.day("on"))


def _gestation_by_due_day(given: Given) -> Answer:
    on = given.day("on")
    return _gestation(
        timeline.read_dating(source="due_date", day=given.day("edd"), today=on), day=on
    )


def _due_by_scan(given: Given) -> Answer:
    return _iso(_by_scan(given).due_day)


def _redating(given: Given) -> Answer:
    scanned = _by_scan(given)
    by_period = _by_period(given, today=scanned.given_day)
    proposal = dating.redating(
        last_period_day=by_period.last_period_day,
        source=by_period.source,
        scanned=scanned,
        rule=ACOG,
    )
    if proposal is None:
        return {"edd": _iso(by_period.due_day), "from": "lmp"}
    return {"edd": _iso(scanned.due_day), "from": "us"}


def _due_by_transfer(given: Given) -> Answer:
    day = given.day("transfer")
    embryo_days = given.whole("embryo_day")
    found = dating.reading_of_transfer(transfer_day=day, embryo_days=embryo_days, today=day)
    return _iso(found.due_day)


def _gestation_window(given: Given) -> Answer:
    opens, closes = given.gestation("from"), given.gestation("to")
    if opens > closes:
        raise ValueError("the window closes before it opens")
    day = given.day("lmp")
    return [_iso(day + timedelta(days=found.days)) for found in (opens, closes)]


def _postpartum(given: Given) -> Answer:
    return _iso(load(CURRENT).item("pp42").opens.after(given.day("delivery")))


def _home_visit(given: Given) -> Answer:
    return _iso(load(CURRENT).item("pp_visit").closes.after(given.day("discharge")))


def _full_month(given: Given) -> Answer:
    visit, born = load(CURRENT_CHILD).item("c01"), given.day("birth")
    return [_iso(visit.opens.after(born)), _iso(visit.closes.after(born))]


def _child_visit(given: Given) -> Answer:
    return _iso(add_months(given.day("birth"), given.whole("months")))


def _months_of_age(given: Given) -> Answer:
    born, on = given.days_in_order("birth", "on")
    return whole_months(born=born, day=on)


def _corrected_age(given: Given) -> Answer:
    born, on = given.days_in_order("birth", "on")
    found = ages.corrected_age(born=born, gestation_at_birth=given.gestation_at_birth(), day=on)
    months = {} if found.months is None else {"corrected_months": found.months}
    return {
        "use_correction": found.is_in_use,
        "corrected_days": found.days,
        **months,
        "pma": found.postmenstrual.short,
    }


def _dose(given: Given) -> Answer:
    number, child = given.whole("dose"), _child(given)
    if number == 0:
        raise ValueError("doses are numbered from 1")
    found = vaccines.dose_day(_doses(), vaccine=_vaccine(given), number=number, child=child)
    if found is None:
        return NONE
    last = {} if found.last_day is None else {"last": _iso(found.last_day)}
    return {"due": _iso(found.due_day), **last}


def _preterm_dose(given: Given) -> Answer:
    # Vaccines go by actual age; how early the child came is only checked.
    given.gestation_at_birth()
    return _dose(given)


def _catch_up(given: Given) -> Answer:
    _, previous_day = given.days_in_order("birth", "previous_dose_on")
    earliest = vaccines.catch_up(
        _doses(),
        vaccine=_vaccine(given),
        number=given.whole("dose"),
        child=_child(given),
        previous_day=previous_day,
    )
    return NONE if earliest is None else {"earliest": _iso(earliest)}


def _who_contact(given: Given) -> Answer:
    if given.has("scan"):
        found = _by_scan(given)
        on = given.day("on") if given.has("on") else found.given_day
    else:
        on = given.day("on")
        found = _by_period(given, today=on)
    return {"edd": _iso(found.due_day), "ga": _gestation(found, day=on)}


def _workday(given: Given) -> Answer:
    return {"off": workdays.is_off(given.day("date"))}


def _iso(day: date) -> str:
    return day.isoformat()


def _by_period(given: Given, *, today: date) -> Reading:
    return timeline.read_dating(source="last_period", day=given.day("lmp"), today=today)


def _by_scan(given: Given) -> Reading:
    day, measured = given.day("scan"), given.gestation("ga")
    return dating.reading_of_scan(scan_day=day, weeks=measured.weeks, days=measured.rest, today=day)


def _gestation(found: Reading, *, day: date) -> str:
    return timeline.gestation(last_period_day=found.last_period_day, day=day).short


@cache
def _doses() -> tuple[Dose, ...]:
    return document(FOLDER / f"{PROGRAMME}.yaml").doses


def _vaccine(given: Given) -> str:
    code = given.text("vaccine")
    if code not in {dose.vaccine for dose in _doses()}:
        raise ValueError("the programme has no such vaccine")
    return code


def _child(given: Given) -> Child:
    return Child(given.day("birth"), given.sex())


KINDS: Mapping[str, Callable[[Given], Answer]] = {
    "edd_lmp": _due_by_period,
    "edd_cycle": _due_by_cycle,
    "ga": _gestation_by_period,
    "ga_from_edd": _gestation_by_due_day,
    "edd_us": _due_by_scan,
    "redate_acog700": _redating,
    "ivf": _due_by_transfer,
    "ga_window": _gestation_window,
    "postpartum_42": _postpartum,
    "home_visit_by": _home_visit,
    "full_month_visit": _full_month,
    "child_visit": _child_visit,
    "age_months": _months_of_age,
    "corrected_age": _corrected_age,
    "vaccine_2026": _dose,
    "vaccine_preterm": _preterm_dose,
    "vaccine_catchup": _catch_up,
    "who_anc": _who_contact,
    "workday_cn": _workday,
}
"""Every kind of question that is offered, and how it is answered."""
