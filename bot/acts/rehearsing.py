"""A rehearsal in the local chat: who can be played there, and sample people, reports and briefings."""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.context import Context
from bot.acts.first_screen import screen_of
from bot.acts.house import House
from bot.core.guidance.audience import audience
from bot.core.kernel.codes import ALPHABET
from bot.core.kernel.values import DAY_MS, HOUR_MS, ROOT, ChatId, Ms
from bot.core.opinion.codes import PREFIX
from bot.core.people.members import Role
from bot.core.schedule.occurrences import Once
from bot.core.talk.texts import FALLBACK
from bot.storage.accounts import accounts, endpoints
from bot.storage.delivery import planning, readings, runs
from bot.storage.guidance import approvals, briefings, broadcasts, editions, falling_due
from bot.storage.opinion import opinions
from bot.storage.people import members, refusals, units
from bot.storage.people.members import Consent
from bot.storage.transcripts import transcripts

WEEK_MS = 7 * DAY_MS
EVERYBODY = 1_000  # more than there are sample people
NEWCOMER = "khach"  # the chat of somebody who has not joined


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody one can be in the local chat; `caption` says in a line who that is."""

    chat_id: ChatId
    name: str
    caption: str
    language: str = FALLBACK


async def people(conn: AsyncConnection, house: House, account: str) -> Sequence[Person]:
    """The members with an address on the account, those who are suspended or left, and last somebody new.

    Nothing is kept of who left but the chat they wrote in, which is never a newcomer's.
    """
    found = await members.reached_on(conn, account)
    places = {row.code: row.name for row in await units.below(conn, ROOT)}

    def caption(roles: Sequence[str], unit: str) -> str:
        return f"{', '.join(house.texts.line('vi', f'role.{role}') for role in roles)} · {places[unit]}"

    known = [
        Person(chat, one.name, caption(sorted(one.roles), one.unit), one.language) for chat, one in found
    ]
    shown = {chat for chat, _ in found}
    written = sorted((account, chat) for chat in await transcripts.chats(conn, account) if chat not in shown)
    left = await refusals.left_among(conn, written)
    held = [
        (chat, "page.left" if (account, chat) in left else "page.suspended")
        for _, chat in written
        if (account, chat) in left or await members.known_at(conn, account, chat) == "suspended"
    ]
    gone = [Person(chat, chat, house.texts.line(FALLBACK, key)) for chat, key in held]
    new = house.texts.line(FALLBACK, "page.newcomer"), house.texts.line(FALLBACK, "page.not_joined")
    return [*known, *gone, Person(await _free(conn, account), *new)]


async def _free(conn: AsyncConnection, account: str) -> ChatId:
    """The first newcomer's chat that nobody is reached in, and nobody left from."""
    chat, number = ChatId(NEWCOMER), 1
    while await members.known_at(conn, account, chat) or await refusals.left_at(conn, account, chat):
        number += 1
        chat = ChatId(f"{NEWCOMER}{number}")
    return chat


async def seed(ctx: Context, kind: str, samples: Mapping[str, Any], unit: str) -> bool:
    """Sample people on the context's account, which is of `kind`, reports, and briefings of a unit; once.

    False where that was done before.
    """
    if await members.count(ctx.conn):
        return False
    await accounts.known(ctx.conn, ctx.account, kind)
    consent = Consent("mẫu", ctx.now, "nhân vật mẫu")
    for one in samples["people"]:
        roles = [Role(role) for role in one["roles"]]
        member_id = await members.add(ctx.conn, one["name"], one["unit"], roles, "vi", consent, ctx.now)
        await endpoints.attach(ctx.conn, member_id, ctx.account, one["chat"], ctx.now)
    # Texts are told of months that are over.
    before = ctx.house.today(ctx.now).replace(day=1) - timedelta(days=1)
    names = ("topic", "people", "tendency", "scale", "content", "proposal")
    for place, row in enumerate(samples["opinions"]):
        home, *answers = row
        day = (before.replace(day=1) + timedelta(days=place)).isoformat()
        given = {**dict(zip(names, answers, strict=True)), "urgency": "THUONG"}
        version = ctx.house.forms["opinion"].version
        code = f"{PREFIX}MAU2{ALPHABET[place // len(ALPHABET)]}{ALPHABET[place % len(ALPHABET)]}"
        sample = opinions.Kept(code, version, home, day, given, sample=True)
        await opinions.add(ctx.conn, sample, None, day)
    await _issued_before(ctx, samples["library"], unit)
    return True


async def schedule_next(ctx: Context, samples: Mapping[str, Any], unit: str, at: Ms) -> None:
    """The next of the sample briefings goes to the communicators of a unit, at an instant (ms UTC)."""
    slugs, so_far = samples["briefings"], len(await runs.every(ctx.conn)) - len(samples["library"])
    number = await _announce(
        ctx, slugs[so_far % len(slugs)], unit, {Role.COMMUNICATOR}, at, ctx.now, "submitted"
    )
    row = await broadcasts.get(ctx.conn, number)
    if row is not None:
        await approvals.approve(ctx.conn, row, ctx.who, row.schedule, row.promised, ctx.now)


async def _issued_before(ctx: Context, slugs: Sequence[str], unit: str) -> None:
    """Briefings of the past weeks, the older first: something to search. All but the last are read by all."""
    for place, slug in enumerate(slugs):
        at = Ms(ctx.now - (len(slugs) - place) * WEEK_MS)
        number = await _announce(ctx, slug, unit, {Role.COMMUNICATOR, Role.REPORTER}, at, at)
        row, home = await broadcasts.get(ctx.conn, number), await units.get(ctx.conn, unit)
        if row is None or row.audience is None or home is None:
            raise LookupError(f"broadcast {number} is not as it was made")
        await falling_due.planned(ctx.conn, row, at)
        run = await runs.open_for(ctx.conn, row, at, "planning", at)
        if run is None:
            raise LookupError(f"broadcast {number} has a run already")
        words = partial(_editions, ctx, row.briefing_id)
        await planning.plan_some(ctx.conn, run, row.audience, home.path, EVERYBODY, at, words)
        read_at = Ms(at + HOUR_MS) if place < len(slugs) - 1 else None
        await readings.long_read(ctx.conn, run.id, at, read_at)


async def _editions(ctx: Context, briefing_id: int, languages: Collection[str]) -> dict[str, int]:
    found, attached = await briefings.get(ctx.conn, briefing_id), await briefings.files(ctx.conn, briefing_id)
    if found is None:
        raise LookupError(f"briefing {briefing_id} is not known")
    return {
        language: await editions.keep(
            ctx.conn,
            briefing_id,
            language,
            screen_of(ctx.house, found.briefing, attached, language, False),
            ctx.now,
        )
        for language in sorted(languages)
    }


async def _announce(
    ctx: Context, slug: str, unit: str, roles: Set[Role], at: Ms, now: Ms, state: str = "scheduled"
) -> int:
    """A sample briefing is scheduled for an instant (ms UTC), as made at `now`; the broadcast's number."""
    found = await briefings.latest(ctx.conn, slug)
    if found is None:
        raise LookupError(f"demo.toml names {slug}, which is not in content/briefings")
    topic = ctx.house.topics[found.briefing.topic]
    return await broadcasts.create(
        ctx.conn,
        found.id,
        audience(unit, topic, frozenset(roles)),
        Once(at=at),
        late_limit_ms=ctx.house.late_limit_ms,
        expiry_ms=ctx.house.expiry_ms,
        created_by=None,
        now=now,
        state=state,
    )
