"""How far accounts go for a broadcast: who gets it pushed, who has to fetch it, what is left of the month."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import first_screen
from bot.acts.context import Context, Refusal
from bot.acts.house import House
from bot.acts.orders import Draft, Order, understand
from bot.core.delivery.quota import Share, Ways, left_for_runs, next_period, period, share
from bot.core.kernel.values import Ms
from bot.core.people.permissions import Act
from bot.core.schedule.instants import milliseconds
from bot.core.talk import render
from bot.storage.accounts import usage
from bot.storage.delivery import ways
from bot.storage.delivery.ways import Group


@dataclass(frozen=True, slots=True)
class OnAccount:
    """A run's recipients on one account. `messages`: what it takes to push to `members`; `other`: of them,
    how many have another account too; `shut`: how many wrote too long ago to be written to, `told`: of these,
    how many hear by a template that something waits. `paid`: messages that cost something, where the platform
    takes it. `unheard`: how many may turn out to be shut, as nobody knows when they wrote. `used`, `limit`:
    this month's; `limit` None: any number. `kept`: how many of it runs leave to replies.
    """

    account: str
    members: int
    messages: int
    other: int
    shut: int
    told: int
    paid: int
    unheard: int
    share: Share
    used: int
    limit: int | None
    kept: int
    users: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """`left_out`: recipients whom no account reaches. `until`: when a new month begins, ms UTC."""

    audience: int
    left_out: int
    accounts: Sequence[OnAccount]
    until: Ms

    @property
    def pushed(self) -> int:
        """Recipients who get it by themselves, this month."""
        return sum(one.share.pushed for one in self.accounts)

    @property
    def told(self) -> int:
        """Recipients who hear by a template, for a fee, that it waits for them."""
        return sum(one.told for one in self.accounts)

    @property
    def waiting(self) -> int:
        """Recipients who get it when they write, or next month."""
        return sum(one.share.waiting for one in self.accounts)


async def reach(house: House, conn: AsyncConnection, now: Ms) -> Ways:
    """Which accounts may write to whom just now, as platforms have it (`now` in ms UTC)."""
    counting = {name: quota for name, (quota, _) in house.quotas.items() if quota.messages is not None}
    used = await usage.every(conn, period(house.local(now))) if counting else {}
    spent = {name for name, quota in counting.items() if left_for_runs(quota, used.get(name, 0)) == 0}
    return Ways(windows(house), frozenset(spent))


def windows(house: House) -> dict[str, int]:
    """For how long (ms) accounts may write to somebody who wrote, where that ends."""
    found = {name: quota.window_ms for name, (quota, _) in house.quotas.items()}
    return {name: length for name, length in found.items() if length is not None}


async def plan(ctx: Context, order: Order) -> Plan | Refusal:
    """How far accounts go for an order. Writes nothing."""
    draft = await understand(ctx, order, Act.PREVIEW)
    return draft if isinstance(draft, Refusal) else await of_draft(ctx, draft)


async def of_draft(ctx: Context, draft: Draft) -> Plan:
    """How far accounts go for what is about to be sent."""
    now_ways = await reach(ctx.house, ctx.conn, ctx.now)
    free = {name: quota.free_ms for name, (quota, _) in ctx.house.quotas.items() if quota.free_ms is not None}
    rows = await ways.by_account(ctx.conn, draft.audience, draft.place.path, now_ways, free, ctx.now)
    groups: dict[str, list[Group]] = defaultdict(list)
    for one in rows:
        groups[one.account].append(one)
    accounts = [await _on(ctx, draft, account, some) for account, some in groups.items()]
    until = milliseconds(next_period(ctx.moment))
    return Plan(draft.count, draft.count - sum(one.members for one in accounts), accounts, until)


async def _on(ctx: Context, draft: Draft, account: str, groups: Sequence[Group]) -> OnAccount:
    quota = ctx.house.quotas[account][0] if account in ctx.house.quotas else None
    used = await usage.used(ctx.conn, account, period(ctx.moment)) if quota is not None else 0
    parts = [(one, _parts(ctx, draft, account, one.language)) for one in groups]
    members, shut = sum(one.members for one in groups), sum(one.shut for one in groups)
    messages = sum((one.members - one.shut) * each for one, each in parts)
    costs = quota is not None and quota.free_ms is not None
    pushed = share(quota, used, members - shut, -(-messages // max(1, members - shut)))
    return OnAccount(
        account=account,
        members=members,
        messages=messages,
        other=sum(one.other for one in groups),
        shut=shut,
        told=shut if account in ctx.house.knocks else 0,
        paid=sum((one.members - one.shut - one.free) * each for one, each in parts) if costs else 0,
        unheard=sum(one.unheard for one in groups),
        share=Share(pushed.pushed, pushed.waiting + shut),
        used=used,
        limit=quota.messages if quota else None,
        kept=(quota.messages or 0) - (quota.for_runs or 0) if quota else 0,
        users=quota.users if quota else None,
    )


def _parts(ctx: Context, draft: Draft, account: str, language: str) -> int:
    if account not in ctx.house.quotas:
        return 1
    screen = first_screen.screen_of(ctx.house, draft.briefing, draft.files, language, draft.urgent)
    return max(1, len(render.parts_of(screen, ctx.house.quotas[account][1])))
