"""The other side of the conversation: a person with Telegram in their hand."""

from typing import Any

from tests.fakes.botapi_files import file_content
from tests.fakes.botapi_state import Chat, State, Tap
from tests.fakes.botapi_text import incoming_entities


class User:
    """A person. What they do becomes an update at once; each act answers its update's number."""

    def __init__(self, state: State, chat: Chat) -> None:
        self.state = state
        self.chat = chat

    @property
    def chat_id(self) -> int:
        """The private chat's id, which is the person's."""
        return self.chat.id

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The chat as it stands, oldest first, both sides."""
        return list(self.chat.messages.values())

    @property
    def received(self) -> list[dict[str, Any]]:
        """What the bot wrote, as it stands, oldest first."""
        return [message for message in self.messages if message["from"]["is_bot"]]

    def say(self, text: str) -> int:
        """Write a text."""
        entities = incoming_entities(text)
        return self._write({"text": text, "entities": entities} if entities else {"text": text})

    def tap(self, message: dict[str, Any], button: str, *, forged: bool = False) -> str:
        """Press the button with that label or data; the callback's id. `forged`: data that is not there.

        Raises LookupError where there is no such button.
        """
        current = self.chat.messages.get(message["message_id"], message)
        rows = current.get("reply_markup", {}).get("inline_keyboard", [])
        found = [
            b["callback_data"] for row in rows for b in row if button in (b["text"], b.get("callback_data"))
        ]
        if not found and not forged:
            raise LookupError(f"no button {button!r} among {[b['text'] for row in rows for b in row]}")
        callback_id = str(4_400_000_000_000_000_000 + self.state.serial())
        self.state.taps[callback_id] = Tap(self.state.clock(), self.chat.id)
        query = {
            "id": callback_id,
            "from": self.chat.person(),
            "message": current,
            "chat_instance": str(-7_000_000_000_000_000_000 - self.chat.id),
            "data": found[0] if found else button,
        }
        self.state.add_update("callback_query", query)
        return callback_id

    def answer_to(self, callback_id: str) -> dict[str, Any] | None:
        """What the bot answered to a press, None until it does."""
        return self.state.taps[callback_id].answer

    def share_document(
        self, name: str, data: bytes, caption: str = "", media_type: str = "application/octet-stream"
    ) -> int:
        """Send a file."""
        return self._share("document", name, data, caption, media_type)

    def share_photo(self, data: bytes, caption: str = "") -> int:
        """Send a picture."""
        return self._share("photo", "", data, caption, "image/jpeg")

    def share_audio(self, name: str, data: bytes, caption: str = "", media_type: str = "audio/mpeg") -> int:
        """Send a piece of music or a recording."""
        return self._share("audio", name, data, caption, media_type)

    def share_voice(self, data: bytes) -> int:
        """Record a voice message."""
        return self._share("voice", "", data, "", "audio/ogg")

    def edit(self, message_id: int, text: str) -> int:
        """Change one's own earlier message."""
        message = {**self.chat.messages[message_id], "text": text, "edit_date": self.state.now()}
        self.chat.messages[message_id] = message
        return self.state.add_update("edited_message", message)

    def block(self) -> int:
        """Block the bot."""
        self.chat.blocked = True
        return self._standing("member", "kicked")

    def unblock(self) -> int:
        """Let the bot write again."""
        self.chat.blocked = False
        return self._standing("kicked", "member")

    def _write(self, content: dict[str, Any]) -> int:
        self.chat.started = True
        message = self.state.add_message(self.chat, self.chat.person(), content)
        return self.state.add_update("message", message)

    def _share(self, kind: str, name: str, data: bytes, caption: str, media_type: str) -> int:
        file = self.state.add_file(kind, name, media_type, data)
        return self._write({**file_content(file), **({"caption": caption} if caption else {})})

    def _standing(self, old: str, new: str) -> int:
        def member(status: str) -> dict[str, Any]:
            return {
                "user": self.state.bot,
                "status": status,
                **({"until_date": 0} if status == "kicked" else {}),
            }

        change = {
            "chat": self.chat.shown(),
            "from": self.chat.person(),
            "date": self.state.now(),
            "old_chat_member": member(old),
            "new_chat_member": member(new),
        }
        return self.state.add_update("my_chat_member", change)
