"""Files on the fake platform: uploaded, named by id, shown in messages, downloaded."""

from typing import Any

from tests.fakes.botapi_errors import ApiError
from tests.fakes.botapi_request import Params
from tests.fakes.botapi_state import State, StoredFile

DOWNLOAD_LIMIT = 20 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024


def file_given(state: State, params: Params, kind: str) -> StoredFile:
    """The file a send names or brings. Raises ApiError."""
    named = params.text(kind)
    upload = params.uploads.get(named.removeprefix("attach://") if named.startswith("attach://") else kind)
    if upload is not None:
        if not upload.data:
            raise ApiError(400, "Bad Request: file must be non-empty")
        if kind == "photo" and len(upload.data) > PHOTO_LIMIT:
            raise ApiError(400, "Bad Request: photo is too big")
        return state.add_file(kind, upload.name, upload.media_type, upload.data)
    if not named:
        raise ApiError(400, f"Bad Request: there is no {kind} in the request")
    file = state.files.get(named)
    if file is None:
        raise ApiError(400, "Bad Request: wrong file identifier/HTTP URL specified")
    if file.kind != kind:
        raise ApiError(
            400, f"Bad Request: can't use file of type {file.kind.capitalize()} as {kind.capitalize()}"
        )
    return file


def file_content(file: StoredFile) -> dict[str, Any]:
    """A file as a message shows it."""
    shown: dict[str, Any] = {
        "file_id": file.id,
        "file_unique_id": f"u{file.id[-6:]}",
        "file_size": len(file.data),
    }
    if file.kind == "photo":
        small = {**shown, "file_id": f"{file.id}-s", "file_size": 1}
        return {"photo": [{**small, "width": 90, "height": 60}, {**shown, "width": 900, "height": 600}]}
    shown["mime_type"] = file.media_type
    if file.kind in ("audio", "voice"):
        shown["duration"] = 3
    if file.kind != "voice":
        shown["file_name"] = file.name
    return {file.kind: shown}


def get_file(state: State, params: Params) -> Any:
    """Where to download a file. Raises ApiError."""
    file = state.files.get(params.text("file_id").removesuffix("-s"))
    if file is None:
        raise ApiError(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    if len(file.data) > DOWNLOAD_LIMIT:
        raise ApiError(400, "Bad Request: file is too big")
    return {
        "file_id": file.id,
        "file_unique_id": f"u{file.id[-6:]}",
        "file_size": len(file.data),
        "file_path": file.path,
    }
