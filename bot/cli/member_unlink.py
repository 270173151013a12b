"""`member unlink`: a chat that somebody else has in hand is taken from a member, who stays."""

from typing import Annotated, Any

import typer

from bot.acts import linking, roster
from bot.acts.context import Context, Refusal
from bot.cli.common import CONFIG, ConfigOption, JsonOption, Told, done, show
from bot.cli.database_alone import braking
from handlers.people.menus import put_menus


def unlink(
    number: Annotated[int, typer.Argument(help="The member's number, as `member list` shows it.")],
    account: Annotated[str, typer.Option("--account", help="The account the chat is on.")],
    chat: Annotated[
        str, typer.Option("--chat", help="The chat's id, where they have several on the account.")
    ] = "",
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Take one of several chats from a member, who stays: somebody else has it in hand."""

    async def work(ctx: Context) -> dict[str, Any]:
        person = await roster.person(ctx, number)
        if isinstance(person, Refusal):
            raise Told(person, f"there is no member {number}")
        gone = done(await linking.unlink(ctx, number, account, chat), ctx.house)
        if ctx.house.texts.keys():
            await put_menus(ctx, gone, person.member.language)
        return {"id": number, "account": account, "chat_id": gone.addresses[0].chat_id}

    def plain(found: dict[str, Any]) -> None:
        where = f"{found['chat_id']} on {found['account']}"
        typer.echo(f"member {found['id']}: the chat {where} is theirs no more")

    show(braking(config, work, speaks=True), json, plain)
