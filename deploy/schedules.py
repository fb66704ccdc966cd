"""The page of all documents that dates of care come from, for docs/reference."""

from collections.abc import Iterator

from deploy import paper
from deploy.paper import table
from handbook.care.documents import FOLDER, Document, document
from handbook.care.phrases import said_age
from handbook.care.rows import Mark, Row
from handbook.care.schedule import CURRENT, CURRENT_CHILD, EDITION_KEYS, load
from handbook.care.wording import said_window

MARKS = {
    Mark.OFFICIAL: "read in the official text",
    Mark.AGREED: "two or more texts agree",
    Mark.SINGLE: "one text only",
    Mark.MEMORY: "from memory; must be checked against the original",
    Mark.PROPOSED: "the project's own proposal; must be decided by the hospital",
}


def page() -> str:
    """Return the page of all documents that dates of care come from."""
    documents = [document(path) for path in sorted(FOLDER.glob("*.yaml"))]
    return paper.page(
        "Care schedules",
        "Which published document each date comes from, and how sure we are of it. Rows marked M "
        "or O need review ⚑ by the hospital's doctors before anybody relies on them.",
        table(("mark", "meaning"), [(f"**{mark}**", text) for mark, text in MARKS.items()]),
        "## Editions",
        table(("edition", "title", "documents"), [_edition(key) for key in EDITION_KEYS]),
        f"New pregnancies begin with `{CURRENT}`, newborns with `{CURRENT_CHILD}`.",
        *(_document(one) for one in documents),
    )


def _edition(key: str) -> tuple[str, str, str]:
    edition = load(key)
    return f"`{key}`", edition.title, "<br>".join(f"`{one.key}`" for one in edition.documents)


def _document(one: Document) -> str:
    number = f"，{one.number}" if one.number else ""
    head = f"## {one.key}\n\n《{one.title}》，{one.issuer}，{one.year}{number}  \n{one.seen}"
    return f"{head}\n\n{table(('key', 'what', 'when', 'mark', 'section'), _rows(one))}"


def _rows(one: Document) -> Iterator[tuple[str, ...]]:
    for row in one.items:
        yield f"`{row.key}`", row.name, said_window(row), _mark(row), row.section
    for dose in one.doses:
        key = f"`{dose.vaccine}-{dose.number}`"
        yield key, dose.name, f"{said_age(dose.opens)}起", dose.mark, dose.section
    for checklist in one.checklists:
        age = said_age(checklist.opens)
        yield f"`{checklist.key}`", checklist.name, age, checklist.mark, checklist.section
    for plan in one.plans:
        until = f"到{said_age(plan.steps[-1].until)}"
        yield f"`{plan.key}`", plan.name, until, plan.mark, plan.section


def _mark(row: Row) -> str:
    weakest = f"／{row.weakest_mark}" if row.weakest_mark else ""
    return f"{row.mark}{weakest}{' ⚑' if row.needs_review else ''}"
