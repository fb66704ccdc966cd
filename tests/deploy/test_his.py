"""The commands of a hospital's own systems: tokens, and the folder both meet in."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from accounts.systems import system_of_token
from booking.actions import book
from booking.his.files import FileAdapter
from booking.his.models import HisPush
from booking.models import Slot
from core.db import Session
from core.house import House
from deploy import his
from deploy.care import care
from tests.make import Make
from tests.world import NOW

Run = Callable[..., Result]


@pytest.fixture
def run(house: House, make: Make, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call a command as a shell does, in the tests' house."""

    @contextmanager
    def opened(_: object) -> Iterator[House]:
        yield house

    monkeypatch.setattr(his, "opened", opened)
    return lambda *words: CliRunner().invoke(care, [str(word) for word in words])


@pytest.fixture
def folder(tmp_path: Path, make: Make) -> Path:
    """A folder in which the other system gives two slots of a clinic of ours."""
    clinic_id = make.slot().clinic_id
    make.session.flush()
    lines = [
        "slot,clinic,doctor,starts_at,ends_at,places",
        f"S1,{clinic_id},,2026-06-03 14:00,2026-06-03 14:30,2",
        f"S2,{clinic_id},,2026-06-03 14:30,2026-06-03 15:00,2",
    ]
    (tmp_path / "slots.csv").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "bookings.csv").write_text("appointment,slot\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def booked(run: Run, folder: Path, make: Make) -> int:
    """Lin books S1; return the number she says at the desk."""
    run("his", "import", folder)
    slot = make.session.scalars(sa.select(Slot).where(Slot.external_id == "S1")).one()
    made = book(make.session, request=make.request(slot), now=NOW).appointment.number
    make.session.flush()
    return made


def test_a_token_is_said_once_and_works_until_it_is_revoked(run: Run, session: Session) -> None:
    token = run("system", "issue", "HIS").output.strip()
    assert run("system", "list").output == "HIS：2026-06-01 10:00 起\n"
    assert system_of_token(session, token=token) is not None

    revoked = run("system", "revoke", "HIS")

    assert revoked.output == "HIS 的令牌已撤销\n"
    assert system_of_token(session, token=token) is None
    assert run("system", "list").output == ""


def test_a_second_token_of_a_name_is_refused(run: Run) -> None:
    run("system", "issue", "HIS")

    again = run("system", "issue", "HIS")

    assert again.exit_code == 1
    assert "“HIS”已经有令牌" in again.output


def test_slots_come_in(run: Run, folder: Path) -> None:
    first, again = run("his", "import", folder), run("his", "import", folder)

    assert first.output == "新增 2 个号源，调整 0 个，停诊 0 个\n"
    assert again.output == "新增 0 个号源，调整 0 个，停诊 0 个\n"


def test_bad_lines_are_listed_and_nothing_comes_in(
    run: Run, folder: Path, session: Session
) -> None:
    slots = folder / "slots.csv"
    slots.write_text(slots.read_text("utf-8").replace("15:00,2", "15:00,x"), encoding="utf-8")

    refused = run("his", "import", folder)

    assert refused.exit_code == 1
    assert "第 3 行：号数不是 0 到 500 的整数" in refused.output
    assert "没有导入任何内容" in refused.output
    assert session.scalars(sa.select(Slot).where(Slot.external_id.is_not(None))).all() == []


def test_a_slot_that_cannot_follow_is_named(run: Run, folder: Path, booked: int) -> None:
    slots = folder / "slots.csv"
    text = slots.read_text("utf-8").replace("14:00,2026-06-03 14:30", "16:00,2026-06-03 16:30")
    slots.write_text(text, encoding="utf-8")

    assert "S1：原来的时间还有人预约" in run("his", "import", folder).output


def test_a_missing_file_is_named(run: Run, folder: Path) -> None:
    (folder / "slots.csv").unlink()

    refused = run("his", "import", folder)

    assert refused.exit_code == 1
    assert "slots.csv" in refused.output


def test_what_was_booked_is_written_out_once(run: Run, folder: Path, booked: int) -> None:
    first, again = run("his", "push", folder), run("his", "push", folder)

    assert (first.output, again.output) == ("已写出 1 条\n", "已写出 0 条\n")
    [ready] = (folder / "out").iterdir()
    assert json.loads(ready.read_text("utf-8"))["appointment"] == booked


def test_what_could_not_be_written_stays_to_be_told(
    run: Run, folder: Path, booked: int, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_full(*_: object) -> None:
        raise OSError(28, "full", "out")

    monkeypatch.setattr(FileAdapter, "push", is_full)

    assert run("his", "push", folder).exit_code == 1
    assert session.scalars(sa.select(HisPush.sent_at)).all() == [None]


def test_two_that_agree_end_well(run: Run, folder: Path) -> None:
    run("his", "import", folder)

    compared = run("his", "reconcile", folder)

    assert (compared.exit_code, compared.output) == (0, "0 处不一致\n")


def test_what_differs_is_listed_and_the_command_fails(run: Run, folder: Path, booked: int) -> None:
    run("his", "push", folder)

    compared = run("his", "reconcile", folder)

    assert compared.exit_code == 1
    assert compared.output == f"医院系统没有这个预约：{booked}：S1 / 无\n1 处不一致\n"
