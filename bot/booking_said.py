"""What a sentence says about a visit: which care, which day, which half of it, at what time."""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta

from booking.models import Care
from booking.models_waiting import HalfDay
from bot.speech import say
from core.dates import short_day, weekday
from handbook.statements import QUESTION, day_said

CARE_WORDS: dict[Care, re.Pattern[str]] = {
    Care.OGTT: re.compile(r"糖耐量?(?:检查|试验)?|糖筛|ogtt", re.IGNORECASE),
    Care.ULTRASOUND: re.compile(
        r"(?:产科)?(?:系统)?超声(?:检查)?|[bB]超|彩超|四维|三维|大?排畸|nt(?:检查)?", re.IGNORECASE
    ),
    Care.POSTPARTUM: re.compile(r"产后(?:42天)?(?:检查|复查)?|42天(?:检查|复查)?|四十二天"),
    Care.VACCINATION: re.compile(r"打?(?:预防针|疫苗)|打针|(?:预防)?接种"),
    Care.CHILD: re.compile(r"儿保|儿童(?:保健|体检)?|宝宝体检|新生儿|满月"),
    Care.COURSE: re.compile(r"孕妇学校|孕妇课|孕期课堂|上课"),
    Care.ANTENATAL: re.compile(r"产检|产前(?:检查)?|孕检|检查"),
}
"""How people call each kind of care; the first that fits counts."""

NUMERALS = {char: value for value, char in enumerate("零一二三四五六七八九十")} | {"两": 2}
NUMERAL = "[零一二两三四五六七八九十]{1,3}"
DAY = re.compile(
    r"今[天日]|明[天日]|大?后天|下{0,2}(?:这|本)?个?(?:周|星期|礼拜)[一二三四五六日天]"
    rf"|(?:\d{{1,2}}|{NUMERAL})月(?:\d{{1,2}}|{NUMERAL})[日号]?|\d{{1,2}}[./]\d{{1,2}}"
    rf"|(?:\d{{1,2}}|{NUMERAL})[日号]"
)
PLAIN_WEEKDAY = re.compile(r"^(?:周|星期|礼拜)")
HALVES = {
    HalfDay.MORNING: re.compile(r"上午|早上|早晨|一早|清早"),
    HalfDay.AFTERNOON: re.compile(r"下午|午后|傍晚|晚上"),
}
HALF_SAID = {
    HalfDay.ANY: "half_any", HalfDay.MORNING: "half_morning", HalfDay.AFTERNOON: "half_afternoon"
}  # fmt: skip
CLOCK = re.compile(
    rf"(?<!\d)(?P<hour>\d{{1,2}}|{NUMERAL})(?:[:：](?P<exact>\d{{2}})"
    rf"|(?:点钟?|时)(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>\d{{1,2}})分?)?)"
)
OPENS = 7
"""Nobody means an hour before it without saying so: `3点` is 15:00."""

FILLERS = re.compile(
    r"我|你好|您好|想要?|要|请|帮|能|可以|给|去|来|到|做|打|查|看|的|一下|一个|一次|个|次|医院|宝宝|谢谢|麻烦|就诊|挂号"
    r"|孩子|娃|老公|陪|再|[\s，。,.!！~～]"
)
"""What a wish says besides; anything else in a sentence makes it no wish."""


@dataclass(frozen=True)
class Said:
    """What was understood of a wish; None for what was not said."""

    care: Care | None
    day: date | None
    half_day: HalfDay
    clock: time | None

    @property
    def is_timed(self) -> bool:
        """Say whether it names more than a day."""
        return self.clock is not None or self.half_day is not HalfDay.ANY

    @property
    def words(self) -> str:
        """Return it as it is said back: 6月9日 周二 上午 09:00."""
        day = [] if self.day is None else [short_day(self.day), weekday(self.day)]
        return " ".join([*day, *self._time])

    @property
    def typed(self) -> str:
        """Return it as a tap says it in her name, to be understood again."""
        day = [] if self.day is None else [short_day(self.day)]
        return " ".join([*day, *self._time])

    @property
    def _time(self) -> list[str]:
        half = [] if self.half_day is HalfDay.ANY else [said_half(self.half_day)]
        clock = [] if self.clock is None else [f"{self.clock:%H:%M}"]
        return half + clock


def said_half(half_day: HalfDay) -> str:
    """Return the half of a day in words, empty for the whole."""
    return say(HALF_SAID[half_day])


def said_of(text: str, *, today: date) -> Said:
    """Return what a wish says."""
    care = next((care for care, words in CARE_WORDS.items() if words.search(text)), None)
    half = next((half for half, words in HALVES.items() if words.search(text)), HalfDay.ANY)
    return Said(care, _day(text, today=today), half, _clock(DAY.sub(" ", text, count=1), half))


def is_plain_wish(text: str, *, today: date, besides: tuple[str, ...]) -> bool:
    """Say whether a sentence names a care and a day to come and hardly anything else.

    `besides` are names that may stand in it: those of her children.
    """
    said = said_of(text, today=today)
    if said.care is None or said.day is None or said.day < today or QUESTION.search(text):
        return False
    rest = text
    for name in besides:
        rest = rest.replace(name, "")
    for words in (CARE_WORDS[said.care], DAY, *HALVES.values(), CLOCK, FILLERS):
        rest = words.sub("", rest)
    return not rest


def _day(text: str, *, today: date) -> date | None:
    named = DAY.search(text)
    if named is None:
        return None
    day = day_said(named[0], today=today)
    if PLAIN_WEEKDAY.match(named[0]):
        return _next_weekday(named[0][-1], today)
    return day


def _next_weekday(char: str, today: date) -> date:
    """Return the next such day from today: the library takes `周二` for the one of this week."""
    wanted = "一二三四五六日".index("日" if char == "天" else char)
    return today + timedelta(days=(wanted - today.weekday()) % 7)


def _clock(text: str, half: HalfDay) -> time | None:
    named = CLOCK.search(text)
    if named is None:
        return None
    hour = _number(named["hour"])
    is_late = half is HalfDay.AFTERNOON or (half is HalfDay.ANY and hour < OPENS)
    if is_late and 1 <= hour < 12:
        hour += 12
    minute = int(named["exact"] or named["minute"] or 0)
    if named["half"]:
        minute = 30
    if named["quarter"]:
        minute = 15 * _number(named["quarter"])
    try:
        return time(hour, minute)
    except ValueError:
        return None


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return 10 * NUMERALS.get(tens, 1) + NUMERALS.get(ones, 0)
    return NUMERALS[text[-1]]
