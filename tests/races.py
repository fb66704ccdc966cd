"""Callers that arrive at once, each on a thread of its own."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from core.errors import Refusal

Wish = TypeVar("Wish")
Won = TypeVar("Won")


def at_once(call: Callable[[Wish], Won], wishes: Iterable[Wish]) -> list[Won | Refusal]:
    """Call with every wish at the same moment; return what each got, a refusal being an answer."""
    all_wishes = list(wishes)
    gate = Barrier(len(all_wishes))

    def one(wish: Wish) -> Won | Refusal:
        gate.wait(timeout=30)
        try:
            return call(wish)
        except Refusal as refused:
            return refused

    with ThreadPoolExecutor(len(all_wishes)) as threads:
        return list(threads.map(one, all_wishes))
