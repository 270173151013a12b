"""The kit of a briefing: who may read a briefing reads its kit too, and who issued it writes the kit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.acts.context import STALE, Context, Operator, Refusal
from bot.content.checks import LANGUAGE
from bot.core.guidance.briefing import Briefing
from bot.core.guidance.kit import ANSWER, MOST, QUESTION, SOURCE, Entry, Said, best, sought
from bot.core.guidance.secrecy import secrecy_marking
from bot.core.kernel.languages import FALLBACK
from bot.core.people.permissions import Act
from bot.storage.guidance import briefings, kits
from bot.storage.guidance.kits import EntryRow

__all__ = ["EntryRow"]

FOUND = 5


@dataclass(frozen=True, slots=True)
class Kit:
    """A briefing's entries, as far as they hold; whether the actor may read it, and add to its kit."""

    briefing_id: int
    briefing: Briefing
    entries: Sequence[EntryRow]
    reads: bool
    writes: bool


@dataclass(frozen=True, slots=True)
class Look:
    """One entry, with the briefing that it is about."""

    entry: EntryRow
    briefing_id: int
    briefing: Briefing
    writes: bool


async def reads(ctx: Context, slug: str) -> bool:
    """Whether the actor may read the briefing with this slug: the one rule of all that hangs on one."""
    if isinstance(ctx.actor, Operator):
        return True
    me = ctx.member
    return me is not None and await briefings.opens(ctx.conn, slug, me.path, me.roles, me.id)


async def slug_of(ctx: Context, briefing_id: int) -> str:
    """What a version's briefing is known by; "" where there is none. It tells nothing else of it."""
    row = await briefings.get(ctx.conn, briefing_id)
    return row.slug if row else ""


async def writes(ctx: Context, act: Act, slug: str) -> bool:
    """Whether the actor stands for a unit that issued the briefing."""
    if isinstance(ctx.actor, Operator):
        return True
    if not ctx.may(act):
        return False
    return any(ctx.may(act, one.path) for one in await kits.issuers(ctx.conn, slug) if one.path)


async def entries(ctx: Context, slug: str, *, every: bool = False) -> Kit | Refusal:
    """A briefing's kit; `every`: with what holds no more, for who writes it."""
    row = await briefings.latest(ctx.conn, slug)
    theirs, mine = await reads(ctx, slug), await writes(ctx, Act.ADD_TO_KIT, slug)
    if row is None or not ctx.may(Act.KIT) or not (theirs or mine):
        return STALE
    today = ctx.moment.date()
    found = [one for one in await kits.of(ctx.conn, slug) if (every and mine) or one.entry.holds(today)]
    return Kit(row.id, row.briefing, found, theirs, mine)


async def search(ctx: Context, words: str) -> Sequence[EntryRow]:
    """What answers these words best, in the kits of all that the actor may read; diacritics or not."""
    me, wanted = ctx.member, sought(words)
    if me is None or not wanted or not ctx.may(Act.SEARCH_KIT):
        return ()
    today = ctx.moment.date().isoformat()
    rows = {one.id: one for one in await kits.found(ctx.conn, me.path, me.roles, me.id, wanted, today)}
    chosen = best(wanted, ((one.id, one.entry) for one in rows.values()), FOUND)
    return [rows[number] for number in chosen]


async def look(ctx: Context, number: int) -> Look | Refusal:
    """One entry, while it holds."""
    one = await kits.get(ctx.conn, number)
    row = await briefings.latest(ctx.conn, one.slug) if one else None
    if one is None or row is None or not ctx.may(Act.OPEN_ENTRY):
        return STALE
    mine = await writes(ctx, Act.DROP_FROM_KIT, one.slug)
    if not (mine or await reads(ctx, one.slug)):
        return STALE
    if not one.entry.holds(ctx.moment.date()) and not mine:
        return Refusal("kit.over")
    return Look(one, row.id, row.briefing, mine)


async def add(ctx: Context, slug: str, entry: Entry, asked: int | None = None) -> EntryRow | Refusal:
    """Put a question and its answer into a briefing's kit; `asked`: the question it is made of."""
    if await briefings.latest(ctx.conn, slug) is None:
        return Refusal("compose.gone") if isinstance(ctx.actor, Operator) else STALE
    if not await writes(ctx, Act.ADD_TO_KIT, slug):
        return STALE
    clean = entry.model_copy(update={name: getattr(entry, name).strip() for name in _LIMITS})
    if refused := wrong(clean, ctx.moment.date()):
        return refused
    if await kits.count(ctx.conn, slug) >= MOST:
        return Refusal("kit.full", {"most": MOST})
    number = await kits.add(ctx.conn, slug, clean, asked=asked)
    await ctx.note(Act.ADD_TO_KIT, f"kit_entry:{number}", f"briefing {slug}")
    return EntryRow(number, slug, clean, prepared=False, asked=asked)


_LIMITS = {"question": QUESTION, "answer": ANSWER, "source": SOURCE}


def wrong(entry: Entry, today: date) -> Refusal | None:
    """Why an entry cannot be kept; None where it can."""
    for name, most in _LIMITS.items():
        words = getattr(entry, name)
        if not words:
            return Refusal(f"kit.no_{name}")
        if len(words) > most:
            return Refusal("kit.too_long", {"most": most})
        if marking := secrecy_marking(words):
            return Refusal("kit.secret", {"marking": marking})
    return None if entry.holds(today) else Refusal("kit.past")


async def translate(ctx: Context, number: int, said: Said) -> EntryRow | Refusal:
    """Say an entry in another language too, in words that somebody wrote; what was said in it is replaced."""
    one = await kits.get(ctx.conn, number)
    if one is None or not await writes(ctx, Act.TRANSLATE_IN_KIT, one.slug):
        return STALE
    if one.prepared:
        return Refusal("kit.prepared_words")
    if said.language == FALLBACK or not LANGUAGE.fullmatch(said.language):
        return Refusal("kit.language")
    clean = said.model_copy(update={"question": said.question.strip(), "answer": said.answer.strip()})
    judged = one.entry.model_copy(update={"question": clean.question, "answer": clean.answer})
    if refused := wrong(judged, ctx.moment.date()):
        return refused
    others = (*(other for other in one.entry.others if other.language != said.language), clean)
    entry = one.entry.model_copy(update={"others": others})
    await kits.change(ctx.conn, number, entry)
    await ctx.note(Act.TRANSLATE_IN_KIT, f"kit_entry:{number}", f"briefing {one.slug}: {said.language}")
    return replace(one, entry=entry)


async def remove(ctx: Context, number: int) -> EntryRow | Refusal:
    """Take an entry out; what stands in the content folder is taken out there."""
    one = await kits.get(ctx.conn, number)
    if one is None or not await writes(ctx, Act.DROP_FROM_KIT, one.slug):
        return STALE
    if one.prepared:
        return Refusal("kit.prepared")
    await kits.remove(ctx.conn, number)
    await ctx.note(Act.DROP_FROM_KIT, f"kit_entry:{number}", f"briefing {one.slug}")
    return one
