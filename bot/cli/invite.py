"""`invite`: let somebody in."""

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cli.common import CONFIG, ConfigOption, JsonOption, show, with_store
from bot.config import Settings
from bot.content import Content
from bot.core.kernel.errors import Refused
from bot.core.people.members import Role, parse_roles
from bot.storage.people import audit, joining, units

app = typer.Typer(help="Invitations.", no_args_is_help=True)
DAY_MS = 86_400_000


@app.callback()
def _group() -> None:
    """Keep `invite create` two words while there is one command."""


@app.command("create")
def create(
    unit: Annotated[str, typer.Option("--unit", help="The unit's code.")],
    roles: Annotated[str, typer.Option("--roles", help=f"Roles with ';' or ',' between: {', '.join(Role)}.")],
    config: ConfigOption = CONFIG,
    days: Annotated[int, typer.Option("--days", min=1, max=365, help="How many days it holds.")] = 7,
    uses: Annotated[int, typer.Option("--uses", min=1, max=10_000, help="How many people it admits.")] = 1,
    account: Annotated[
        str | None, typer.Option("--account", help="Whose link; else the first one's.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Make an invitation code for a unit and roles. The code is shown once and not kept."""

    async def work(conn: AsyncConnection, settings: Settings, _c: Content, now: int) -> dict[str, Any]:
        try:
            wanted = parse_roles(roles)
        except ValueError as error:
            raise Refused(f"--roles: {error}") from None
        if not wanted:
            raise Refused(f"--roles: at least one of {', '.join(Role)}")
        place = await units.get(conn, unit)
        if place is None:
            raise Refused(f"unit {unit!r} is not known; the codes are in content/units")
        if account is not None and account not in [one.name for one in settings.accounts]:
            raise Refused(f"--account {account!r} is not in the settings")
        made = await joining.make_invite(
            conn,
            unit,
            wanted,
            expires_at=now + days * DAY_MS,
            uses=uses,
            created_by="cli",
            now=now,
            account=account,
        )
        await audit.note(conn, "cli", "invite create", f"unit:{unit}", ";".join(sorted(wanted)), now)
        until = datetime.fromtimestamp(made.expires_at / 1000, ZoneInfo(settings.app.timezone))
        return {
            "code": made.code,
            "link": made.link,
            "unit": unit,
            "roles": sorted(wanted),
            "uses": uses,
            "expires_at": until.isoformat(timespec="seconds"),
        }

    show(with_store(config, work), json, _plain)


def _plain(made: dict[str, Any]) -> None:
    typer.echo(f"code: {made['code']}\nlink: {made['link'] or 'known once `run` has connected the account'}")
    typer.echo(
        f"for {made['unit']} as {', '.join(made['roles'])}, {made['uses']} uses, until {made['expires_at']}"
    )
