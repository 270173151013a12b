"""Whether this body issued what somebody holds in hand, and whether it still stands. Anybody may ask."""

from dataclasses import dataclass

from bot.acts.context import Context
from bot.acts.links import page_address
from bot.core.guidance.briefing import Briefing
from bot.core.guidance.verifying import LETTERS, codes_in, same
from bot.storage.guidance import briefings, corrections, editions

MOST = 5  # codes that are looked for in one message


@dataclass(frozen=True, slots=True)
class Verified:
    """What was issued under a code. `whole`: the words beside the code are those that were issued, None where
    there were none; `replaced`: another text took its place; `recalled`: it was taken back.
    """

    code: str
    briefing: Briefing
    slug: str
    version: int
    language: str
    whole: bool | None
    replaced: bool
    recalled: bool


async def _below(ctx: Context, found: editions.EditionRow) -> list[str]:
    """What channels add below an edition: its choices, how to answer them, where the whole of it is."""
    texts, language = ctx.house.texts, found.language
    labels = [button.label for row in found.message.buttons for button in row]
    answering = [
        texts.line(language, "choices.by_number", number=number) for number in range(1, len(labels) + 1)
    ]
    of = found.id if found.addenda else None
    at = await page_address(ctx.conn, found.briefing_id, language, of)
    return [*labels, *answering, texts.line(language, "link.page", address=f"{ctx.house.public_url}{at}")]


async def verify(ctx: Context, words: str) -> Verified | None:
    """What a code, or a forwarded message that has one, is of; None where nothing was issued under it."""
    for code in codes_in(words)[:MOST]:
        found = await editions.of_code(ctx.conn, code)
        row = await briefings.get(ctx.conn, found.briefing_id) if found else None
        if found is None or row is None:
            continue
        since = await corrections.settled(ctx.conn, row.id)
        beside = len("".join(one for one in words if one.isalnum())) > 2 * LETTERS
        whole = same(found.message.text, words, await _below(ctx, found)) if beside else None
        back = since is not None and since.new_id is None
        gone = since is not None and since.new_id is not None
        return Verified(code, row.briefing, row.slug, row.version, found.language, whole, gone, back)
    return None
