"""`opinion guard` reads lines and says what it found in each; it needs no settings and no store."""

import json

from typer.testing import CliRunner

from bot.cli import app


def test_a_line_in_a_line_out() -> None:
    said = "ông Nguyễn Văn A, số 0905123456\n\nxin chào\n"
    result = CliRunner().invoke(app, ["opinion", "guard", "--json"], input=said)
    first, empty, last = [json.loads(line) for line in result.output.splitlines()]
    assert first["text"] == "[tên], số [số điện thoại]"
    assert first["found"][1] == {"kind": "tên", "value": "ông Nguyễn Văn A"}
    assert (empty, last) == ({"text": "", "found": []}, {"text": "xin chào", "found": []})


def test_without_json_the_text_alone() -> None:
    result = CliRunner().invoke(app, ["opinion", "guard"], input="gọi 0905123456")
    assert result.output == "gọi [số điện thoại]\n"
