"""An edit that nobody can see any more: what was asked for later, or the same message once more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.kernel.richtext import paragraph
from bot.core.talk.message import Message
from bot.core.talk.reply import UNASKED, AnswerReply, EditReply, MenuReply, Reply, SendReply, hides, written


def edit(message_id: str, unasked: bool = False, words: str = "") -> EditReply:
    return EditReply(message_id=message_id, message=Message(text=(paragraph(words),)), unasked=unasked)


SAID = SendReply(message=Message(text=(paragraph("Mới"),)))
QUIET: tuple[Reply, ...] = (AnswerReply(callback_id="1"), MenuReply())
words = st.text(max_size=20)
edits = st.builds(edit, st.sampled_from("12"), st.booleans(), words)


@pytest.mark.parametrize("quiet", QUIET)
@given(waiting=edits)
def test_what_puts_nothing_before_a_person_hides_nothing(quiet: Reply, waiting: EditReply) -> None:
    assert not hides(quiet, waiting)


@given(edits, edits)
def test_the_latest_edit_of_a_message_stands_for_all(later: EditReply, waiting: EditReply) -> None:
    assert hides(later, later.model_copy(update={"unasked": not later.unasked}))
    if later.message_id == waiting.message_id:
        assert hides(later, waiting)


@given(edits, edits)
def test_what_moves_by_itself_stands_still_for_what_is_asked(later: EditReply, waiting: EditReply) -> None:
    assert hides(SAID, waiting) == waiting.unasked
    if later.message_id != waiting.message_id:
        assert hides(later, waiting) == (waiting.unasked and not later.unasked)


@given(edits)
def test_nothing_that_was_asked_for_is_left_out_for_another_message(waiting: EditReply) -> None:
    others = (SAID, *QUIET, edit("elsewhere"), edit("elsewhere", unasked=True))
    if not waiting.unasked:
        assert not any(hides(one, waiting) for one in others)


@given(st.sampled_from((SAID, *QUIET)))
def test_only_edits_are_hidden(waiting: Reply) -> None:
    assert not any(hides(one, waiting) for one in (SAID, *QUIET, edit("1"), edit("1", unasked=True)))


@given(edits)
def test_how_an_edit_is_written_says_whether_it_was_asked_for(one: EditReply) -> None:
    assert written(one).endswith(UNASKED) == one.unasked


@given(words)
def test_no_words_are_taken_for_that(text: str) -> None:
    assert not written(edit("1", words=text + UNASKED)).endswith(UNASKED)
