"""Figures of articles as staff read them, each with what it counts."""

from collections.abc import Mapping
from dataclasses import dataclass

from console.presenters import times
from content.queries_readings import Asking, Read
from core.words import label

READ: Mapping[str, str] = {
    "阅读人数": "微信统计的每天阅读人数相加；同一个人隔天再读会再算一次",
    "分享人数": "微信统计的每天分享人数相加；同样按天算",
}
NAMED: Mapping[str, str] = {
    "回答里": "机器人的回答里附上这篇文章的次数；只数家庭同意保存的咨询，没有保存的数不到",
    "来信里": "微信已收下的孕周、月龄来信里带上这篇文章的次数；按标题认，改过标题也算这一篇",
}


@dataclass(frozen=True)
class ReadLine:
    """A line of the Official Account's figures."""

    name: str
    readers: int
    sharers: int


@dataclass(frozen=True)
class Standing:
    """How far the platform has answered, in words; `is_refused` when it refuses at the moment."""

    text: str
    is_refused: bool


def read_line(one: Read) -> ReadLine:
    """Present what happened to one article; without a title it goes by the platform's number."""
    name = one.title or label("console.article_without_title").format(msgid=one.msgid)
    return ReadLine(name, one.read_user, one.share_user)


def standing(asking: Asking) -> Standing:
    """Present how far the platform has answered."""
    if asking.refused is not None and asking.again_at is not None:
        lacks = asking.refused == "wechat.misconfigured"
        why = label("console.figures_no_right" if lacks else "console.figures_no_answer")
        return Standing(why.format(again=times.moment(asking.again_at)), is_refused=True)
    if asking.last_day is None:
        return Standing(label("console.figures_none_yet"), is_refused=False)
    key = "console.figures_late" if asking.late_days else "console.figures_up_to"
    day = times.day(asking.last_day)
    return Standing(label(key).format(day=day, late=asking.late_days), is_refused=False)
