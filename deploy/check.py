"""Runs the gates of the house: `make test` (everything) or `make quick`."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHROMIUM = "/usr/bin/chromium"
APT_PACKAGES = ("chromium", "fonts-noto-cjk")
TWO_AT_ONCE = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
"""Whole files go to two processes, in the order of tests/conftest.py: what takes longest first."""

COVERAGE = ("--cov", "--cov-branch", "--cov-report=term:skip-covered")


@dataclass
class Report:
    """What failed and what was not run, with the reason."""

    failed: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def gate(self, name: str, command: list[str], *, cwd: Path = ROOT) -> None:
        """Run a gate and note a failure; its output goes to the terminal."""
        print(f"\n== {name}", flush=True)
        environment = {**os.environ, "CI": "1"}
        # Compiling everything anew in every process would cost half a minute.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        if subprocess.run(command, cwd=cwd, env=environment, check=False).returncode != 0:  # noqa: S603 - our own tools
            self.failed.append(name)


def main(part: str) -> int:
    """Run a part of the gates; return 0 when all of them stand."""
    report = Report()
    _static(report)
    if part == "quick":
        report.gate("tests under 0.1 s", _pytest("-m", "not slow"))
        report.left_out.append("slow, browser and client tests (make test runs them)")
    else:
        _client(report)
        _all_tests(report)
    for reason in report.left_out:
        print(f"not run: {reason}")
    print("failed: " + ", ".join(report.failed) if report.failed else "all gates stand")
    return 1 if report.failed else 0


def _static(report: Report) -> None:
    report.gate("lint", [str(BIN / "ruff"), "check", "."])
    report.gate("format", [str(BIN / "ruff"), "format", "--check", "."])
    report.gate("types", [str(BIN / "mypy")])
    report.gate("floors", [str(BIN / "lint-imports")])


def _client(report: Report) -> None:
    """Build the client (also for the browser test) and run its own tests on Node."""
    from deploy import client

    print("\n== client", flush=True)
    try:
        client.build()
        npm = client.npm()
    except client.BuildFailed as failed:
        print(failed)
        report.failed.append("client")
        return
    for script in ("type-check", "build:mp-weixin", "check:wxml", "test:mp"):
        report.gate(f"client {script}", [npm, "run", "--silent", script], cwd=client.CLIENT)


def _all_tests(report: Report) -> None:
    chosen: list[str] = []
    if not _has_browser():
        packages = " and ".join(APT_PACKAGES)
        report.left_out.append(f"browser tests: no {CHROMIUM}; install {packages}")
        chosen = ["-m", "not browser"]
    report.gate("tests", _pytest(*TWO_AT_ONCE, *COVERAGE, *chosen))


def _has_browser() -> bool:
    """Say whether there is a browser, installing Debian's where we may."""
    if Path(CHROMIUM).exists():
        return True
    apt = shutil.which("apt-get")
    if apt is None or os.getuid() != 0:
        return False
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ([apt, "-qq", "update"], [apt, "-qq", "install", "-y", *APT_PACKAGES]):
        if subprocess.run(command, env=quiet, check=False).returncode != 0:  # noqa: S603 - Debian's own
            return False
    return Path(CHROMIUM).exists()


def _pytest(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "-q", *arguments]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
