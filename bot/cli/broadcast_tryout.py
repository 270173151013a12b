"""`broadcast test`: a briefing sent to one member as it will look, and to nobody else."""

from typing import Annotated, Any

import typer

from bot.acts import training
from bot.acts.context import Context
from bot.acts.orders import Order
from bot.cli.common import CONFIG, ConfigOption, JsonOption, acting, done, show, some
from bot.core.guidance.audience import Scope
from bot.core.schedule.occurrences import Once


def try_out(
    slug: Annotated[str, typer.Argument(help="A prepared briefing: its folder under content/briefings.")],
    to: Annotated[int, typer.Option("--to", help="The member who gets the test.")],
    config: ConfigOption = CONFIG,
    urgent: Annotated[bool, typer.Option("--urgent", help="As it looks when it is urgent.")] = False,
    json: JsonOption = False,
) -> None:
    """Send a briefing to one member, in each of their chats, as it will look."""

    async def work(ctx: Context) -> dict[str, Any]:
        order = Order(slug, "", Once(at=ctx.now), urgent=urgent, scope=Scope(members=(to,)))
        chats = done(await training.try_out(ctx, order, to), ctx.house)
        return {"slug": slug, "member": to, "chats": chats}

    show(acting(config, work), json, lambda r: typer.echo(f"sent to {some(r['chats'], 'chat')} of theirs"))
