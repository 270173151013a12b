"""Office files that say nothing of who made them, when, or with what: a package's own papers are emptied."""

import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties xmlns:cp='
    '"http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
_APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns='
    '"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)
_EMPTY = {"docProps/core.xml": _CORE, "docProps/app.xml": _APP}
_PREVIEW = "docProps/thumbnail."  # of the template that the library begins with
_LED_THERE = re.compile(rb"<Relationship [^>]*thumbnail[^>]*/>")
_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip knows


def emptied(data: bytes) -> bytes:
    """The same file without author, programme, times and preview."""
    made = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(made, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name.startswith(_PREVIEW):
                continue
            content = _EMPTY[name].encode() if name in _EMPTY else source.read(name)
            if name == "_rels/.rels":
                content = _LED_THERE.sub(b"", content)
            info = ZipInfo(name, _DAY)
            info.compress_type = ZIP_DEFLATED
            target.writestr(info, content)
    return made.getvalue()
