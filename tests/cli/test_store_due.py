"""`store status`: what people asked for by law and may not be done, in working days of the content."""

import json
import shutil
from datetime import datetime
from pathlib import Path

from tests.cli.test_member import CONTENT, Shell
from tests.handlers.village import ZONE


def test_days_are_counted_as_the_content_has_them(tmp_path: Path) -> None:
    shell, content = Shell(tmp_path), tmp_path / "content"
    shutil.copytree(CONTENT, content)
    shell.content(content)
    assert shell.run("store", "status")[1]["due_by_law"] == {}
    came = int(datetime(2026, 1, 8, 9, 0, tzinfo=ZONE).timestamp() * 1000)
    with shell.connect() as db:
        db.execute("INSERT INTO setting (key, value) VALUES ('residue_since', ?)", (str(came),))
        db.commit()
    days = {"since": came, "count": 0, "answer_by": "2026-01-10", "done_by": "2026-01-28"}
    assert shell.run("store", "status")[1]["due_by_law"] == {"files": days}  # Saturday the 10th is worked
    (content / "holidays.toml").write_text("no toml", encoding="utf-8")
    code, found = shell.run("store", "status")
    assert code == 0, json.dumps(found)
    assert found["due_by_law"]["files"]["answer_by"] == "2026-01-12"
