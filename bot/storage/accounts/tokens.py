"""Tokens that a platform changes as they are used: kept sealed, whatever the database."""

import json
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel import secrets
from bot.core.kernel.tokens import Kept, Pair
from bot.storage import keys, schema, sealed
from bot.storage.accounts.tables import setting
from bot.storage.database import Database
from bot.storage.dialect import upsert


class Tokens:
    """The store's side of `bot.channels.tokens.TokenStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, account: str, first: Pair) -> Kept | None:
        """The newest pair that came from `first`, None where there is none that can be read."""
        if await schema.missing(self._database):  # looked at before the first start
            return None
        async with self._database.read() as conn:
            row = select(setting.c.value).where(setting.c.key == _key(account))
            kept = (await conn.execute(row)).scalar_one_or_none()
            if kept is None:
                return None
            words = sealed.unseal(conn, kept)
            known = json.loads(words) if words is not None else {}
            if known.get("first") != _mark(conn, first):
                return None
        pair = Pair(known["access"], known["refresh"])
        _remember(pair)
        return Kept(pair, known["changed_at"], known["begun"])

    async def begin(self, account: str, first: Pair, pair: Pair) -> None:
        """Note that the pair is about to be exchanged."""
        await self._write(account, first, pair, begun=True)

    async def keep(self, account: str, first: Pair, pair: Pair) -> None:
        """Keep the pair that holds from now on."""
        _remember(pair)
        await self._write(account, first, pair, begun=False)

    async def _write(self, account: str, first: Pair, pair: Pair, *, begun: bool) -> None:
        async with self._database.write() as conn:
            told = {
                "first": _mark(conn, first),
                "access": pair.access,
                "refresh": pair.refresh,
                "changed_at": int(datetime.now(UTC).timestamp() * 1000),
                "begun": begun,
            }
            values = {"key": _key(account), "value": sealed.lock(conn, json.dumps(told))}
            await conn.execute(upsert(conn, setting, values, keys=("key",), change=("value",)))


def _key(account: str) -> str:
    return f"tokens:{account}"


def _mark(conn: AsyncConnection, first: Pair) -> str:
    """By which a pair of the settings is known again, without being told."""
    return keys.mac(conn, "tokens", first.access, first.refresh)


def _remember(pair: Pair) -> None:
    for one in (pair.access, pair.refresh):
        secrets.remember(one)
