"""What /phat shows before anything is sent: for whom, when, over which channels, in which languages."""

from bot.acts.broadcasts import Preview
from bot.core.guidance.briefing import Briefing
from bot.core.kernel.formats import number
from bot.core.kernel.languages import name
from bot.core.kernel.richtext import Block, Text
from bot.core.talk.form import localized
from handlers.guidance import whom
from handlers.guidance.draft import deferred, in_words
from handlers.turn import Turn

CHILDREN = 7  # lines of units under a preview


def summary(turn: Turn, found: Preview) -> Text:
    """The words under a preview: when, for how many and where, over which channels, what it lacks."""
    draft = found.draft
    words = [*turn.text("compose.when", when=in_words(turn, draft.schedule)), *_quiet(turn, found)]
    if draft.audience.only is not None:
        words += turn.text("training.only")
    if not draft.count:
        nobody = turn.text("compose.nobody", unit=draft.place.name)
        return (*words, *nobody, *whom.figures(turn, draft.survey))
    words += turn.text("compose.count", count=number(draft.count, turn.language))
    words += _children(turn, found)
    words += whom.figures(turn, draft.survey)
    words += _channels(turn, found)
    if found.stars:
        words += turn.text("compose.cost", stars=number(found.stars, turn.language))
    words += _languages(turn, found)
    if checks := draft.briefing.checks:
        words += turn.text("compose.checks", count=number(len(checks), turn.language))
    if found.ask:
        words += turn.text("compose.will_ask")
    return tuple(words)


def asked(turn: Turn, briefing: Briefing) -> Text:
    """The questions of understanding, for whoever decides on them."""
    words: list[Block] = []
    for place, check in enumerate(briefing.checks, start=1):
        choices = [localized(one, turn.language) for one in check.choices]
        values = {"choices": " · ".join(choices), "right": choices[check.right]}
        question = localized(check.question, turn.language)
        words += turn.text("approve.check", place=place, question=question, **values)
    return tuple(words)


def _quiet(turn: Turn, found: Preview) -> Text:
    """What quiet hours do to it: where they defer it to, or that it goes in spite of them."""
    first, why = found.first, found.why
    if first is None or why is None:
        return ()
    if found.draft.rest is None:
        return turn.text("quiet.urgent" if found.draft.urgent else "quiet.at_once")
    return deferred(turn, first, found.draft.rest)


def _channels(turn: Turn, found: Preview) -> Text:
    """Who gets it by themselves and who by writing, what it takes of accounts that count, what is left."""
    plan = found.plan
    if plan is None or not any(one.shut or one.limit is not None for one in plan.accounts):
        return ()
    counts = {"push": plan.pushed, "fetch": plan.waiting, "other": sum(one.other for one in plan.accounts)}
    words = [*turn.text("compose.push", **{key: number(one, turn.language) for key, one in counts.items()})]
    if plan.told:
        words += turn.text("compose.told", count=number(plan.told, turn.language))
    limited = [one for one in plan.accounts if one.limit is not None]
    for one in sorted(limited, key=lambda one: -one.share.waiting)[:CHILDREN]:
        left = max(0, (one.limit or 0) - one.used)
        counted = {"messages": number(one.messages, turn.language), "left": number(left, turn.language)}
        words += turn.text("compose.month", account=one.account, **counted)
    return tuple(words)


def _children(turn: Turn, found: Preview) -> Text:
    top, children = found.draft.place, found.children
    if [place for place, _ in children] == [top]:
        return ()
    words: list[Text] = []
    for place, count in children[:CHILDREN]:
        name = turn.line("unit.directly") if place.code == top.code else place.name
        words.append(turn.text("compose.unit", unit=name, count=number(count, turn.language)))
    if len(children) > CHILDREN:
        counts = {
            "units": number(len(children) - CHILDREN, turn.language),
            "count": number(sum(count for _, count in children[CHILDREN:]), turn.language),
        }
        words.append(turn.text("compose.other_units", **counts))
    return tuple(block for text in words for block in text)


def _languages(turn: Turn, found: Preview) -> Text:
    unheard = found.unheard
    words = turn.text("compose.unheard", count=number(unheard, turn.language)) if unheard else ()
    if not found.lacking:
        return words
    return words + turn.text(
        "compose.languages",
        count=number(sum(found.lacking.values()), turn.language),
        lacking=", ".join(_language(turn, one) for one in sorted(found.lacking)),
        there=", ".join(_language(turn, one) for one in sorted(found.draft.briefing.languages)),
    )


def _language(turn: Turn, code: str) -> str:
    """What a language is called; where nothing here says so, as it calls itself."""
    called, texts = name(code, turn.language), turn.house.texts
    return texts.line(code, "me.own_language") if called == code and code in texts.languages else called
