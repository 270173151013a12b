"""Forms: read from the content folder, and written as its files are."""

import json
from pathlib import Path, PurePosixPath

from bot.content.checks import SLUG, bounded, toml, validated
from bot.content.files import TEXT_LIMIT, Folder
from bot.core.kernel.errors import ContentError
from bot.core.talk.form import Choice, Field, Form


def read_forms(folder: Folder) -> dict[str, Form]:
    """The forms of a content folder, by slug."""
    forms = {}
    for file in folder.files("forms", ".toml"):
        form = validated(Form, folder.toml(file), file)
        if form.slug != PurePosixPath(file).stem:
            raise ContentError(file, "slug", form.slug, f"the file's own name, {PurePosixPath(file).stem}")
        forms[form.slug] = form
    return forms


def read_form(path: Path) -> Form:
    """One form's file, wherever it lies. Raises ContentError."""
    try:
        tables = toml(bounded(path, TEXT_LIMIT).decode("utf-8-sig").replace("\r\n", "\n"))
    except OSError as error:
        raise ContentError(str(path), "file", error.strerror, "a form's file that can be read") from None
    except (ValueError, RecursionError) as error:
        raise ContentError(str(path), "toml", str(error), "valid TOML in UTF-8") from None
    return validated(Form, tables, str(path))


def as_toml(form: Form) -> str:
    """A form as its file has it; what is as usual is left out."""
    if not SLUG.fullmatch(form.slug):
        raise ContentError("forms", "slug", form.slug, "small letters, digits and hyphens, up to 64")
    lines = [f"slug = {_value(form.slug)}"]
    if form.context:
        lines.append(f"context = {_value(list(form.context))}")
    for name, words in (("title", form.title), ("intro", form.intro)):
        if words:
            lines += [
                "",
                f"[{name}]",
                *(f"{_key(language)} = {_value(one)}" for language, one in words.items()),
            ]
    for item in form.fields:
        lines += ["", "[[fields]]", *_field(item)]
    return "\n".join(lines) + "\n"


def _field(item: Field) -> list[str]:
    plain = item.model_dump(exclude={"choices"}, exclude_defaults=True)
    lines = [f"{name} = {_value(value)}" for name, value in plain.items()]
    if item.choices:
        lines += ["choices = [", *(f"  {_choice(one)}," for one in item.choices), "]"]
    return lines


def _choice(one: Choice) -> str:
    return _value(one.model_dump(exclude_defaults=True))


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case dict():
            return (
                "{ " + ", ".join(f"{_key(str(name))} = {_value(one)}" for name, one in value.items()) + " }"
            )
        case list() | tuple():
            return "[" + ", ".join(map(_value, value)) + "]"
        case int():
            return str(value)
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007F")


def _key(name: str) -> str:
    plain = name.replace("-", "").replace("_", "")
    return name if plain.isalnum() and plain.isascii() else json.dumps(name, ensure_ascii=False)
