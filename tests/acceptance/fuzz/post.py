"""Takes what goes out to a platform that looks closely, with no network between."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from telegram import InputFile

from bot.channels.telegram.calls import Call, call_for
from bot.engine.outgoing import Outgoing
from bot.engine.prepared import Unpreparable
from bot.storage.delivery.claims import ClaimedRow
from tests.acceptance.fuzz.updates import Person
from tests.fakes.botapi_errors import ApiError
from tests.fakes.botapi_methods import METHODS
from tests.fakes.botapi_request import Params, Upload
from tests.fakes.botapi_state import State, Tap

# What the platform may rightly refuse: the fuzz presses below messages that never were, and names lost files;
# and what people wrote is not among the messages that this platform has, so that it can be taken out.
RIGHTLY = (
    *(
        "message to delete not found",
        "message to edit not found",
        "message is not modified",
        "message can't be edited",
    ),
    *("there is no text in", "chat not found", "wrong file identifier", "can't use file of type"),
)


class Post:
    """`refused` counts what the platform did not take, and `wrong` says where it was our fault."""

    def __init__(self, outgoing: Outgoing, people: Mapping[int, Person]) -> None:
        self.platform = State(any_chat=True)
        self.refused: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._outgoing = outgoing
        self._people = people

    async def send(self, row: ClaimedRow) -> str | None:
        """All parts of a row; the id of its message, None where there is none."""
        message_id = None
        parts, part = 1, 0
        while part < parts:
            try:
                prepared = await self._outgoing.prepare(row._replace(part=part))
            except Unpreparable as error:
                self.refused[str(error)] += 1
                return None
            parts, part = prepared.parts, part + 1
            call = call_for(prepared.request)
            if not isinstance(call, Call):
                self.wrong.append(f"{call} for {row.act}")
                return None
            message_id = self._accepted(call) or message_id
        return message_id

    def _accepted(self, call: Call) -> str | None:
        values, uploads = dict[str, Any](), dict[str, Upload]()
        for name, value in call.parameters.items():
            if isinstance(value, InputFile):
                content = value.input_file_content
                assert isinstance(content, bytes)
                uploads[name] = Upload(value.filename, value.mimetype, content)
            else:
                values[name] = value
        tapped = values.get("callback_query_id")
        if tapped is not None and tapped not in self.platform.taps:  # answered for the first time
            self.platform.taps[tapped] = Tap(self.platform.clock(), 0)
        try:
            result = METHODS[call.method.lower()](self.platform, Params(values, uploads))
        except ApiError as error:
            self.refused[error.description.removeprefix("Bad Request: ")[:40]] += 1
            if not any(known in error.description for known in RIGHTLY):
                self.wrong.append(f"{error.description}: {values}")
            return None
        if not isinstance(result, dict):
            return None
        self._shown(result)
        return str(result["message_id"])

    def _shown(self, message: dict[str, Any]) -> None:
        person = self._people.get(message["chat"]["id"])
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        data = [one["callback_data"] for row in rows for one in row if "callback_data" in one]
        if person is not None:
            person.screen = [(one, message["message_id"]) for one in data]
            person.taps.extend(person.screen)
