"""Writes the generated pages of docs/reference from the code: `make docs`.

Each page is a pure function of the code, so that a test can compare it with the file.
"""

import base64
import dataclasses
import importlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from apiflask import APIBlueprint

import app
from core.clock import FixedClock
from core.db import Database
from core.errors import Refusal
from core.house import House
from core.settings import PREFIX, Settings
from core.words import sentences
from deploy import schedules
from deploy.paper import page, table
from wechat.login import FakeLogin

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"

SETTLED = {"core.unavailable": 503, "core.defect": 500} | {
    code: status for status, code in app.SENTENCES.items()
}
"""Sentences that no refusal class speaks: the front gate says them with this status."""


@dataclass(frozen=True)
class Life:
    """One table of steps: what lives, where the table stands, and the steps."""

    name: str
    file: str
    steps: Mapping[str, frozenset[str]]


STEPS = "NEXT"
"""Tables of steps in a room's `rules` are called so, or begin so."""

NAMES = {
    "booking/rules.py NEXT": "Appointment 预约",
    "booking/rules.py NEXT_WAITING": "Waiting list 候补",
    "content/rules.py NEXT": "Article 科普文章",
    "handbook/planning/rules.py NEXT_PLANNING": "Planning 备孕",
    "handbook/rules.py NEXT": "Pregnancy 孕期",
    "handbook/rules.py NEXT_DATING": "Dating 孕周核对",
    "handbook/rules.py NEXT_CHILD": "Child 儿童",
    "handbook/follow_up/rules.py NEXT_TASK": "Follow-up task 随访任务",
    "handbook/risk/rules.py NEXT_CASE": "High-risk case 高危专案",
    "scheduler/rules.py NEXT": "Reminder 提醒",
    "scheduler/rules.py NEXT_WORDING": "A hospital's own wording 提醒用语",
    "handbook/risk/rules.py NEXT_REFERRAL": "Referral 转诊",
}
"""What lives by which table; a table that is not named here is shown by its place."""


def settings_page() -> str:
    """Return the page of all settings."""
    rows = [
        (f"`{PREFIX}{one.name.upper()}`", _default(one), one.metadata["meaning"])
        for one in dataclasses.fields(Settings)
    ]
    return page(
        "Settings",
        "Read once, from the environment, when a program starts (`core/settings.py`). `X_FILE` may "
        "name a file that holds the value of `X`, for mounted secrets. An unknown, missing or "
        "unreadable setting stops the program, which says which one.",
        table(("variable", "default", "meaning"), rows),
    )


def states_page() -> str:
    """Return the page of all lives and their steps."""
    parts = [
        f"## {life.name}\n\nTable of steps: `{life.file}`\n\n{_diagram(life)}" for life in lives()
    ]
    return page(
        "States",
        "What lives in this house, and which step may follow which. A step that is not drawn is "
        "refused.",
        "\n\n".join(parts),
    )


def refusals_page() -> str:
    """Return the page of every no: its code, its status, its sentence."""
    rows = sorted(
        (refusal.code, str(refusal.status), _sentence(refusal.code), _first_line(refusal))
        for refusal in refusals()
    )
    gate = sorted((code, str(status), _sentence(code), "") for code, status in SETTLED.items())
    head = ("code", "status", "sentence", "meaning")
    known = {row[0] for row in rows}
    return page(
        "Refusals",
        "Every no has a stable code; people get the sentence, clients "
        "`{code, message, details}`. Braces are filled from the details.",
        table(head, [(f"`{code}`", *rest) for code, *rest in rows]),
        "## Said by the front gate itself",
        table(head[:3], [(f"`{row[0]}`", *row[1:3]) for row in gate if row[0] not in known]),
    )


def api_page() -> str:
    """Return the page of all JSON calls."""
    rows = []
    for path, operations in sorted(api()["paths"].items()):
        for method, call in sorted(operations.items()):
            name = f"`{method.upper()} {path}`"
            rows.append((name, call["summary"], _sent(call), _given(call)))
    return page(
        "JSON API",
        "Spoken by the mini-program and the H5 pages; the whole description is "
        "[openapi.json](openapi.json) (OpenAPI 3.1). Everything but `POST /api/v1/sessions` needs "
        "a sign-in (bearer token, or the cookie of the H5 pages); every write needs the header "
        "`X-Yunyu: 1`, and a booking an `Idempotency-Key`. A no is "
        "`{code, message, details}`, see [refusals](refusals.md). Answers only ever gain fields.",
        table(("call", "what it does", "sends", "gives"), rows),
    )


def openapi() -> str:
    """Return the description of the JSON API."""
    return json.dumps(api(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


PAGES: Mapping[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "states.md": states_page,
    "refusals.md": refusals_page,
    "schedules.md": schedules.page,
    "api.md": api_page,
    "openapi.json": openapi,
}
"""Every generated file of docs/reference, and what makes it."""


def lives() -> list[Life]:
    """Return every table of steps that a room's rules hold."""
    rooms = [path.parent for path in ROOT.glob("[a-z]*/__init__.py")]
    return [
        Life(NAMES.get(place := f"{file} {name}", place), file, steps)
        for file in sorted(
            str(path.relative_to(ROOT)) for one in rooms for path in one.rglob("rules.py")
        )
        for name, steps in sorted(vars(_module(file)).items())
        if name.startswith(STEPS)
    ]


def refusals() -> list[type[Refusal]]:
    """Return every class of refusal that a room or a door defines."""
    rooms = [path.parent for path in ROOT.glob("[a-z]*/__init__.py")]
    paths = sorted(path.relative_to(ROOT) for room in rooms for path in room.rglob("errors*.py"))
    return [
        found
        for module in (_module(str(path)) for path in paths)
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, Refusal) and found is not Refusal
        and found.__module__ == module.__name__
    ]  # fmt: skip


def api() -> dict[str, Any]:
    """Return the description of the JSON calls as the program itself gives it."""
    program = app.create_app(_paper_house(), login=FakeLogin())
    for blueprint in program.blueprints.values():
        if not isinstance(blueprint, APIBlueprint):
            # Doors of pages have no such mark, and the description stumbles over that.
            vars(blueprint)["enable_openapi"] = False
    whole: dict[str, Any] = json.loads(json.dumps(program.spec))
    calls = {path: call for path, call in whole["paths"].items() if path.startswith("/api/")}
    return whole | {"paths": calls}


def write() -> None:
    """Write every generated page."""
    for name, made in PAGES.items():
        (REFERENCE / name).write_text(made(), encoding="utf-8")


def _paper_house() -> House:
    """Return a house that is never entered: a description needs one that stands."""
    key = base64.b64encode(bytes(32)).decode()
    needed = {
        one.name: "x" for one in dataclasses.fields(Settings) if one.default is dataclasses.MISSING
    }
    settings = Settings(**needed | {"field_keys": f"1:{key}", "index_key": key})  # type: ignore[arg-type]  # every needed setting is text
    database = Database("postgresql+psycopg://nobody@localhost/nowhere")
    return House(settings, database, FixedClock(datetime(2026, 1, 1, tzinfo=UTC)))


def _default(one: dataclasses.Field[Any]) -> str:
    if one.default is dataclasses.MISSING:
        return "**needed, secret**" if not one.repr else "**needed**"
    return f"`{one.default}`" if str(one.default) else "empty"


def _diagram(life: Life) -> str:
    first = next(iter(life.steps))
    steps = [f"    [*] --> {first}"]
    for state, following in life.steps.items():
        steps += [f"    {state} --> {after}" for after in sorted(following) or ["[*]"]]
    return "\n".join(("```mermaid", "stateDiagram-v2", *steps, "```"))


def _module(file: str) -> ModuleType:
    return importlib.import_module(file.removesuffix(".py").replace("/", "."))


def _sentence(code: str) -> str:
    room, key = code.split(".", 1)
    return sentences(room)[key]


def _first_line(described: type) -> str:
    return (described.__doc__ or "").strip().splitlines()[0]


def _sent(call: Mapping[str, Any]) -> str:
    asked = [f"`{one['name']}`" for one in call.get("parameters", []) if one["in"] == "query"]
    body = call.get("requestBody", {}).get("content", {})
    return ", ".join([*asked, *(_shape(one) for one in body.values())])


def _given(call: Mapping[str, Any]) -> str:
    good = next(status for status in sorted(call["responses"]) if status.startswith("2"))
    shapes = [_shape(one) for one in call["responses"][good].get("content", {}).values()]
    return " ".join((good, *shapes))


def _shape(content_type: Mapping[str, Any]) -> str:
    named = str(content_type["schema"].get("$ref", "")).rpartition("/")[2]
    return f"`{named}`" if named else ""


if __name__ == "__main__":
    write()
