"""`account sync`, `account doctor`: what a platform tells of one account, asked with the token there is."""

from typing import Annotated, Any

import typer

from bot.acts import checking, fleet
from bot.channels import reaching
from bot.channels.registry import platform
from bot.cli.common import CONFIG, FAILED, ConfigOption, JsonOption, ended, refuse, settings_of, show, some
from bot.config import Settings
from bot.core.kernel.errors import Refused
from bot.core.kernel.secrets import masked
from bot.core.ports import Followed
from bot.engine.times import Clock
from bot.running import make_channel
from bot.stores import as_it_stands, on_database

Name = Annotated[str, typer.Argument(help="Its name: letters, digits, - and _.")]


def sync(name: Name, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Ask the platform who follows an account: who follows no more is not written to, who does again is."""
    settings = settings_of(config, accounts=True)
    if name not in [one.name for one in settings.every]:
        names = ", ".join(one.name for one in settings.every)
        refuse(f"no account {name}: the settings have {names}", kind="account.unknown")
    show(ended(_synced(settings, name)), json, _told_of_sync)


async def _synced(settings: Settings, name: str) -> dict[str, Any]:
    account = next(one for one in settings.every if one.name == name)
    async with on_database(settings) as database:
        channel = make_channel(account, database, public_url=settings.web.public_url)
        try:
            if not isinstance(channel, Followed):
                raise Refused(f"{account.kind} does not tell who follows {name}: Official Accounts do")
            found = await channel.followers()
        finally:
            await channel.close()
        if found.problem:
            raise Refused(found.problem)
        quota = platform(account.kind).quota(account)
        window = None if quota is None else quota.window_ms
        done = await fleet.sync(database, name, found, window, Clock().now_ms())
    return {"account": name, "followers": len(found.ids), "whole": found.whole, **done.model_dump()}


def _told_of_sync(result: dict[str, Any]) -> None:
    typer.echo(
        f"{result['account']}: {some(result['followers'], 'follower')}; {some(result['members'], 'member')} "
        f"reached there, follow no more: {result['closed']}, follow again: {result['opened']}"
    )
    if not result["whole"]:
        typer.echo("note: the platform lists no more than so many: nobody was closed")


def doctor(name: Name, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Ask the platform about one account, and tell what its hook refused; changes nothing anywhere."""
    settings = settings_of(config, accounts=True)
    if name not in [one.name for one in settings.every]:
        names = ", ".join(one.name for one in settings.every)
        refuse(f"no account {name}: the settings have {names}", kind="account.unknown")
    result = ended(_looked_at(settings, name))
    show(result, json, _plain)
    if result["problems"]:
        raise typer.Exit(FAILED)


async def _looked_at(settings: Settings, name: str) -> dict[str, Any]:
    account = next(one for one in settings.every if one.name == name)
    async with as_it_stands(settings) as database:
        found = await checking.of_account(database, name)
        channel = make_channel(account, database, public_url=settings.web.public_url)
        try:
            told = await channel.examine()
            public = settings.web.public_url if channel.hooked else ""
            remark = platform(account.kind).remark(account, settings.web.public_url)
            reached = await reaching.not_led_here(public, name) if public else []
        finally:
            await channel.close()
    return {
        "account": name,
        "kind": account.kind,
        "name": told.name,
        "delivered": channel.hooked,
        "problems": [masked(line) for line in (*found.problems, *told.problems)],
        "notes": [masked(line) for line in (*told.notes, *found.notes, *reached, remark) if line],
    }


def _plain(result: dict[str, Any]) -> None:
    how = "its events are delivered" if result["delivered"] else "its events are polled"
    called = " ".join(part for part in (result["kind"], result["name"]) if part)
    typer.echo(f"{result['account']}: {called}, {how}")
    for line in result["notes"]:
        typer.echo(f"note: {line}")
    for line in result["problems"]:
        typer.echo(f"problem: {line}")
    if not result["problems"]:
        typer.echo("nothing is wrong with it")
