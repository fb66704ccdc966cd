"""The client is built from what stands, once, with exactly what its lock file says."""

import subprocess
import sys
from pathlib import Path

import pytest

from deploy import client

Commands = list[list[str]]


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A client's source, with a lock file."""
    monkeypatch.setattr(client, "CLIENT", tmp_path)
    monkeypatch.setattr(client, "H5", tmp_path / "dist" / "build" / "h5")
    monkeypatch.setattr(client, "MARK", tmp_path / "dist" / "h5.source")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.ts").write_text("1", encoding="utf-8")
    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    return tmp_path


@pytest.fixture
def npm(monkeypatch: pytest.MonkeyPatch, source: Path) -> Commands:
    """An npm that makes what it is told to make."""
    run: Commands = []

    def pretend(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        run.append(command[1:])
        (source / "node_modules").mkdir(exist_ok=True)
        (source / "dist" / "build" / "h5").mkdir(parents=True, exist_ok=True)
        (source / "dist" / "build" / "h5" / "index.html").touch()
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", pretend)
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    return run


CI = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
BUILD = ["run", "build:h5"]


def test_the_first_build_installs_without_scripts_and_builds(npm: Commands) -> None:
    client.build()

    assert npm == [CI, BUILD]
    assert client.is_current()


def test_a_current_build_is_left_alone(npm: Commands) -> None:
    client.build()

    client.build()

    assert npm == [CI, BUILD]


def test_changed_source_is_built_again_without_installing(npm: Commands, source: Path) -> None:
    client.build()
    (source / "src" / "main.ts").write_text("2", encoding="utf-8")

    client.build()

    assert npm == [CI, BUILD, BUILD]


def test_a_changed_lock_file_is_installed(npm: Commands, source: Path) -> None:
    client.build()
    (source / "package-lock.json").write_text("{ }", encoding="utf-8")

    client.build()

    assert npm == [CI, BUILD, CI, BUILD]


def test_what_a_build_makes_is_no_source(source: Path) -> None:
    before = client.source_mark()
    (source / "dist").mkdir()
    (source / "dist" / "made.js").touch()

    assert client.source_mark() == before


def test_a_build_that_fails_says_how_and_is_not_current(
    npm: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "x" * 3000, "no such component")

    monkeypatch.setattr(subprocess, "run", fails)

    with pytest.raises(client.BuildFailed, match="no such component$") as failed:
        client.build()
    assert len(str(failed.value)) == 2000
    assert not client.is_current()


@pytest.mark.parametrize(
    ("uv", "installer"),
    [("/bin/uv", ["pip", "install"]), (None, ["-m", "pip", "install"])],
    ids=["uv", "pip"],
)
def test_a_machine_without_node_gets_it_from_a_wheel(
    npm: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, uv: str | None,
    installer: list[str],
) -> None:  # fmt: skip
    monkeypatch.setattr("shutil.which", lambda name: uv if name == "uv" else None)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))

    found = client.npm()

    assert found == str(tmp_path / "bin" / "npm")
    assert npm == [[*installer, "--quiet", client.NODE_WHEEL]]


def test_a_wheel_that_is_there_is_not_installed_again(
    npm: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    (tmp_path / "npm").touch()

    assert client.npm() == str(tmp_path / "npm")
    assert npm == []
