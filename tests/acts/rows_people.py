"""The permission test's rows for invitations, requests, reports and digests."""

from bot.core.people.members import Role
from bot.core.people.permissions import Act
from bot.storage.people import joining
from bot.storage.talk import conversations
from tests.acts.matrix import ADMINISTRATORS, ANYWHERE, SENDERS, Row, Try, World
from tests.handlers.village import ACCOUNT

REPORTERS = frozenset({str(Role.REPORTER)})


def _form(command: str, slug: str) -> Try:
    async def attempt(world: World, chat: str, _unit: str) -> bool:
        await world.home.say(chat, command)
        async with world.home.database.write() as conn:
            opened = await conversations.get(conn, ACCOUNT, chat, slug) is not None
            await conversations.drop(conn, ACCOUNT, chat, slug)
        return opened

    return attempt


async def _digest(world: World, chat: str, _unit: str) -> bool:
    return any(reply.text for reply in await world.home.press(chat, "dig:month"))


async def _admit(world: World, chat: str, unit: str) -> bool:
    newcomer = f"newcomer-{world.next()}"
    async with world.home.database.write() as conn:
        number = await joining.request(
            conn,
            account=ACCOUNT,
            chat_id=newcomer,
            name=newcomer,
            unit=unit,
            language="vi",
            consent_version="1",
            now=world.home.now,
        )
    await world.home.press(chat, f"admit:no:{number}")
    async with world.home.database.read() as conn:
        request = await joining.get_request(conn, number)
    return request is not None and request.state == "declined"


ROWS: dict[Act, Row] = {
    Act.REPORT: Row(REPORTERS, {"chat": _form("/baocao", "opinion")}, at=ANYWHERE, homeless=True),
    Act.INVITE: Row(ADMINISTRATORS, {"chat": _form("/moi", "invite")}, at=ANYWHERE, homeless=True),
    Act.DIGEST: Row(SENDERS, {"chat": _digest}, at=ANYWHERE),
    Act.ADMIT: Row(ADMINISTRATORS, {"chat": _admit}),
}
