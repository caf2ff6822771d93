"""A run, whole: every number accounted for, the same bytes again, verified from its inputs."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from analysis.briefing.documents.write import PAPER, write_documents
from analysis.briefing.executed import read_executed, sections_in
from analysis.briefing.manifest import id_of, read_manifest, seal_of
from analysis.briefing.parameters import checked
from analysis.briefing.runner import ledger_of, run, settled
from analysis.briefing.verification import verify
from analysis.ledger import Ledger
from analysis.quantities import Status
from analysis.sources import disk_cache
from analysis.study import DATA, ROOT, Study
from analysis.views.blocks import MIME
from analysis.views.wording import claim, derivation
from tests.briefing.texts import NOT_COUNTS, docx_text, html_text, numbers, pdf_text, xlsx_numbers
from tests.commands import command
from tests.conftest import IN_FULL

PAPERS = [{"language": "zh"}, {"language": "en"}, {"language": "en", "district": "320583"}]
DISTRICT = PAPERS[2]  # draws nothing, and is computed again the soonest
READERS = {"docx": cache(docx_text), "pdf": cache(pdf_text), "html": cache(html_text)}  # of runs that nobody changes
Finished = Callable[..., Path]


def ledger(folder: Path) -> Ledger:
    return Ledger.from_json(json.loads((folder / "ledger.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("parameters", PAPERS, ids=str)
def test_a_run_holds_its_documents_and_its_records(finished: Finished, parameters: dict[str, str]) -> None:
    names = {path.name for path in finished(**parameters).iterdir()}
    records = {"notebook.ipynb", "parameters.toml", "ledger.json", "inputs.zip", "manifest.json", "manifest.html"}
    assert names == {f"briefing.{ending}" for ending in PAPER} | records


@pytest.mark.parametrize("parameters", PAPERS[1:], ids=str)
def test_the_readable_manifest_says_what_the_other_one_says(finished: Finished, parameters: dict[str, str]) -> None:
    folder = finished(**parameters)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    page = html_text(folder / "manifest.html")
    hashes = {seen for name, seen in manifest["outputs"].items() if name != "manifest.html"}
    for told in {manifest["key"], *hashes, *manifest["inputs"]["study"].values(), manifest["inputs"]["code"]}:
        assert told in page
    for told in (
        *(manifest["outputs"].keys() - {"manifest.html"}),
        *manifest["parameters"],
        *manifest["versions"],
        str(manifest["seeds"]["register"]),
    ):
        assert told in page
    assert page.count("organisations.kinds") == 1


@pytest.mark.parametrize("ending", READERS)
@pytest.mark.parametrize("parameters", PAPERS, ids=str)
def test_every_number_of_a_document_is_in_its_ledger(
    finished: Finished, parameters: dict[str, str], ending: str
) -> None:
    folder = finished(**parameters)
    claims = ledger(folder).claims
    language = "zh" if parameters["language"] == "zh" else "en"
    explained = " ".join(derivation(one.quantity, language) + " " + one.quantity.label.of(language) for one in claims)
    allowed = {text for one in claims for text in numbers(one.text)} | {one.marked for one in claims}
    allowed |= {token.rstrip("§†‡") for token in numbers(explained)}
    allowed |= {str(position) for position in range(1, len(claims) + 1)}  # lines of the annex
    found = numbers(READERS[ending](folder / f"briefing.{ending}"))
    assert len(found) > len(claims)
    strays = {token for token in found if token.rstrip("§†‡") not in allowed}
    assert not strays


@pytest.mark.parametrize("ending", READERS)
@pytest.mark.parametrize("parameters", PAPERS, ids=str)
def test_no_synthetic_or_simulated_number_stands_without_its_mark(
    finished: Finished, parameters: dict[str, str], ending: str
) -> None:
    folder = finished(**parameters)
    claims = ledger(folder).claims
    marked = {one.text for one in claims if one.status >= Status.SYNTHETIC}
    only_synthetic = marked - {one.text for one in claims if one.status < Status.SYNTHETIC}
    only_synthetic = {text for text in only_synthetic if len(text) >= 5}  # shorter ones number lines and dates too
    assert len(only_synthetic) > 20
    text = READERS[ending](folder / f"briefing.{ending}")
    for number in only_synthetic:
        places = [found.end() for found in re.finditer(rf"(?<![\d,.]){re.escape(number)}(?![\d,.%])", text)]
        assert places, number
        own = "".join({one.status.mark for one in claims if one.text == number})  # † or, where simulated, ‡
        assert all(re.match(rf"\s?[{own}]", text[place : place + 2]) for place in places), number


@pytest.mark.parametrize("parameters", PAPERS, ids=str)
def test_the_workbook_holds_only_numbers_of_the_ledger(finished: Finished, parameters: dict[str, str]) -> None:
    folder = finished(**parameters)
    claims = ledger(folder).claims
    known = {float(f"{one.quantity.value:.12g}") for one in claims} | set(range(1, len(claims) + 1))
    assert xlsx_numbers(folder / "briefing.xlsx") <= known


@pytest.mark.parametrize("ending", READERS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_figure_of_the_minutes_is_in_the_paper_as_published(
    finished: Finished, suzhou: Study, language: str, ending: str
) -> None:
    text = READERS[ending](finished(language=language) / f"briefing.{ending}")
    found = set(numbers(text))
    for figure in suzhou.figures:
        printed = claim(suzhou.quantity(figure), "zh" if language == "zh" else "en")
        assert printed.marked in found, figure


@pytest.mark.parametrize("ending", READERS)
def test_both_languages_print_the_same_numbers(finished: Finished, ending: str) -> None:
    papers = []
    for language in ("zh", "en"):
        text = READERS[ending](finished(language=language) / f"briefing.{ending}")
        papers.append({token for token in numbers(text) if len(token) > 4})
    assert papers[0] == papers[1]


def test_two_runs_give_the_same_bytes(finished: Finished, tmp_path: Path) -> None:
    first = finished(language="zh")
    second = run(checked("4_briefing", {"language": "zh", **IN_FULL}), folder=tmp_path / "again")
    for path in sorted(first.iterdir()):
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name


def test_a_run_knows_no_clock_and_no_place(finished: Finished) -> None:
    import datetime

    today = datetime.date.today().isoformat()
    for path in finished(language="zh").iterdir():
        raw = path.read_bytes()
        assert str(ROOT).encode() not in raw, path.name
        assert today.encode() not in raw, path.name


def test_a_finished_run_verifies_and_nothing_that_was_kept_is_asked(
    finished: Finished, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = finished(language="zh")
    monkeypatch.setattr(disk_cache, "recall_text", lambda place: pytest.fail(f"read {place.name}"))
    outcome = verify(run)
    assert outcome.is_true
    assert outcome.claims > 200


@pytest.mark.parametrize(
    ("figure", "old", "new"), [("instructors", "6930", "6931"), ("registered", "289513", "289518")]
)
def test_one_changed_digit_names_exactly_the_claims_that_rest_on_it(
    tmp_path: Path, figure: str, old: str, new: str
) -> None:
    study = Path(shutil.copytree(DATA / "suzhou-2003", tmp_path / "study"))
    folder = run(checked("4_briefing", {"study": str(study)}), folder=tmp_path / "run", formats=("html",))
    published = study / "published.csv"
    published.write_text(published.read_text(encoding="utf-8").replace(f",{old},", f",{new},"), encoding="utf-8")
    resting = {
        name
        for name, one in ledger(folder).numbered().items()
        if any(leaf.address == f"figure:{figure}" for leaf in one.quantity.leaves())
    }
    doubts = {doubt.id: doubt for doubt in verify(folder).doubts}
    assert set(doubts) <= resting
    unmoved = {name: ledger(folder).numbered()[name].quantity for name in resting - set(doubts)}
    assert all(one.parts[0] == one.parts[1] for one in unmoved.values())  # a number over itself does not move
    assert all(doubt.now is not None and doubt.now != doubt.claim.quantity.value for doubt in doubts.values())


def test_a_number_changed_by_hand_in_a_document_is_noticed(finished: Finished, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(finished(**DISTRICT), tmp_path / "run"))
    page = folder / "briefing.html"
    page.write_text(page.read_text(encoding="utf-8").replace("10,547", "10,548"), encoding="utf-8")
    assert verify(folder).changed_outputs == ("briefing.html",)


@pytest.mark.parametrize("reseal", [False, True], ids=["plainly", "with a new seal"])
def test_a_manifest_edited_by_hand_is_noticed(finished: Finished, tmp_path: Path, reseal: bool) -> None:
    folder = Path(shutil.copytree(finished(**DISTRICT), tmp_path / "run"))
    manifest = read_manifest(folder)
    manifest["parameters"]["staff_threshold"] = 50
    if reseal:
        manifest["seal"] = seal_of(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    done = command("verify", folder)
    assert done.returncode == 1
    assert "manifest.json: was edited by hand" in done.stdout


def test_plain_papermill_gives_the_same_sections(finished: Finished, plain: Path, tmp_path: Path) -> None:
    folder = finished(language="en", depth="brief", annex=False)
    cold, warm = settled(read_executed(plain), name=plain.name), read_executed(folder / "notebook.ipynb")
    assert sections_in(cold) == sections_in(warm)
    name = id_of(read_manifest(folder))
    (page,) = write_documents(sections_in(cold), tmp_path, formats=["html"], run=name)
    assert page.read_bytes() == (folder / "briefing.html").read_bytes()
    for one, other in zip(_outputs(cold), _outputs(warm), strict=True):
        assert one == other


def _outputs(notebook: dict[str, object]) -> list[object]:
    cells = notebook["cells"]
    assert isinstance(cells, list)
    return [[(out["output_type"], out["data"].get(MIME)) for out in cell.get("outputs", [])] for cell in cells]


def test_the_ledger_file_is_the_ledger_of_the_sections(finished: Finished) -> None:
    folder = finished(language="zh")
    assert ledger_of(sections_in(read_executed(folder / "notebook.ipynb"))) == ledger(folder)


def test_what_counts_as_a_date_is_not_a_number() -> None:
    assert numbers(NOT_COUNTS.sub("", "截至2003年12月31日，2003-12-31, 14 January 2004, 表 3, — 7 —, ¶5")) == []
    assert numbers("12,345†家 4.17% −2.35") == ["12,345†", "4.17%", "−2.35"]
