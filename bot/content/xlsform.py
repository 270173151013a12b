"""An XLSForm workbook as a form."""

from pathlib import Path

from bot.content.checks import validated
from bot.content.importing import slug_of
from bot.content.sheets import sheet
from bot.core.kernel.errors import ContentError
from bot.core.talk.form import Form
from bot.core.talk.xlsform_reading import Lost, as_form


def read_xlsform(path: Path, slug: str = "") -> tuple[Form, list[Lost]]:
    """The form, and what of the workbook is not carried. `slug`: else as the workbook calls it, or the file.

    Raises ContentError: no workbook, no questions, or a form that cannot be.
    """
    survey, choices, settings = (sheet(path, name) for name in ("survey", "choices", "settings"))
    about = settings[0][1] if settings else {}
    if not any(cells.get("type") for _, cells in survey):
        raise ContentError(
            str(path), "survey", "no questions", "a sheet survey with columns type, name, label"
        )
    name = slug or slug_of(about.get("form_id") or path.stem)
    tables, lost = as_form(survey, choices, about, name)
    return validated(Form, tables, str(path)), lost
