"""The page "your own place": a newcomer who types its lines gets the papers it promises, in either language."""

from __future__ import annotations

import csv
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from pypdf import PdfReader

from analysis.briefing.returns.book import write_filled
from analysis.coverage.cells import Cells, compress
from analysis.quantities import Status
from analysis.study import ROOT, open_study
from tests.commands import command
from tests.counted import rows
from tests.returned import counts_from

PAGES = [ROOT / "data" / "own-place.md", ROOT / "data" / "own-place.zh-CN.md"]
COMMANDS = {"new", "import-figures", "audit", "briefing", "check", "count", "template"}
STUDIES = ("jia", "yi-2024", "bing-2024")


def lines_of(page: Path) -> list[str]:
    """The commands of the page."""
    return [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("workbook ")]


def typed(line: str, folder: Path) -> list[str]:
    """A command as it is typed in another folder than the clone's."""
    words = shlex.split(line)[1:]
    for at, word in enumerate(words[1:], start=1):
        if (word in STUDIES and words[0] != "new") or word.startswith("jia.txt"):
            words[at] = str(folder / word)
    if words[0] == "new":
        words += ["--folder", str(folder)]
    if words[0] in ("briefing", "template"):
        words += ["--output", str(folder / "out" / f"{len(list((folder / 'out').iterdir()))}")]
    return words


def test_both_languages_show_the_same_lines() -> None:
    one, other = (lines_of(page) for page in PAGES)
    assert one == other
    assert {line.split()[1] for line in one} == COMMANDS


def test_every_line_of_the_page_does_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    text = re.findall(r"```text\n(.*?)```", PAGES[0].read_text(encoding="utf-8"), flags=re.S)[0]
    (tmp_path / "jia.txt").write_text(text, encoding="utf-8")
    for line in lines_of(PAGES[0]):
        done = command(*typed(line, tmp_path))
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        if line.startswith("workbook import-figures jia.txt --place"):
            _gone_through(tmp_path / "jia.txt.figures.csv")
        elif line.startswith("workbook new yi-2024"):
            frame = rows(400, ["东区", "西区"])
            frame.to_excel(tmp_path / "yi-2024" / "register" / "enterprises.xlsx", index=False)
        elif line.startswith("workbook template"):
            _filled_in(tmp_path / "bing-2024")
    papers = sorted((tmp_path / "out").glob("*/briefing.pdf"))
    assert len(papers) == 4
    assert all(len(PdfReader(paper).pages) <= 3 for paper in papers)


def _gone_through(proposals: Path) -> None:
    """What a person does with the proposals, as the page says."""
    with proposals.open(encoding="utf-8-sig", newline="") as stream:
        found = list(csv.DictReader(stream))
    for row in found:
        row["confirmed"] = "yes"
        row["indicator"] = row["indicator"].replace("?", "enterprises_operating")
        row["base"] = row["base"].replace("?", "")
    with proposals.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, found[0].keys())
        writer.writeheader()
        writer.writerows(found)


def _filled_in(folder: Path) -> None:
    """What the districts send back."""
    study = open_study(folder)
    frame: pd.DataFrame = rows(900, [row.id for row in study.districts])
    counts = counts_from(Cells(compress(frame), Status.COUNTED), study)
    write_filled(study, folder / "returns" / "sent", counts, status=Status.COUNTED, language="zh")
    for path in (folder / "returns" / "sent").iterdir():
        path.rename(folder / "returns" / path.name)
    (folder / "returns" / "sent").rmdir()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_the_page_leads_to_is_there(page: Path) -> None:
    targets = _targets(page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def _targets(text: str) -> Iterator[str]:
    yield from re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text)
