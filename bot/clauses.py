"""How something is said: denied, imagined, long past, of somebody else, or only asked about.

A danger word counts as an alarm unless one of these frames is plain. When in doubt there is no
frame: an alarm too many costs a walk to the hospital, one too few may cost a life.
Every look is bounded to a window of a few dozen characters, so long messages stay cheap.
"""

import re
from enum import StrEnum

WINDOW = 30


class Frame(StrEnum):
    """Why a danger word is not a report of what is happening now."""

    DENIED = "denied"
    IMAGINED = "imagined"
    PAST = "past"
    SOMEBODY_ELSE = "somebody_else"
    ASKED = "asked"


class Subject(StrEnum):
    """Whom a sentence speaks of."""

    MOTHER = "mother"
    CHILD = "child"
    UNSAID = "unsaid"


FILLER = (
    "(?:阴道|下面|下身|大|什么|任何|明显|出现|发现|发生|剧烈|严重|规律|异常|感觉|觉得"
    "|见到|看到|过|再|的|啥|怎么|到|有|点|太|很|见|发|又)"
)
NEGATED = re.compile(
    rf"(?:(?<!有)没有|没|无(?!缘|故|论)|未|(?<!是)不是|不会|并不|否认|排除|(?<![是要会能停止忍断])不)"
    rf"{FILLER}{{0,3}}$"
)
LIST_NEGATED = re.compile(r"(?:(?<!有)没有?|无|否认|未见)[^,。]{1,20}(?:、|和|或|及|跟|也没有?)$")
NOT_DENIED = re.compile(r"(?:是不是|会不会|有没有|要不要|不知道?是不是|有没有可能是)$")

IMAGINED = re.compile(
    r"万一|如果|假如|假设|要是|倘若|若是|一旦|以防|(?:怎么|如何|怎样)(?:预防|避免|防止)|预防(?!针|接种)|防止|避免"
)
FEARED = re.compile(
    r"(?:怕|担心|害怕|会不会|容易|可能会|才会|就会|导致|引起|造成)"
    r"(?:我|以后|将来|宝宝|孩子|突然|自己|会|出现|发生|产后|再|又|有|大|要)*$"
)
SUPPOSED = re.compile(r"^[^,。]{0,6}的话")
HERE_AND_NOW = re.compile(r"现在|已经|正在|刚刚|刚才|今天|昨[天晚]|这会儿?|此刻|目前")

PAST = re.compile(
    r"上次(?!产检|检查|来|复查|b超|门诊|复诊|看)|上一?胎|上一?个(?:孩子|宝宝|娃)|第1?一?胎|头[一1]?胎"
    r"|(?:怀|生)(?:老大|大宝|第一个|上一个|姐姐|哥哥|头一个)|以前|曾经|去年|前年|上个?月|小时候"
    r"|年轻时|当年|[几0-9]年前|前几个?月|(?:怀孕)?初期|孕早期(?=[^,。]{0,8}过)|那时候?|之前(?=[^,。]{0,8}过)"
)
PAST_TOPIC = re.compile(r"(?:时候?|那会儿?|那次|那胎|那年)$")
STILL = re.compile(
    r"现在|今天|今早|今晚|今儿|刚|又|还在|还是|一直|目前|这次|这回|这胎|这[两2几]天|昨|开始|突然|还没好|到如今"
)

OTHERS = re.compile(
    r"(?:(?<![和跟与被陪找问])我?(?:的|有个|一个|家)?"
    r"(?:妹妹|姐姐|表姐|表妹|堂姐|堂妹|大姐|小姨子?|朋友|闺蜜|闺密|同事|邻居|嫂子|弟媳|亲戚|同学|室友|网友|病友)(?!们)"
    r"|我姐|我妹|人家|别人|隔壁|听说|有人|有的人|有些人|(?:群里|网上|新闻|抖音|视频|电视|书)上?里?(?:看到|说|有)?)"
)
BACK_TO_ME = re.compile(r"我|俺|自己")
URGENT = re.compile(r"现在|正在|刚刚|刚才|救命|快来|快点|此刻|马上|赶紧|今天|昨[天晚]")

ASKED = re.compile(
    r"什么原因|啥原因|原因(?:是|有)|为什么会?|为啥|(?:怎么|如何|怎样)(?:预防|避免|判断|区分|分辨|知道|算|数|引起|识别)"
    r"|正常吗|正不正常|正常值|算正常|会不会|是什么(?!东西)|什么是|什么叫|啥叫|(?:有)?(?:什么|哪些)(?:症状|表现|危害|信号|感觉|征兆|原因|情况|前兆)"
    r"|哪些|多少(?:算|度|是|以上)|多久|几天(?:干净|能好|消)|什么时候|啥时候|区别|影响(?:大)?吗|有影响|能不能|常见吗|危险吗"
    r"|讲座|课程|科普|文章|视频|直播|知识|会死人吗|遗传吗"
    r"|会传染吗|概率|几率|容易.{0,6}吗|会.{1,6}吗"
)
GENERIC = re.compile(
    r"孕妇|孕期|孕早期|孕中期|孕晚期|怀孕(?!了)|产妇|新生儿|一般|通常|女性|婴儿|哺乳期"
)
REPORTED = re.compile(
    r"(?<![请帮给告诉教和跟])我(?!们|想问|想知道|想了解|想咨询|要问|问|国)|俺|老婆|媳妇|现在|今[天早晚]|昨|刚|突然"
    r"|(?<!除|为|到)了(?!解)|一直|已经|好几|得厉害|特别|越来越|受不了|不住|好多|老是|总是"
    r"|[0-9]周|[0-9]次|[0-9]天|[0-9]+度|[0-9]{2,3}/[0-9]{2,3}|救命|快"
)
MOTHER = re.compile(
    r"(?<!请)我(?!家|们|的?(?:宝|娃|孩子|儿|女儿(?!怀)|孙|小))|俺|自己|妈妈|产妇|孕妇|老婆|媳妇|怀孕|怀着"
)
CHILD = re.compile(
    r"(?<!怀着)(?<!怀)(?<!对)(?<!里的)(?<!里)(?<!怕)(?<!影响)(?<!为了)(?<!伤到)"
    r"(?:宝宝|宝贝|孩子|小孩|娃|儿子(?!宫)|女儿(?!怀)|孙子|孙女|大宝|小宝|二宝|新生儿|婴儿|幼儿|宝$|小朋友|小家伙)"
)


def _sentence(text: str, start: int, end: int) -> tuple[str, str]:
    """What is said around a place: before it and from it on, inside one sentence and window."""
    before = text[max(0, start - WINDOW) : start].rpartition("。")[2]
    after = text[start : end + WINDOW].partition("。")[0]
    return before, after


def _clause_end(after: str, length: int) -> str:
    return after[:length] + after[length:].partition(",")[0]


def _denied(clause: str) -> bool:
    if NOT_DENIED.search(clause):
        return False
    return bool(NEGATED.search(clause) or LIST_NEGATED.search(clause))


def _imagined(before: str, clause: str, rest: str) -> bool:
    now = HERE_AND_NOW.search(clause + rest)
    feared = FEARED.search(clause) and "了" not in rest
    supposed = SUPPOSED.search(rest)
    return not now and bool(IMAGINED.search(before) or feared or supposed)


def _past(before: str, clause: str, rest: str) -> bool:
    marker = PAST.search(clause)
    if marker:
        return not STILL.search(clause[marker.end() :] + rest)
    topic = before[: len(before) - len(clause)].rstrip(",").rpartition(",")[2]
    told = PAST.search(topic) and PAST_TOPIC.search(topic)
    return bool(told) and not STILL.search(clause + rest)


def _somebody_else(before: str, rest: str) -> bool:
    markers = list(OTHERS.finditer(before))
    if not markers:
        return False
    since = before[markers[-1].end() :]
    return not (
        BACK_TO_ME.search(since + rest) or URGENT.search(before + rest) or since.count(",") > 1
    )


def _asked(before: str, clause: str, rest: str, after: str) -> bool:
    if REPORTED.search(before + after):
        return False
    if ASKED.search(clause + rest):
        return True
    following = after[len(rest) :].lstrip(",").partition(",")[0]
    return bool(GENERIC.search(clause) and ASKED.search(following))


def frame(text: str, start: int, end: int) -> Frame | None:
    """How the words at `[start, end)` of a plain text are framed; `None` for a present report."""
    before, after = _sentence(text, start, end)
    clause = before.rpartition(",")[2]
    rest = _clause_end(after, end - start)
    found = (
        (Frame.DENIED, _denied(clause)),
        (Frame.IMAGINED, _imagined(before, clause, rest[end - start :])),
        (Frame.PAST, _past(before, clause, rest)),
        (Frame.SOMEBODY_ELSE, _somebody_else(before, rest)),
        (Frame.ASKED, _asked(before, clause, rest, after)),
    )
    return next((name for name, holds in found if holds), None)


def subject(text: str, start: int, end: int) -> Subject:
    """Of whom the words at `[start, end)` speak: the nearest one named before, else after."""
    before, after = _sentence(text, start, end)
    mother = max((match.end() for match in MOTHER.finditer(before)), default=-1)
    child = max((match.end() for match in CHILD.finditer(before)), default=-1)
    if mother != child:
        return Subject.MOTHER if mother > child else Subject.CHILD
    if CHILD.search(after) and not MOTHER.search(after):
        return Subject.CHILD
    return Subject.MOTHER if MOTHER.search(after) else Subject.UNSAID
