"""`briefing kit add|list|translate|remove`: the questions and answers of a briefing, from the shell."""

from typing import Annotated, Any

import typer

from bot.acts import kits
from bot.acts.context import Context
from bot.acts.kits import EntryRow
from bot.cli.common import (
    CONFIG,
    ConfigOption,
    JsonOption,
    acting,
    done,
    reading,
    show,
    show_table,
)
from bot.cli.days import day_of
from bot.core.guidance.kit import Entry, Said

Slug = Annotated[str, typer.Argument(help="The briefing's slug: the name of its folder.")]


def add(
    slug: Slug,
    question: Annotated[str, typer.Option("--question", help="As people ask it.")],
    answer: Annotated[str, typer.Option("--answer", help="Short enough to be said again.")],
    source: Annotated[str, typer.Option("--source", help="The document in which it stands.")],
    valid_until: Annotated[str, typer.Option("--valid-until", help="The last day on which it holds.")] = "",
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Put a question and its answer into a briefing's kit."""
    last = day_of("--valid-until", valid_until) if valid_until else None
    entry = Entry(question=question, answer=answer, source=source, valid_until=last)

    async def work(ctx: Context) -> dict[str, Any]:
        return _values(done(await kits.add(ctx, slug, entry), ctx.house))

    show(acting(config, work), json, lambda one: typer.echo(f"{one['id']}: {one['question']}"))


def list_kit(slug: Slug, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """List a briefing's kit, what holds no more among it."""

    async def work(ctx: Context) -> list[dict[str, Any]]:
        found = done(await kits.entries(ctx, slug, every=True), ctx.house)
        return [_values(one) for one in found.entries]

    show(reading(config, work), json, _table)


def translate(
    number: Annotated[int, typer.Argument(help="The entry's number.")],
    language: Annotated[str, typer.Option("--language", help="Its code, such as rad or en.")],
    question: Annotated[str, typer.Option("--question", help="As people ask it in that language.")],
    answer: Annotated[str, typer.Option("--answer", help="In that language, in your words.")],
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Say an entry in another language too: who reads that language gets it so."""
    said = Said(language=language, question=question, answer=answer)

    async def work(ctx: Context) -> dict[str, Any]:
        return _values(done(await kits.translate(ctx, number, said), ctx.house))

    show(acting(config, work), json, lambda one: typer.echo(f"{one['id']} in {', '.join(one['others'])}"))


def remove(
    number: Annotated[int, typer.Argument(help="The entry's number.")],
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Take an entry out; what stands in the content folder is taken out there."""

    async def work(ctx: Context) -> dict[str, Any]:
        return _values(done(await kits.remove(ctx, number), ctx.house))

    show(acting(config, work), json, lambda one: typer.echo(f"{one['id']} is gone: {one['question']}"))


def _values(one: EntryRow) -> dict[str, Any]:
    last = one.entry.valid_until
    return {
        "id": one.id,
        "slug": one.slug,
        "question": one.entry.question,
        "answer": one.entry.answer,
        "source": one.entry.source,
        "others": {said.language: [said.question, said.answer] for said in one.entry.others},
        "valid_until": last.isoformat() if last else None,
        "prepared": one.prepared,
        "asked": one.asked,
    }


def _table(found: list[dict[str, Any]]) -> None:
    columns = ("id", "question", "answer", "source", "valid_until")
    show_table(columns, [tuple(str(one[name] or "") for name in columns) for one in found])


def add_to(app: typer.Typer) -> None:
    """Hang these commands at a noun."""
    kit = typer.Typer(help="A briefing's questions and answers.", no_args_is_help=True)
    for name, command in (
        *(("add", add), ("list", list_kit)),
        *(("translate", translate), ("remove", remove)),
    ):
        kit.command(name)(command)
    app.add_typer(kit, name="kit")
