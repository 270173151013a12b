"""What a form must have for those who read its answers."""

from collections.abc import Collection, Mapping
from typing import Literal

from bot.core.kernel.errors import ContentError
from bot.core.talk.form import Form, Kind

Need = Kind | Literal["context"]


def refuse_lack(form: Form, needs: Mapping[str, Need], file: str) -> None:
    """Raise ContentError for the first needed key that the form in `file` lacks, or has of another kind."""
    keys = [item.key for item in form.fields]
    for key, kind in needs.items():
        if kind == "context":
            if key not in form.context:
                raise ContentError(file, "context", list(form.context), f"with {key!r} among them")
        elif key not in keys:
            raise ContentError(file, "fields", keys, f"with a field {key!r} of kind {kind!r} among them")
        elif form.fields[keys.index(key)].kind != kind:
            found = form.fields[keys.index(key)].kind
            raise ContentError(file, f"fields.{keys.index(key)}.kind", found, f"{kind!r} for {key!r}")


def refuse_source(form: Form, known: Collection[str], file: str) -> None:
    """Raise ContentError for the first field whose choices nobody knows who asks this form."""
    for place, item in enumerate(form.fields):
        if item.source and item.source not in known:
            allowed = f"one of {', '.join(sorted(known))}" if known else "no source: list the choices here"
            raise ContentError(file, f"fields.{place}.source", item.source, allowed)
