"""The real content folder: it loads, and says what it must."""

from datetime import date
from pathlib import Path

import pytest

from bot.content import Content, load
from bot.core.kernel.richtext import plain_text
from bot.core.people.members import Role
from bot.core.people.units import Level, paths

REAL = Path(__file__).parent.parent / "content"


@pytest.fixture(scope="module")
def real() -> Content:
    return load(REAL)


def test_the_units_are_the_list_under_the_province(real: Content) -> None:
    levels = [unit.level for unit in real.units]
    assert (levels.count(Level.CENTRAL), levels.count(Level.PROVINCE), levels.count(Level.COMMUNE)) == (
        1,
        1,
        102,
    )
    assert sum(unit.name.startswith("Phường ") for unit in real.units) == 14
    assert sum(unit.name.startswith("Xã ") for unit in real.units) == 88
    assert {unit.code: unit for unit in real.units}["66"].name == "Tỉnh Đắk Lắk"
    assert all(path.startswith("/TW/") for path in paths(real.units).values())


def test_topics_are_compulsory_for_some(real: Content) -> None:
    assert "quoc-hoi" in real.topics
    for role in (Role.COMMUNICATOR, Role.REPORTER):
        assert any(role in topic.compulsory_for for topic in real.topics.values())
    assert all({"vi", "en"} <= topic.name.keys() & topic.description.keys() for topic in real.topics.values())


def test_every_briefing_is_a_sample_with_its_attribution(real: Content) -> None:
    assert len(real.briefings) >= 8
    for slug, briefing in real.briefings.items():
        assert briefing.slug == slug
        assert briefing.sample
        assert briefing.number == "Mẫu minh họa"
        assert briefing.issuer
        assert briefing.source
        for body in briefing.bodies.values():
            assert len(plain_text(body.brief)) <= 500, "more than a phone's first screen"
            assert body.full
    assert sum("en" in briefing.bodies for briefing in real.briefings.values()) >= 2
    assert {briefing.topic for briefing in real.briefings.values()} == set(real.topics) - {"khac"}


def test_attachments_are_small_and_there(real: Content) -> None:
    found = [(b, file) for b in real.briefings.values() for file in b.files]
    assert {file.kind for _, file in found} == {"photo", "document"}
    for briefing, file in found:
        assert real.path(briefing, file).stat().st_size < 60_000
        assert "mẫu minh họa" in file.name
        start = real.path(briefing, file).read_bytes()[:4]
        assert start == (b"%PDF" if file.media_type == "application/pdf" else b"\x89PNG")


def test_growth_below_the_target_is_said(real: Content) -> None:
    briefing = real.briefings["kinh-te-xa-hoi-2023"]
    assert briefing.not_before == date(2023, 12, 29)
    assert "thấp hơn mục tiêu 6,5 %" in plain_text(briefing.body("vi").brief)
    assert "below the target of 6.5%" in plain_text(briefing.body("en").brief)


def test_catalogues_and_forms_are_complete(real: Content) -> None:
    files = {one.stem for one in (REAL / "texts").glob("*.po")}
    assert {"vi", "en"} <= files
    assert real.texts.languages == ("vi", *sorted(files - {"vi"}))
    assert real.texts.keys("vi") == real.texts.keys("en")
    assert real.texts.line("en", "button.back") != real.texts.line("vi", "button.back")
    assert all(form.slug == slug for slug, form in real.forms.items())
