"""Load and figures of reminders as staff read them, each with what it counts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from console.presenters import times
from console.presenters.reasons import reason
from console.presenters.reminders import CHANNELS, kind_name
from core.clock import beijing_date
from scheduler.figures import Credits, Dwell, Figure
from scheduler.models import Channel, LetterState, ReminderKind, ReminderState
from scheduler.models_channels import ChannelMeter, ChannelTemplate

NOTHING = "—"
SECONDS_OF_MINUTE, SECONDS_OF_HOUR = 60, 3600
FULL = 100
NEAR_QUOTA = 4
"""The quota's line is drawn when the busiest day reaches a quarter of it; else it is far off."""

HANDED = frozenset({LetterState.ACCEPTED, LetterState.DELIVERED, LetterState.FAILED})
WAITING = frozenset({ReminderState.PENDING, ReminderState.SENDING})
LAYOUTS: Mapping[str, str] = {"visit": "预约", "care": "保健", "letter": "来信"}

TICKS: Mapping[str, str] = {
    "answer": "发送医务人员的回复",
    "send": "发送提醒",
    "plan": "安排提醒",
    "holds": "放回没确认的号",
    "acquaint": "核对新关注的人",
    "unite": "合并同一人的档案",
    "reserves": "放回没用的预留号",
    "lists": "照看候补名单",
    "follow": "更新随访名单",
    "erase": "清除到期的记录",
    "slots": "放出新的号源",
    "no_shows": "登记没来的人",
    "nightly": "夜间统计",
    "articles": "到时发布文章",
    "readings": "收取文章的阅读数",
}

BY_KIND: Mapping[str, str] = {
    "应说": "这些天到时候、而且到时仍然属实的提醒；还没轮到的和不用再说的不算",
    "已送达": "微信回报送到她手机的",
    "等回报": "微信已收下，还没有回报的；客服消息和短信一直停在这里",
    "转告": "消息送不到，由医务人员打电话告诉的",
    "没送到": "各条路都没走通，还等着人打电话的",
    "触达率": "（已送达＋转告）÷ 应说",
}
BY_CHANNEL: Mapping[str, str] = {
    "交出": "交给这条路、对方收下的提醒",
    "送达率": "交出的里面，微信回报送达的占多少",
    "没送达": "收下以后回报没有送到的",
    "等待（中位）": "从可以说的那一刻到对方收下：一半的提醒比这快",
    "等待（最慢的1%）": "100 条里有 99 条比这快",
}


@dataclass(frozen=True)
class Bar:
    """A line of a calendar: how many, how long its bar is (0-100), and of what."""

    label: str
    count: int
    width: int
    parts: str = ""
    is_quiet: bool = False


@dataclass(frozen=True)
class Calendar:
    """Bars on one scale; `line` is where the quota stands on it (0-100), None: far off."""

    bars: list[Bar]
    line: int | None
    share: str


@dataclass(frozen=True)
class Row:
    """A line of a table."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class MeterLine:
    """A channel today: how much of its quota is used, and whether it rests."""

    name: str
    used: int
    quota: str
    state: str
    is_bad: bool


@dataclass(frozen=True)
class CreditLine:
    """What families allowed of a template."""

    name: str
    lasting: int
    credits: int


def calendar(
    load: Mapping[tuple[date, ReminderKind], int], *, days: Sequence[date], quota: int
) -> Calendar:
    """Present the load of some days; the quota's line stands on the same scale if it is near."""
    totals = {day: sum(load.get((day, kind), 0) for kind in ReminderKind) for day in days}
    most = max(totals.values())
    top = max(most, quota) if most * NEAR_QUOTA >= quota else max(most, 1)
    bars = [
        Bar(
            _day(day), totals[day], round(totals[day] * FULL / top), _parts(load, day),
            is_quiet=not totals[day],
        )
        for day in days
    ]  # fmt: skip
    return Calendar(
        bars, round(quota * FULL / top) if quota <= top else None, f"{most / quota:.2%}"
    )


def hours(load: Mapping[tuple[date, int], int], *, day: date) -> list[Bar]:
    """Present the hours of a day in which something is due."""
    of_day = {hour: many for (found, hour), many in sorted(load.items()) if found == day}
    top = max(of_day.values(), default=1)
    return [
        Bar(f"{hour:02}:00", many, round(many * FULL / top)) for hour, many in of_day.items()
    ]  # fmt: skip


def by_kind(found: Iterable[Figure]) -> list[Row]:
    """Present how many of each kind reached somebody; the last line is of all."""
    counts = Counter[tuple[ReminderKind, str]]()
    for one in found:
        counts[one.kind, one.outcome] += one.count
    rows = [(kind_name(kind), _of_kind(counts, (kind,))) for kind in ReminderKind]
    shown = [Row(name, values) for name, values in rows if values[0] != "0"]
    return [*shown, Row("合计", _of_kind(counts, tuple(ReminderKind)))] if shown else []


def by_channel(found: Iterable[Figure], dwelt: Mapping[str, Dwell]) -> list[Row]:
    """Present what each channel took, and how long it dwelt; the last line is of all."""
    counts = Counter[tuple[str, str]]()
    for one in found:
        counts[one.channel, one.outcome] += one.count
    used = [channel for channel in Channel if _handed(counts, (channel.value,))]
    rows = [Row(CHANNELS[one], _of_channel(counts, (one.value,), dwelt.get(one))) for one in used]
    every = tuple(channel.value for channel in Channel)
    return [*rows, Row("合计", _of_channel(counts, every, dwelt.get("")))] if rows else []


def reasons(found: Iterable[Figure]) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Return why some did not arrive, and why some are not said any more, the most in front."""
    failed, dropped = Counter[str](), Counter[str]()
    for one in found:
        if one.reason and one.outcome == ReminderState.DROPPED:
            dropped[reason(one.reason)] += one.count
        elif one.reason and one.outcome not in WAITING:
            failed[reason(one.reason)] += one.count
    return failed.most_common(), dropped.most_common()


def meter_line(meter: ChannelMeter, *, quotas: Mapping[str, int], now: datetime) -> MeterLine:
    """Present a channel's meter; a day that is over counts as nothing used."""
    used = meter.used if meter.day == beijing_date(now) else 0
    quota = quotas.get(meter.channel.value)
    state = "正常"
    if meter.stopped_until is not None and meter.stopped_until > now:
        state = f"暂歇到 {times.moment(meter.stopped_until)}"
    if meter.alarm:
        state = f"发不出去：{reason(meter.alarm)}"
    return MeterLine(
        CHANNELS[meter.channel], used, NOTHING if quota is None else f"{quota:,}", state,
        is_bad=state != "正常",
    )  # fmt: skip


def credit_line(one: Credits, *, templates: Iterable[ChannelTemplate]) -> CreditLine:
    """Present what families allowed of a template."""
    named = {each.template_id: each for each in templates}
    known = named.get(one.template_id)
    name = "没有登记的模板"
    if known is not None:
        name = f"{LAYOUTS.get(known.layout, known.layout)} · {CHANNELS[known.channel]}"
    return CreditLine(name, one.lasting, one.credits)


def tick_name(name: str) -> str:
    """Return what a tick is called."""
    return TICKS.get(name, f"后台任务 {name}")


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日 周{times.WEEKDAYS[day.weekday()]}"


def _parts(load: Mapping[tuple[date, ReminderKind], int], day: date) -> str:
    found = ((kind, load.get((day, kind), 0)) for kind in ReminderKind)
    return "，".join(f"{kind_name(kind)} {many}" for kind, many in found if many)


def _of_kind(
    counts: Counter[tuple[ReminderKind, str]], kinds: tuple[ReminderKind, ...]
) -> tuple[str, ...]:
    def many(*outcomes: str) -> int:
        return sum(counts[kind, outcome] for kind in kinds for outcome in outcomes)

    delivered, accepted = many(LetterState.DELIVERED), many(LetterState.ACCEPTED)
    told = many(ReminderState.TOLD)
    unreached = many(
        LetterState.FAILED, LetterState.REFUSED, LetterState.UNSURE, ReminderState.UNDELIVERABLE
    )
    due = delivered + accepted + told + unreached
    return (str(due), str(delivered), str(accepted), str(told), str(unreached),
            _rate(delivered + told, due))  # fmt: skip


def _handed(counts: Counter[tuple[str, str]], channels: tuple[str, ...]) -> int:
    return sum(counts[channel, state] for channel in channels for state in HANDED)


def _of_channel(
    counts: Counter[tuple[str, str]], channels: tuple[str, ...], dwell: Dwell | None
) -> tuple[str, ...]:
    handed = _handed(counts, channels)
    delivered = sum(counts[channel, LetterState.DELIVERED] for channel in channels)
    failed = sum(counts[channel, LetterState.FAILED] for channel in channels)
    waited = (NOTHING, NOTHING)
    if dwell is not None:
        waited = (_seconds(dwell.p50_seconds), _seconds(dwell.p99_seconds))
    return str(handed), _rate(delivered, handed), str(failed), *waited


def _rate(part: int, whole: int) -> str:
    return f"{part / whole:.1%}（{part}/{whole}）" if whole else NOTHING


def _seconds(seconds: float) -> str:
    if seconds < SECONDS_OF_MINUTE:
        return f"{seconds:.0f} 秒"
    if seconds < SECONDS_OF_HOUR:
        return f"{seconds / SECONDS_OF_MINUTE:.0f} 分钟"
    return f"{seconds / SECONDS_OF_HOUR:.1f} 小时"
