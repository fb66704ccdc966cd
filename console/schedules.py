"""Care schedules for review: all that an edition says, with sources; on paper and as a table."""

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request

from accounts.rules import Act
from console.guard import check_member_may
from console.presenters import schedules as presenters
from console.presenters.spreadsheets import csv_text
from core.errors import NotFound
from handbook.care.schedule import CURRENT, CURRENT_CHILD, EDITION_KEYS, load

blueprint = Blueprint("schedules", __name__, url_prefix="/schedules")

BEGINS = {CURRENT: "新孕期手册由此开始", CURRENT_CHILD: "新生儿手册由此开始"}

COLUMNS = (
    "阶段", "项目", "时间", "要求", "适用人群", "内容", "为什么", "准备", "细目",
    "依据", "发布者", "年份", "层级", "可信程度", "最弱处", "待审核", "下级修改", "备注",
)  # fmt: skip


@dataclass(frozen=True)
class Chip:
    """A choice: what it is called, how much it holds, and what it asks for."""

    key: str
    label: str
    count: int


@dataclass(frozen=True)
class Choice:
    """Which rules are asked for."""

    edition: str
    part: str
    is_unsure_only: bool

    def takes(self, line: presenters.RuleLine) -> bool:
        """Say whether a rule is among them."""
        return self.part in ("", line.part) and (line.needs_review or not self.is_unsure_only)


@blueprint.before_request
def check_may_review() -> None:
    """Pass only those who review what families are told."""
    check_member_may(Act.REVIEW_SCHEDULES)


@blueprint.get("/")
def board() -> str:
    """Show the rules of an edition."""
    choice = _choice()
    schedule = load(choice.edition)
    lines = presenters.rule_lines(schedule)
    shown = [line for line in lines if choice.takes(line)]
    return render_template(
        "console/schedules.html",
        schedule=schedule,
        choice=choice,
        editions=[(key, load(key).title, BEGINS.get(key, "")) for key in EDITION_KEYS],
        chips=_chips(lines, choice),
        unsure=sum(line.needs_review for line in lines),
        groups=_groups(shown),
        hidden=[presenters.item_line(item) for item in schedule.hidden],
        documents=[presenters.document_line(each) for each in schedule.documents],
    )


@blueprint.get("/table.csv")
def table() -> Response:
    """Give out the same rules as a table."""
    choice = _choice()
    schedule = load(choice.edition)
    lines = [line for line in presenters.rule_lines(schedule) if choice.takes(line)]
    answer = make_response(csv_text([COLUMNS, *(_cells(line) for line in lines)]))
    answer.mimetype = "text/csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{schedule.key}.csv"'
    return answer


def _choice() -> Choice:
    """Return what the address asks for.

    Raises:
        NotFound: there is no such edition or stage.
    """
    edition, part = request.args.get("edition", CURRENT), request.args.get("part", "")
    if edition not in EDITION_KEYS or part not in ("", *presenters.PARTS):
        raise NotFound
    return Choice(edition, part, request.args.get("review") == "unsure")


def _chips(lines: list[presenters.RuleLine], choice: Choice) -> list[Chip]:
    counted = [line for line in lines if line.needs_review or not choice.is_unsure_only]
    chips = [Chip("", "全部", len(counted))]
    for part, label in presenters.PARTS.items():
        if any(line.part == part for line in lines):
            chips.append(Chip(part, label, sum(line.part == part for line in counted)))
    return chips


def _groups(lines: list[presenters.RuleLine]) -> list[tuple[str, list[presenters.RuleLine]]]:
    grouped = (
        (label, [line for line in lines if line.part == part])
        for part, label in presenters.PARTS.items()
    )
    return [(label, members) for label, members in grouped if members]


def _cells(line: presenters.RuleLine) -> list[str]:
    return [
        presenters.PARTS[line.part], line.name, line.when, line.need_label, line.only_for,
        line.what, line.why, line.preparation,
        "；".join([*line.details, *(f"{need}：{names}" for need, names in line.checks)]),
        line.source, line.issuer, str(line.year), line.layer, line.mark_label, line.weakest,
        "待审核" if line.needs_review else "", "；".join(line.changes), line.remark,
    ]  # fmt: skip
