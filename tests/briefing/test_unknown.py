"""Unknown is not zero: what the data does not have is named, and nothing is computed from it, on paper and on the screen."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from analysis.briefing.coverage_explorer import explore
from analysis.briefing.lever_explorer import levers
from analysis.coverage.counting import Counter
from analysis.coverage.problems import problems
from analysis.coverage.selection import EVERYTHING, Selection, parsed
from analysis.coverage.sources import cells_of
from analysis.errors import NotInDataError, ParameterError
from analysis.quantities import Language
from analysis.study import DATA, open_study
from analysis.views.blocks import Figure, Paragraph, Section, Table
from analysis.views.wording import plain
from tests.counted import REGISTER, counted_study
from tests.papers import NotebookPaper as Paper
from tests.papers import open_paper

FIGURES = {
    "registered": 1200, "operating": 1006, "private": 700, "foreign": 206, "individual": 100, "organisations": 24,
    "independent": 16, "joint": 8, "covered": 90, "instructed": 300, "instructed_25": 180, "instructed_25_rate": 100,
    "members": 460, "new_members": 21,
}  # fmt: skip
LACKING = {
    "organisation": ("organisations", "independent", "joint", "covered"),
    "instructor": ("instructed", "instructed_25", "instructed_25_rate"),
    "members": ("members", "new_members", "organisations", "independent", "joint", "covered"),
    "full_members": ("new_members",),
}
NAMES = {
    "organisation": ("党组织", "party organisations"),
    "instructor": ("党建工作指导员", "instructors"),
    "members": ("党员人数", "party members"),
    "full_members": ("正式党员人数", "full members"),
}
NOT: dict[Language, str] = {"zh": "数据中没有", "en": "Not in the data: "}
ABSENT = ("instructor", "joint_lead", "members", "full_members", "five_good", "directly_managed")


def synthetic(folder: Path, *left_out: str) -> Path:
    """A small place with a synthetic register: three districts, a few figures, some of them left out."""
    study = Path(shutil.copytree(DATA / "suzhou-2003", folder, ignore=shutil.ignore_patterns("later.csv", "batches")))
    table = pd.read_csv(study / "published.csv", dtype=str, keep_default_na=False).set_index("id")
    kept = [name for name in FIGURES if name not in left_out]
    small = table.loc[kept].assign(value=[str(FIGURES[name]) for name in kept])
    bases = {*kept, "staff_25", "city_members", "city_new_members"}
    small.assign(base=small["base"].where(small["base"].isin(bases), "")).to_csv(study / "published.csv")
    lines = (study / "districts.csv").read_text(encoding="utf-8").splitlines()[:4]
    (study / "districts.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return study


def registered(folder: Path, *absent: str) -> Path:
    """A small place with a register that lacks some columns."""
    study = counted_study(folder, enterprises=1200)
    pd.read_csv(study / REGISTER).drop(columns=list(absent)).to_csv(study / REGISTER, index=False)
    settings = study / "study.toml"
    names = ", ".join(f'"{name}"' for name in absent)
    settings.write_text(settings.read_text("utf-8") + f"absent = [{names}]\n", "utf-8")
    return study


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("places")
    found = {lacking: synthetic(folder / lacking, *names) for lacking, names in LACKING.items()}
    return found | {"register": registered(folder / "register", *ABSENT)}


@cache
def paper(study: Path, notebook: str, language: Language, **parameters: object) -> Paper:
    small = {} if notebook == "2_coverage" else {"draws": 8}
    return open_paper(notebook, study=str(study), language=language, **small, **parameters)


def sections(opened: Paper) -> Iterator[Section]:
    yield from (opened.section(name) for name in opened.contents)


def words(section: Section) -> str:
    """Everything that a section says."""
    texts: list[str] = [claim.marked for claim in section.claims()]
    for block in section.blocks:
        if isinstance(block, Paragraph):
            texts.append(plain(block.content))
        elif isinstance(block, Table):
            texts += [" | ".join(plain(cell) for cell in row) for row in block.rows]
        elif isinstance(block, Figure):
            texts.append(block.title)
    return "\n".join(texts)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("notebook", ["2_coverage", "3_scenarios", "4_briefing"])
@pytest.mark.parametrize("lacking", [*LACKING, "register"])
def test_no_number_of_a_paper_rests_on_what_is_not_in_the_data(
    places: dict[str, Path], lacking: str, notebook: str, language: Language
) -> None:
    opened = paper(places[lacking], notebook, language)
    cells = opened.context.counter.cells
    assert cells is not None
    leaves = [leaf for claim in opened.ledger.claims for leaf in claim.quantity.leaves()]
    counted = [leaf.address for leaf in leaves if leaf.address.startswith("cells:")]
    assert [address for address in counted if cells.lacking(*parsed(address))] == []
    assert not [leaf.address for leaf in leaves if leaf.address.startswith("simulated:")]  # its start is not known


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("lacking", [*LACKING])
def test_each_section_names_what_is_not_in_the_data_and_prints_no_nought(
    places: dict[str, Path], lacking: str, language: Language
) -> None:
    name = NAMES[lacking][language == "en"]
    told = {
        "organisation": ("bases", "by_category", "by_size", "by_district", "cascade"),
        "instructor": ("by_category", "by_size", "by_district"),
        "members": ("cascade",),
        "full_members": ("bases", "cascade"),
    }[lacking]
    for notebook in ("2_coverage", "3_scenarios", "4_briefing"):
        for section in sections(paper(places[lacking], notebook, language)):
            said = words(section)
            if lacking == "organisation" and section.name not in ("targets", "challenge"):  # where 0 may be missing
                assert not re.search(r"(?<![\d,.])0†", said), section.name
            if section.name in told or section.name in ("paths", "needed", "outlook"):
                assert NOT[language] in said, section.name
                assert name in said, section.name


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_organisations_the_finding_says_who_has_an_instructor_and_no_line_stands_twice(
    tmp_path: Path, places: dict[str, Path], language: Language
) -> None:
    for district in ("all", "320582"):
        opened = paper(places["organisation"], "4_briefing", language, district=district)
        said, bases = words(opened.section("finding")), words(opened.section("bases"))
        assert {"zh": "党建工作指导员覆盖企业", "en": "Instructors cover "}[language] in said
        assert not set(said.splitlines()) & set(bases.splitlines())
    neither = paper(synthetic(tmp_path / "s", *LACKING["organisation"], *LACKING["instructor"]), "4_briefing", language)
    assert neither.section("finding").blocks == ()
    assert NOT[language] in words(neither.section("bases"))


def test_a_register_without_leads_says_nothing_of_how_many_organisations_there_are(places: dict[str, Path]) -> None:
    said = words(paper(places["register"], "4_briefing", "en").section("statistics"))
    assert "joint" not in said
    assert re.search(r"Party organisations cover \d+ of these enterprises", said)
    assert re.search(r"Not in the data: .*party organisations", said)
    steps = words(paper(places["register"], "4_briefing", "en").section("cascade"))
    assert "Not in the data: party members, five-good" in steps
    assert "with a member" not in steps


def test_a_question_for_what_is_not_in_the_data_is_refused_by_type_and_a_faulty_one_otherwise(
    places: dict[str, Path],
) -> None:
    study = open_study(places["organisation"])
    counter = Counter(study, cells_of(study))
    for measure, selection in (
        ("enterprises", Selection(organisation="any")),
        ("organisations", EVERYTHING),
        ("enterprises", Selection(organisation="none", staff_from=50)),
    ):
        with pytest.raises(NotInDataError) as refused:
            counter.count(measure, selection)
        assert refused.value.attributes[0] == "organisation"
    with pytest.raises(ParameterError):
        counter.count("enterprises", Selection(staff_from=10_000))
    assert counter.count("enterprises", Selection(instructor="yes")).value == 300


def test_only_what_is_not_in_the_data_is_told_as_not_in_the_data(places: dict[str, Path]) -> None:
    study = open_study(places["organisation"])

    class Broken(Counter):
        def count(self, measure: str, selection: Selection) -> object:  # type: ignore[override]
            raise ParameterError("a fault of another kind")

    with pytest.raises(ParameterError, match="another kind"):
        problems(Broken(study, cells_of(study)))
    assert not problems(Counter(study, cells_of(study)))[0].indicators[0].is_measured


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("lacking", [*LACKING, "register"])
def test_the_explorer_shows_no_nought_of_what_is_not_in_the_data(
    places: dict[str, Path], lacking: str, language: Language
) -> None:
    (_, page, _) = explore(places[lacking], language=language).children
    frame = page.frame
    assert NOT[language] in frame["note"]
    shown = [row for name in ("cascade", "ladder", "bars", "gaps") for row in frame["charts"][name]["data"]["rows"]]
    texts = [text for row in shown for value in row.values() for text in re.split(r" / |\n", str(value))]
    assert not [text for text in texts if re.match(r"-\d", text)]
    if lacking in ("organisation", "instructor"):
        assert not [text for text in texts if re.fullmatch(r"0(\.00%)?†", text)]
        assert ("0†" in frame["finding"]) is False
    if lacking == "organisation":
        assert NAMES[lacking][language == "en"] in frame["charts"]["map"]["empty"]
        assert frame["charts"]["ladder"]["data"]["rows"] == []
        assert "300" in frame["finding"]
    if lacking == "instructor":
        assert "90" in frame["finding"]
        assert frame["charts"]["map"]["empty"] == ""


def test_the_levers_say_what_their_paths_would_start_from(places: dict[str, Path]) -> None:
    assert "instructor" in levers(places["instructor"], language="en").value


def test_places_are_not_compared_by_synthetic_numbers_unless_that_is_asked_for(tmp_path: Path) -> None:
    study = synthetic(tmp_path / "study")
    for notebook in ("2_coverage", "4_briefing"):
        opened = paper(study, notebook, "en")
        said = "\n".join(map(words, sections(opened)))
        assert said.count("what compares them is left out of this paper") == 1
        by_district = opened.section("by_district")
        assert [type(block) for block in by_district.blocks if isinstance(block, Figure)] == []
        assert "highest in" not in words(by_district)
        assert any(isinstance(block, Table) for block in by_district.blocks)
    assert paper(study, "4_briefing", "en").section("fairly").blocks == ()
    assert "Coverage is highest in" not in words(paper(study, "4_briefing", "en").section("challenge"))
    asked = paper(study, "4_briefing", "en", compare_synthetic=True)
    assert "An exercise: " in words(asked.section("by_district"))
    assert "highest in" in words(asked.section("by_district"))
    assert "An exercise: " in words(asked.section("fairly"))
    assert "Coverage is highest in" in words(asked.section("challenge"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_comparison_of_synthetic_places_says_once_why_it_is_left_out(tmp_path: Path, language: Language) -> None:
    study = str(synthetic(tmp_path / "study"))
    left = open_paper("5_comparison", study=study, language=language)
    assert [section.name for section in sections(left) if section.blocks] == ["title", "said", "series", "problems"]
    assert "compare_synthetic = true" in words(left.section("said"))
    asked = open_paper("5_comparison", study=study, language=language, compare_synthetic=True)
    word = {"zh": "演练：", "en": "An exercise: "}[language]
    for name in ("said", "difference", "standardised", "outliers", "unequal"):
        assert word in words(asked.section(name)), name


def test_counted_places_are_compared_without_asking(tmp_path: Path) -> None:
    study = counted_study(tmp_path / "study", enterprises=6000)
    said = words(open_paper("2_coverage", study=str(study), language="en").section("by_district"))
    assert "left out of this paper" not in said
    assert "exercise" not in said
