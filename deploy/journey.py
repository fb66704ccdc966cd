"""What a family would hear, see and lead to: `flask --app app care journey`.

It needs no database and no settings: rules, dates and articles are those of the program.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from pathlib import Path

import click

from scheduler.journey.chance import by_chance, house_by_chance
from scheduler.journey.family import Schedules
from scheduler.journey.histories import History, examples, read_history
from scheduler.journey.holding import HELD, Told, faults
from scheduler.journey.paper import printed
from scheduler.journey.shelf import library_shelf
from scheduler.journey.walking import journey
from scheduler.policy import Policy, default
from scheduler.speech.editions import current

AT_ONCE = 500
SHOWN = 20
"""Faults that are printed; the rest is counted."""


@click.command("journey")
@click.option(
    "--history", "file", help="一份历史（YAML）",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)  # fmt: skip
@click.option("--example", type=click.Choice(list(examples())), help="自带的历史")
@click.option("--histories", type=click.IntRange(min=1), help="随机多少份历史，逐条检验")
@click.option("--seed", default=0, help="随机历史从哪一份开始")
def journey_of(
    file: Path | None, example: str | None, histories: int | None, seed: int
) -> None:  # fmt: skip
    """Print what a history leads to, or check as many by chance; end with 1 if one has a fault."""
    if histories is not None:
        _check(histories, seed=seed)
    elif file is not None:
        _print(_readable(file))
    else:
        _print(examples()[example or next(iter(examples()))])


def checked(seeds: Sequence[int]) -> list[tuple[int, str, str]]:
    """Return seed, rule and line of what must not be in the histories of some seeds."""
    return [
        (seed, fault.rule, f"{fault.line.at:%Y-%m-%d %H:%M} {fault.line.title}")
        for seed in seeds
        for fault in faults(_told(by_chance(seed), house_by_chance(seed)))
    ]


def _told(history: History, policy: Policy) -> Told:
    lines = journey(
        history, rules=current(), schedules=Schedules(), shelf=library_shelf, policy=policy
    )
    return Told(history, lines, current(), policy)


def _readable(file: Path) -> History:
    try:
        return read_history(file)
    except ValueError as broken:
        raise click.ClickException(" ".join(str(broken).split())) from broken


def _print(history: History) -> None:
    click.echo(history.title)
    try:
        told = _told(history, default())
    except ValueError as broken:
        raise click.ClickException(str(broken)) from broken
    for line in printed(told.lines):
        click.echo(line)


def _check(count: int, *, seed: int) -> None:
    begun = time.perf_counter()
    chunks = [
        range(first, min(first + AT_ONCE, seed + count))
        for first in range(seed, seed + count, AT_ONCE)
    ]
    with ProcessPoolExecutor(max_workers=min(os.cpu_count() or 1, len(chunks))) as pool:
        found = list(chain.from_iterable(pool.map(checked, chunks)))
    for number, rule, line in found[:SHOWN]:
        click.echo(f"{number} {rule}：{line}")
    seconds = time.perf_counter() - begun
    counted = Counter(rule for _, rule, _ in found)
    click.echo(f"{count} 份历史，{len(HELD)} 条规矩，用时 {seconds:.0f} 秒")
    click.echo("、".join(f"{rule} {counted[rule]}" for rule in HELD))
    if found:
        sys.exit(1)
