"""An XLSForm workbook as a form."""

import re
from collections.abc import Sequence
from pathlib import Path

from bot.content.checks import validated
from bot.content.importing import slug_of
from bot.content.sheets import sheet, sheet_names
from bot.core.kernel.errors import ContentError
from bot.core.talk.form import Form
from bot.core.talk.xlsform_reading import Asked, Lost, as_form

SHEETS = ("survey", "choices", "settings")  # that are read; the convention has others
_FIELD = re.compile(r"fields\.([0-9]+)(?:\.(.+))?")


def read_xlsform(path: Path, slug: str = "") -> tuple[Form, list[Lost]]:
    """The form, and what of the workbook is not carried, whole sheets last.

    `slug`: else as the workbook calls it, or the file. Raises ContentError: no workbook, no questions, or a
    form that cannot be.
    """
    survey, choices, settings = (sheet(path, name) for name in SHEETS)
    about = settings[0][1] if settings else {}
    if not any(cells.get("type") for _, cells in survey):
        raise ContentError(
            str(path), "survey", "no questions", "a sheet survey with columns type, name, label"
        )
    name = slug or slug_of(about.get("form_id") or path.stem)
    tables, lost, asked = as_form(survey, choices, about, name)
    lost += [Lost(one, 0, "the whole sheet") for one in sheet_names(path) if one.lower() not in SHEETS]
    try:
        return validated(Form, tables, str(path)), lost
    except ContentError as error:
        raise _placed(error, asked) from None


def _placed(error: ContentError, asked: Sequence[Asked]) -> ContentError:
    """The same by the sheet and row in which the question stands, where it is one's."""
    found = _FIELD.fullmatch(error.key)
    if found is None or int(found[1]) >= len(asked):
        return error
    line, kind = asked[int(found[1])]
    place = f"sheet survey, row {line} ({kind}): {found[2] or 'question'}"
    return ContentError(error.file, place, error.found, error.allowed)
