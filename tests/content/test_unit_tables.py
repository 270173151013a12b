"""Lists of units and of what decrees changed, in whatever form Excel writes them."""

from datetime import date
from pathlib import Path

import pytest

from bot.content.files import Folder
from bot.content.unit_changes import read_tree
from bot.core.people.units import Level

UNITS = (
    "code,parent,name,level,effective_from,source\n"
    "TW,,Trung ương,TW,,\n"
    "66,TW,Tỉnh Đắk Lắk,TINH,2025-07-01,202\n"
    "1,66,Xã Một,XA,2025-07-01,1660\n"
)
CHANGES = "day,kind,unit,into,name,level,decree\n2026-07-01,rename,1,,Xã Mới,,9/NQ\n"
FORMS = {
    "semicolons": lambda text: text.replace(",", ";").encode(),
    "sep": lambda text: ("sep=;\r\n" + text.replace(",", ";")).encode(),
    "unicode text": lambda text: text.replace(",", "\t").encode("utf-16"),
    "big endian": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "a mac's line ends": lambda text: text.replace("\n", "\r").encode(),
    "empty cells": lambda text: (text.replace("\n", ",,\n") + ",,,,,,,,\n\n").encode("utf-8-sig"),
    "capitals": lambda text: (text.partition("\n")[0].upper() + "\n" + text.partition("\n")[2]).encode(),
    "days of here": lambda text: text.replace("2025-07-01", "1/7/2025").encode(),
    "days of papers": lambda text: text.replace("2026-07-01", "ngày 1 tháng 7 năm 2026").encode(),
    "unseen": lambda text: text.replace("66,TW", "\u200b66\ufeff,TW\u00a0").encode(),
    "small levels": lambda text: text.replace("TINH", "tinh").replace("rename", "Rename").encode(),
    "decomposed": lambda text: text.replace("ã", "a\u0303").encode(),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_harmless_forms_of_one_list_are_one_list(tmp_path: Path, form: str) -> None:
    (tmp_path / "units/changes").mkdir(parents=True)
    (tmp_path / "units/TW.CSV").write_bytes(FORMS[form](UNITS))
    (tmp_path / "units/changes/a.csv").write_bytes(FORMS[form](CHANGES))
    (tmp_path / "units/~$TW.xlsx").write_bytes(b"Excel has it open")
    tree = read_tree(Folder(tmp_path))
    assert [(one.code, one.level) for one in tree.listed] == [
        ("TW", Level.CENTRAL),
        ("66", Level.PROVINCE),
        ("1", Level.COMMUNE),
    ]
    assert tree.listed[1].since == date(2025, 7, 1)
    assert tree.on(date(2026, 7, 1))[2].name == "Xã Mới"
