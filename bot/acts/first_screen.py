"""What a briefing looks like: its first screen, its attribution, its buttons."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bot.acts.house import House
from bot.core.guidance.addenda import Addition
from bot.core.guidance.briefing import Briefing
from bot.core.guidance.verifying import code_of, shown
from bot.core.kernel.formats import date_long, fold
from bot.core.kernel.languages import name
from bot.core.kernel.richtext import Block, Span, Text, paragraph
from bot.core.talk.form import localized
from bot.core.talk.message import Attachment, Button, Message
from bot.core.talk.render import parts_of
from bot.core.talk.tap import HERE, Tap
from bot.core.talk.taps.kits import AskOn
from bot.core.talk.taps.reading import Confirm, Files, Full
from bot.core.talk.taps.sending import Preview
from bot.storage.guidance.briefings import BriefingFileRow

BEHIND = (f"{Full.word}:", f"{Files.word}:")  # buttons behind which there is more to read
Rows = tuple[tuple[Button, ...], ...]


def screen_of(
    house: House,
    briefing: Briefing,
    files: Sequence[BriefingFileRow],
    language: str,
    urgent: bool = False,
    approver: str = "",
) -> Message:
    """A briefing's first screen as it is delivered, with the code by which it is verified below it.

    `approver`: the name of the unit that approved it; a person's name would outlive the person here.
    """
    read = Button.of(house.texts.line(language, "button.read"), Confirm(HERE))
    rows = rows_of(house, briefing, files, language, (Full(HERE), Files(HERE), AskOn(HERE)), read)
    message = first_screen(house, briefing, files, language, rows, urgent)
    text = (*message.text, *approved(house, approver, language))
    return message.model_copy(update={"text": _checked(house, text, language)})


def approved(house: House, approver: str, language: str) -> Text:
    """By which unit, below the attribution; nothing where none did."""
    return house.texts.text(language, "briefing.approver", unit=approver) if approver else ()


def _checked(house: House, text: Text, language: str) -> Text:
    return (*text, *house.texts.text(language, "briefing.check", code=shown(code_of(text))))


def with_added(house: House, message: Message, additions: Sequence[Addition], language: str) -> Message:
    """What `screen_of` made, with the addenda of units below the issuer, and its own code below them."""
    if not additions:
        return message
    text = (*message.text[:-1], *added(house, additions, language))
    return message.model_copy(update={"text": _checked(house, text, language)})


def added(house: House, additions: Sequence[Addition], language: str) -> Text:
    """Each addendum below a thin line, under the name of its unit."""
    words: list[Block] = []
    for one in additions:
        values = {"unit": one.unit, "words": one.words, "signed": one.signed}
        day = date_long(house.today(one.at), language)
        words += house.texts.text(language, "addendum.below", day=day, **values)
    return tuple(words)


def first_screen(
    house: House,
    briefing: Briefing,
    files: Sequence[BriefingFileRow],
    language: str,
    rows: Rows,
    urgent: bool = False,
) -> Message:
    """Title, topic, the brief text and the attribution, with a picture that goes along."""
    body, files = briefing.body(language), theirs(briefing, files, language)
    points: Text = ()
    if body.brief and body.brief[0].kind == "item":
        points = (Block(spans=(Span(text=house.texts.line(language, "briefing.points")),), kind="heading"),)
    spoken = briefing.recorded(language)
    recording: Text = ()
    if spoken is not None:
        recording = house.texts.text(language, "briefing.recording", spoken=name(spoken, language))
    text = (
        *head(house, briefing, language, urgent),
        *recording,
        *points,
        *body.brief,
        *attribution(house, briefing, language),
    )
    first = along(files)
    attachment = Attachment(file_id=first.file_id, kind=first.kind) if first else None
    return Message(text=text, buttons=rows, attachment=attachment)


def inert(message: Message) -> Message:
    """A message as it will look, its buttons doing nothing yet."""
    rows = tuple(
        tuple(Button(label=button.label, data=Preview().encode(), url=button.url) for button in row)
        for row in message.buttons
    )
    return message.model_copy(update={"buttons": rows})


def by_number(house: House, language: str, number: int) -> str:
    """How to answer where there are no buttons, with a number as example; 0: with words, or a number."""
    key = "choices.by_number" if number else "choices.by_words"
    return house.texts.line(language, key, number=number)


def leads_on(shown: Message) -> bool:
    """Whether there is more to read than a screen shows: behind its buttons, or as its file."""
    buttons = (button for row in shown.buttons for button in row)
    return shown.attachment is not None or any(button.data.startswith(BEHIND) for button in buttons)


def without_buttons(house: House, shown: Message, language: str) -> list[Text]:
    """What comes of a first screen where there are no buttons, part by part; [] where all have some."""
    if house.bare is None:
        return []
    text = _led_on(house, shown, language).text if house.public_url else shown.text
    said = partial(by_number, house, language)
    parts = parts_of(shown.model_copy(update={"text": text}), replace(house.bare, markup="none"), said)
    return [tuple(paragraph(line) for line in part.text.splitlines()) for part in parts if part.text]


def as_on(house: House, account: str, shown: Message, language: str) -> Message:
    """A first screen as an account will show it: with the address of the rest, where it carries no files."""
    return _led_on(house, shown, language) if account in house.linking else shown


def _led_on(house: House, shown: Message, language: str) -> Message:
    if not leads_on(shown):
        return shown
    there = where(house, language, "link.page", f"{house.public_url}/f/…")  # it has none yet
    return shown.model_copy(update={"text": (*shown.text, *there), "attachment": None})


def where(house: House, language: str, key: str, address: str) -> Text:
    """That something is at an address, for channels that cannot carry it."""
    return house.texts.text(language, key, address=address)


def attribution(house: House, briefing: Briefing, language: str) -> Text:
    """Who issued it, its number, its date and its source; above them, how long it is valid."""
    source = house.texts.line(language, "briefing.source", source=briefing.source) if briefing.source else ""
    parts = (issued_by(house, briefing, language), source)
    valid: Text = ()
    if briefing.valid_until is not None:
        day = date_long(briefing.valid_until, language)
        valid = house.texts.text(language, "briefing.valid_until", day=day)
    return (*valid, paragraph(" · ".join(part for part in parts if part)))


def issued_by(house: House, briefing: Briefing, language: str) -> str:
    """Who issued it, its number and its date, in one line."""
    number = briefing.number
    if any(character.isdigit() for character in number) and not fold(number).startswith("so "):
        number = house.texts.line(language, "briefing.number", number=number)
    parts = (briefing.issuer, number, date_long(briefing.issued_on, language))
    return " · ".join(part for part in parts if part)


def numbered(house: House, briefing: Briefing, language: str) -> str:
    """What a briefing is called where it is spoken of: its number or its title, and its day."""
    day = date_long(briefing.issued_on, language)
    if any(character.isdigit() for character in briefing.number):
        return house.texts.line(language, "correct.number", number=briefing.number, day=day)
    return house.texts.line(language, "correct.title", title=briefing.body(language).title, day=day)


def corrected_line(house: House, words: tuple[str, str] | None, language: str) -> Text:
    """What stands above a corrected briefing: what was changed, where that is one short place."""
    return house.texts.text(language, "correct.line" if words else "correct.line_anew", **both(words))


def both(words: tuple[str, str] | None) -> dict[str, object]:
    """The words before and after, as the catalogue names them."""
    return {"old": words[0], "new": words[1]} if words else {}


def head(house: House, briefing: Briefing, language: str, urgent: bool = False) -> Text:
    """The title under its sign, ❗ where it is urgent, and what it is about."""
    title = briefing.body(language).title
    key = "briefing.head_urgent" if urgent else "briefing.head"
    return house.texts.text(language, key, title=title, about=about(house, briefing, language))


def about(house: House, briefing: Briefing, language: str) -> str:
    """The topic; and that it is a sample where it is one."""
    found = []
    if briefing.topic in house.topics:
        name = localized(house.topics[briefing.topic].name, language)
        found.append(house.texts.line(language, "briefing.topic", topic=name))
    if briefing.sample:
        found.append(house.texts.line(language, "briefing.sample"))
    return " · ".join(found)


def theirs(briefing: Briefing, files: Sequence[BriefingFileRow], language: str) -> Sequence[BriefingFileRow]:
    """The files for who speaks a language: its recording goes with the first screen, others are left out.

    Recordings stand last among a version's files, in the order of their languages.
    """
    count = len(files) - len(briefing.recordings)
    recorded = dict(zip(sorted(briefing.recordings), files[count:], strict=True)) if count >= 0 else {}
    spoken = briefing.recorded(language)
    if spoken is None or spoken not in recorded:
        return files[:count] if recorded else files
    return [replace(recorded[spoken], inline=True), *(replace(one, inline=False) for one in files[:count])]


def along(files: Sequence[BriefingFileRow]) -> BriefingFileRow | None:
    """The file that goes with the first screen."""
    return next((file for file in files if file.inline), None)


def behind(files: Sequence[BriefingFileRow]) -> list[BriefingFileRow]:
    """The files behind a button."""
    first = along(files)
    return [file for file in files if file is not first]


def rows_of(
    house: House,
    briefing: Briefing,
    files: Sequence[BriefingFileRow],
    language: str,
    more: tuple[Tap | None, Tap, Tap],
    read: Button | None,
    confirmed: bool = False,
) -> Rows:
    """The buttons there is something behind. `more`: for the whole text (None where it stands above them),
    for the files, and to ask about it."""
    whole, attached, files = [], [], theirs(briefing, files, language)
    if more[0] is not None and briefing.body(language).full:
        whole.append(Button.of(house.texts.line(language, "button.full"), more[0]))
    if count := len(behind(files)):
        attached.append(Button.of(house.texts.line(language, "button.files", count=count), more[1]))
    ask = [Button.of(house.texts.line(language, "button.ask"), more[2])]
    first = [read] if read else []
    # "Đồng chí đã xác nhận lúc…" fills a row of its own.
    rows = (
        (first, [*whole, *attached], ask) if confirmed or not read else ([*first, *whole], [*attached, *ask])
    )
    return tuple(tuple(row) for row in rows if row)
