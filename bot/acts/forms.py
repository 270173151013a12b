"""Answers that reach an act, by whichever door, held against the form that asks for them."""

from collections.abc import Mapping

from bot.acts.context import Context, Refusal
from bot.core.guidance.secrecy import secrecy_marking
from bot.core.kernel.characters import sanitise
from bot.core.opinion.guard import mask
from bot.core.talk.filled import Filled, Wrong, checked
from bot.core.talk.form import Choice, localized

NOTHING: Mapping[str, str] = {}


def taken(
    ctx: Context, slug: str, answers: Mapping[str, str], context: Mapping[str, str] = NOTHING
) -> Filled | Refusal:
    """What may be kept of these answers: personal data out of what is masked, a secrecy marking in none."""
    topics = [Choice(value=code, label={}) for code in ctx.house.topics]
    clean = {key: sanitise(value) for key, value in answers.items()}
    found = checked(ctx.house.forms[slug], clean, {"topics": topics}, mask, ctx.moment.date(), context)
    if isinstance(found, Wrong):
        return Refusal(found.key, {"what": localized(found.field.label, ctx.language), **found.values})
    for words in found.answers.values():
        if marking := secrecy_marking(words):
            return Refusal("form.secret", {"marking": marking})
    return found
