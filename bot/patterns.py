"""The small pattern language in which doctors write what people say.

    <word>   any phrase of that list in `danger/words.yaml`
    ~        up to six characters of the same clause, none of them a denial
    ~~       up to twelve characters that may cross a comma
    #        a number of one to three digits
    x&y      both, in either order, with a `~~` between them; once in a pattern, outside brackets
    (a|b)    one or the other;  x?  perhaps;  [abc]  one of these characters;  $  end of a clause

Nothing in it can repeat without bound, so no message can make a search run away.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

TOKEN = re.compile(r"<(?P<word>\w+)>|\[(?P<oneof>[^\]^\\-]+)\]|(?P<gap>~~?)|(?P<any>.)")
FORBIDDEN = frozenset("*+\\.{}^&")
CALM = "(?:[^{stops}不没无未]|不[停断住舒时知])"
GAPS = {
    "~": CALM.format(stops=",。") + "{0,6}?",
    "~~": CALM.format(stops="。") + "{0,12}?",
}
DIGITS = frozenset("0123456789")

Blocks = Mapping[str, tuple[str, ...]]


class BadPattern(ValueError):
    """A pattern in a YAML file cannot be read; the text says why."""


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern and the characters one of which every match begins with."""

    regex: re.Pattern[str]
    begins: frozenset[str]


@dataclass(frozen=True)
class Part:
    """A piece of a pattern as a regular expression, with its possible first characters."""

    regex: str
    begins: frozenset[str] = frozenset()
    may_be_empty: bool = False


class Reader:
    """One walk over the tokens of one pattern."""

    def __init__(self, source: str, blocks: Blocks) -> None:
        self.source = source
        self.blocks = blocks
        self.tokens = list(TOKEN.finditer(source))
        self.at = 0

    def whole(self) -> Part:
        """Read the full pattern.

        Raises:
            BadPattern: something is left over, empty, unknown or forbidden.
        """
        part = self.choice()
        if self.at < len(self.tokens):
            raise BadPattern(f"unexpected ')' in {self.source!r}")
        if part.may_be_empty:
            raise BadPattern(f"{self.source!r} would match nothing at all")
        return part

    def choice(self) -> Part:
        """Read alternatives up to the closing bracket or the end."""
        options = [self.sequence()]
        while self.take("|"):
            options.append(self.sequence())
        regex = "(?:" + "|".join(option.regex for option in options) + ")"
        begins = frozenset[str]().union(*(option.begins for option in options))
        return Part(regex, begins, any(option.may_be_empty for option in options))

    def sequence(self) -> Part:
        """Read parts that follow one another."""
        regex, begins, only_empty = "", frozenset[str](), True
        while self.at < len(self.tokens) and self.tokens[self.at].group() not in "|)":
            part = self.single()
            optional = self.take("?")
            if optional and part.may_be_empty:
                raise BadPattern(f"'?' after something that may be empty in {self.source!r}")
            if only_empty:
                begins |= part.begins
            only_empty = only_empty and (optional or part.may_be_empty)
            regex += part.regex + ("?" if optional else "")
        if not regex:
            raise BadPattern(f"empty alternative in {self.source!r}")
        return Part(regex, begins, only_empty)

    def single(self) -> Part:
        """Read one list, class, gap, bracket or character."""
        token = self.tokens[self.at]
        self.at += 1
        if token["word"]:
            return self.block(token["word"])
        if token["oneof"]:
            return Part(f"[{token['oneof']}]", frozenset(token["oneof"]))
        if token["gap"]:
            return Part(GAPS[token["gap"]], may_be_empty=True)
        return self.sign(token.group())

    def sign(self, char: str) -> Part:
        """Read a bracket, a placeholder or a plain character."""
        if char in FORBIDDEN or char in "?[]<>":
            raise BadPattern(f"{char!r} is not allowed in {self.source!r}")
        if char == "(":
            part = self.choice()
            if not self.take(")"):
                raise BadPattern(f"missing ')' in {self.source!r}")
            return part
        if char == "#":
            return Part("[0-9]{1,3}", DIGITS)
        if char == "$":
            return Part("(?=[,、。]|$)", may_be_empty=True)
        return Part(re.escape(char), frozenset(char))

    def block(self, name: str) -> Part:
        """Read a reference to a list of words."""
        if name not in self.blocks:
            raise BadPattern(f"unknown word list <{name}> in {self.source!r}")
        words = sorted(self.blocks[name], key=len, reverse=True)
        regex = "(?:" + "|".join(map(re.escape, words)) + ")"
        return Part(regex, frozenset(word[0] for word in words))

    def take(self, char: str) -> bool:
        """Step over `char` if it is next."""
        found = self.at < len(self.tokens) and self.tokens[self.at].group() == char
        self.at += found
        return found


def orders(source: str) -> tuple[str, ...]:
    """The orders in which the two sides of an `&` may be said; the pattern itself without one."""
    left, both, right = source.partition("&")
    return (f"{left}~~{right}", f"{right}~~{left}") if both else (source,)


def read_pattern(source: str, blocks: Blocks) -> Pattern:
    """Compile one pattern.

    Raises:
        BadPattern: it is not written in the language above.
    """
    part = Reader(source, blocks).whole()
    return Pattern(re.compile(part.regex), part.begins)


class Patterns:
    """A set of patterns that is searched by the first character, so most text costs nothing."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self.all = tuple(patterns)
        self._by_char: dict[str, list[re.Pattern[str]]] = {}
        for pattern in self.all:
            for char in pattern.begins:
                self._by_char.setdefault(char, []).append(pattern.regex)
        self._starts = re.compile("|".join(map(re.escape, sorted(self._by_char))) or "(?!)")

    def __bool__(self) -> bool:
        """Whether there is any pattern at all."""
        return bool(self._by_char)

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Every match of every pattern, as `[start, end)`, from left to right."""
        for place in self._starts.finditer(text):
            for regex in self._by_char[place[0]]:
                match = regex.match(text, place.start())
                if match:
                    yield match.span()

    def occur(self, text: str) -> bool:
        """Whether any pattern matches anywhere."""
        return next(self.spans(text), None) is not None
