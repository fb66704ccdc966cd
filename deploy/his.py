"""Commands on a hospital's own systems: `flask --app app care system ...` and `care his ...`."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from accounts.audit import PROGRAM
from accounts.queries import hospital_of_account
from accounts.systems import issue_token, revoke_token, systems
from booking.his.errors import Unreadable
from booking.his.files import FileAdapter
from booking.his.importing import import_slots
from booking.his.pushing import claim, note_steps, record_sent
from booking.his.reconciling import differences, report
from booking.steps import By
from core.clock import beijing
from core.db import Session
from core.errors import Refusal
from core.house import House, opened
from core.words import label, say

AT_ONCE = 500
"""Steps in one file."""

FOLDER = click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, writable=True, path_type=Path)
)


@contextmanager
def _house() -> Iterator[House]:
    """Keep the house open; what is refused is said in its words, and the command ends with 1."""
    try:
        with opened(os.environ) as house:
            yield house
    except Unreadable as unreadable:
        for fault in unreadable.faults:
            click.echo(f"第 {fault.line} 行：{label(f'booking.his_fault_{fault.why}')}")
        raise click.ClickException(say(unreadable.code, **unreadable.details)) from None
    except Refusal as refused:
        raise click.ClickException(say(refused.code, **refused.details)) from None
    except OSError as away:
        raise click.ClickException(f"文件不能读写：{away.filename}") from None


def _hospital_id(session: Session, house: House) -> str:
    return hospital_of_account(session, appid=house.settings.oa_appid).id


@click.group()
def system() -> None:
    """The hospital's own systems that may read over FHIR."""


@system.command()
@click.argument("name")
def issue(name: str) -> None:
    """Let the system NAME in; its token is said once and never again."""
    with _house() as house, house.database.transaction() as session:
        hospital_id = _hospital_id(session, house)
        token = issue_token(session, hospital_id=hospital_id, name=name, now=house.clock.now())
    click.echo(token)


@system.command()
@click.argument("name")
def revoke(name: str) -> None:
    """Shut the system NAME out at once."""
    with _house() as house, house.database.transaction() as session:
        hospital_id = _hospital_id(session, house)
        revoke_token(session, hospital_id=hospital_id, name=name, now=house.clock.now())
    click.echo(f"{name} 的令牌已撤销")


@system.command("list")
def tell() -> None:
    """List the systems that may read, and since when."""
    with _house() as house, house.database.transaction() as session:
        found = systems(session, hospital_id=_hospital_id(session, house))
    for one in found:
        click.echo(f"{one.name}：{beijing(one.issued_at):%Y-%m-%d %H:%M} 起")


@click.group()
def his() -> None:
    """The system that owns the hospital's slots, met in a folder of files."""


@his.command("import")
@FOLDER
def take_over(folder: Path) -> None:
    """Take over the slots of FOLDER/slots.csv: all of them, or none if a line has a fault."""
    with _house() as house:
        slots = FileAdapter(folder).slots()
        with house.database.transaction() as session:
            imported = import_slots(
                session, hospital_id=_hospital_id(session, house), slots=slots,
                by=By(PROGRAM, "asked", house.clock.now()),
            )  # fmt: skip
    click.echo(
        f"新增 {imported.made} 个号源，调整 {imported.changed} 个，停诊 {imported.closed} 个"
    )
    for name in imported.kept:
        click.echo(f"{name}：原来的时间还有人预约，请先在“门诊”的“待处理”里处理")


@his.command()
@FOLDER
def push(folder: Path) -> None:
    """Write what became of appointments into FOLDER/out, each step until it is there for sure."""
    sent = 0
    with _house() as house:
        with house.database.transaction() as session:
            hospital_id, now = _hospital_id(session, house), house.clock.now()
            note_steps(session, hospital_id=hospital_id, now=now)
        while keys := _pushed(house, hospital_id, FileAdapter(folder)):
            sent += len(keys)
    click.echo(f"已写出 {sent} 条")


def _pushed(house: House, hospital_id: str, adapter: FileAdapter) -> list[int]:
    """Claim, tell, record: three transactions' worth, with none open while it is told."""
    with house.database.transaction() as session:
        messages = claim(session, hospital_id=hospital_id, limit=AT_ONCE, now=house.clock.now())
    keys = [one.key for one in messages]
    if keys:
        adapter.push(messages)
        with house.database.transaction() as session:
            record_sent(session, keys=keys, now=house.clock.now())
    return keys


@his.command()
@FOLDER
def reconcile(folder: Path) -> None:
    """Compare with FOLDER/slots.csv and bookings.csv; end with 1 if anything differs."""
    with _house() as house:
        adapter = FileAdapter(folder)
        slots, bookings = adapter.slots(), adapter.bookings()
        with house.database.transaction() as session:
            hospital_id, now = _hospital_id(session, house), house.clock.now()
            found = differences(
                session, hospital_id=hospital_id, slots=slots, bookings=bookings, now=now
            )
            report(session, hospital_id=hospital_id, found=found, now=now)
    for one in found:
        what = label(f"booking.his_{one.kind}")
        click.echo(f"{what}：{one.thing}：{one.here or '无'} / {one.there or '无'}")
    click.echo(f"{len(found)} 处不一致")
    if found:
        sys.exit(1)
