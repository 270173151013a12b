"""`quota`: how far the accounts' messages of a month go."""

from typing import Annotated, Any

import typer

from bot.acts import quotas
from bot.acts.context import Context
from bot.acts.orders import Order
from bot.acts.quotas import Plan
from bot.cli.common import (
    CONFIG,
    ConfigOption,
    JsonOption,
    done,
    reading,
    refuse,
    show,
    show_table,
    some,
)
from bot.core.guidance.audience import LISTENERS
from bot.core.people.members import parse_roles
from bot.core.schedule.occurrences import Once

app = typer.Typer(help="What platforms let accounts send, and how far it goes.", no_args_is_help=True)


@app.command()
def plan(
    slug: Annotated[str, typer.Argument(help="A prepared briefing.")],
    unit: Annotated[str, typer.Option("--unit", help="For this unit and all below it, by its code.")],
    roles: Annotated[str, typer.Option("--roles", help="Whose members, ';' between; else who listens.")] = "",
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Show whom a broadcast would reach by itself, who would have to fetch it, and what is left."""
    try:
        meant = parse_roles(roles) if roles else LISTENERS
    except ValueError as error:
        refuse(str(error), kind="roles.unknown")

    async def work(ctx: Context) -> dict[str, Any]:
        order = Order(what=slug, unit=unit, schedule=Once(at=ctx.now), roles=meant)
        return _values(ctx, slug, unit, done(await quotas.plan(ctx, order), ctx.house))

    show(reading(config, work), json, _print)


def _values(ctx: Context, slug: str, unit: str, found: Plan) -> dict[str, Any]:
    return {
        "slug": slug,
        "unit": unit,
        "audience": found.audience,
        "push": found.pushed,
        "fetch": found.waiting,
        "no_address": found.left_out,
        "other_endpoint": sum(one.other for one in found.accounts),
        "template_messages": found.told,
        "messages": sum(one.messages for one in found.accounts),
        "paid_messages": sum(one.paid for one in found.accounts),
        "next_period": ctx.house.local(found.until).isoformat(timespec="seconds"),
        "accounts": [
            {
                "account": one.account,
                "members": one.members,
                "push": one.share.pushed,
                "fetch": one.share.waiting,
                "other_endpoint": one.other,
                "out_of_window": one.shut,
                "unheard": one.unheard,
                "template_messages": one.told,
                "messages": one.messages,
                "paid_messages": one.paid,
                "used": one.used,
                "limit": one.limit,
                "left": None if one.limit is None else max(0, one.limit - one.used),
                "kept_for_replies": one.kept,
                "users": one.users,
            }
            for one in found.accounts
        ],
    }


def _print(found: dict[str, Any]) -> None:
    typer.echo(
        f"{some(found['audience'], 'recipient')}: {found['push']} get it by themselves, {found['fetch']} "
        f"have to fetch it or wait until {found['next_period']}, {found['no_address']} have no address"
    )
    for one in found["accounts"]:
        if one["unheard"]:
            typer.echo(
                f"{one['account']}: nobody knows when {some(one['unheard'], 'member')} wrote last; who may "
                "not be written to fetches it"
            )
        if one["kept_for_replies"]:
            typer.echo(f"{one['account']}: of what is left {one['kept_for_replies']} are kept for replies")
    rows = [
        (
            one["account"],
            str(one["members"]),
            str(one["push"]),
            str(one["fetch"]),
            str(one["messages"]),
            str(one["paid_messages"]),
            "any" if one["left"] is None else str(one["left"]),
        )
        for one in found["accounts"]
    ]
    show_table(("account", "members", "push", "fetch", "messages", "of them paid", "left this month"), rows)
