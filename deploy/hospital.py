"""Commands for a hospital's own affairs: `flask --app app care hospital ...`, and so on.

They read the settings as the program does. A password is typed, or comes on standard input; never
as an argument, which everybody on the machine could read.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import click

from accounts.actions_hospital import (
    HospitalCard,
    StaffCard,
    add_hospital,
    add_staff,
    change_hospital,
    set_password,
    set_roles,
)
from accounts.models import Role
from accounts.queries import hospital_of_account, staff_by_username
from booking.models import Care, Share
from booking.supply.actions_supply import open_clinic, release_slots
from bot.menu import buttons
from core.clock import beijing_date, beijing_moment
from core.crypto import BrokenSeal
from core.errors import Refusal, Unavailable
from core.house import House, opened
from core.words import say
from deploy.resealing import reseal_column, sealed_columns
from wechat.assembly import assemble

SATURDAY = 5
ROLES = click.Choice([role.value for role in Role])


@contextmanager
def house_of_settings() -> Iterator[House]:
    """Keep the house open; what it refuses is said in its words, and the command ends with 1."""
    try:
        with opened(os.environ) as house:
            yield house
    except Refusal as refused:
        raise click.ClickException(say(refused.code, **refused.details)) from None
    except Unavailable as away:
        raise click.ClickException(f"微信没有接受：{away}") from None


@click.group()
def hospital() -> None:
    """The hospital: its name, where it is reached."""


@hospital.command("add")
@click.option("--name", required=True)
@click.option("--phone", required=True, help="Answered in working hours.")
@click.option("--emergency-phone", required=True, help="Answered day and night.")
@click.option("--address", required=True)
def enter_hospital(name: str, phone: str, emergency_phone: str, address: str) -> None:
    """Enter the hospital; YUNYU_OA_APPID is the account that speaks for it."""
    with house_of_settings() as house, house.database.transaction() as session:
        card = HospitalCard(name, phone, emergency_phone, address)
        entered = add_hospital(
            session, card=card, oa_appid=house.settings.oa_appid, now=house.clock.now()
        )
    click.echo(f"已登记 {name}（{entered.id}）")


@hospital.command("change")
@click.option("--name")
@click.option("--phone", help="Answered in working hours.")
@click.option("--emergency-phone", help="Answered day and night.")
@click.option("--address")
def change(
    name: str | None, phone: str | None, emergency_phone: str | None, address: str | None
) -> None:
    """Change what is given; the rest stays."""
    with house_of_settings() as house, house.database.transaction() as session:
        ours = hospital_of_account(session, appid=house.settings.oa_appid)
        card = HospitalCard(
            name or ours.name, phone or ours.phone, emergency_phone or ours.emergency_phone,
            address or ours.address,
        )  # fmt: skip
        change_hospital(session, hospital=ours, card=card, now=house.clock.now())
    click.echo(f"{card.name}，电话 {card.phone}，急诊 {card.emergency_phone}，{card.address}")


@click.group()
def staff() -> None:
    """The staff: who signs in at the console, and what for."""


@staff.command("add")
@click.argument("username")
@click.option("--name", required=True, help="As families read it.")
@click.option("--title", required=True, help="For example 主治医师.")
@click.option("--role", "roles", type=ROLES, multiple=True, required=True, help="May be repeated.")
def join(username: str, name: str, title: str, roles: tuple[str, ...]) -> None:
    """Add USERNAME; the password is asked for, or is the first line of standard input."""
    password = _password()
    with house_of_settings() as house, house.database.transaction() as session:
        ours = hospital_of_account(session, appid=house.settings.oa_appid)
        card = StaffCard(username, name, title, tuple(Role(role) for role in roles))
        add_staff(session, hospital_id=ours.id, card=card, password=password, now=house.clock.now())
    click.echo(f"已添加 {username}：{name}，{'、'.join(roles)}")


@staff.command("password")
@click.argument("username")
def give_password(username: str) -> None:
    """Give USERNAME another password; all sign-ins of hers end."""
    password = _password()
    with house_of_settings() as house, house.database.transaction() as session:
        member = staff_by_username(session, username=username)
        set_password(session, staff=member, password=password, now=house.clock.now())
    click.echo(f"{username} 的密码已更换，需要重新登录")


@staff.command("roles")
@click.argument("username")
@click.option("--role", "roles", type=ROLES, multiple=True, help="May be repeated, or left out.")
def give_roles(username: str, roles: tuple[str, ...]) -> None:
    """Give USERNAME these roles instead of those she has."""
    with house_of_settings() as house, house.database.transaction() as session:
        member = staff_by_username(session, username=username)
        set_roles(
            session, staff=member, roles=[Role(role) for role in roles], now=house.clock.now()
        )
    click.echo(f"{username}：{'、'.join(roles) or '没有任何角色'}")


@click.group()
def clinic() -> None:
    """The clinics: what families can book."""


@clinic.command("open")
@click.argument("care", type=click.Choice([care.value for care in Care]))
@click.option("--name", required=True, help="As families read it.")
@click.option("--room", required=True)
@click.option(
    "--at",
    "times",
    type=click.DateTime(["%H:%M"]),
    multiple=True,
    required=True,
    help="When a slot begins, such as 08:30. May be repeated.",
)
@click.option("--minutes", type=click.IntRange(5, 240), default=30, help="How long a slot lasts.")
@click.option("--places", type=click.IntRange(1, 100), default=4, help="Of each slot.")
@click.option("--days", type=click.IntRange(1, 90), default=30, help="From tomorrow on.")
def open_for_booking(
    care: str, name: str, room: str, times: tuple[datetime, ...], minutes: int, places: int,
    days: int,
) -> None:  # fmt: skip
    """Open a clinic for CARE with slots from Monday to Friday."""
    with house_of_settings() as house, house.database.transaction() as session:
        now = house.clock.now()
        ours = hospital_of_account(session, appid=house.settings.oa_appid)
        opened_clinic = open_clinic(
            session, hospital_id=ours.id, care=Care(care), name=name, room=room, now=now
        )
        coming = [beijing_date(now) + timedelta(days=step) for step in range(1, days + 1)]
        starts = [
            beijing_moment(day, hour=at.hour, minute=at.minute)
            for day in coming
            if day.weekday() < SATURDAY
            for at in times
        ]
        release_slots(
            session, clinic_id=opened_clinic.id, starts=starts, lasts=timedelta(minutes=minutes),
            shares={Share.ONLINE: places}, now=now,
        )  # fmt: skip
    click.echo(f"已开设 {name}：{len(starts)} 个时段，每个 {places} 个号")


@click.group()
def menu() -> None:
    """The menu under the chat of the Official Account."""


@menu.command()
def publish() -> None:
    """Give the Official Account its menu; again after every change of YUNYU_BASE_URL."""
    with house_of_settings() as house:
        wechat = assemble(house.settings, engine=house.database.engine, clock=house.clock)
        wechat.messenger.set_menu(buttons(house.settings.base_url))
    click.echo("菜单已发布，手机上最迟一天内看到")


@click.command()
def reseal() -> None:
    """Seal everything that rests sealed with the newest key; may be stopped and begun again."""
    with house_of_settings() as house:
        for column in sealed_columns():
            try:
                count = reseal_column(house.database, column)
            except BrokenSeal:
                raise click.ClickException(f"{column}：缺少它的钥匙，或内容已损坏") from None
            click.echo(f"{column}：{count}")


def _password() -> str:
    if sys.stdin.isatty():
        typed: str = click.prompt("密码", hide_input=True, confirmation_prompt="再输一次")
        return typed
    return sys.stdin.readline().rstrip("\r\n")
