"""A form's questions as screens, one after the other, before anybody is asked."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.kernel.richtext import Text
from bot.core.talk.form import Form, FormState, Options, localized
from bot.core.talk.message import Message
from bot.core.talk.texts import Texts
from handlers.screens import question

_ALWAYS = {"when": {}, "confirms": False, "offered": False}


@dataclass
class Words:
    """The catalogue in one language, as a screen asks it."""

    texts: Texts
    language: str

    def text(self, key: str, **values: object) -> Text:
        """Words from the catalogue."""
        return self.texts.text(self.language, key, **values)

    def line(self, key: str, **values: object) -> str:
        """The same in one plain line."""
        return self.texts.line(self.language, key, **values)


@dataclass(frozen=True, slots=True)
class Step:
    """A field's screen, and for which answers it is asked."""

    field: str
    when: Mapping[str, tuple[str, ...]]
    message: Message


def steps(words: Words, form: Form, options: Options) -> list[Step]:
    """Every question, also those asked for some answers only: numbered as where all are asked."""
    whole = form.model_copy(
        update={"fields": tuple(item.model_copy(update=dict(_ALWAYS)) for item in form.fields)}
    )
    found = []
    for place, item in enumerate(form.fields):
        state = FormState(form=form.slug, nonce="preview", at=item.key)
        intro = "" if place else localized(form.intro, words.language)
        found.append(Step(item.key, item.when, question(words, whole, state, options, (), intro)))
    return found
