"""How far accounts go for a broadcast: who gets it pushed, who has to fetch it, what is left of the month."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.acts import first_screen
from bot.acts.context import Context, Refusal
from bot.acts.orders import Draft, Order, understand
from bot.core.delivery.quota import Share, next_period, period, share
from bot.core.people.permissions import Act
from bot.core.talk import render
from bot.storage.accounts import usage
from bot.storage.delivery import ways


@dataclass(frozen=True, slots=True)
class OnAccount:
    """A run's recipients on one account. `messages`: what it takes to push to `members`; `other`: of them,
    how many have another account too. `used`, `limit`: this month's messages; `limit` None: any number.
    """

    account: str
    members: int
    messages: int
    other: int
    share: Share
    used: int
    limit: int | None
    users: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """`left_out`: recipients whom no account reaches. `until`: when a new month begins, ms UTC."""

    audience: int
    left_out: int
    accounts: Sequence[OnAccount]
    until: int

    @property
    def pushed(self) -> int:
        """Recipients who get it by themselves, this month."""
        return sum(one.share.pushed for one in self.accounts)

    @property
    def waiting(self) -> int:
        """Recipients who get it when they write, or next month."""
        return sum(one.share.waiting for one in self.accounts)


async def plan(ctx: Context, order: Order) -> Plan | Refusal:
    """How far accounts go for an order. Writes nothing."""
    draft = await understand(ctx, order, Act.PREVIEW)
    return draft if isinstance(draft, Refusal) else await of_draft(ctx, draft)


async def of_draft(ctx: Context, draft: Draft) -> Plan:
    """How far accounts go for what is about to be sent."""
    found = await ways.by_account(ctx.conn, draft.audience, draft.place.path)
    members: dict[str, int] = defaultdict(int)
    others: dict[str, int] = defaultdict(int)
    messages: dict[str, int] = defaultdict(int)
    for account, language, count, other in found:
        members[account] += count
        others[account] += other
        messages[account] += count * _parts(ctx, draft, account, language)
    accounts = [
        await _on(ctx, account, members[account], messages[account], others[account]) for account in members
    ]
    until = int(next_period(ctx.moment).timestamp() * 1000)
    return Plan(draft.count, draft.count - sum(members.values()), accounts, until)


async def _on(ctx: Context, account: str, members: int, messages: int, other: int) -> OnAccount:
    quota = ctx.house.quotas[account][0] if account in ctx.house.quotas else None
    used = await usage.used(ctx.conn, account, period(ctx.moment)) if quota is not None else 0
    each = -(-messages // members)
    return OnAccount(
        account=account,
        members=members,
        messages=messages,
        other=other,
        share=share(quota, used, members, each),
        used=used,
        limit=quota.messages if quota else None,
        users=quota.users if quota else None,
    )


def _parts(ctx: Context, draft: Draft, account: str, language: str) -> int:
    if account not in ctx.house.quotas:
        return 1
    screen = first_screen.screen_of(ctx.house, draft.briefing, draft.files, language, draft.urgent)
    return max(1, len(render.parts_of(screen, ctx.house.quotas[account][1])))
