"""What a group of updates reads ahead: each chat's last screen too, until something newer is said there."""

from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.talk.form import FormState
from bot.core.talk.message import Button
from bot.core.talk.offer import Choice
from bot.core.talk.reply import SendReply
from bot.storage.delivery import deliveries, offers
from bot.storage.delivery.steps import grouped
from bot.storage.group import Group
from bot.storage.talk import conversations, sights
from tests.engine.script import said
from tests.storage.scene import ACCOUNT, NOW, scene
from tests.stores import store

KINDS = pytest.mark.parametrize("kind", ["sqlite", "postgres"])


def _screen(label: str) -> SendReply:
    button = Button(label=label, data="ack:1")
    return SendReply(message=said("Chọn").model_copy(update={"buttons": ((button,),)}))


@KINDS
async def test_a_last_screen_is_read_with_its_group_and_a_newer_one_takes_its_place(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements, right = [0], Group.execute

    async def counted(self: Group, *args: Any) -> Any:
        statements[0] += 1
        return await right(self, *args)

    async with store(kind, tmp_path) as database:
        await scene(database)
        async with database.write() as conn:
            await deliveries.put(conn, ACCOUNT, "an", _screen("Một"), NOW)
        monkeypatch.setattr(Group, "execute", counted)
        async with grouped(database) as group:
            conn = cast(AsyncConnection, group)
            await sights.ahead(group, {(ACCOUNT, "an"), (ACCOUNT, "binh")})
            before = statements[0]
            shown = await offers.at(conn, ACCOUNT, "an")
            assert shown == offers.OfferRow((Choice("Một", "ack:1"),), NOW)
            assert await offers.at(conn, ACCOUNT, "binh") is None
            assert statements[0] == before
            for newer, say in (("Hai", deliveries.put), ("Ba", deliveries.say)):
                await sights.ahead(group, {(ACCOUNT, "an")})
                async with group.step():
                    await say(conn, ACCOUNT, "an", _screen(newer), NOW + 1)
                    shown = await offers.at(conn, ACCOUNT, "an")
                assert shown is not None
                assert shown.choices == (Choice(newer, "ack:1"),)


@KINDS
async def test_the_form_kept_last_is_the_current_one_though_the_clock_went_back(
    tmp_path: Path, kind: str
) -> None:
    async with store(kind, tmp_path) as database, database.write() as conn:
        for form, now in (("report", NOW), ("compose", NOW - 5_000), ("report", NOW - 9_000)):
            state = FormState(form=form, nonce="n", at="")
            await conversations.keep(conn, ACCOUNT, "an", state, now)
            assert await conversations.current(conn, ACCOUNT, "an") == state
