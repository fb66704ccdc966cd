"""What items of care are called and which document says so, for the lines of a journey."""

from functools import cache

from core.words import label
from handbook.care.schedule import load
from handbook.standing.children import dose_key


@cache
def name_of(edition: str, key: str) -> str:
    """Return the name of an item, a dose or a plan of an edition; empty for none."""
    return _known(edition).get(key, ("", ""))[0]


@cache
def source_of(edition: str, key: str) -> str:
    """Return the document, year and section that say when an item is due; empty for none."""
    return _known(edition).get(key, ("", ""))[1]


def whose(subject_id: str) -> str:
    """Return how people call a pregnancy or a child of a journey."""
    kind = subject_id.rstrip("0123456789")
    return label(f"scheduler.journey_{kind}").format(number=subject_id.removeprefix(kind))


@cache
def _known(edition: str) -> dict[str, tuple[str, str]]:
    schedule = load(edition)
    items = {row.key: (row.name, row.source) for row in schedule.items}
    doses = {
        dose_key(dose.vaccine, dose.number): (dose.name, schedule.source_of(dose))
        for dose in schedule.doses
    }
    plans = {plan.key: (plan.name, schedule.source_of(plan)) for plan in schedule.plans}
    return items | doses | plans
