"""Studies that count from returns: the study that ships, with returns filled from its synthetic register."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.briefing.returns.book import write_filled
from analysis.coverage.cells import Cells
from analysis.coverage.sources import cells_of
from analysis.quantities import Language, Status
from analysis.sources.returns.form import Form, Place, form_of
from analysis.study import Study, open_study
from analysis.views.blocks import Section
from tests.papers import open_paper

_TOTALS = {"members": "members_total", "full_members": "full_members_total"}


def counts_from(cells: Cells, study: Study) -> dict[str, dict[Place, int]]:
    """What each district would report, from cells that know enterprises one by one.

    Returns
    -------
    dict
        By district, a count for each place of the study's form.
    """
    form = form_of(study)
    table = cells.table.assign(
        band=np.array((0, *form.edges))[np.digitize(cells.table["staff"], form.edges)],
        members_class=_classes(cells.table, form),
        group=np.where(cells.table["directly_managed"] == 1, "yes", "no") if len(form.groups) > 1 else form.groups[0],
    )
    counts: dict[str, dict[Place, int]] = {row.id: dict.fromkeys(form.inputs(), 0) for row in study.districts}
    for keys, line, column, chosen in _reported(form, table):
        summed = table[chosen].groupby(["district", "group", "category", "band", *keys])[column].sum()
        for index, value in summed.items():
            district, group, category, band, *rest = index if isinstance(index, tuple) else (index,)
            counts[district][Place(str(group), line(*rest), str(category), int(band))] += int(value)
    return counts


def _reported(form: Form, table: pd.DataFrame) -> Iterator[tuple[list[str], Any, str, Any]]:
    """Each line of the form: by what it is told apart, its key, the measure it sums, and over which rows."""
    everyone = np.ones(len(table), dtype=bool)
    joint = (table["organisation"] == "joint").to_numpy()
    alone = (table["organisation"] == "independent").to_numpy()
    yield [], lambda: "enterprises", "enterprises", everyone
    yield (["instructor", "organisation", "members_class"],
           lambda yes, which, members: f"{'yes' if yes else 'no'}.{which}.{members}", "enterprises", everyone)  # fmt: skip
    yield [], lambda: "staff", "staff_total", everyone
    for kind, measure in _TOTALS.items():
        yield ["organisation"], lambda which, kind=kind: f"{kind}.{which}", measure, everyone
    yield [], lambda: "joint_organisations", "organisations", joint
    yield [], lambda: "five_good.joint", "five_good_organisations", joint
    yield [], lambda: "five_good.independent", "five_good_organisations", alone


def _classes(table: pd.DataFrame, form: Form) -> Any:
    names = np.array(["some", *(f"full{least}" for least in form.full_members)])
    found = names[np.digitize(table["full_members"], form.full_members)]
    return np.where(table["members"] == 0, "none", found)


@cache
def _cells(folder: Path) -> Cells:
    cells = cells_of(open_study(folder))
    assert cells is not None
    return cells


def section_of(notebook: str, name: str, **parameters: object) -> Section:
    """One section of a paper, without the others."""
    return open_paper(notebook, **parameters).section(name)


def returned_study(
    study: Study, folder: Path, *, language: Language = "zh", settings: str = "", districts: int = 0
) -> Study:
    """A copy of a study in a folder that counts from returns, each filled from the study's cells.

    Parameters
    ----------
    settings
        Lines of TOML for the table `[returns]`, in place of the study's own.
    districts
        Only so many, the first of them; 0 for all.
    """
    shutil.copytree(study.folder, folder, ignore=shutil.ignore_patterns("returns"))
    file = folder / "study.toml"
    text = re.sub(r'^input = "\w+"', 'input = "returns"', file.read_text(encoding="utf-8"), flags=re.M)
    if settings:
        text = (
            re.sub(r"^\[returns\]\n.*?(?=^\[\[?(?!\[?returns)|\Z)", "", text, flags=re.M | re.S)
            + f"\n[returns]\n{settings}\n"
        )
    file.write_text(text, encoding="utf-8")
    cells = _cells(study.folder)
    if districts:
        lines = (folder / "districts.csv").read_text(encoding="utf-8").splitlines()[: districts + 1]
        (folder / "districts.csv").write_text("\n".join(lines), encoding="utf-8")
        kept = [line.partition(",")[0] for line in lines]
        cells = replace(cells, table=cells.table[cells.table["district"].isin(kept)])
    copy = open_study(folder)
    write_filled(copy, folder / "returns", counts_from(cells, copy), status=cells.status, language=language)
    return open_study(folder)


def counted_returns(
    study: Study, folder: Path, *, language: Language = "zh", settings: str = "", districts: int = 0
) -> Study:
    """The same, its returns filled in as counts and not as an example; published figures stay those of the whole place."""
    made = returned_study(study, folder, settings=settings, districts=districts)
    cells = _cells(study.folder)
    here = [row.id for row in made.districts]
    cells = replace(cells, table=cells.table[cells.table["district"].isin(here)])
    shutil.rmtree(folder / "returns")
    write_filled(made, folder / "returns", counts_from(cells, made), status=Status.COUNTED, language=language)
    return open_study(folder)
