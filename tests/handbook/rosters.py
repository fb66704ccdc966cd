"""Rosters for tests: CSV and XLSX files made in memory."""

import io
import zipfile

import openpyxl

TITLES = ("姓名", "手机号", "末次月经", "预产期", "建册日期", "备注")


def row(**cells):
    """Return one good row; a test changes what it cares about."""
    given = {"name": "王小梅", "phone": "13800001111", "first": "2026-03-09", **cells}
    return [given.get(key, "") for key in ("name", "phone", "first", "due", "opened", "remark")]


def csv_of(*rows, titles=TITLES, separator=",", encoding="utf-8-sig"):
    """Return a CSV file."""
    lines = [separator.join(str(cell) for cell in line) for line in (titles, *rows)]
    return "\r\n".join(lines).encode(encoding)


def xlsx_of(*rows):
    """Return a workbook whose first sheet has these rows."""
    book = openpyxl.Workbook()
    for line in rows:
        book.active.append(line)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def rewritten(content, *, old, new):
    """Return a workbook in whose first sheet something is written in another way."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    return zip_of(**{**parts, sheet: parts[sheet].replace(old, new)})


def zip_of(**parts):
    """Return a zip file of parts by name."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return written.getvalue()
