"""Whatever a study's places, kinds and documents are called: it is printed as it is, is no number and no command."""

from __future__ import annotations

import csv
import re
import shutil
import tomllib
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from openpyxl import load_workbook

from analysis.briefing.documents.links import READERS, astray, read
from analysis.briefing.documents.write import write_documents
from analysis.briefing.number_provenance import NUMBER, accounted, number_at
from analysis.errors import UntracedError
from analysis.ledger import Ledger
from analysis.quantities import Language
from analysis.study import DATA, open_study
from analysis.views.blocks import Paragraph, Section
from analysis.views.wording import plain
from tests.briefing.texts import docx_text, html_text, pdf_text
from tests.examples import examples
from tests.papers import open_paper

NAMES = [
    "=1+1", "<b>12</b>", "#set page(3)", "$x$ 4", "_a_5", "|6|", "\\7", "@x8", "+9", "-10", "&amp;11", '"12', "}13{",
    "%14", "`15`", "~16~", "[17](u)", "==18", "2.5产业园", "100强企业", "…19", "1", "12", "3%", "2003", "2003年", "1,234",
    "'20",
]  # fmt: skip
COLUMNS = {
    "districts.csv": ("name_zh", "name_en"),
    "departments.csv": ("name_zh", "name_en"),
    "published.csv": ("label_zh", "label_en", "source", "source_en", "locator"),
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study that ships, every name in it another."""
    study = Path(shutil.copytree(DATA / "suzhou-2003", tmp_path_factory.mktemp("hostile") / "study"))
    names = cycle(NAMES)

    def named(found: re.Match[str]) -> str:
        escaped = next(names).replace("\\", "\\\\").replace('"', '\\"')
        return f'{found[1]}"{escaped}"'

    for path in sorted(study.rglob("*.toml")):  # so that each has the same name on every disk
        text = path.read_text(encoding="utf-8")
        path.write_text(
            re.sub(r'((?:^|[{,\s])(?:zh|en) = )"(?:[^"\\]|\\.)*"', named, text, flags=re.M), encoding="utf-8"
        )
    place = tomllib.loads((study / "study.toml").read_text(encoding="utf-8"))["place"]["zh"]
    for file, columns in COLUMNS.items():
        with (study / file).open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        changed = [row | {name: next(names) for name in columns} for row in rows]
        if file == "published.csv":
            changed = [row | {"place": place} for row in changed]
        with (study / file).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0])
            writer.writeheader()
            writer.writerows(changed)
    return study


def assert_links_lead_home(document: Path, ledger: Ledger) -> None:
    assert read(document).links
    assert [str(one) for one in astray(document, ledger, ())] == []


ASKED: dict[str, dict[str, object]] = {"3_scenarios": {"draws": 20}, "4_briefing": {"draws": 20}}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "notebook", ["1_sources", "2_coverage", "3_scenarios", "4_briefing", "6_conference", "7_department"]
)
def test_every_number_of_a_paper_has_its_source_whatever_is_called_by_numbers(
    hostile: Path, notebook: str, language: Language
) -> None:
    claims = open_paper(notebook, study=str(hostile), language=language, **ASKED.get(notebook, {})).ledger.claims
    named = [one for one in claims if one.quantity.address.startswith("text:")]
    assert named
    assert all(number_at(hostile, one.quantity.address) == one.quantity.value for one in named)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_format_prints_names_as_they_are(hostile: Path, tmp_path: Path, language: Language) -> None:
    paper = open_paper("4_briefing", study=str(hostile), language=language, draws=20)
    write_documents([*paper.printed, paper.section("annex")], tmp_path)
    book = load_workbook(tmp_path / "briefing.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    texts = {
        "docx": docx_text(tmp_path / "briefing.docx"),
        "pdf": pdf_text(tmp_path / "briefing.pdf"),
        "html": html_text(tmp_path / "briefing.html"),
        "xlsx": "\n".join(str(cell.value) for cell in cells),
    }
    for name in [row.label.of(language) for row in open_study(hostile).districts]:
        for ending, text in texts.items():
            assert re.sub(r"\s", "", name) in re.sub(r"\s", "", text), (name, ending)
    for ending in READERS:  # numbers in names are links as all others are, wherever they stand in a cell
        assert_links_lead_home(tmp_path / f"briefing{ending}", paper.ledger)


ODD = st.text(alphabet="0123456789.,%=-+年a区 ", min_size=1, max_size=6).map(str.strip).filter(NUMBER.search)


@given(ODD, ODD)
@examples(300)
def test_a_name_with_numbers_explains_itself_and_nothing_else(one: str, other: str) -> None:
    names = {one: "text:districts.csv/a.name_zh", other: "text:districts.csv/b.name_zh"}
    text = f"截至2003年12月31日，在{one}（{other}），At 31 December 2003 in {one}."
    (block,) = accounted(Section("a", "zh", (Paragraph((text,)),)), names).blocks
    assert isinstance(block, Paragraph)
    assert plain(block.content) == text
    assume("77" not in one + other and not one.endswith("7") and not other.endswith("7"))
    with pytest.raises(UntracedError, match="77"):
        accounted(Section("a", "zh", (Paragraph((f"{text}共77家",)),)), names)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_comparison_of_places_that_are_called_by_numbers_has_its_sources(
    hostile: Path, tmp_path: Path, language: Language
) -> None:
    for year in ("2003", "2005"):
        study = Path(shutil.copytree(hostile, tmp_path / year))
        settings, published = study / "study.toml", study / "published.csv"
        text = settings.read_text(encoding="utf-8").replace("suzhou-2003", f"suzhou-{year}")
        text = text.replace("period = 2003", f"period = {year}")
        settings.write_text(re.sub(r'(\[place\]\nzh = )".*"', r'\1"2003"', text), encoding="utf-8")  # beside a year
        with published.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        changed = [row | {"place": "2003", "period": row["period"].replace("2003", year)} for row in rows]
        with published.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0])
            writer.writeheader()
            writer.writerows(changed)
    one, other = str(tmp_path / "2003"), str(tmp_path / "2005")
    paper = open_paper("5_comparison", study=one, language=language, other_study=other, compare_synthetic=True)
    assert paper.ledger.claims


def test_a_number_that_begins_an_indented_cell_leads_to_its_row(tmp_path: Path) -> None:
    study = Path(shutil.copytree(DATA / "suzhou-2003", tmp_path / "study"))
    targets = study / "targets.toml"
    text = targets.read_text(encoding="utf-8")
    readings = re.sub(r'(\[\[targets\.readings\]\]\nzh = )"[^"]*"', r'\1"2.5产业园"', text)
    assert readings != text
    targets.write_text(readings, encoding="utf-8")
    paper = open_paper("4_briefing", study=str(study), language="zh", draws=20)
    write_documents([*paper.printed, paper.section("annex")], tmp_path)
    for ending in READERS:
        assert_links_lead_home(tmp_path / f"briefing{ending}", paper.ledger)
