"""`briefing list|show`: the prepared briefings, and one of them as people read it, from the shell."""

from typing import Annotated, Any

import typer

from bot.acts.context import Context
from bot.cli.common import (
    CONFIG,
    ConfigOption,
    JsonOption,
    reading,
    refuse,
    show,
    show_table,
)
from bot.core.guidance.briefing import Briefing
from bot.core.kernel.formats import fold
from bot.core.kernel.richtext import plain_text


def add_to(app: typer.Typer) -> None:
    """The two commands, among those of briefings."""
    app.command("list")(list_briefings)
    app.command("show")(show_one)


def list_briefings(
    find: Annotated[str, typer.Option("--find", help="With these words in it, diacritics or not.")] = "",
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """List the prepared briefings, the newest first."""

    async def work(ctx: Context) -> list[dict[str, Any]]:
        wanted = fold(find).split()
        found = [one for one in ctx.house.briefings.values() if _says(one, wanted)]
        found.sort(key=lambda one: (-one.issued_on.toordinal(), one.slug))
        return [_values(one) for one in found]

    show(reading(config, work), json, _table)


def show_one(
    slug: Annotated[str, typer.Argument(help="Its folder under content/briefings.")],
    language: Annotated[
        str, typer.Option("--language", help="In this language, else as it falls back.")
    ] = "vi",
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Show a prepared briefing: its text, its attribution, its questions of understanding."""

    async def work(ctx: Context) -> dict[str, Any]:
        one = ctx.house.briefings.get(slug)
        if one is None:
            return refuse(f"briefing {slug!r} is not in content/briefings", kind="briefing")
        body = one.body(language)
        checks = [check.question.get(language, check.question["vi"]) for check in one.checks]
        said = {"title": body.title, "brief": plain_text(body.brief), "full": plain_text(body.full)}
        return {**_values(one), **said, "questions": checks}

    show(reading(config, work), json, _plain)


def _says(one: Briefing, wanted: list[str]) -> bool:
    bodies = (
        f"{body.title}\n{plain_text(body.brief)}\n{plain_text(body.full)}" for body in one.bodies.values()
    )
    text = fold("\n".join(bodies))
    return all(word in text for word in wanted)


def _values(one: Briefing) -> dict[str, Any]:
    return {
        "slug": one.slug,
        "title": one.body("vi").title,
        "topic": one.topic,
        "issuer": one.issuer,
        "number": one.number,
        "issued_on": one.issued_on.isoformat(),
        "valid_until": one.valid_until.isoformat() if one.valid_until else None,
        "languages": sorted(one.languages),
    }


def _table(found: list[dict[str, Any]]) -> None:
    columns = ["slug", "title", "topic", "issued_on", "valid_until"]
    show_table(columns, [[str(one[key] or "") for key in columns] for one in found])


def _plain(one: dict[str, Any]) -> None:
    typer.echo(f"{one['title']}\n\n{one['brief']}\n\n{one['full']}".rstrip())
    typer.echo(f"\n{one['issuer']} · {one['number']} · {one['issued_on']}")
