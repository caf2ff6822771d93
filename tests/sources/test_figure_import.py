"""Figures out of paragraphs and tables: what a document gives is proposed as it is written, and nothing is guessed in silence."""

from __future__ import annotations

import re
import shutil
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import DataError
from analysis.sources.figure_import import Aside, Proposal, figures_in_text, hidden_bases
from analysis.sources.figure_proposals import added_to, confirmed_figures, figures_of_file, proposals_csv
from analysis.study import DATA, Study, open_study
from tests.commands import command

SAID_BY_A_PERSON = {
    "covered": {"base"},
    "instructed": {"base"},
}  # which of the enterprises named, the document does not say


def proposals(text: str) -> list[Proposal]:
    return [one for one in figures_in_text(text) if isinstance(one, Proposal)]


def minutes(study: Study) -> str:
    """The paragraph of figures, of the phrases that carry them."""
    return f"{study.settings.period}年，{'，'.join(figure.phrase for figure in study.figures.values())}。"


def test_the_minutes_give_the_shipped_lines_again_but_for_what_a_person_must_say(suzhou: Study) -> None:
    found = {one.id: one for one in proposals(minutes(suzhou))}
    assert set(found) == set(suzhou.figures)
    for name, figure in suzhou.figures.items():
        one = found[name]
        told = (one.indicator, one.category, Decimal(one.value), one.unit, one.decimals, one.approximate, one.period)
        assert told == (
            figure.indicator, figure.category, Decimal(str(figure.value)), figure.unit, figure.decimals, figure.approximate,
            str(figure.period),
        )  # fmt: skip
        assert set(one.unknown) == SAID_BY_A_PERSON.get(name, set())
        assert one.base == ("" if name in SAID_BY_A_PERSON else figure.base)
    assert {name for name, *_ in hidden_bases(list(found.values()))} == {row.id for row in suzhou.settings.hidden} - {
        "eligible"
    }


@pytest.mark.parametrize(
    ("text", "value", "decimals", "approximate", "indicator"),
    [
        ("私营企业13.12万户", "131200", -2, "no", "enterprises"),
        ("全市有7万多家非公有制企业", "70000", -4, "over", "enterprises"),
        ("选派8千多名指导员", "8000", -3, "over", "instructors"),
        ("指导员联系近3万家企业", "30000", -4, "nearly", "enterprises_with_instructor"),
        ("職工黨員三百一十八萬名", "3180000", -4, "no", "members"),
        ("约350名党员", "350", 0, "about", "members"),
        ("党员350名左右", "350", 0, "about", "members"),
        ("党员3500名以上", "3500", 0, "over", "members"),
        ("党员不少于3,500名", "3500", 0, "at least", "members"),
        ("党员不足3500名", "3500", 0, "at most", "members"),
        ("建立了党支部1046个", "1046", 0, "no", "organisations"),
        ("1.34万家“三有”非公有制企业建立了党组织", "13400", -2, "no", "enterprises_with_organisation"),
        ("组建率达74.6％", "74.6", 1, "no", "organisation_rate"),
        ("占具备建立党组织条件企业的百分之九十四点二", "94.2", 1, "no", "coverage_rate"),
        ("党员１２，３４５名", "12345", 0, "no", "members"),
    ],
)
def test_a_number_is_read_as_it_is_written(
    text: str, value: str, decimals: int, approximate: str, indicator: str
) -> None:
    (one,) = proposals(text)
    assert (one.value, one.decimals, one.approximate, one.indicator) == (value, decimals, approximate, indicator)


@given(st.decimals(min_value=1, max_value=9999, places=2), st.sampled_from(["", "万", "亿"]))
def test_any_number_keeps_its_value_and_its_decimals(number: Decimal, scale: str) -> None:
    (one,) = proposals(f"党员{number}{scale}名")
    power = {"": 0, "万": 4, "亿": 8}[scale]
    assert Decimal(one.value) == number.scaleb(power)
    assert one.decimals == 2 - power


@given(
    st.lists(
        st.sampled_from(["党员12名", "2003年", "职工25人以上的企业30家", "共7", "约8万户", "增长3.5%", "8至10月"]),
        min_size=1,
    )
)
def test_no_number_is_passed_over_in_silence(parts: list[str]) -> None:
    found = figures_in_text("，".join(parts))
    told = " ".join(one.phrase if isinstance(one, Proposal) else one.text for one in found)
    wanted = [number for part in parts if not part.endswith("月") for number in re.findall(r"\d[\d.]*", part)]
    assert all(number in told for number in wanted)


def test_what_the_words_do_not_say_is_asked_and_not_guessed() -> None:
    whole, share = proposals("全市有非公有制经济组织12.84万户，组建率达98.2%。")
    assert "indicator" in whole.unknown  # registered, or operating?
    assert share.unknown == ("base",)
    (odd,) = proposals("发放补贴300户")
    assert odd.indicator == ""
    assert {"indicator", "label_zh", "label_en"} <= set(odd.unknown)


def test_tables_in_excel_word_and_csv_give_the_same(tmp_path: Path) -> None:
    rows = [
        ["甲市情况"],
        ["指标", "数值", "单位", "口径", "年份"],
        ["个体工商户", "11.8", "万户", "", "2010"],
        ["党员", "约2904", "人", "", "2010"],
    ]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "a.csv").write_text("\n".join(",".join(row) for row in rows), encoding="gb18030")
    document = Document()
    table = document.add_table(rows=3, cols=5)
    for line, row in zip(table.rows, rows[1:], strict=True):
        for cell, text in zip(line.cells, row, strict=True):
            cell.text = text
    document.save(str(tmp_path / "a.docx"))
    for name in ("a.xlsx", "a.csv", "a.docx"):
        households, members = (one for one in figures_of_file(tmp_path / name) if isinstance(one, Proposal))
        assert (households.value, households.decimals, households.category, households.period) == (
            "118000",
            -3,
            "individual",
            "2010",
        )
        assert (members.value, members.approximate, members.label_zh) == ("2904", "about", "党员")


def test_a_table_with_english_headers_is_read_and_one_without_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Indicator,Value,Unit,Base\n党员,56595,人,city_members\n", encoding="utf-8")
    (one,) = figures_of_file(tmp_path / "a.csv")
    assert isinstance(one, Proposal)
    assert one.base == "city_members"
    (tmp_path / "b.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(DataError, match="no row of names with what is counted"):
        figures_of_file(tmp_path / "b.csv")


def confirmed(file: Path, *, answer: str = "yes", said: dict[str, str] | None = None) -> Path:
    """The file as a person leaves it."""
    head, *lines = file.read_text("utf-8-sig").splitlines()
    given = said or {"?": ""}
    for old, new in given.items():
        lines = [line.replace(f",{old},", f",{new},") for line in lines]
    file.write_text("\n".join([head, *(f"{answer}{line}" for line in lines)]), encoding="utf-8")
    return file


def test_confirmed_lines_become_a_study_that_opens(suzhou: Study, tmp_path: Path) -> None:
    shutil.copytree(DATA / "suzhou-2003", tmp_path / "study")
    (tmp_path / "study" / "published.csv").unlink()
    (tmp_path / "minutes.txt").write_text(minutes(suzhou), encoding="utf-8")
    place, source = suzhou.settings.place.zh, next(iter(suzhou.figures.values())).source
    done = command("import-figures", tmp_path / "minutes.txt", "--place", place, "--source", source)
    assert done.returncode == 0
    assert f"{len(suzhou.figures)} lines proposed" in done.stdout
    file = tmp_path / "minutes.txt.figures.csv"
    proposed = file.read_bytes()
    again = command("import-figures", tmp_path / "minutes.txt")  # what a person has gone through is not written over
    assert again.returncode == 2
    assert "is there already" in again.stderr
    assert file.read_bytes() == proposed
    refused = command("import-figures", file, "--into", tmp_path / "study")
    assert refused.returncode == 2
    assert "is neither confirmed nor turned down" in refused.stderr
    assert not (tmp_path / "study" / "published.csv").exists()
    done = command("import-figures", confirmed(file), "--into", tmp_path / "study")
    assert done.returncode == 0, done.stderr
    again = open_study(tmp_path / "study")
    assert {name: (one.value, one.unit) for name, one in again.figures.items()} == {
        name: (one.value, one.unit) for name, one in suzhou.figures.items()
    }


def test_a_question_that_was_left_open_and_a_figure_that_is_there_already_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(proposals_csv(figures_in_text("2003年党员56,600名，组建率达98.2%。", place="苏州市", source="x")))
    with pytest.raises(DataError, match="base: of how many is for you to say"):
        confirmed_figures(confirmed(file, said={"none": ""}))
    file.write_bytes(proposals_csv(figures_in_text("2003年党员56,600名。", place="苏州市", source="x")))
    with pytest.raises(DataError, match="stands there already with another value"):
        added_to(DATA / "suzhou-2003" / "published.csv", confirmed_figures(confirmed(file)))


def test_lines_turned_down_may_hold_anything(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(proposals_csv(figures_in_text("发放补贴300户。")))
    assert confirmed_figures(confirmed(file, answer="否", said={"none": ""})) == ()


def test_no_cell_of_the_proposals_begins_as_a_formula(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('指标,数值,单位\n"=HYPERLINK(""x"")党员",12,人\n', encoding="utf-8")
    lines = proposals_csv(figures_of_file(tmp_path / "a.csv")).decode("utf-8-sig").splitlines()
    assert not re.search(r'(^|,)"?[=+@-]', lines[1])


def test_set_aside_is_told_with_why() -> None:
    found = figures_in_text("2003年，职工25人以上的企业30家，共7。")
    assert [(one.text, one.why) for one in found if isinstance(one, Aside)] == [
        ("2003年", "year"),
        ("25人以上", "size"),
        ("7", "no unit"),
    ]
