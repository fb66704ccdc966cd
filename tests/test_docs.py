"""The documents tell the truth: what they name exists, and what is generated is current."""

import dataclasses
import re

import pytest

from core.settings import PREFIX, Settings
from deploy import reference
from deploy.care import care
from handbook.care.documents import document
from handbook.care.schedule import CURRENT, load, put_together
from scheduler.ticks import TICKS
from tests.world import ROOT

HEADS = ("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
PAGES = (*(ROOT / name for name in HEADS), *sorted((ROOT / "docs").rglob("*.md")))
WRITTEN = [page for page in PAGES if page.name not in reference.PAGES]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
DEPLOY = ROOT / "docs" / "how-to" / "deploy.md"

LINK = re.compile(r"(?<!!)\[[^\]]+\]\((?!https?:)([^)#\s]+)")
PICTURE = re.compile(r"!\[[^\]]+\]\(docs/images/([\w-]+)\.png\)")
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"([a-z_]+(?:/[\w.-]+)*/|(?:[\w-]+/)*[\w.-]+\.(?:py|yaml|toml|md|ts|json))")
PLACE = re.compile(r"([\w/.-]+\.py)::(\w+)")
SCHEDULE = re.compile(r"```yaml\n(.*?)```", re.S)
COMMAND = re.compile(r"\bapp care ((?:[a-z]+ ?)+)")

ROOM_FILES = frozenset(
    {"actions.py", "queries.py", "models.py", "rules.py", "errors.py", "words.zh_CN.toml"}
    | {"copies.py", "erasing.py"}
)
"""Every room has these, so they are also spoken of without a room."""

NOT_IN_THE_TREE = frozenset({"clock.json", "openapi.json", ".run/", "rules.md"})
"""What a page tells the reader to write, or what a running program makes."""


def short(page):
    return str(page.relative_to(ROOT))


def paths_named(text):
    found = {match[1] for code in CODE.findall(text) if (match := PATH.fullmatch(code))}
    return found - ROOM_FILES - NOT_IN_THE_TREE


def places_named(text):
    return [place.groups() for code in CODE.findall(text) if (place := PLACE.fullmatch(code))]


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_every_link_leads_somewhere(page):
    dead = [to for to in LINK.findall(page.read_text("utf-8")) if not (page.parent / to).exists()]

    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_every_path_that_a_page_names_exists(page):
    named = paths_named(page.read_text("utf-8"))

    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_every_place_in_the_code_that_a_page_names_exists(page):
    missing = [
        f"{path}::{name}"
        for path, name in places_named(page.read_text("utf-8"))
        if not re.search(rf"^(?:def |class )?{name}\b", (ROOT / path).read_text("utf-8"), re.M)
    ]

    assert missing == []


def test_the_tour_names_every_room_and_door():
    tour = (ROOT / "docs" / "tour.md").read_text("utf-8")
    packages = [path.parent.name for path in ROOT.glob("[a-z]*/__init__.py")]

    assert [name for name in packages if f"`{name}/`" not in tour] == []


def test_the_tour_names_what_it_is_tested_for():
    tour = (ROOT / "docs" / "tour.md").read_text("utf-8")

    assert "bot/turn.py" in {path for path, _ in places_named(tour)}
    assert "bot/danger_words.zh_CN.toml" in paths_named(tour)


@pytest.mark.slow
@pytest.mark.parametrize("name", reference.PAGES)
def test_a_generated_page_is_what_the_code_says_now(name):
    standing = (reference.REFERENCE / name).read_text("utf-8")

    assert standing == reference.PAGES[name](), "run `make docs`"


def test_the_generator_writes_the_pages_it_makes(tmp_path, monkeypatch):
    monkeypatch.setattr(reference, "REFERENCE", tmp_path)
    monkeypatch.setattr(reference, "PAGES", {"one.md": lambda: "一页\n"})

    reference.write()

    assert (tmp_path / "one.md").read_text("utf-8") == "一页\n"


def test_every_refusal_stands_in_the_reference_with_its_sentence():
    page = (reference.REFERENCE / "refusals.md").read_text("utf-8")

    assert "| `booking.slot_full` | 409 | 这个时段已经约满了，请选择其他时段。 |" in page
    assert [one.code for one in reference.refusals() if f"`{one.code}`" not in page] == []


@pytest.mark.parametrize("page", WRITTEN, ids=short)
def test_every_setting_that_a_page_names_exists(page):
    fields = {f"{PREFIX}{one.name.upper()}" for one in dataclasses.fields(Settings)}
    known = fields | {f"{name}_FILE" for name in fields} | {"YUNYU_HOST"}
    named = set(re.findall(r"\bYUNYU_[A-Z_]*[A-Z]\b", page.read_text("utf-8")))

    assert named <= known


def test_the_guide_to_deploying_gives_every_setting_that_is_needed():
    guide = DEPLOY.read_text("utf-8")
    needed = [
        f"{PREFIX}{one.name.upper()}="
        for one in dataclasses.fields(Settings)
        if one.default is dataclasses.MISSING
    ]

    assert [name for name in needed if f"\n{name}" not in guide] == []


@pytest.mark.parametrize("page", WRITTEN, ids=short)
def test_every_make_target_that_a_page_names_exists(page):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = set(re.findall(r"(?:`|^    )make ([a-z]+)", page.read_text("utf-8"), re.M))

    assert named <= targets


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_every_picture_is_one_that_the_browser_test_takes(name):
    told = (ROOT / "tests" / "main_job" / "test_nine_steps.py").read_text("utf-8")
    taken = set(re.findall(r'picture\(\w+, "([\w-]+)"\)', told))
    shown = set(PICTURE.findall((ROOT / name).read_text("utf-8")))

    assert shown
    assert shown <= taken


def test_the_two_readmes_show_and_link_the_same():
    english, chinese = ((ROOT / name).read_text("utf-8") for name in HEADS[:2])

    assert PICTURE.findall(english) == PICTURE.findall(chinese)
    assert set(LINK.findall(english)) - {"README.zh-CN.md"} == (
        set(LINK.findall(chinese)) - {"README.md"}
    )


def test_every_page_that_the_code_refers_to_exists():
    packages = [path.parent for path in ROOT.glob("[a-z]*/__init__.py")]
    code = [path for package in packages for path in package.rglob("*.py")]
    named = {
        page for path in code for page in re.findall(r"docs/[a-z/-]+\.md", path.read_text("utf-8"))
    }

    assert named
    assert [page for page in sorted(named) if not (ROOT / page).exists()] == []


@pytest.mark.parametrize("shelf", ["why", "decisions"])
def test_the_list_of_a_shelf_names_every_page_on_it(shelf):
    folder = ROOT / "docs" / shelf
    listed = set(LINK.findall((folder / "README.md").read_text("utf-8")))

    assert listed == {page.name for page in folder.glob("*.md")} - {"README.md"}


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_is_short_and_says_context_decision_and_consequences(page):
    lines = page.read_text("utf-8").splitlines()
    headings = [line.removeprefix("## ") for line in lines if line.startswith("## ")]

    assert len(lines) <= 30
    assert lines[0].startswith(f"# {page.name[:4]} ")
    assert headings == ["Context", "Decision", "Consequences"]


@pytest.mark.slow
def test_the_schedules_that_the_guide_shows_can_be_read_and_laid_over_the_present_edition(tmp_path):
    guide = (ROOT / "docs" / "how-to" / "add-a-schedule.md").read_text("utf-8")
    shown = [(re.search(r"^key: ([\w-]+)", text)[1], text) for text in SCHEDULE.findall(guide)]
    paths = [tmp_path / f"{key}.yaml" for key, _ in shown]
    for path, (_, text) in zip(paths, shown, strict=True):
        path.write_text(text, encoding="utf-8")

    national, hospital = (document(path) for path in paths)
    over = put_together(key="ours", title="本院", documents=[*load(CURRENT).documents, hospital])

    assert [item.name for item in national.items] == ["NT超声"]
    assert [item.key for item in over.hidden] == ["pp_visit"]


@pytest.mark.parametrize("tick", TICKS, ids=lambda tick: tick.name)
def test_every_tick_stands_in_its_page(tick):
    page = (ROOT / "docs" / "why" / "ticks.md").read_text("utf-8")

    assert f"| `{tick.name}` | {tick.every.seconds} s |" in page


def command_of(line):
    """Return the words of a line that are a command of the house, empty if it is none."""
    found, words = care, []
    for word in line.split():
        if not hasattr(found, "commands"):
            break
        if (found := found.commands.get(word)) is None:
            return ""
        words.append(word)
    return " ".join(words)


def test_every_command_that_a_page_names_exists():
    lines = [line for page in WRITTEN for line in COMMAND.findall(page.read_text("utf-8"))]

    assert {"hospital add", "staff add", "reseal"} <= {command_of(line) for line in lines}
    assert [line for line in lines if not command_of(line)] == []
