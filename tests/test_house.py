"""Rules of the house that no tool knows."""

import ast
import dataclasses
import importlib
import inspect
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from core.errors import Refusal
from core.settings import Settings
from core.words import labels
from scheduler import ticks
from tests.files import files
from tests.world import ROOT

DOORS = ("bot", "miniapp", "console", "fhir")
ROOMS = (
    "scheduler",
    "booking",
    "content",
    "conversation",
    "handbook",
    "accounts",
    "wechat",
    "core",
)
PROGRAMS = (*DOORS, *ROOMS, "sandbox", "deploy")
LONGEST_FILE, LONGEST_FUNCTION = 300, 50
FORBIDDEN = frozenset(
    {"util", "utils", "helper", "helpers", "common", "misc", "manager", "service", "handler"}
    | {"process", "handle", "do", "data", "info", "base2"}
)

GIVEN = frozenset(
    {"handle_starttag", "handle_startendtag", "handle_endtag", "handle_data", "handle_comment"}
    | {"handle_decl", "handle_pi", "process_bind_param", "process_result_value"}
)
"""Names of methods that a library calls."""

OPEN = frozenset(
    {"healthz", "readyz", "metrics", "openapi.spec", "console.static", "pages.static"}
    | {"console.sign_in.page", "console.screen.page", "console.sign_in.enter", "api.sign_in"}
    | {"pages.client", "pages.enter", "pages.welcome", "pages.article", "pages.show_notice"}
    | {"fhir.metadata"}
)
"""Endpoints anybody may ask; none tells anything of a person who did not just prove herself."""

REFUSED = frozenset({303, 401, 403})

SAID_BY_THE_GATE = frozenset(
    {"core.unavailable", "core.defect", "core.too_large", "core.method_not_allowed"}
)
"""Sentences for what is no refusal of a room."""


def code() -> Iterator[Path]:
    """Yield the Python files people wrote; migrations are written by a tool."""
    return (path for path in files(".py") if path.parent.name != "versions")


def source(name: str) -> Iterator[Path]:
    """Yield the Python files of one room, door or program."""
    return (path for path in code() if path.relative_to(ROOT).parts[0] == name)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def refusals() -> list[type[Refusal]]:
    """Return every no of every room and door."""
    for path in code():
        if path.name.startswith("errors") and path.relative_to(ROOT).parts[0] != "tests":
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    found, new = set(), {Refusal}
    while new:
        found |= new
        new = {below for above in new for below in above.__subclasses__()} - found
    return sorted((one for one in found if one is not Refusal), key=lambda one: one.code)


@cache
def sentences() -> dict[str, str]:
    """Return every sentence of every room and door by its code."""
    return {
        f"{path.parent.name}.{key}": text
        for path in files(".toml")
        if path.name == "words.zh_CN.toml"
        for key, text in tomllib.loads(path.read_text(encoding="utf-8")).items()
    }


@pytest.mark.slow
def test_every_route_is_behind_a_guard(client, pages):
    routes = pages.url_map.iter_rules()
    guarded = [route for route in routes if route.endpoint not in OPEN]

    passed = [
        (method, route.rule)
        for route in guarded
        for method in sorted(route.methods - {"HEAD", "OPTIONS"})
        if _asked_by_nobody(client, route.rule, method) not in REFUSED
    ]

    assert len(guarded) > 30
    assert passed == []


def test_every_open_route_exists(pages):
    assert {one.endpoint for one in pages.url_map.iter_rules()} >= OPEN


def _asked_by_nobody(client, rule, method):
    path = re.sub(r"<(?:\w+:)?\w+>", "x", rule)
    return client.open(path, method=method, headers={"X-Yunyu": "1"}, json={}).status_code


def test_nobody_imports_the_front_gate():
    importing = re.compile(r"^\s*(?:import app\b|from app import)", re.MULTILINE)

    inside = [path for name in (*DOORS, *ROOMS, "sandbox") for path in source(name)]
    assert [str(one) for one in inside if importing.search(one.read_text("utf-8"))] == []


def test_only_the_database_commits():
    ending = re.compile(r"\.(?:commit|rollback)\(")

    ending_here = {
        str(path.relative_to(ROOT))
        for name in PROGRAMS
        for path in source(name)
        if ending.search(path.read_text(encoding="utf-8"))
    }
    assert ending_here - {"core/db.py"} == set()


def test_no_file_is_longer_than_a_person_reads():
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in code()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    ]

    assert long == []


@pytest.mark.slow
@pytest.mark.no_cover
def test_no_function_is_longer_than_a_screen():
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in code()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]

    assert long == []


@pytest.mark.slow
@pytest.mark.no_cover
def test_no_name_says_nothing():
    named = [
        (str(path.relative_to(ROOT)), name)
        for program in PROGRAMS
        for path in source(program)
        for name in (path.stem, *_names(tree(path)))
        if FORBIDDEN & set(_words_of(name)) and name not in GIVEN
    ]

    assert named == []


def _names(module):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [node.name for node in ast.walk(module) if isinstance(node, kinds)]


def _words_of(name):
    """Return the words of a name; "do not" is a word of a sentence and says something."""
    name = re.sub(r"do_?not", "not", name, flags=re.IGNORECASE)
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)]


@pytest.mark.parametrize("refusal", refusals(), ids=lambda one: one.code)
def test_every_refusal_has_a_sentence(refusal):
    assert sentences()[refusal.code].strip()


def test_every_sentence_has_a_refusal():
    told = {one.code for one in refusals()} | SAID_BY_THE_GATE

    assert sentences().keys() - told == set()


def test_every_code_names_its_room_and_is_used_once():
    rooms = {(one.code.split(".")[0], one.__module__.split(".")[0]) for one in refusals()}
    codes = [one.code for one in refusals() if "code" in vars(one)]

    assert [room for room, module in rooms if room != module] == []
    assert len(codes) == len(set(codes))


@pytest.mark.slow
@pytest.mark.no_cover
def test_every_label_that_is_asked_for_is_written():
    asked = {
        (room, pattern)
        for name in (*DOORS, *ROOMS)
        for path in source(name)
        for room, pattern in _labels_asked(tree(path))
    }
    missing = {
        f"{room}.{pattern}"
        for room, pattern in asked
        if not any(re.fullmatch(pattern, key) for key in labels(room))
    }

    assert len(asked) > 10
    assert missing == set()


def _labels_asked(module):
    """Yield room and pattern of every call of `label`, where the room is written out."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "label" and node.args:
            room, _, key = _pattern(node.args[0]).partition(".")
            if room.isidentifier() and key:
                yield room, key


def _pattern(text):
    if isinstance(text, ast.Constant):
        return str(text.value)
    if isinstance(text, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) else ".+" for part in text.values
        )
    return ""


def test_every_setting_is_in_its_page_and_no_other():
    page = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")

    written = set(re.findall(r"^\| `(YUNYU_\w+)`", page, re.MULTILINE))
    assert written == {f"YUNYU_{one.name.upper()}" for one in dataclasses.fields(Settings)}


def test_every_tick_that_is_written_runs():
    written = {
        name
        for name, found in inspect.getmembers(ticks, inspect.isfunction)
        if found.__module__ == ticks.__name__
        and list(inspect.signature(found).parameters) == ["worker"]
        and inspect.signature(found).return_annotation is int
    }

    assert written <= {tick.name for tick in ticks.TICKS}
    assert len({tick.name for tick in ticks.TICKS}) == len(ticks.TICKS)


def test_the_schema_has_one_head():
    script = ScriptDirectory.from_config(Config(str(ROOT / "alembic.ini")))

    assert len(script.get_heads()) == 1
