"""Tables for spreadsheets: readable there, and harmless."""

import csv
import io

import pytest

from console.presenters.spreadsheets import csv_text


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1"],
    ids=["equals", "plus", "minus", "at", "tab", "return", "blanks"],
)  # fmt: skip
def test_a_cell_that_could_act_is_made_text(cell):
    (line,) = csv.reader(io.StringIO(csv_text([[cell]]).removeprefix("\ufeff"), newline=""))

    assert line == [f"'{cell}"]


def test_a_table_bears_its_mark_and_keeps_what_it_says():
    assert csv_text([["项目", "孕11周+0天"], ["甲,乙", ""]]) == (
        '\ufeff项目,孕11周+0天\r\n"甲,乙",\r\n'
    )
