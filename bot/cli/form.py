"""`form`: the questions that are asked in the chat, as files and as XLSForm."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import papers
from bot.cli.common import CONFIG, ConfigOption, JsonOption, refuse, settings_of, show
from bot.content import Content
from bot.content.forms import as_toml, read_form
from bot.content.xlsform import read_xlsform
from bot.core.kernel.errors import ContentError
from bot.core.kernel.richtext import plain_text
from bot.core.talk.form import Choice, Form
from bot.core.talk.message import Message
from bot.core.talk.xlsform import as_tables
from bot.publishing import read_content
from bot.reports.workbook import Sheet, workbook
from handlers import forms, preview

app = typer.Typer(help="Forms: check, preview, export and import as XLSForm.", no_args_is_help=True)
Slug = Annotated[str, typer.Argument(help="A form's name, as its file is called.")]


@app.command("check")
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Files; else all forms of the content.")] = None,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Check forms by themselves, and against what the conversations need of them."""
    found: list[Form] = []
    try:
        for file in files or ():
            found.append(read_form(file))
            forms.check_one(found[-1], str(file))
        if not files:
            found += read_content(settings_of(config, secrets=False).app.content).forms.values()
    except ContentError as error:
        refuse(str(error), kind=error.kind)
    show([_about(one) for one in found], json, _plain)


def _about(form: Form) -> dict[str, Any]:
    return {
        "slug": form.slug,
        "version": form.version,
        "fields": [item.key for item in form.fields],
        "used": form.slug in forms.known(),
    }


def _plain(found: list[dict[str, Any]]) -> None:
    for one in found:
        unused = "" if one["used"] else "; no conversation asks it"
        typer.echo(f"{one['slug']}: {len(one['fields'])} questions, version {one['version']}{unused}")


@app.command("preview")
def show_preview(
    slug: Slug,
    language: Annotated[str, typer.Option("--language", help="The words of a language.")] = "vi",
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Each question as the chat shows it, its choices numbered as where there are no buttons."""
    content = _content(config)
    if language not in content.texts.languages:
        refuse(f"--language: {language!r} is none of {', '.join(content.texts.languages)}", kind="language")
    form = _known(content.forms, slug)
    steps = preview.steps(preview.Words(content.texts, language), form, _sources(content))
    show([_step(one) for one in steps], json, _plain_steps)


def _step(step: preview.Step) -> dict[str, Any]:
    return {
        "field": step.field,
        "when": {key: list(values) for key, values in step.when.items()},
        "text": plain_text(step.message.text),
        "buttons": _labels(step.message),
    }


def _labels(message: Message) -> list[str]:
    return [button.label for row in message.buttons for button in row]


def _plain_steps(found: list[dict[str, Any]]) -> None:
    for one in found:
        asked = " and ".join(f"{key} is {' or '.join(values)}" for key, values in one["when"].items())
        typer.echo(f"— {one['field']}{f' (asked where {asked})' if asked else ''}")
        typer.echo(one["text"])
        for number, label in enumerate(one["buttons"], start=1):
            typer.echo(f"  {number}. {label}")
        typer.echo("")


@app.command("export-xlsform")
def export_xlsform(
    slug: Slug,
    out: Annotated[Path, typer.Option("--out", help="The workbook to write.")],
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Write a form as an XLSForm workbook, for programs that read the convention (ODK, Kobo, ArcGIS)."""
    content = _content(config)
    form = _known(content.forms, slug)
    data = workbook(_sheets(form, _sources(content)))
    papers.write(out, data)
    show({"slug": slug, "file": str(out), "fields": len(form.fields)}, json, _written)


def _sheets(form: Form, sources: dict[str, list[Choice]]) -> list[Sheet]:
    tables = as_tables(form, sources)
    named = (("survey", tables.survey), ("choices", tables.choices), ("settings", tables.settings))
    return [Sheet(name, (), rows[0], rows[1:]) for name, rows in named]


def _written(made: dict[str, Any]) -> None:
    typer.echo(f"{made['file']}: {made['slug']}, {made['fields']} questions")


@app.command("import-xlsform")
def import_xlsform(
    file: Annotated[Path, typer.Argument(help="An XLSForm workbook, .xlsx.")],
    slug: Annotated[str, typer.Option("--slug", help="The form's name; else as the workbook calls it.")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="The file to write; else it is printed.")] = None,
    json: JsonOption = False,
) -> None:
    """Make a form's file of an XLSForm workbook; what cannot be carried is named by sheet and row."""
    try:
        form, lost = read_xlsform(file, slug)
        text = as_toml(form)
        forms.check_one(form, str(file))
    except ContentError as error:
        refuse(str(error), kind=error.kind)
    if out is not None:
        papers.write(out, text.encode())
    result = {
        **_about(form),
        "file": None if out is None else str(out),
        "lost": [{"sheet": one.sheet, "row": one.line or None, "what": one.what} for one in lost],
        "toml": text,
    }
    show(result, json, _imported)


def _imported(made: dict[str, Any]) -> None:
    if made["file"] is None:
        typer.echo(made["toml"], nl=False)
    else:
        _plain([made])
    for one in made["lost"]:
        row = "" if one["row"] is None else f", row {one['row']}"
        typer.echo(f"not carried: sheet {one['sheet']}{row}: {one['what']}", err=True)


def _content(config: Path) -> Content:
    try:
        return read_content(settings_of(config, secrets=False).app.content)
    except ContentError as error:
        refuse(str(error), kind=error.kind)


def _sources(content: Content) -> dict[str, list[Choice]]:
    """Choices that the content knows; those of the moment (times, names…) are asked when it comes."""
    topics = [Choice(value=one.code, label=one.name) for one in content.topics.values()]
    return {
        "topics": topics,
        "units": [Choice(value=one.code, label={"vi": one.name}) for one in content.units],
    }


def _known(known: dict[str, Form], slug: str) -> Form:
    if slug not in known:
        refuse(f"{slug!r} is none of the forms {', '.join(sorted(known))}", kind="form")
    return known[slug]
