"""Commands on the appointment desk: `flask --app app care booking prove|repair`."""

import os
import sys

import click

from booking.check import prove, repair
from core.house import opened


@click.group()
def booking() -> None:
    """The appointment desk: is everything as it must be?"""


@booking.command("prove")
def prove_all() -> None:
    """List what is not as it must be, changing nothing; end with 1 if there is any."""
    with opened(os.environ) as house, house.database.transaction() as session:
        faults = prove(session)
    for fault in faults:
        click.echo(f"{fault.rule}：{fault.thing}：{fault.found}")
    if faults:
        sys.exit(1)
    click.echo("没有发现问题")


@booking.command("repair")
def repair_counters() -> None:
    """Set counters of taken places right, and list those that were wrong."""
    with opened(os.environ) as house, house.database.transaction() as session:
        repaired = repair(session, now=house.clock.now())
    for one in repaired:
        click.echo(f"{one.slot_id} {one.share}：已约数 {one.said} 改为 {one.taken}")
    click.echo(f"改正了 {len(repaired)} 处")
