"""The sentences of the danger-sign tests, read from the YAML files beside this module."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.matching import Stage

HERE = Path(__file__).parent


def load(name: str) -> Any:
    return yaml.load((HERE / name).read_text("utf-8"), yaml.CSafeLoader)


def stage(raw: Mapping[str, int]) -> Stage:
    weeks = raw.get("weeks")
    return Stage(
        gestation_days=None if weeks is None else weeks * 7,
        days_after_birth=raw.get("after_birth"),
        child_age_days=raw.get("child"),
    )


def table() -> Iterator[Any]:
    for row in load("danger_table.yaml"):
        said = {row["level"]: row["says"]}
        for level, texts in [*said.items(), *row.get("own", {}).items()]:
            for text in texts:
                when = "".join(f"{key}{value}" for key, value in row["stage"].items())
                name = f"{row['sign']}-{when}-{level}-{text}"
                yield pytest.param(text, stage(row["stage"]), level, id=name)


def lookalikes() -> Iterator[Any]:
    for row in load("danger_table.yaml"):
        for level, texts in row.get("unlike", {}).items():
            for text in texts:
                yield pytest.param(text, stage(row["stage"]), level, id=f"{row['sign']}-{text}")


def framed() -> Iterator[Any]:
    for name, texts in load("danger_framing.yaml")["quiet"].items():
        for text in texts:
            yield pytest.param(text, id=f"{name}-{text}")


def still_alarming() -> Iterator[Any]:
    for text in load("danger_framing.yaml")["alarm"]:
        yield pytest.param(text, id=text)


def heldout() -> list[tuple[str, Stage, str]]:
    groups = load("danger_heldout.yaml")["danger"]
    return [
        (text, stage(group["stage"]), group["level"]) for group in groups for text in group["texts"]
    ]


def everyday() -> list[str]:
    return list(load("danger_heldout.yaml")["everyday"])
