"""`opinion answer-topic|topic-answers`: answers that go back to every unit that raised a topic."""

from typing import Annotated, Any

import typer

from bot.acts import topic_answers
from bot.acts.context import Context
from bot.acts.topic_answers import Given
from bot.cli.common import (
    CONFIG,
    ConfigOption,
    JsonOption,
    acting,
    done,
    reading,
    show,
)
from bot.cli.days import day_of

Unit = Annotated[str, typer.Option("--unit", help="The unit that answers: its code.")]


def answer_topic(
    topic: Annotated[str, typer.Argument(help="The topic: its code.")],
    unit: Unit,
    first: Annotated[str, typer.Option("--from", help="First day: 2026-11-01 or 1/11/2026.")],
    last: Annotated[str, typer.Option("--to", help="Last day: 2026-11-30 or 30/11/2026.")],
    text: Annotated[str, typer.Option("--text", help="What is answered; personal data is taken out.")],
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Answer what was said on a topic between two days, both included."""
    days = day_of("--from", first), day_of("--to", last)

    async def work(ctx: Context) -> dict[str, Any]:
        given = done(await topic_answers.give(ctx, topic, *days, text, unit), ctx.house)
        return {**_shown(given), "masked": list(given.masked)}

    show(acting(config, work), json, lambda one: typer.echo(f"answer {one['id']} on {one['topic']}: sent"))


def list_answers(unit: Unit, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """List a unit's last answers; a count of too few units is null."""

    async def work(ctx: Context) -> list[dict[str, Any]]:
        found = done(await topic_answers.given(ctx, unit), ctx.house)
        return [{**_shown(one), "units": dict(one.marks)} for one in found]

    show(reading(config, work), json, _listed)


def _shown(given: Given) -> dict[str, Any]:
    one = given.answer
    return {"id": one.id, "topic": one.topic, "from": one.first, "to": one.last, "text": one.words}


def _listed(found: list[dict[str, Any]]) -> None:
    for one in found:
        typer.echo(f"{one['id']} {one['topic']} {one['from']} to {one['to']}: {one['text']}")
