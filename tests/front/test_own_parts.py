"""What a researcher adds to a paper: every number of it has a source, and stands in every document."""

from __future__ import annotations

import json
from pathlib import Path

import altair as alt
import openpyxl
import pandas as pd
import pytest
from docx import Document

from analysis import OpenStudy, open_study
from analysis.briefing.parameters import checked
from analysis.briefing.runner import run
from analysis.briefing.verification import verify
from analysis.errors import ParameterError, UntracedError, WorkbookError
from analysis.quantities import Status
from analysis.views.blocks import Figure, Table
from analysis.views.wording import plain
from tests.briefing.texts import docx_text
from tests.front.notebooks import notebook


@pytest.fixture(scope="module")
def study() -> OpenStudy:
    return open_study("suzhou-2003", language="en", compare_synthetic=True)


PARTS = (
    ("markdown paper", '## What we saw\n\nWe made [37]{source="our list, 2004"} visits, **first** in 2004.\n\n- one\n- two'),
    ("", "r = study.rate(instructor='yes')\n"
         "study.text(zh='走访{n}家：{r}。', en='We visited {n}: {r}.', n=37, r=r, source='our visits')"),
    ("", "found = study.coverage(by=['district', 'category'], staff_from=50)\nfound"),
    ("", "study.table(found.frame.sort_values('rate').head(4), zh='四组', en='Four groups')"),
    ("", "import altair as alt\nstudy.chart(alt.Chart(found.frame).mark_bar().encode(x='rate', y='district_name'), 'My chart')"),
    ("", "mine = found.quantities\nmine['left'] = mine['enterprises'] - mine['covered']\n"
         "study.table(mine[['district', 'category', 'left']].head(3), 'Not covered')"),
    ("", "found.frame.head(2)"),
)  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("own")
    path = notebook(place / "mine.ipynb", *PARTS)
    parameters = checked(str(path), {"language": "en", "district": "320583"})
    return run(parameters, notebook="mine", folder=place / "run")


def test_own_parts_stand_in_every_document(written: Path) -> None:
    from pypdf import PdfReader

    word = docx_text(written / "briefing.docx")
    page = (written / "briefing.html").read_text(encoding="utf-8")
    paper = "".join(one.extract_text() for one in PdfReader(written / "briefing.pdf").pages)
    for text in ("What we saw", "visits, first in 2004", "Four groups", "My chart", "Not covered"):
        assert text in word, text
        assert text in page, text
        assert text.replace(" ", "") in paper.replace(" ", "").replace("\n", ""), text
    book = openpyxl.load_workbook(written / "briefing.xlsx", read_only=True)
    assert {"Four groups", "My chart", "Not covered"} <= set(book.sheetnames)


def test_headings_of_one_s_own_are_numbered_with_the_others(written: Path) -> None:
    heads = [one.text for one in Document(str(written / "briefing.docx")).paragraphs if "eading" in str(one.style.name)]
    assert heads[:2] == ["1. What we saw", "2. Coverage by district and category"]


def test_numbers_of_one_s_own_are_in_the_ledger_and_verify(written: Path) -> None:
    claims = json.loads((written / "ledger.json").read_text(encoding="utf-8"))
    own = [one["quantity"] for one in claims if str(one["quantity"].get("address", "")).startswith("own:")]
    assert {(one["value"], one["status"], one["locator"]) for one in own} == {
        (37, "counted", "our list, 2004"),
        (37, "counted", "our visits"),
    }
    outcome = verify(written)
    assert outcome.is_true
    assert outcome.claims == len(claims)


def test_what_is_computed_from_an_answer_keeps_its_derivation(written: Path) -> None:
    claims = json.loads((written / "ledger.json").read_text(encoding="utf-8"))
    left = [one["quantity"] for one in claims if one["quantity"].get("operation") == "−"]
    assert left
    assert all(part["address"].startswith("cells:enterprises") for one in left for part in one["parts"])


def test_what_is_shown_and_not_printed_is_told_by_its_cell(written: Path) -> None:
    from analysis.briefing.executed import read_executed, unprinted

    (told,) = unprinted(read_executed(written / "notebook.ipynb"), name="mine.ipynb")
    assert told == "mine.ipynb, cell 11: shows a table that no paper prints; allowed: study.table(frame, title)"


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (("", "study.text('We visited 37.')"), "cell 5: .*37"),
        (("markdown paper", "We made 38 visits."), 'cell 5: the number 38 in "We made 38 visits." has no source'),
        (("markdown paper", "We made [38]{status=counted} visits."), "cell 5: .*no number with a source"),
        (("markdown paper", "![a picture](x.png)"), "cell 5: .*cannot be printed"),
        (("", "import pandas as pd\nstudy.table(pd.DataFrame({'a': [3.5]}), 'Mine')"), "Mine, a: 3.5 has no source"),
    ],
)
def test_a_number_without_a_source_stops_the_paper_at_its_cell(
    cell: tuple[str, str], told: str, tmp_path: Path
) -> None:
    path = notebook(tmp_path / "mine.ipynb", cell)
    with pytest.raises(WorkbookError, match=told):
        run(checked(str(path), {"language": "en"}), notebook="mine", folder=tmp_path / "run", formats=["html"])
    assert not (tmp_path / "run").exists()


def test_rows_that_were_chosen_and_ordered_keep_where_they_came_from(study: OpenStudy) -> None:
    frame = study.coverage(by=["district", "category"]).frame
    for chosen in (
        frame.query("enterprises > 100").sort_values("rate"),
        frame[["district", "category", "rate"]].iloc[::3],
    ):
        (table,) = study.table(chosen, "Chosen").section.blocks
        assert isinstance(table, Table)
        leaves = {
            leaf.address for claim in study.table(chosen, "Chosen").section.claims() for leaf in claim.quantity.leaves()
        }
        assert all(address.startswith(("cells:", "figure:")) for address in leaves)


def test_a_number_that_was_changed_is_no_number_of_the_answer(study: OpenStudy) -> None:
    frame = study.coverage(by="category").frame
    frame.loc[0, "covered"] += 1
    with pytest.raises(ParameterError, match=r"covered: .* has no source"):
        study.table(frame, "Changed")
    doubled = frame.assign(covered=frame["covered"] * 2)
    with pytest.raises(ParameterError, match="has no source"):
        study.table(doubled, "Doubled")
    (table,) = study.table(doubled, "Doubled", source="twice the count").section.blocks
    assert isinstance(table, Table)
    assert "twice the count" in str(table.note)


NAMED = pd.DataFrame({"a": ["x"]})
LOOKED_UP = alt.LookupData(data=pd.DataFrame({"a": ["x"], "v": [7]}), key="a", fields=["v"])
HELD = {
    "data": {"name": "d"},
    "datasets": {"d": [{"v": 7}]},
    "mark": "bar",
    "encoding": {"x": {"field": "v", "type": "ordinal"}},
}


@pytest.mark.parametrize(
    ("chart", "told"),
    [
        (
            alt.Chart("https://example.org/a.csv").mark_bar().encode(x="a:Q"),
            "fetches its data from https://example.org",
        ),
        (alt.Chart(pd.DataFrame({"a": [1]})).mark_image(url="https://example.org/x.png"), "fetches its data"),
        (alt.Chart(pd.DataFrame({"a": [1.5]})).mark_bar().encode(x="a"), "a: 1.5 has no source"),
        (alt.Chart(pd.DataFrame({"a": [1.5]})).mark_bar().encode(x="b"), "cannot be drawn"),
        ("a picture", "str is no chart"),
        (alt.Chart(NAMED, title="There are 7").mark_bar().encode(x="a:N"), 'title "There are 7" has no source'),
        (alt.Chart(NAMED).transform_calculate(v="7").mark_bar().encode(x="v:Q"), 'calculate "7" has no source'),
        (alt.Chart(NAMED).mark_bar().encode(x=alt.datum(7)), "datum 7 has no source"),
        (alt.Chart(alt.sequence(0, 7, 1)).mark_bar().encode(x="data:Q"), "sequence .* has no source"),
        (
            alt.Chart(alt.InlineData(values="a\n7", format=alt.DataFormat(type="csv"))).mark_bar(),
            "rows that stand in a text",
        ),
        (
            alt.Chart(NAMED).transform_lookup(lookup="a", from_=LOOKED_UP).mark_bar().encode(x="v:Q"),
            "v: 7 has no source",
        ),
        (alt.Chart.from_dict(HELD), "v: 7 has no source"),
    ],
)
def test_a_chart_that_cannot_be_printed_says_why(study: OpenStudy, chart: object, told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        study.chart(chart, "Mine")


def test_rows_of_the_shape_of_an_answer_are_no_answer(study: OpenStudy) -> None:
    frame = study.coverage(by="category").frame
    changed = alt.LookupData(data=frame.assign(covered=frame["covered"] + 1), key="category", fields=["covered"])
    chart = (
        alt.Chart(frame).transform_lookup(lookup="category", from_=changed, as_=["more"]).mark_bar().encode(x="more:Q")
    )
    with pytest.raises(ParameterError, match=r"covered: .* has no source"):
        study.chart(chart, "Mine")


def test_years_in_words_and_constants_with_a_source_are_printed(study: OpenStudy) -> None:
    frame = study.coverage(by="category").frame
    bars = alt.Chart(frame, title="Coverage at the end of 2003").mark_bar().encode(x="rate", y="category_name")
    (figure,) = study.chart(bars, "Mine").section.blocks
    assert isinstance(figure, Figure)
    assert "Coverage at the end of 2003" in figure.svg
    line = alt.Chart(frame).mark_rule().encode(x=alt.datum(0.5))
    assert study.chart(bars + line, "Mine", source="the half is ours").section.blocks


def test_a_chart_of_one_s_own_draws_the_same_bytes(study: OpenStudy) -> None:
    frame = study.coverage(by="category").frame
    charts = [study.chart(alt.Chart(frame).mark_bar().encode(x="rate", y="category_name"), "Mine") for _ in range(2)]
    one, other = (chart.section.blocks[0] for chart in charts)
    assert isinstance(one, Figure)
    assert isinstance(other, Figure)
    assert one.svg == other.svg
    assert "Private enterprises" in one.svg
    assert one.data is not None
    assert {claim.status for claim in one.claims} == {Status.PUBLISHED, Status.SYNTHETIC}


def test_a_chart_of_synthetic_numbers_says_so_and_keeps_all_its_rows(study: OpenStudy) -> None:
    frame = study.coverage(by="district").frame
    (figure,) = study.chart(alt.Chart(frame).mark_bar().encode(x="rate", y="district"), "Mine").section.blocks
    assert isinstance(figure, Figure)
    assert plain(figure.note).strip() == "Synthetic data†."
    long = pd.DataFrame({"visit": range(250)})
    (figure,) = study.chart(alt.Chart(long).mark_bar().encode(x="visit"), "Visits", source="ours").section.blocks
    assert isinstance(figure, Figure)
    assert figure.data is not None
    assert len(figure.data.rows) == 250


def test_markup_and_formulas_in_own_text_are_text(study: OpenStudy, tmp_path: Path) -> None:
    from analysis.briefing.documents.write import write_documents

    frame = pd.DataFrame({"place": ["=cmd()", "<b>x</b>", "#set page()"], "visits": [1, 2, 3]})
    sections = [
        study.title().section,
        study.text("<script>alert()</script> *x* $y$ #z {n}", n="<i>").section,
        study.table(frame, "<b>Visits</b>", source="ours").section,
    ]
    write_documents(sections, tmp_path)
    page = (tmp_path / "briefing.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page
    assert "#set page()" in docx_text(tmp_path / "briefing.docx")
    cells = openpyxl.load_workbook(tmp_path / "briefing.xlsx").worksheets[1]
    found = [cell for row in cells.iter_rows() for cell in row if cell.value == "=cmd()"]
    assert [cell.data_type for cell in found] == ["s"]


def test_a_table_too_long_for_paper_is_cut_and_says_so(study: OpenStudy) -> None:
    (table,) = study.table(pd.DataFrame({"visit": range(3000)}), "Visits", source="our diary").section.blocks
    assert isinstance(table, Table)
    assert len(table.rows) == 200
    assert plain(table.note) == "Source: our diary. The first 200 of 3,000 rows."


@pytest.mark.parametrize(
    ("say", "told"),
    [
        (lambda study: study.text("{n} of them", n=3), "n: 3 has no source"),
        (lambda study: study.text("{n} of them"), r"\{n\} has no value"),
        (lambda study: study.text("{n}", n=study), "n: OpenStudy cannot be printed"),
        (lambda study: study.number(0.3, "share", source="ours"), "a share of what"),
        (lambda study: study.number(3, source=" "), "has no source"),
        (lambda study: study.number(3, source="ours", status="derived"), 'status: "derived"; allowed'),
        (lambda study: study.table(pd.DataFrame(), "x"), "no rows or no columns"),
        (lambda study: study.table([1], "x"), "list is no table"),
        (lambda study: study.table(pd.DataFrame([[1, 2]], columns=["a", "a"]), "x"), "two columns are called a"),
    ],
)
def test_what_cannot_be_added_is_told_with_what_is_allowed(study: OpenStudy, say: object, told: str) -> None:
    with pytest.raises((ParameterError, UntracedError), match=told):
        say(study)  # type: ignore[operator]
