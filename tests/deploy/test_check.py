"""The gates: all of them are tried, and one that fails is named."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy import check, client

Gates = list[list[str]]


@pytest.fixture
def failing() -> set[str]:
    """Names of programs that fail."""
    return set()


@pytest.fixture
def gates(monkeypatch: pytest.MonkeyPatch, failing: set[str]) -> Gates:
    """Every command that was run, none of them really."""
    run: Gates = []

    def pretend(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        run.append([Path(command[0]).name, *command[1:]])
        code = int(bool(failing & set(run[-1])))
        return subprocess.CompletedProcess(command, code, "out", "err")

    monkeypatch.setattr(subprocess, "run", pretend)
    monkeypatch.setattr(client, "build", lambda: None)
    monkeypatch.setattr(client, "npm", lambda: "npm")
    return run


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[bool], None]:
    """Let there be a browser, or none."""

    def be(there: bool) -> None:
        (tmp_path / "there").touch()
        path = tmp_path / ("there" if there else "nowhere")
        monkeypatch.setattr(check, "CHROMIUM", str(path))

    return be


def names(gates: Gates) -> list[str]:
    return [command[0] for command in gates]


def test_the_quick_part_lints_types_and_leaves_slow_tests_out(
    gates: Gates, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check.main("quick") == 0

    assert names(gates)[:4] == ["ruff", "ruff", "mypy", "lint-imports"]
    assert gates[-1][-2:] == ["-m", "not slow"]
    said = capsys.readouterr().out
    assert "not run: slow" in said
    assert said.endswith("all gates stand\n")


def test_everything_runs_the_client_and_all_tests(
    gates: Gates, browser: Callable[[bool], None]
) -> None:
    browser(True)

    assert check.main("everything") == 0

    assert names(gates).count("npm") == 4
    assert "--cov-branch" in gates[-1]
    assert "-m" not in gates[-1][3:]


def test_what_was_compiled_is_kept_whatever_the_machine_is_set_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[dict[str, str]] = []

    def pretend(
        command: list[str], *, env: dict[str, str], **_: object
    ) -> subprocess.CompletedProcess[str]:
        given.append(env)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", pretend)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    check.main("quick")

    assert [one for one in given if "PYTHONDONTWRITEBYTECODE" in one] == []
    assert len(given) == 5


def test_a_gate_that_fails_is_named_and_the_others_still_run(
    gates: Gates, failing: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    failing.add("mypy")

    assert check.main("quick") == 1

    assert len(gates) == 5
    assert capsys.readouterr().out.endswith("failed: types\n")


def test_a_client_that_does_not_build_is_a_failure(
    gates: Gates, browser: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    def breaks() -> None:
        raise client.BuildFailed("no such component")

    browser(True)
    monkeypatch.setattr(client, "build", breaks)

    assert check.main("everything") == 1
    assert "failed: client" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("user", "apt", "broken"),
    [(1000, "/usr/bin/apt-get", ""), (0, None, ""), (0, "/usr/bin/apt-get", "update"),
     (0, "/usr/bin/apt-get", "")],
    ids=["not root", "no apt", "apt fails", "apt brings none"],
)  # fmt: skip
def test_without_a_browser_its_tests_are_left_out_and_said_so(
    gates: Gates, browser: Callable[[bool], None], failing: set[str],
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], user: int,
    apt: str | None, broken: str,
) -> None:  # fmt: skip
    browser(False)
    failing.add(broken)
    monkeypatch.setattr("os.getuid", lambda: user)
    monkeypatch.setattr("shutil.which", lambda _: apt)

    assert check.main("everything") == 0

    assert "not browser" in gates[-1]
    assert "not run: browser tests" in capsys.readouterr().out
