"""Starts a whole demonstration on one machine: `make run`.

An embedded PostgreSQL, the web program, the worker and the WeChat sandbox; the H5 client is
built beside them. Everything ends with this process (Ctrl-C or SIGTERM).
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import requests

from bot.menu import buttons
from core import embedded
from core.house import House, opened
from deploy import client, demonstration, secrets
from deploy.migrate import migrate
from deploy.rehearsal import rehearse
from deploy.stage import Stage
from wechat.assembly import assemble

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 30
WEB_WORKERS = 1
"""Enough for one person who tries it; two would make each start a second longer."""


class DidNotStart(RuntimeError):
    """A part of the demonstration did not answer in time; its log says why."""


def main(arguments: Sequence[str]) -> None:
    """Start everything, say where it is, and stay until told to stop."""
    given = _parser().parse_args(arguments)
    stage = Stage(given.folder, _free(given.port), _free(given.sandbox_port))
    stage.sandbox_state.mkdir(parents=True, exist_ok=True)
    kept = secrets.kept(stage.folder / "secrets.json")
    environment = stage.environment(kept)
    told_to_stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told_to_stop.set())
    with ExitStack() as stack:
        # Held here as well, so that the server outlives a restart of any other process.
        stack.enter_context(embedded.running(stage.folder))
        with opened(environment) as house:
            migrate(house.database.engine)
            demonstration.fill(house)
            _start_all(stack, stage, environment, kept)
            _set_menu(house)
            rehearse(stage)
        _tell(stage)
        if not given.without_client:
            threading.Thread(target=_build_client, daemon=True).start()
        told_to_stop.wait()
        print("\n正在停止……")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / ".run", help="where data is kept")
    parser.add_argument("--port", type=int, default=8000, help="of the web program")
    parser.add_argument("--sandbox-port", type=int, default=8100, help="of the WeChat sandbox")
    parser.add_argument("--without-client", action="store_true", help="do not build the H5 pages")
    return parser


def _start_all(
    stack: ExitStack, stage: Stage, environment: dict[str, str], kept: dict[str, str]
) -> None:
    config = stage.folder / "sandbox.json"
    config.touch(mode=0o600)
    config.write_text(json.dumps(stage.sandbox_config(kept), ensure_ascii=False), encoding="utf-8")
    _start(
        stack, stage, "sandbox", ["sandbox", "--port", str(stage.sandbox_port)]
        + ["--config", str(config), "--state", str(stage.sandbox_state)],
        environment,
    )  # fmt: skip
    _start(
        stack, stage, "web", ["granian", "--interface", "rsgi", "--factory", "app:gate"]
        + ["--host", "127.0.0.1", "--port", str(stage.web_port), "--workers", str(WEB_WORKERS)]
        + ["--respawn-failed-workers", "--workers-kill-timeout", "10", "--no-ws"],
        environment,
    )  # fmt: skip
    _wait(f"{stage.sandbox}/_sim/state", "sandbox")
    _wait(f"{stage.web}/healthz", "web")
    _start(stack, stage, "worker", ["scheduler"], environment)


def _start(
    stack: ExitStack, stage: Stage, name: str, module: list[str], environment: dict[str, str]
) -> None:
    log = stack.enter_context((stage.folder / f"{name}.log").open("ab"))
    process = subprocess.Popen(  # noqa: S603 - our own programs, our own arguments
        [sys.executable, "-m", *module], cwd=ROOT, env={**os.environ, **environment},
        stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
    )  # fmt: skip
    (stage.folder / f"{name}.pid").write_text(str(process.pid), encoding="ascii")
    stack.callback(_stop, process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(url: str, name: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with suppress(requests.ConnectionError, requests.Timeout):
            if requests.get(url, timeout=2).ok:
                return
        time.sleep(0.05)
    raise DidNotStart(f"{name} does not answer; see its log in the data folder")


def _set_menu(house: House) -> None:
    """Give the Official Account its menu, through the platform's own API."""
    wechat = assemble(house.settings, engine=house.database.engine, clock=house.clock)
    wechat.messenger.set_menu(buttons(house.settings.base_url))


def _build_client() -> None:
    try:
        client.build()
    except client.BuildFailed as failed:
        print(f"H5 页面没有生成成功：{failed}")


def _tell(stage: Stage) -> None:
    print(
        f"""
孕育 Yunyu 已启动 / is running

  手机 Phone      {stage.sandbox}/
  后台 Console    {stage.web}/console/
  网页 H5         {stage.web}/m/   （请从手机里的公众号菜单打开）

  后台示范账号 Demo staff（密码 password: {demonstration.PASSWORD}）
    shen_qinghe 写文章、审文章 · lu_wanqiu 写文章、审文章
    qin 妇幼专干：咨询、家庭、随访 · bai 医生：风险评估、专案 · fang 门诊护士

  Ctrl-C 停止 / to stop
""",
        flush=True,
    )


def _free(port: int) -> int:
    """Return this port, or the next one on which nobody listens."""
    for candidate in range(port, port + 50):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if trial.connect_ex(("127.0.0.1", candidate)) != 0:
                return candidate
    raise DidNotStart(f"no free port from {port} on")


if __name__ == "__main__":
    main(sys.argv[1:])
