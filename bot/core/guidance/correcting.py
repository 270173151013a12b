"""What a correction changes in a briefing's words, and how that is said in one line."""

import unicodedata
from difflib import SequenceMatcher

from bot.core.guidance.briefing import Body, Briefing, Check
from bot.core.kernel.richtext import Block, Text, plain_text

LONGEST = 120  # characters of either side that one line shows
_TELLING = 4  # characters: fewer ("14") are said with the word before and after them
_AROUND = 2  # words beside what differs, where it would say little alone


def replaced(briefing: Briefing, old: str, new: str) -> Briefing | None:
    """The briefing with these words in place of those, in every language; None where they are nowhere.

    Words that change their style half-way are not found.
    """
    old, new = (unicodedata.normalize("NFC", one) for one in (old, new))
    if not old or old == new:
        return None
    bodies = {language: _body(body, old, new) for language, body in briefing.bodies.items()}
    scripts = {
        language: tuple(_block(block, old, new) for block in text)
        for language, text in briefing.scripts.items()
    }
    checks = tuple(_check(one, old, new) for one in briefing.checks)
    changed = {"bodies": bodies, "scripts": scripts, "checks": checks}
    return briefing.model_copy(update=changed) if bodies != briefing.bodies else None


def _check(check: Check, old: str, new: str) -> Check:
    """A question of understanding of a sentence that is corrected: asked and answered as it says by now.

    No two choices become the same: where the new words are a choice already, that one is right.
    """
    if not any(old in sentence for sentence in check.sentence.values()):
        return check

    def said(words: dict[str, str]) -> dict[str, str]:
        return {language: text.replace(old, new) for language, text in words.items()}

    choices, right = list(check.choices), check.right
    for at, choice in enumerate(check.choices):
        if (other := said(choice)) not in choices:
            choices[at] = other
        elif at == check.right:
            right = choices.index(other)
    values = {"question": said(check.question), "sentence": said(check.sentence)}
    return check.model_copy(update={**values, "choices": tuple(choices), "right": right})


def _body(body: Body, old: str, new: str) -> Body:
    return Body(
        title=body.title.replace(old, new),
        brief=tuple(_block(block, old, new) for block in body.brief),
        full=tuple(_block(block, old, new) for block in body.full),
    )


def _block(block: Block, old: str, new: str) -> Block:
    spans = tuple(span.model_copy(update={"text": span.text.replace(old, new)}) for span in block.spans)
    return block.model_copy(update={"spans": spans})


def change(before: Briefing, after: Briefing) -> tuple[str, str] | None:
    """What was written and what is, where the Vietnamese text differs in one short place; else None."""
    first, second = (_words(one.body("vi")) for one in (before, after))
    steps = SequenceMatcher(a=first, b=second, autojunk=False).get_opcodes()
    places = [step for step in steps if step[0] != "equal"]
    if len(places) != 1:
        return None
    _, old_from, old_to, new_from, new_to = places[0]
    if old_from == old_to or new_from == new_to:  # added, or left out: with what stands beside it
        old_from, new_from = max(0, old_from - _AROUND), max(0, new_from - _AROUND)
    elif max(len(" ".join(first[old_from:old_to])), len(" ".join(second[new_from:new_to]))) < _TELLING:
        old_from, new_from = max(0, old_from - 1), max(0, new_from - 1)
        old_to, new_to = old_to + 1, new_to + 1
    old, new = " ".join(first[old_from:old_to]), " ".join(second[new_from:new_to])
    return (old, new) if old and new and max(len(old), len(new)) <= LONGEST else None


def _words(body: Body) -> list[str]:
    text: Text = (*body.brief, *body.full)
    return f"{body.title}\n{plain_text(text)}".split()
