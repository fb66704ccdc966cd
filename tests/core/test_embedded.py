"""The embedded server is shared, outlives any one user's death, and leaves with the last one."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest

from core import embedded
from core.embedded import LONGEST_SOCKET, Server, running
from tests.world import ROOT

pytestmark = pytest.mark.slow

User = subprocess.Popen[str]


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="yunyu-pg-") as name:
        Path(name).chmod(0o711)
        yield Path(name)
        Server(Path(name)).stop()


@pytest.fixture(scope="module")
def pattern() -> Iterator[Path]:
    """The folder of a server that was made and stopped."""
    with tempfile.TemporaryDirectory(prefix="yunyu-pg-") as name:
        Path(name).chmod(0o711)
        with running(Path(name)):
            pass
        yield Path(name)


@pytest.fixture
def made(folder: Path, pattern: Path) -> None:
    """Make the server of the folder as a copy: to make one takes longer than most tests."""
    subprocess.run(["cp", "-a", f"{pattern}/.", folder], check=True)  # noqa: S603, S607
    settings = folder / "pgdata" / "postgresql.conf"
    own = settings.read_text(encoding="utf-8").replace(str(pattern), str(folder))
    settings.write_text(own, encoding="utf-8")


@pytest.fixture
def enter(folder: Path) -> Iterator[Callable[[], User]]:
    """Start another process that uses the server of the folder."""
    users: list[User] = []

    def start() -> User:
        user = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "tests.core.server_user", str(folder)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        users.append(user)
        return user

    yield start
    for user in users:
        user.kill()
        user.communicate()


def said(user: User) -> str:
    """Return what a user found, once it is in."""
    assert user.stdout is not None
    return user.stdout.readline().strip()


def leave(user: User) -> None:
    user.communicate()


def postmaster(folder: Path) -> int:
    pid = (folder / "pgdata" / "postmaster.pid").read_text(encoding="ascii")
    return int(pid.split()[0])


def count(server: Server) -> int:
    address = server.url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(address) as connection:
        row = connection.execute("select count(*) from visit").fetchone()
    assert row is not None
    return int(row[0])


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_two_processes_that_come_at_once_share_one_server(folder, enter) -> None:
    first, second = enter(), enter()

    found = {said(first), said(second)}

    assert found == {"(1,)", "(2,)"}
    log = (folder / "pg.log").read_text(encoding="utf-8")
    assert log.count("database system is ready to accept connections") == 1


@pytest.mark.usefixtures("made")
def test_the_last_one_out_stops_the_server(folder, enter) -> None:
    first, second = enter(), enter()
    said(first), said(second)
    pid = postmaster(folder)

    leave(first)
    is_running_for_the_second = not is_gone(pid)
    leave(second)

    assert is_running_for_the_second
    assert is_gone(pid)


@pytest.mark.usefixtures("made")
def test_a_user_killed_with_9_neither_takes_the_server_nor_keeps_it(folder, enter) -> None:
    killed, other = enter(), enter()
    said(killed), said(other)
    pid = postmaster(folder)

    killed.kill()
    killed.wait()
    with running(folder) as server:
        assert count(server) == 2
    still_runs = not is_gone(pid)
    leave(other)

    assert still_runs
    assert is_gone(pid)


@pytest.mark.usefixtures("made")
def test_two_uses_in_one_process_are_counted_apart(folder, enter) -> None:
    with running(folder) as outer:
        pid = postmaster(folder)
        with running(folder):
            pass
        after_the_inner = not is_gone(pid)
        user = enter()
        said(user)
        leave(user)

        assert after_the_inner
        assert count(outer) == 1
    assert is_gone(pid)


@pytest.mark.usefixtures("made")
def test_a_server_killed_with_9_is_started_again_with_its_data(folder, enter) -> None:
    user = enter()
    said(user)
    os.kill(postmaster(folder), signal.SIGKILL)

    with running(folder) as server:
        found = count(server)

    assert found == 1


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("naming", ["this process", "another server", "nobody", "nonsense"])
def test_a_stale_process_id_is_dropped(folder: Path, enter, naming: str, database_url: str) -> None:
    user = enter()
    said(user)
    pids = {
        "this process": str(os.getpid()),
        "another server": str(_server_of(database_url)),
        "nobody": "4194304",
        "nonsense": "",
    }
    os.kill(postmaster(folder), signal.SIGKILL)
    user.kill()
    user.wait()
    path = folder / "pgdata" / "postmaster.pid"
    _, _, rest = path.read_text(encoding="ascii").partition("\n")
    path.write_text(f"{pids[naming]}\n{rest}", encoding="ascii")

    with running(folder) as server:
        found = count(server)

    assert found == 1


def _server_of(url: str) -> int:
    """Return the process id of the server the other tests use."""
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as connection:
        row = connection.execute("select pg_backend_pid()").fetchone()
        assert row is not None
        return psutil.Process(row[0]).ppid()


def test_a_folder_whose_path_is_too_long_for_a_socket_still_serves(folder: Path) -> None:
    deep = folder / ("d" * LONGEST_SOCKET)

    with running(deep) as server:
        sockets = server.sockets
        found = Server(deep).url == server.url

    assert found
    assert len(str(sockets)) < LONGEST_SOCKET
    assert not sockets.is_relative_to(deep)
    sockets.rmdir()


@pytest.mark.usefixtures("made")
def test_a_socket_folder_swept_away_while_the_server_was_down_is_made_again(folder: Path) -> None:
    sockets = Server(folder).sockets
    sockets.rmdir()

    with running(folder) as server:
        address = server.url.replace("postgresql+psycopg", "postgresql")
        psycopg.connect(address).close()

    assert sockets.is_dir()


@pytest.mark.usefixtures("made")
def test_a_server_that_cannot_start_says_where_to_look(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "PATIENCE_SECONDS", 0)
    (folder / "pgdata" / "postgresql.conf").write_text("no_such_setting = 1\n", encoding="ascii")

    with pytest.raises(RuntimeError, match=r"does not start; see .*pg\.log"), running(folder):
        pytest.fail("started")


def test_without_its_wheel_the_server_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "WHEEL", "no_such_wheel")

    with pytest.raises(RuntimeError, match="no_such_wheel is not installed"):
        Server(folder)


def test_the_password_and_the_data_are_for_the_server_only(folder: Path) -> None:
    with running(folder):
        modes = [(folder / name).stat().st_mode & 0o777 for name in ("pg.password", "pgdata")]

    assert modes == [0o600, 0o700]


@pytest.mark.usefixtures("made")
def test_the_servers_own_log_quotes_no_value_of_a_row(folder: Path) -> None:
    with running(folder) as server:
        address = server.url.replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("create table person (phone text primary key)")
            connection.execute("insert into person values (%s)", ["13800138000"])
            with pytest.raises(psycopg.errors.UniqueViolation):
                connection.execute("insert into person values (%s)", ["13800138000"])

    log = (folder / "pg.log").read_text(encoding="utf-8")
    assert "duplicate key" in log
    assert "13800138000" not in log


@pytest.mark.skipif(os.getuid() != 0, reason="only root has a server of another user")
def test_programs_behind_a_locked_door_are_copied_out_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "wheel" / "pginstall18" / "bin"
    installed.mkdir(parents=True)
    (installed / "initdb").write_text("program", encoding="ascii")
    tmp_path.chmod(0o700)
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    spec = type("Spec", (), {"submodule_search_locations": [str(tmp_path / "wheel")]})()
    monkeypatch.setattr(embedded, "find_spec", lambda _: spec)
    monkeypatch.setattr(tempfile, "tempdir", str(outside))

    with ThreadPoolExecutor(4) as threads:
        found = set(threads.map(lambda _: embedded._programs(), range(4)))

    (programs,) = found
    assert (programs / "initdb").read_text(encoding="ascii") == "program"
