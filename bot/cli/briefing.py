"""`briefing`: prepared briefings of the content folder, their kits, and what units add to them."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot.acts import outlines
from bot.acts.context import Context
from bot.acts.outlines import Format
from bot.cli import briefing_addendum, briefing_kit, briefing_list, papers
from bot.cli.common import CONFIG, ConfigOption, JsonOption, done, reading, refuse, settings_of, show
from bot.cli.days import day_of
from bot.content.importing import About, Imported, import_word
from bot.core.kernel.errors import ContentError
from bot.core.kernel.richtext import plain_text
from bot.core.opinion.guard import inspect
from bot.engine.times import Clock

app = typer.Typer(
    help="Briefings: from Word, a page, the loudspeaker's words, questions and answers, what units add.",
    no_args_is_help=True,
)
briefing_kit.add_to(app)
briefing_list.add_to(app)
app.add_typer(briefing_addendum.group, name="addendum")
Day = Annotated[str, typer.Option(help="A day such as 2026-11-26 or 26/11/2026; else as the document says.")]


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A Word document, .docx.")],
    topic: Annotated[str, typer.Option("--topic", help="A topic's code.")],
    issuer: Annotated[str, typer.Option("--issuer", help="Who issues it; else the deployment's owner.")] = "",
    number: Annotated[str, typer.Option("--number", help="Its number; else as the document says.")] = "",
    issued_on: Day = "",
    valid_until: Annotated[str, typer.Option(help="The last day on which it holds.")] = "",
    source: Annotated[str, typer.Option("--source", help="Where it is from; else the file's name.")] = "",
    slug: Annotated[str, typer.Option("--slug", help="The folder's name; else made of the title.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look, and leave nothing.")] = False,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Make a prepared briefing of a Word document; what cannot be carried is named."""
    settings = settings_of(config, secrets=False)
    about = About(
        topic=topic,
        issuer=issuer or settings.app.owner,
        source=source,
        number=number,
        issued_on=day_of("--issued-on", issued_on) if issued_on else None,
        valid_until=day_of("--valid-until", valid_until) if valid_until else None,
        slug=slug,
    )
    today = datetime.fromtimestamp(Clock().now_ms() / 1000, ZoneInfo(settings.app.timezone)).date()
    try:
        made = import_word(settings.app.content, file, about, today, keep=not dry_run)
    except ContentError as error:
        refuse(str(error), kind=error.kind)
    except OSError as error:
        refuse(f"{settings.app.content}: {error.strerror}: the content folder cannot be written")
    show(_values(made, settings.app.content), json, _plain)


def _values(made: Imported, content: Path) -> dict[str, Any]:
    found = inspect(made.text).found
    return {
        "slug": made.slug,
        "folder": str(content / "briefings" / made.slug),
        "title": made.title,
        "number": made.number,
        "issued_on": made.issued_on.isoformat(),
        "files": list(made.files),
        "lost": list(made.lost),
        "personal": [{"kind": one.kind, "value": one.value} for one in found],
    }


def _plain(made: dict[str, Any]) -> None:
    typer.echo(f"{made['slug']}: {made['title']}")
    typer.echo(f"  number {made['number'] or '(none found)'}, issued on {made['issued_on']}")
    for name in made["files"]:
        typer.echo(f"  attached: {name}")
    for one in made["lost"]:
        typer.echo(f"  not carried: {one}; the document itself is attached")
    for one in made["personal"]:
        typer.echo(f"  look again, personal data? {one['kind']}: {one['value']}")


@app.command()
def outline(
    slug: Annotated[str, typer.Argument(help="The briefing's slug: its folder in content/briefings.")],
    form: Annotated[Format, typer.Option("--format", help="Word or PDF.")],
    out: Annotated[Path, typer.Option("--out", help="Where the file is written.")],
    language: Annotated[str, typer.Option("--language", help="A language it is written in.")] = "vi",
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Write a briefing as one A4 page to speak from, with a QR code that verifies it."""
    papers.check_free(out)

    async def work(ctx: Context) -> dict[str, Any]:
        made = done(await outlines.of_prepared(ctx, slug, form, language), ctx.house)
        papers.write(out, made.data)
        return {"slug": slug, "format": form.value, "file": str(out), "bytes": len(made.data)}

    show(reading(config, work), json, lambda found: typer.echo(found["file"]))


@app.command()
def script(
    slug: Annotated[str, typer.Argument(help="The briefing's slug: its folder in content/briefings.")],
    language: Annotated[str, typer.Option("--language", help="A language it is written in.")] = "vi",
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Print what a commune's loudspeaker says of a briefing, as vi.loa.md beside its text has it."""

    async def work(ctx: Context) -> dict[str, Any]:
        found = done(await outlines.script_of_prepared(ctx, slug, language), ctx.house)
        text, source = (plain_text(one) for one in (found.text, found.attribution))
        return {"slug": slug, "title": found.title, "minutes": found.minutes, "text": text, "source": source}

    show(
        reading(config, work),
        json,
        lambda one: typer.echo(f"{one['title']}\n\n{one['text']}\n\n{one['source']}"),
    )
