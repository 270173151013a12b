"""A month of guidance: written in Word, approved, added to, sent, reminded, corrected; all of it adds up."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from bot.core.kernel.filetypes import MEDIA_TYPES
from tests.acceptance.month import (
    ALL,
    BMT,
    EA_KAO,
    EA_KNUEC,
    ON_ZALO,
    PAC,
    PROVINCE,
    TET,
    Month,
    at,
    document,
    month,
    opens,
    writes,
)
from tests.acceptance.test_whole_loop import Hand

FIRE, NEW_YEAR = "Phòng cháy rừng", "Tổ chức Tết Giáp Thìn 2024"
ADDED = {
    "Đức": (PAC, "Xã trực chòi canh lửa ở thôn 5."),
    "Y Bình": (EA_KAO, "Phường phát loa lúc 5 giờ chiều."),
}
READERS = 98
WRONG, RIGHT = "vùng khó khăn", "vùng sâu, vùng xa"

pytestmark = pytest.mark.timeout(600)


async def written(month: Month) -> None:
    """The province imports a Word file, is returned, mends it, and is approved."""
    tam, ha, minh = (month.office[name] for name in ("Tâm", "Hà", "Minh"))
    await writes(minh, "/duyet")
    await minh.presses("Bật duyệt cho đơn vị mình")
    await minh.sees("phải có người thứ hai duyệt")
    await minh.presses("Bật duyệt cho đơn vị mình")
    await minh.sees("cần được duyệt trước khi gửi")
    await writes(tam, "/phat")
    await tam.sees("Đồng chí phát nội dung nào?")
    tam.user.share_document("Tin.docx", document(FIRE, "Không đốt nương."), media_type=MEDIA_TYPES[".docx"])
    await tam.sees("✅ Đã đọc văn bản “Tin.docx”.")
    for label in ("Kinh tế", "Cả ", "Bình thường", "Hẹn giờ"):
        await tam.presses(label)
    await tam.sees("Gửi lúc mấy giờ")
    await writes(tam, "22h ngày 19/1")
    await tam.sees("Giờ gửi: 22:00 thứ Ba 19/01/2027")
    await submitted(month)
    await tam.sees("Gửi 06:00 thứ Tư 20/01/2027")
    await writes(ha, "/duyet")
    await ha.presses(f"⏳ 1. {FIRE}")
    await ha.presses("↩️ Trả lại")
    await ha.sees("Đồng chí trả lại vì sao?")
    await writes(ha, "Ghi rõ cấm đến ngày nào")
    await ha.presses("✅ Gửi")
    await tam.sees("Lý do: Ghi rõ cấm đến ngày nào")
    await tam.presses("✏️ Sửa")
    await tam.presses("Lời văn")
    await tam.sees("viết lại nội dung")
    await writes(tam, "Không đốt nương đến hết ngày 29/3.")
    await tam.presses("✅ Gửi")
    await tam.sees("Đã sửa đợt phát số")
    await tam.presses("🗓 Xem đợt phát")
    await tam.presses("⏳ Gửi duyệt")
    await approved(month, FIRE)


async def submitted(month: Month) -> None:
    tam = month.office["Tâm"]
    await tam.presses("✅ Gửi")
    await tam.sees("Đồng chí gõ lại số người nhận")
    await writes(tam, "300")
    await tam.sees("Đã gửi duyệt đợt phát số")


async def approved(month: Month, title: str) -> None:
    tam, ha = month.office["Tâm"], month.office["Hà"]
    await ha.sees(f"{title}")
    await writes(ha, "/duyet")
    await ha.presses(f"⏳ 1. {title}")
    await ha.presses("✅ Duyệt")
    await tam.sees(f"Hà đã duyệt {title}")


async def added(month: Month) -> None:
    """Two communes add to it, under their own names."""
    for name, (_, words) in ADDED.items():
        one = month.office[name]
        await one.presses("✏️ Viết bổ sung")
        await one.sees("Phần bổ sung đứng dưới bản tin")
        await one.presses("✏️ Viết bổ sung")
        await one.sees("Đơn vị bổ sung điều gì?")
        await writes(one, words)
        await one.sees("Cơ quan nào đứng tên?")
        await one.presses("Bỏ qua")
        await one.presses("✅ Gửi")
        await one.sees("Đã nhận phần bổ sung")


async def invited(month: Month) -> None:
    """A conference is announced; one confirms its point, one cannot, one is silent."""
    minh, binh = month.office["Minh"], month.office["Y Bình"]
    await writes(minh, "/hoinghi")
    await minh.presses("✏️ Mời hội nghị mới")
    for asked, words in (
        ("Hội nghị tên là gì?", "Hội nghị báo cáo viên tháng 1"),
        ("bắt đầu lúc nào?", "14h ngày 27/1"),
        ("theo hình thức nào?", "2"),
        ("Họp ở đâu", "Hội trường tỉnh"),
        ("bàn những nội dung gì?", "1. Cháy rừng\n2. Tết"),
        ("đơn vị nào có điểm cầu?", "1"),
        ("trả lời trước hội nghị bao lâu?", "2"),
    ):
        await minh.sees(asked)
        await writes(minh, words)
    await minh.sees("102 đơn vị được mời")
    await minh.presses("✅ Gửi")
    await point(month, "Đức")
    await binh.presses("❌ Không tổ chức được")
    await binh.sees("Vì sao đơn vị không tổ chức được?")
    await writes(binh, "Hội trường đang sửa")
    await binh.presses("✅ Gửi")
    await binh.sees("Đã ghi nhận đơn vị không tổ chức")


async def point(month: Month, name: str) -> None:
    one = month.office[name]
    for label in ("✅ Xác nhận điểm cầu", "Hội trường UBND", "50–99", "Ban Xây dựng Đảng", "✅ Gửi"):
        await one.presses(label)
    await one.sees("Đã xác nhận điểm cầu")


async def sent(month: Month) -> None:
    """Nothing goes in the night; at six each has it, and those of the two communes what these added."""
    hoa = month.office["Hoa"]
    month.slept.until(at(19, 1, 22, 5))
    await writes(hoa, "/lich")
    await hoa.sees("từ thứ Ba 19/01 đến thứ Hai 25/01")
    assert await month.states(1) == {}
    month.slept.until(at(20, 1, 6, 1))
    await month.reaches(1, {"sent": 300})
    for one in month.watched:
        everything = await month.got(one)
        assert len([text for text in everything if FIRE in text]) == 1, (one, everything)
        got = "\n".join(everything)
        assert "đến hết ngày 29/3" in got
        words = {where: said in got for where, said in ADDED.values()}
        assert words == {where: where == one.unit for where in words}, one
    first = Hand(month.api, int(month.everybody[0].chat), "")
    (got,) = [one for one in first.user.received if FIRE in one.get("text", "")]
    assert "📎" not in str(got["reply_markup"])  # the document says what was returned


async def reminded(month: Month) -> None:
    """Some read it; the others alone are reminded."""
    readers = [one for one in month.everybody if one.account != "xa"][::3]
    await asyncio.gather(*(month.reads(one) for one in readers))
    await month.is_read(1, READERS)
    month.slept.until(at(20, 1, 8, 30))
    tam = month.office["Tâm"]
    await writes(tam, "/tiendo")
    await opens(tam, f"1. {FIRE}")
    await tam.presses(f"🔔 Nhắc {300 - READERS} người")
    await month.reaches(1, {"sent": 300 - READERS}, "reminder")
    for one in month.watched:
        assert (len([text for text in await month.got(one) if FIRE in text]) == 1) == (one in readers), one


async def gathered(month: Month) -> None:
    """The silent answer when they are reminded; the day is told; what was said there comes back."""
    minh, duc = month.office["Minh"], month.office["Đức"]
    month.slept.until(at(21, 1, 9))
    await writes(minh, "/hoinghi")
    await opens(minh, "Hội nghị báo cáo viên tháng 1")
    await minh.presses("🔔 Nhắc 1 đơn vị")
    await month.office["Hoa"].sees("chưa trả lời về điểm cầu")
    await point(month, "Hoa")
    month.slept.until(at(27, 1, 8))
    await duc.sees("Hôm nay có hội nghị")
    month.slept.until(at(28, 1, 9))
    await duc.presses("Gửi khó khăn, đề xuất")
    await duc.sees("Đơn vị gửi khó khăn hay đề xuất?")


async def planned(month: Month) -> None:
    """By the lunar calendar: two that fall on days off go when those are over."""
    tam, run = month.office["Tâm"], month.run
    month.slept.until(at(28, 1, 10))
    await writes(tam, "/phat")
    await tam.presses("Bản tin có sẵn")
    await tam.sees("chọn bản tin nào?")
    await writes(tam, "giáp thìn")
    await opens(tam, NEW_YEAR[:12])
    for label in ("Cả ", "Bình thường", "Hẹn giờ"):
        await tam.presses(label)
    await tam.sees("Gửi lúc mấy giờ")
    await writes(tam, "23 tháng Chạp 8h")
    await tam.sees("tức 23 tháng Chạp năm Bính Ngọ")
    await submitted(month)
    await approved(month, NEW_YEAR)
    again = ("--unit", EA_KAO, "--schedule", "mùng 1 Tết 8h", "--yes")
    made = await run.command("broadcast", "create", "kinh-te-xa-hoi-2023", *again)
    assert made["state"] == "scheduled"
    days = await run.command("broadcast", "calendar", "--to", "2027-03-01")
    assert [(day["at"][:16], day["goes_at"][:16], day["lunar"]) for day in days] == [
        ("2027-01-30T08:00", "2027-02-01T08:00", "25 tháng Chạp năm Bính Ngọ"),
        ("2027-02-06T08:00", "2027-02-11T08:00", "mùng 6 tháng Giêng năm Đinh Mùi"),
    ]


async def merged(month: Month) -> None:
    """Somebody moves; two communes become one: what comes now is counted there, what was stays."""
    run, mover = month.run, next(one for one in month.everybody if (one.unit, one.account) == (BMT, "phong"))
    await run.command("member", "move", str(await month.member(mover)), EA_KAO, "--yes")
    month.slept.until(at(1, 2, 5))
    list_ = "Ngày hiệu lực,Việc,Đơn vị,Thành,Tên mới,Cấp,Căn cứ\n"
    (run.folder / "sap-nhap.csv").write_text(
        f"{list_}01/02/2027,sáp nhập,{PAC}; {EA_KNUEC},{PAC},,,1/NQ\n", encoding="utf-8"
    )
    changed = await run.command("unit", "change", "sap-nhap.csv", "--yes")
    assert not changed["dry_run"]
    month.slept.until(at(1, 2, 8, 1))
    await month.reaches(2, {"sent": 300})
    assert await month.by_unit(2) == {PAC: 150, EA_KAO: 76, BMT: 74}
    assert await month.by_unit(1) == {PAC: 75, EA_KAO: 75, EA_KNUEC: 75, BMT: 75}
    for one in month.watched:
        (got,) = [text for text in await month.got(one) if any(title in text for title in TITLES.values())]
        assert TITLES[one.language] in got


async def corrected(month: Month) -> None:
    """An error is mended where it stands; who had confirmed it is told."""
    folder = month.run.folder / "content" / "briefings" / TET
    reader = next(one for one in month.everybody if one.account == "phong" and one.language == "vi")
    await month.reads(reader)
    await month.is_read(2, 1)
    words = (folder / "vi.md").read_text(encoding="utf-8")
    (folder / "vi.md").write_text(words.replace(WRONG, RIGHT), encoding="utf-8")
    done = await month.run.command("broadcast", "correct", await month.broadcast(TET))
    assert not done["recalled"]
    await month.reaches(1, {"sent": ALL - ON_ZALO}, "edit")
    for one in month.watched:
        if one.account != "xa" and one.language == "vi":
            assert any(RIGHT in text for text in await month.got(one)), one


async def summed(month: Month) -> None:
    """Tết is over; the year's figures are those of the ledger, in which each recipient stands once."""
    month.slept.until(at(11, 2, 8, 1))
    await month.reaches(3, {"sent": 76})
    ledger = Counter[str]()
    for run in (1, 2, 3):
        ledger.update(await month.by_unit(run))
    found = await month.run.command("review", "--unit", PROVINCE, "--year", "2027")
    assert {one["unit"]: one["received"] for one in found["units"] if one["received"]} == ledger
    this = found["this"]
    assert (this["received"], this["read"]) == (676, READERS + 1) == (ledger.total(), READERS + 1)
    assert (this["conferences"], this["points"], this["briefings"]) == (1, 2, 3)
    assert this["attended"] == {"least": 100, "most": 198}
    rows = await month.ledger()
    assert len(rows) == len({(run, member) for run, member, _ in rows}) == 676
    assert {state for _, _, state in rows} == {"sent"}


TITLES = {"vi": NEW_YEAR, "en": "A wholesome, safe and thrifty Lunar New Year", "rad": "Hruê Têt Giáp Thìn"}


async def test_a_month(tmp_path: Path) -> None:
    async with month(tmp_path, f"sqlite:///{tmp_path}/nhipcau.db") as home:
        await home.api.wait_for(lambda: home.api.state.counts["setmycommands"], timeout=60)
        await home.settle()
        await written(home)
        await added(home)
        await invited(home)
        await sent(home)
        await reminded(home)
        await gathered(home)
        await planned(home)
        await merged(home)
        await corrected(home)
        await summed(home)
