"""Commands on a hospital's templates: `flask --app app care template set ...` and `... list`."""

from collections.abc import Iterable

import click

from accounts.queries import hospital_of_account, staff_by_username
from deploy.hospital import house_of_settings
from scheduler.models import Channel
from scheduler.queries import templates_in
from scheduler.speech.editions import current
from scheduler.wordings import set_template

WITH_TEMPLATE = (
    Channel.MINI_LASTING, Channel.MINI_ONCE, Channel.OFFICIAL_NOTICE, Channel.TEMPLATE,
)  # fmt: skip
"""Channels whose messages the platform lays out."""


@click.group()
def template() -> None:
    """The templates of both WeChat accounts: which one carries which letters."""


@template.command("set")
@click.argument("layout", type=click.Choice(sorted(current().layouts)))
@click.argument("channel", type=click.Choice([one.value for one in WITH_TEMPLATE]))
@click.argument("template_id")
@click.option("--by", "username", required=True, help="Member of staff who decided it.")
@click.option(
    "--key",
    "keys",
    multiple=True,
    help="Where your template numbers its keys otherwise: thing3=what, one for each key.",
)
def name_template(
    layout: str, channel: str, template_id: str, username: str, keys: tuple[str, ...]
) -> None:
    """Let TEMPLATE_ID carry the letters of LAYOUT on CHANNEL, in place of the one before."""
    with house_of_settings() as house, house.database.transaction() as session:
        set_template(
            session, staff=staff_by_username(session, username=username),
            channel=Channel(channel), layout=layout, template_id=template_id,
            keys=_pairs(keys), now=house.clock.now(),
        )  # fmt: skip
    click.echo(f"{layout}（{channel}）：{template_id}")


@template.command("list")
def show_templates() -> None:
    """Show every template that is set, with its keys."""
    with house_of_settings() as house, house.database.transaction() as session:
        ours = hospital_of_account(session, appid=house.settings.oa_appid)
        found = templates_in(session, hospital_id=ours.id)
    layouts = current().layouts
    for one in found:
        keys = one.keys or layouts[one.layout]
        written = " ".join(f"{key}={piece}" for key, piece in keys.items())
        click.echo(f"{one.layout} {one.channel.value} {one.template_id} {written}")


def _pairs(keys: Iterable[str]) -> dict[str, str]:
    """Return piece by key of `thing3=what`.

    Raises:
        click.BadParameter: one is not written so.
    """
    pairs = [key.partition("=") for key in keys]
    if any(not (name and piece) for name, _, piece in pairs):
        raise click.BadParameter("thing3=what", param_hint="--key")
    return {name: piece for name, _, piece in pairs}
