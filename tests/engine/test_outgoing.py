"""What a claimed row becomes: its next part, its file at hand, or a plain word why not."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.guidance.briefing import Briefing
from bot.core.kernel.richtext import paragraph
from bot.core.people.members import Role
from bot.core.ports import AnswerTap, EditPart, SendPart, SetMenu
from bot.core.talk.message import Attachment, MenuEntry, Message
from bot.core.talk.reply import AnswerReply, EditReply, MenuReply, Reply, SendReply
from bot.engine.linked import Linked
from bot.engine.outgoing import Outgoing
from bot.engine.prepared import Unpreparable
from bot.engine.times import Clock
from bot.storage.accounts import files
from bot.storage.delivery import replies
from bot.storage.delivery.claims import ClaimedRow
from bot.storage.guidance.briefings import BriefingFileRow
from bot.storage.people import erasing, members
from tests.engine.script import CAPABILITIES, ScriptedChannel, in_parts, said
from tests.storage.scene import ACCOUNT, NOW, OTHER, Scene, scene
from tests.stores import store

LONG = Message(text=tuple(paragraph(f"part {n}") for n in range(3)))


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Scene]:
    async with store("sqlite", tmp_path) as database:
        yield await scene(database)


def outgoing(home: Scene, *channels: ScriptedChannel) -> Outgoing:
    channels = channels or (ScriptedChannel(ACCOUNT),)
    named = {channel.account: channel for channel in channels}
    return Outgoing(home.database, channels[0], named, Clock())


async def row_for(home: Scene, act: Reply, chat_id: str | None = "an", part: int = 0) -> ClaimedRow:
    async with home.database.write() as conn:
        row_id = await replies.say(conn, ACCOUNT, chat_id, act, NOW)
    (row,) = [row for row in await home.queue() if row.id == row_id]
    return row._replace(part=part)


async def test_each_part_of_a_long_message_is_one_request(home: Scene) -> None:
    row = await row_for(home, SendReply(message=LONG))
    for part in range(3):
        prepared = await outgoing(home).prepare(row._replace(part=part))
        assert isinstance(prepared.request, SendPart)
        assert (prepared.request.part.text, prepared.parts) == (f"part {part}", 3)
        assert not prepared.repeatable
    with pytest.raises(Unpreparable):
        await outgoing(home).prepare(row._replace(part=3))


@pytest.mark.parametrize("act", [SendReply(message=Message()), SendReply(message=said("​"))])
async def test_a_message_that_shows_nothing_is_refused_in_plain_words(home: Scene, act: Reply) -> None:
    with pytest.raises(Unpreparable, match="nothing to say"):
        await outgoing(home).prepare(await row_for(home, act))


async def test_an_edit_shows_its_first_part_and_may_be_repeated(home: Scene) -> None:
    prepared = await outgoing(home).prepare(await row_for(home, EditReply(message_id="7", message=LONG)))
    assert isinstance(prepared.request, EditPart)
    assert (prepared.request.message_id, prepared.request.part.text) == ("7", "part 0")
    assert (prepared.parts, prepared.repeatable) == (1, True)


async def test_taps_are_answered_and_menus_set_as_often_as_need_be(home: Scene) -> None:
    answer = await outgoing(home).prepare(
        await row_for(home, AnswerReply(callback_id="c", text="xong"), None)
    )
    menu = MenuReply(language="vi", menu=(MenuEntry("trogiup", "Trợ giúp"),))
    shown = await outgoing(home).prepare(await row_for(home, menu, None))
    assert answer.request == AnswerTap("c", "xong")
    assert shown.request == SetMenu(None, "vi", menu.menu)
    assert answer.repeatable
    assert shown.repeatable


async def test_a_run_says_what_it_said_when_it_was_planned_in_each_members_language(home: Scene) -> None:
    english, other = await home.member("an"), await home.member("binh")
    async with home.database.write() as conn:
        await members.set_language(conn, english, "en")
    composed = []

    def screen_of(
        one: Briefing, attached: list[BriefingFileRow], language: str, urgent: bool = False, _: str = ""
    ) -> Message:
        composed.append(language)
        return Message(text=(paragraph(f"{language} 1"), paragraph(f"{language} 2")))

    home.screen_of = screen_of
    run = await home.run()
    async with home.database.write() as conn:  # both change their minds between two parts
        await members.set_language(conn, english, "vi")
        await members.set_language(conn, other, "en")
    mine, said = outgoing(home), []
    for row in await home.queue(run.id):
        for part in range(2):
            request = (await mine.prepare(row._replace(part=part))).request
            assert isinstance(request, SendPart)
            said.append(request.part.text)
    assert said == ["en 1", "en 2", "vi 1", "vi 2"]
    assert composed == ["en", "vi"]


@pytest.mark.parametrize("urgent", [True, False])
async def test_an_urgent_briefing_is_composed_as_such(home: Scene, urgent: bool) -> None:
    await home.member("an")
    asked = []

    def screen_of(
        one: Briefing, files: list[BriefingFileRow], language: str, urgent: bool = False, _: str = ""
    ) -> Message:
        asked.append(urgent)
        return in_parts(one, files, language)

    home.screen_of = screen_of
    await home.run(urgent=urgent)
    assert asked == [urgent]


async def file_on(home: Scene, account: str) -> int:
    owner = await home.member("an")
    async with home.database.write() as conn:
        return await files.refer(conn, owner, "a.jpg", "image/jpeg", 7, account, "handle")


async def test_a_file_made_for_one_member_leaves_to_nobody_else(home: Scene) -> None:
    owner, _ = await home.member("an"), await home.member("binh")
    async with home.database.write() as conn:
        made = await files.make_for(conn, owner, "a.json", "application/json", b"{}", NOW)
    act = SendReply(message=Message(attachment=Attachment(file_id=made)))
    assert (await outgoing(home).prepare(await row_for(home, act))).file_id == made
    with pytest.raises(Unpreparable, match="somebody else"):
        await outgoing(home).prepare(await row_for(home, act, "binh"))


async def test_what_waits_for_somebody_erased_never_carries_the_next_file(home: Scene) -> None:
    owner, administrator = await home.member("an"), await home.member("binh", roles=(Role.ADMINISTRATOR,))
    async with home.database.write() as conn:
        export = await files.make_for(conn, owner, "a.json", "application/json", b"{}", NOW)
    row = await row_for(home, SendReply(message=Message(attachment=Attachment(file_id=export))))
    async with home.database.write() as conn:
        await erasing.erase(conn, owner)
        invitation = await files.make_for(conn, administrator, "ma-moi.png", "image/png", b"code", NOW)
    assert invitation != export
    with pytest.raises(Unpreparable, match="the file is gone"):
        await outgoing(home).prepare(row)


async def test_a_file_from_another_account_is_fetched_and_carried_over(home: Scene) -> None:
    file_id = await file_on(home, OTHER)
    row = await row_for(home, SendReply(message=Message(attachment=Attachment(file_id=file_id))))
    mine, other = ScriptedChannel(ACCOUNT), ScriptedChannel(OTHER)
    other.files["handle"] = b"picture"
    prepared = await outgoing(home, mine, other).prepare(row)
    assert isinstance(prepared.request, SendPart)
    upload = prepared.request.part.upload
    assert upload is not None
    assert (upload.handle, upload.data, prepared.file_id) == (None, b"picture", file_id)


async def test_a_file_of_this_account_goes_by_its_handle(home: Scene) -> None:
    file_id = await file_on(home, ACCOUNT)
    row = await row_for(home, SendReply(message=Message(attachment=Attachment(file_id=file_id))))
    request = (await outgoing(home).prepare(row)).request
    assert isinstance(request, SendPart)
    assert request.part.upload is not None
    assert (request.part.upload.handle, request.part.upload.data) == ("handle", None)


async def test_a_file_that_is_nowhere_is_refused_in_plain_words(home: Scene) -> None:
    file_id = await file_on(home, OTHER)
    row = await row_for(home, SendReply(message=Message(attachment=Attachment(file_id=file_id))))
    with pytest.raises(Unpreparable, match="cannot be fetched"):
        await outgoing(home).prepare(row)
    gone = await row_for(home, SendReply(message=Message(attachment=Attachment(file_id=file_id + 1))), "binh")
    with pytest.raises(Unpreparable, match="the file is gone"):
        await outgoing(home).prepare(gone)


BARE = replace(CAPABILITIES, buttons=False, documents=False, text_limit=2000)


def addressed(home: Scene, channel: ScriptedChannel) -> Outgoing:
    """As where the site is reached from outside."""
    linked = Linked("https://a.vn", lambda _language, _key, at: (paragraph(f"Tải tệp: {at}"),))
    return Outgoing(home.database, channel, {ACCOUNT: channel}, Clock(), linked=linked)


async def recording_of(home: Scene, media_type: str) -> int:
    owner = await home.member("an")
    async with home.database.write() as conn:
        return await files.make_for(conn, owner, "a", media_type, b"\xff\xf1", NOW)


async def test_a_recording_is_played_from_its_address_below_the_words_where_no_files_go(home: Scene) -> None:
    file_id = await recording_of(home, "audio/aac")
    channel = ScriptedChannel(ACCOUNT)
    channel.capabilities = replace(BARE, sounds_by_address=frozenset({"audio/aac"}))
    row = await row_for(
        home, SendReply(message=Message(attachment=Attachment(file_id=file_id, kind="audio")))
    )
    words, played = [(await addressed(home, channel).prepare(row._replace(part=part))) for part in (0, 1)]
    assert isinstance(words.request, SendPart)
    assert isinstance(played.request, SendPart)
    at = played.request.part.sound
    assert at.startswith("https://a.vn/f/")
    assert (words.request.part.sound, words.request.part.text) == ("", f"Tải tệp: {at}")
    assert (words.parts, played.parts, played.request.part.text) == (2, 2, at)


@pytest.mark.parametrize("media_type", ["audio/mpeg", "audio/ogg"])
async def test_a_recording_that_the_platform_does_not_play_is_named_by_its_address_alone(
    home: Scene, media_type: str
) -> None:
    file_id = await recording_of(home, media_type)
    channel = ScriptedChannel(ACCOUNT)
    channel.capabilities = replace(BARE, sounds_by_address=frozenset({"audio/aac"}))
    row = await row_for(
        home, SendReply(message=Message(attachment=Attachment(file_id=file_id, kind="audio")))
    )
    assert (await addressed(home, channel).prepare(row)).parts == 1
