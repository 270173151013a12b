"""`conference propose|take-back|proposals`: difficulties and proposals of units."""

from typing import Annotated, Any

import typer

from bot.acts import conference_proposals
from bot.acts.conference_proposals import Proposal
from bot.acts.context import Context
from bot.cli.common import (
    CONFIG,
    ConfigOption,
    JsonOption,
    acting,
    done,
    reading,
    show,
)

Number = Annotated[int, typer.Argument(help="The conference's number.", min=1)]


def add_to(app: typer.Typer) -> None:
    """Make the commands known."""
    app.command("propose")(propose)
    app.command("take-back")(take_back)
    app.command("proposals")(proposals)


def propose(
    number: Number,
    unit: Annotated[str, typer.Option("--unit", help="Whose it is: the unit's code.")],
    kind: Annotated[str, typer.Option("--kind", help="KHO_KHAN or DE_XUAT.")],
    text: Annotated[str, typer.Option("--text", help="What it is; personal data is taken out.")],
    level: Annotated[str, typer.Option("--level", help="CHU_TRI, CAP_TREN or PHOI_HOP.")] = "CHU_TRI",
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Send a unit's difficulty or proposal to the host."""
    said = {"kind": kind, "words": text, "level": level}

    async def work(ctx: Context) -> dict[str, Any]:
        made = done(await conference_proposals.propose(ctx, number, said, unit), ctx.house)
        return {**_shown(made), "masked": list(made.masked)}

    show(acting(config, work), json, lambda one: typer.echo(f"{one['code']}: sent"))


def take_back(
    code: Annotated[str, typer.Argument(help="Its code, such as KN-7K3M9QAB.")],
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Take a unit's difficulty or proposal back."""

    async def work(ctx: Context) -> dict[str, Any]:
        row = done(await conference_proposals.take_back(ctx, code), ctx.house)
        return {"code": row.code, "conference": row.conference}

    show(acting(config, work), json, lambda one: typer.echo(f"{one['code']}: taken back"))


def proposals(number: Number, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """List what units sent for a conference, in the order in which it came."""

    async def work(ctx: Context) -> list[dict[str, Any]]:
        return [_shown(one) for one in done(await conference_proposals.listed(ctx, number), ctx.house)]

    def lines(found: list[dict[str, Any]]) -> None:
        for one in found:
            typer.echo(f"{one['code']} {one['unit']} {one['name']}: {one['answers'].get('words', '')}")

    show(reading(config, work), json, lines)


def _shown(one: Proposal) -> dict[str, Any]:
    return {
        "code": one.row.code,
        "unit": one.row.unit,
        "name": one.unit,
        "day": one.row.day,
        "answers": dict(one.answers),
    }
