"""Which step a form is at: a number of steps that was shown does not change on the way."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.talk.form import Answer, Form
from bot.core.talk.place import ask, asked, start, total, unanswered
from tests.core.talk.test_form import FORMS, choice, field, form


def _on_the_way(one: Form, data: st.DataObject) -> list[tuple[int, int | None]]:
    """(step, of how many) of each question as somebody answers them, picks by picks."""
    context = dict.fromkeys(one.context, "x")
    state = start(one, "n", context)
    seen = []
    while (item := unanswered(one, state)) is not None:
        seen.append(([some.key for some in asked(one, state)].index(item.key) + 1, total(one, state)))
        picks = [some.value for some in item.choices] or ["x"]
        if item.optional and data.draw(st.booleans()):
            state = state.model_copy(update={"skipped": (*state.skipped, item.key)})
            continue
        value = data.draw(st.sampled_from(picks))
        answers = {**state.answers, item.key: Answer(value=value, shown=value)}
        state = ask(state.model_copy(update={"answers": answers}), "")
    return seen


@given(st.sampled_from(sorted(FORMS)), st.data())
def test_what_was_shown_stays_and_is_reached(slug: str, data: st.DataObject) -> None:
    seen = _on_the_way(FORMS[slug], data)
    assert [place for place, _ in seen] == list(range(1, len(seen) + 1))
    shown = [steps for _, steps in seen if steps is not None]
    assert set(shown) <= {len(seen)}
    if not any(item.when for item in FORMS[slug].fields):
        assert len(shown) == len(seen)  # nothing to wait for


def test_it_is_not_shown_while_an_answer_decides_and_shown_once_it_has() -> None:
    one = form(
        choice("kind", "a", "b"),
        field("more", when={"kind": ["b"]}),
        field("note"),
    )
    state = start(one, "n")
    assert total(one, state) is None
    for value, steps in (("a", 2), ("b", 3)):
        answered = state.model_copy(update={"answers": {"kind": Answer(value=value, shown=value)}})
        assert total(one, answered) == steps
