"""The commands of the house: `flask --app app care ...`, or `python -m deploy.care ...`.

Those on dates of care need no database and no settings, so that anybody may compare our dates with
a table of theirs and a hospital may read its own schedule files as strictly as the program will.
"""

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import click
import yaml
from pydantic import ValidationError

from deploy.desk import booking
from deploy.his import his, system
from deploy.hospital import clinic, hospital, menu, reseal, staff
from deploy.journey import journey_of
from deploy.templates import template
from handbook.care.documents import Document, Layer, document
from handbook.care.schedule import CURRENT, CURRENT_CHILD, load, put_together
from handbook.cases import ERROR, Answer, answer

CASE_ID = re.compile(r'"case_id"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+)')
"""Finds the case's name in a line that is otherwise no JSON."""

FAULTS = {
    "missing": "缺少这一项",
    "unexpected_keyword_argument": "没有这一项，请检查拼写",
    "string_too_short": "不能为空",
    "enum": "不是允许的写法",
}
"""What the reader finds most often, for people; the rest is said in the reader's own words."""


@click.group()
def care() -> None:
    """Dates of care (without database or settings), and a hospital's own affairs."""


for command in (hospital, staff, clinic, menu, reseal, booking, system, his, journey_of, template):
    care.add_command(command)


@care.command()
def dates() -> None:
    """Answer the questions on standard input, one JSON object a line, on standard output.

    As many lines go out as come in, whatever they hold.
    """
    for line in sys.stdin.buffer:
        sys.stdout.write(answered(line) + "\n")


@care.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def check(files: tuple[Path, ...]) -> None:
    """Read schedule FILES as strictly as the program does; end with 1 if one has a fault."""
    faults = [fault for path in files for fault in _faults(path)]
    faults = faults or _faults_together([document(path) for path in files])
    for fault in faults:
        click.echo(fault)
    if faults:
        sys.exit(1)
    click.echo(f"{len(files)} 个文件都可以使用")


def answered(line: bytes) -> str:
    """Return the result line of a case line; a line that cannot be read gets an error."""
    try:
        case = json.loads(line.decode("utf-8-sig"), parse_constant=_refuse_constant)
        case_id, kind = case.get("case_id"), case["kind"]
        result = answer(kind=kind, asked=case.get("input")) if isinstance(kind, str) else ERROR
    except (ValueError, AttributeError, KeyError, RecursionError):
        return _result(_salvaged(line), ERROR)
    return _result(case_id, result)


def _result(case_id: object, result: Answer) -> str:
    return json.dumps({"case_id": case_id, "result": result})


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _salvaged(line: bytes) -> object:
    """Return the name of a case whose line is broken, or None if it cannot be told either."""
    found = CASE_ID.search(line.decode("utf-8", errors="replace"))
    try:
        return json.loads(found[1]) if found else None
    except ValueError:
        return None


def _faults(path: Path) -> list[str]:
    try:
        document(path)
    except ValidationError as broken:
        return [
            f"{path}：{'.'.join(map(str, one['loc'])) or '整个文件'}："
            f"{FAULTS.get(one['type'], one['msg'])}"
            for one in broken.errors()
        ]
    except (ValueError, yaml.YAMLError) as broken:
        return [f"{path}：{' '.join(str(broken).split())}"]
    return []


def _faults_together(documents: Iterable[Document]) -> list[str]:
    """Return what is wrong once the layers lie over the national schedules."""
    layers = [one for one in documents if one.layer is not Layer.NATIONAL]
    national = (*load(CURRENT).documents, *load(CURRENT_CHILD).documents)
    try:
        put_together(key="checked", title="checked", documents=(*national, *layers))
    except ValueError as broken:
        return [f"叠加到全国程序后：{broken}"]
    return []


if __name__ == "__main__":
    care()
