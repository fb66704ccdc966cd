"""Which mentions of a sign in a message count, and which of its conditions hold."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from bot.clauses import Frame, Subject, frame, subject
from bot.patterns import Patterns
from bot.readings import Measure, Reading, Told, readings, told
from bot.signs import Change, Sign, StageName

NEWBORN_DAYS = 28
"""A newborn is 0 to 28 days old (国家基本公共卫生服务规范（第三版）, 新生儿家庭访视)."""

MATERNAL = frozenset({StageName.PREGNANCY, StageName.POSTPARTUM})
CHILDHOOD = frozenset({StageName.NEWBORN, StageName.CHILD})


@dataclass(frozen=True)
class Stage:
    """Where a family stands; `None` for what is unknown or does not apply."""

    gestation_days: int | None = None
    days_after_birth: int | None = None
    child_age_days: int | None = None


@dataclass(frozen=True)
class Message:
    """A plain text and the stage it is read in."""

    text: str
    stage: Stage
    _frames: dict[tuple[int, int], Frame | None] = field(default_factory=dict)

    def frame(self, start: int, end: int) -> Frame | None:
        """How the words at `[start, end)` are framed; looked at once per place."""
        span = (start, end)
        if span not in self._frames:
            self._frames[span] = frame(self.text, start, end)
        return self._frames[span]

    def reports(self, patterns: Patterns) -> bool:
        """Whether one of the patterns is said as a present report."""
        return any(not self.frame(start, end) for start, end in patterns.spans(self.text))

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """The measures in it that are a present report."""
        found = readings(self.text)
        return tuple(one for one in found if not self.frame(one.start, one.end))

    @cached_property
    def known(self) -> frozenset[StageName]:
        """The parts of the journey that are known to apply."""
        age = self.stage.child_age_days
        is_newborn = age is not None and age <= NEWBORN_DAYS
        childhood = StageName.NEWBORN if is_newborn else StageName.CHILD
        found = {
            StageName.PREGNANCY: self.stage.gestation_days,
            StageName.POSTPARTUM: self.stage.days_after_birth,
            childhood: age,
        }
        return frozenset(name for name, days in found.items() if days is not None)

    def values(self, name: str) -> list[float]:
        """What is known of a measure, of the completed `weeks` or of the `child_days`."""
        days = {"weeks": self.stage.gestation_days, "child_days": self.stage.child_age_days}
        if name in days:
            known = days[name]
            return [] if known is None else [known // 7 if name == "weeks" else known]
        return [one.value for one in self.readings if one.measure == name]


def told_stage(text: str, given: Stage) -> Stage:
    """The stage, with what the text itself says where the record is silent.

    A child named with its age counts before the record: it may be another child.
    """
    said: Told = told(text)
    gestation, after = given.gestation_days, given.days_after_birth
    if gestation is None and after is None:
        gestation, after = said.gestation_days, said.days_after_birth
    child = given.child_age_days if said.child_age_days is None else said.child_age_days
    return Stage(gestation, after, child)


def _about_child(sign: Sign, message: Message, who: Subject) -> bool:
    age = message.stage.child_age_days
    if sign.child_days and age is not None:
        low, high = sign.child_days
        if not low <= age <= high:
            return False
    likely = not message.known or message.known & CHILDHOOD
    return who is Subject.CHILD or (who is Subject.UNSAID and bool(likely))


def _about_mother(sign: Sign, message: Message, who: Subject) -> bool:
    maternal = message.known & MATERNAL
    if sign.strict and maternal and sign.stage not in maternal:
        return False
    child_only = who is Subject.UNSAID and bool(message.known) and not maternal
    return not (sign.yields and (who is Subject.CHILD or child_only))


def _concerns(sign: Sign, message: Message, start: int, end: int) -> bool:
    if sign.anyone:
        return True
    who = subject(message.text, start, end)
    if sign.stage in CHILDHOOD:
        return _about_child(sign, message, who)
    return _about_mother(sign, message, who)


def holds(change: Change, message: Message) -> bool:
    """Whether a condition holds; an unknown week or age never does."""
    within = all(
        any(low <= value <= high for value in message.values(name))
        for name, low, high in change.spans
    )
    if not within or (change.unless and message.reports(change.unless)):
        return False
    return change.says is None or message.reports(change.says)


def _numbers(sign: Sign, message: Message) -> Iterator[tuple[int, int]]:
    for change in sign.reads:
        wanted = {Measure(name) for name, _, _ in change.spans if name in set(Measure)}
        if holds(change, message):
            yield from ((one.start, one.end) for one in message.readings if one.measure in wanted)


def mentions(sign: Sign, message: Message) -> Iterator[tuple[int, int]]:
    """Places `[start, end)` that name the sign, look-alikes and other people's signs left out."""
    spans = [*sign.says.spans(message.text), *_numbers(sign, message)]
    lookalikes = list(sign.lookalikes.spans(message.text)) if spans else []
    for start, end in spans:
        masked = any(low <= start and end <= high for low, high in lookalikes)
        if not masked and _concerns(sign, message, start, end):
            yield start, end
