"""What `workbook check` says of a register: everything is accounted for, and what nobody knows can be pasted."""

from __future__ import annotations

import tomllib

import pytest

from analysis.commands.register_report import accounting, report_lines
from analysis.input_models import RegisterInput
from analysis.messages import said
from analysis.sources.registers.report import Report
from analysis.study import Study

SETTINGS = RegisterInput.model_validate({"path": "a.csv", "values": {"category": {"甲类": "foreign"}}})
REPORT = Report(
    "a.csv",
    lines=1_006,
    above=2,
    kept=900,
    rejected=100,
    told=(("blank lines", 1), ("lines inside quoted cells", 3)),
    theirs={"district": "区域", "category": "类别"},
    unused=("派驻党建工作指导员情况", "备注"),
    absent=("instructor", "five_good"),
    looked_for_persons=1_000,
    notes=(said("{rows} rows are hidden; they were counted", rows=21),),
    unknown=(
        ("category", "私企业主", 60),
        ("category", "村办厂", 31),
        ("category", "139 1234 5678", 1),
        ("organisation", "党支部", 8),
    ),
)


def told(report: Report, study: Study | None, language: str = "en") -> str:
    return "\n".join(report_lines(report, SETTINGS, study, [["昆山市", None]], "zh" if language == "zh" else "en"))


def test_all_that_lies_in_the_file_is_accounted_for_first(suzhou: Study) -> None:
    whole = "1,006 rows in the file = 2 title and header + 900 kept + 100 rejected + 1 blank line + 3 lines inside quoted cells"
    assert told(REPORT, suzhou).startswith(f"a.csv: {whole}\n")
    chinese = "文件共1,006行 = 标题和表头2 + 计入900 + 剔除100 + 空行1 + 引号内的换行3"
    assert told(REPORT, suzhou, "zh").startswith(f"a.csv：{chinese}\n")
    assert (
        accounting(Report("a database", lines=5, above=0, kept=5, rejected=0), "en") == "5 rows = 5 kept + 0 rejected"
    )


def test_words_that_nobody_knows_are_pasted_with_guesses_to_be_looked_at(suzhou: Study) -> None:
    lines = told(REPORT, suzhou)
    assert '"私企业主" = "private"   # 60 rows; is this right?' in lines
    assert '# "村办厂" = "…"   # 31 rows; one of: private, foreign, individual' in lines
    assert '# "党支部" = "…"   # 8 rows; one of: none, independent, joint' in lines
    assert "139 1234 5678" not in lines
    block = tomllib.loads(lines[lines.index("[register.columns]") :])["register"]
    found = RegisterInput.model_validate({"path": "a.csv"} | block)
    assert found.columns == {"instructor": "派驻党建工作指导员情况"}
    assert found.values["category"] == {"甲类": "foreign", "私企业主": "private"}  # what the study has is kept


def test_without_a_study_no_district_or_category_is_guessed() -> None:
    lines = told(REPORT, None)
    assert '# "私企业主" = "…"   # 60 rows' in lines
    assert "private" not in lines


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["looked for persons in: 10 of 1,000 rows", "note: 21 rows are hidden; they were counted"]),
        ("zh", ["已在1,000行中的10行查找个人信息", "未使用的列：派驻党建工作指导员情况, 备注", "# 60行；猜测，请核对"]),
    ],
)
def test_what_is_known_of_the_whole_is_said_in_the_language_of_the_reader(
    language: str, expected: list[str], suzhou: Study
) -> None:
    lines = told(Report(**{**REPORT.__dict__, "looked_for_persons": 10}), suzhou, language)
    for one in expected:
        assert one in lines
