"""Gives the demonstration a mother whose story has begun, through the real protocol."""

from datetime import datetime, timedelta

import requests

from core.clock import beijing_date
from deploy.stage import MP_APPID, OA_APPID, SUBSCRIPTIONS, Stage

ZHAO = "zhao"
WEEKS_ALONG = timedelta(weeks=20)
TIMEOUT = 30


def rehearse(stage: Stage) -> None:
    """Let Zhao follow, open her handbook and switch reminders on, unless she did before."""
    people = f"{stage.sandbox}/_sim/persons/{ZHAO}"
    state = requests.get(f"{stage.sandbox}/_sim/state", timeout=TIMEOUT).json()
    zhao = next(one for one in state["persons"] if one["key"] == ZHAO)
    if zhao["bonds"][OA_APPID]["following"]:
        return
    last_period = beijing_date(datetime.fromisoformat(state["now"])) - WEEKS_ALONG
    requests.post(f"{people}/follow", json={}, timeout=TIMEOUT).raise_for_status()
    requests.post(f"{stage.sandbox}/_sim/settle", json={}, timeout=TIMEOUT).raise_for_status()
    for words in (
        f"末次月经{last_period.year}年{last_period.month}月{last_period.day}日",
        "确认并同意",
        "开启提醒",
    ):
        said = requests.post(f"{people}/say", json={"text": words}, timeout=TIMEOUT)
        said.raise_for_status()
    _introduce(stage, people)
    _open_mini_program(stage, people)


def _introduce(stage: Stage, people: str) -> None:
    """Let her open the H5 pages from the menu and leave her name and phone number."""
    phone = requests.Session()
    enter = phone.get(f"{stage.web}/m/enter", allow_redirects=False, timeout=TIMEOUT)
    address, _, _ = enter.headers["Location"].partition("#")
    back = phone.get(f"{address}&person={ZHAO}", allow_redirects=False, timeout=TIMEOUT)
    phone.get(back.headers["Location"], allow_redirects=False, timeout=TIMEOUT)
    phone.headers["X-Yunyu"] = "1"
    api = f"{stage.web}/api/v1/me"
    phone.put(f"{api}/name", json={"name": "赵晴"}, timeout=TIMEOUT).raise_for_status()
    shared = requests.post(f"{people}/phone_code", json={}, timeout=TIMEOUT).json()
    phone.post(f"{api}/phone", json={"code": shared["code"]}, timeout=TIMEOUT).raise_for_status()


def _open_mini_program(stage: Stage, people: str) -> None:
    """Let her open the mini-program, where she is known by the unionid, and allow one of each."""
    shown = requests.post(f"{people}/js_code", json={}, timeout=TIMEOUT).json()
    begun = requests.post(
        f"{stage.web}/api/v1/sessions", json={"code": shown["code"]}, headers={"X-Yunyu": "1"},
        timeout=TIMEOUT,
    )  # fmt: skip
    begun.raise_for_status()
    asked = [one.id for one in SUBSCRIPTIONS if one.account == MP_APPID]
    allowed = {"template_ids": asked, "decision": "accept", "wait": True}
    requests.post(f"{people}/consent", json=allowed, timeout=TIMEOUT).raise_for_status()
