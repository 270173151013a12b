"""Registering many people from a list: every line is understood before the first is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.acts.context import OPERATOR
from bot.acts.import_rows import Person
from bot.core.kernel.values import DAY_MS, Ms
from bot.core.people.consent import names_day
from bot.core.people.permissions import OperatorAct
from bot.storage.accounts import accounts, endpoints
from bot.storage.database import Database
from bot.storage.people import audit, bulk, refusals
from bot.storage.people.bulk import NewMember
from bot.storage.people.invitations import make_invite

HEADINGS = {
    "name": ("họ và tên", "họ tên", "tên", "full name"),
    "surname": ("họ", "họ đệm", "họ và đệm", "họ và tên đệm", "họ lót", "họ và chữ lót", "họ và chữ đệm"),
    "unit": ("đơn vị", "mã đơn vị", "xã phường", "unit code"),
    "roles": ("vai trò", "nhiệm vụ", "role"),
    "language": ("ngôn ngữ",),
    "account": ("tài khoản", "kênh", "tài khoản kênh"),
    "chat_id": ("mã chat", "chat", "id chat", "địa chỉ nhận"),
    "consent": ("đồng ý", "ngày đồng ý", "phiếu đồng ý", "cam kết"),
}
NEEDED = ("name", "unit", "roles", "consent")
CHUNK = 1_000  # people a transaction: replies wait for no longer than one of them
GROWN = 10  # of these, the database looks at what it holds
INVITED_MS = 30 * DAY_MS


@dataclass(frozen=True, slots=True)
class Imported:
    """How many were added, were known already, have no chat yet, and are left out for their own no."""

    added: int
    known: int
    uninvited: tuple[Person, ...]
    declined: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Invited:
    """A personal invitation, for one use: the only time its code is known. `expires_at` in ms UTC."""

    member: NewMember
    code: str
    link: str | None
    expires_at: Ms


async def register(
    database: Database, people: Sequence[Person], kinds: Mapping[str, str], now: Ms, dry_run: bool
) -> Imported:
    """Register people, a thousand a transaction; whoever's chat is known is left as they are.

    `kinds`: account → the platform it is on.
    """
    async with database.write() as conn:
        for account, kind in kinds.items():
            await accounts.known(conn, account, kind)
    added = known = 0
    declined: list[Person] = []
    uninvited = tuple(person for person in people if not person.chat_id)
    reached = [person for person in people if person.chat_id]
    for start in range(0, len(reached), CHUNK):
        some = reached[start : start + CHUNK]
        async with database.write() as conn:
            chats = [(one.account, one.chat_id) for one in some]
            there = await endpoints.known(conn, chats)
            left = await refusals.left_among(conn, chats)
            unknown = [one for one in some if (one.account, one.chat_id) not in there]
            new = list[Person]()
            for one in unknown:
                now_in = _outweighs(one.member, left.get((one.account, one.chat_id)))
                (new if now_in else declined).append(one)
            if new and not dry_run:
                ids = await bulk.add(conn, [one.member for one in new], now)
                at = [(number, one.account, one.chat_id) for number, one in zip(ids, new, strict=True)]
                await bulk.attach(conn, at, now)
            if start // CHUNK % GROWN == 1:
                await bulk.settle(conn)
        added += len(new)
        known += len(some) - len(unknown)
    return Imported(added, known, uninvited, tuple(declined))


def _outweighs(new: NewMember, left: int | None) -> bool:
    """Whether a consent is later than its person's no (ms UTC; None: there was none)."""
    return left is None or (names_day(new.consent_method) and left < new.consent_at)


async def conclude(
    database: Database, done: Imported, invited: Sequence[Person], now: Ms
) -> Sequence[Invited]:
    """Into the audit log; an invitation for each of `invited`."""
    made = []
    until = Ms(now + INVITED_MS)
    async with database.write() as conn:
        for one in invited:
            who = one.member
            new = await make_invite(
                conn, who.unit, who.roles, expires_at=until, uses=1, created_by=OPERATOR, now=now
            )
            made.append(Invited(who, new.code, new.link, until))
        detail = f"{done.added} added, {len(made)} invited"
        await audit.note(conn, OPERATOR, OperatorAct.IMPORT, "members", detail, now)
    return made
