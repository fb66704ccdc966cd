"""What the repository says to strangers."""

import re
from pathlib import Path

import pytest

from tests.files import files
from tests.world import ROOT

TEXTS = (".py", ".md", ".toml", ".yaml", ".yml", ".json", ".txt", ".in", ".sh", ".html", ".css",
         ".js", ".ts", ".vue", ".ini", ".cfg", ".mako", ".svg")  # fmt: skip
STRANGERS = {
    "local path": re.compile(r"(?<![\w.])/(?:work|home|root|Users)/\w"),
    "registry": re.compile(
        r"registry\.[\w-]+\.|\bpypi\.|pythonhosted|npmmirror|mirrors?\.[\w-]+\.(?:com|cn|org|edu)"
    ),
    "e-mail": re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[a-z]{2,})+\b"),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", STRANGERS)
def test_the_repository_tells_nothing_of_where_it_was_written(kind):
    told = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in files(*TEXTS)
        if path != Path(__file__)
        and (found := STRANGERS[kind].search(path.read_text(encoding="utf-8")))
    ]

    assert told == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_what_the_readme_says_to_test_with_is_what_ci_runs(readme):
    [command] = [
        line
        for line in (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith(("#", "set ", "cd "))
    ]

    assert f"    {command}\n" in (ROOT / readme).read_text(encoding="utf-8")
