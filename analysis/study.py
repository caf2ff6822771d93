"""A study: one place and period, opened from a folder of data/ and checked."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from analysis import study_checks, style_file
from analysis.cell_text import flat
from analysis.conference import Decision, DecisionsFile, DutiesFile, Duty, Measure, Support, SupportFile
from analysis.errors import DataError, Problem, WorkbookError, one_of
from analysis.messages import prefer, said
from analysis.quantities import Label, Quantity, Status, decimals_of, plain_number
from analysis.reading import Model, lines_of, settings_of, table_of
from analysis.study_models import (
    Assumption,
    AssumptionsFile,
    Department,
    District,
    Figure,
    StudyFile,
    Target,
    TargetsFile,
)

UNSTATED = Label("原文没有说明的基数", "a base that the document does not state")

TABLES: Mapping[str, type[BaseModel]] = {
    "later.csv": Figure,
    "published.csv": Figure,
    "districts.csv": District,
    "departments.csv": Department,
}

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"


@dataclass(frozen=True, eq=False)
class Study:
    """A place and period with its published figures, districts, targets and assumptions.

    Parameters
    ----------
    absent
        Districts of the place that have not reported, where the study is only of the others.

    Examples
    --------
    >>> study = open_study("suzhou-2003")
    >>> study.quantity("operating").value
    252963
    """

    folder: Path
    settings: StudyFile
    figures: Mapping[str, Figure]
    districts: tuple[District, ...]
    departments: tuple[Department, ...]
    targets: tuple[Target, ...]
    assumptions: Mapping[str, Assumption]
    measures: tuple[Measure, ...] = ()
    duties: tuple[Duty, ...] = ()
    decisions: tuple[Decision, ...] = ()
    support: tuple[Support, ...] = ()
    absent: tuple[District, ...] = ()
    returned_in: Path | None = None  # a folder of returns that are looked through in place of the study's own

    @property
    def id(self) -> str:
        """The study's name."""
        return self.settings.id

    def quantity(self, figure: str) -> Quantity:
        """A published figure as a quantity; percentages become shares.

        Raises WorkbookError when the study has no such figure.
        """
        if figure not in self.figures:
            what, allowed = '{study}: no figure "{figure}"; allowed: {allowed}', one_of(list(self.figures), seen=figure)
            raise WorkbookError(said(what, study=self.id, figure=figure, allowed=allowed))
        row = self.figures[figure]
        base = self.name_of(row.base) if row.base or row.unit == "percent" else None
        return quoted(row, row.label, base=base, address=f"figure:{row.id}")

    def has(self, *figures: str) -> bool:
        """Whether all these figures were published."""
        return all(figure in self.figures for figure in figures)

    def published(self, indicator: str, category: str = "all") -> Figure | None:
        """The figure that was published of an indicator and category for the study's own place and period; none if none was.

        What a figure is called is the study's business: code asks for what it means.

        Examples
        --------
        >>> open_study("suzhou-2003").published("enterprises_operating", "private").value
        58199.0
        """
        return self._by_meaning.get((indicator, category))

    @cached_property
    def _by_meaning(self) -> Mapping[tuple[str, str], Figure]:
        return {(row.indicator, row.category): row for row in self.figures.values() if self.is_own(row)}

    def is_own(self, figure: Figure) -> bool:
        """Whether a figure is of the study's own place and period, and may stand beside what is counted in it."""
        return (flat(figure.place), figure.period) == (flat(self.settings.place.zh), self.settings.period)

    @property
    def year(self) -> int:
        """The year the study is of. Raises WorkbookError when it does not say."""
        if self.settings.period is None:
            what = "{study}: this needs the year of the study; allowed: a period in study.toml"
            raise WorkbookError(said(what, study=self.id))
        return self.settings.period

    @property
    def as_of(self) -> date:
        """The day the study is of. Raises WorkbookError when it does not say."""
        if self.settings.as_of is None:
            what = "{study}: this needs the day of the study; allowed: as_of in study.toml"
            raise WorkbookError(said(what, study=self.id))
        return self.settings.as_of

    def assumption(self, name: str, end: Literal["value", "low", "high"] = "value") -> Quantity:
        """An assumption's value, or an end of its range, as a quantity.

        Raises WorkbookError when the study has no such assumption.
        """
        if name not in self.assumptions:
            allowed = one_of(list(self.assumptions), seen=name) or "none, the study has no assumptions"
            what = '{study}: no assumption "{name}"; allowed: {allowed}'
            raise WorkbookError(said(what, study=self.id, name=name, allowed=allowed))
        row = self.assumptions[name]
        value: float = getattr(row, end)
        return Quantity(
            value=plain_number(value),
            unit=row.unit,
            status=Status.ASSUMED,
            label=row.label,
            base=row.base_name,
            address=f"assumption:{row.id}.{end}",
            decimals=decimals_of(value * 100 if row.unit == "share" else value),
            locator=f"assumptions.toml {row.id}",
        )

    def name_of(self, base: str) -> Label:
        """The name of a figure or of a hidden quantity; without a name, that it was not stated.

        Raises WorkbookError when the study has neither.
        """
        if not base:
            return UNSTATED
        if base not in self._bases:
            what, allowed = '{study}: no base "{base}"; allowed: {allowed}', one_of(list(self._bases), seen=base)
            raise WorkbookError(said(what, study=self.id, base=base, allowed=allowed))
        return self._bases[base]

    @cached_property
    def _bases(self) -> Mapping[str, Label]:
        figures = {name: row.label for name, row in self.figures.items()}
        return figures | {row.id: row.label for row in self.settings.hidden}

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of the study's files, names and contents."""
        return _digest(self.folder, [*study_files(self.folder), *returned_files(self)])


def open_study(name: str | Path) -> Study:
    """Open a study by its name in data/ or by its folder, checked.

    Raises
    ------
    WorkbookError
        When there is no such study.
    DataError
        With every fault of its files.
    """
    folder = folder_of(name)
    settings = settings_of(folder / "study.toml", StudyFile)
    if settings.language:
        prefer(settings.language)
    if settings.input == "returns":  # whose workbooks are part of what the study is
        return _read(folder, settings)
    try:
        content = _digest(folder, study_files(folder))
    except OSError:  # of a file that the study may do without; one that it needs is told of when it is read
        return _read(folder, settings)
    return _opened(folder, content)


@lru_cache(maxsize=4)
def _opened(folder: Path, content: str) -> Study:
    """The study of files with this content: one paper opens it several times, and computes the same from each."""
    del content  # tells one opening from another
    return _read(folder, settings_of(folder / "study.toml", StudyFile))


def _read(folder: Path, settings: StudyFile) -> Study:
    published, duties = folder / "published.csv", folder / "duties.toml"
    has_own = settings.input != "synthetic" and settings.input != "none"  # and may do without published figures
    figures = figures_of(published) if published.exists() or not has_own else ()
    places, members = folder / "districts.csv", folder / "departments.csv"
    districts = table_of(places, District, key="id") if places.exists() else ()
    departments = table_of(members, Department, key="id") if members.exists() else ()
    agreed = settings_of(duties, DutiesFile) if duties.exists() else None
    study = Study(
        folder=folder,
        settings=settings,
        figures={row.id: row for row in figures},
        districts=districts,
        departments=departments,
        targets=_settings(folder / "targets.toml", TargetsFile).targets,
        assumptions={row.id: row for row in _settings(folder / "assumptions.toml", AssumptionsFile).assumptions},
        measures=agreed.measures if agreed is not None else (),
        duties=agreed.duties if agreed is not None else (),
        decisions=_settings(folder / "decisions.toml", DecisionsFile).decisions,
        support=_settings(folder / "support.toml", SupportFile).support,
    )
    lines = lines_of(published, Figure, key="id")
    problems = [
        *study_checks.reference_problems(settings, study.figures, lines=lines),
        *study_checks.line_problems(settings, study.targets),
    ]
    if not figures and not has_own:
        allowed = 'a line for each published figure; or a register or returns, and input = "register" or "returns"'
        problems.append(Problem("published.csv", "holds no figure", allowed=allowed))
    problems += study_checks.conference_problems(
        agreed,
        study.decisions,
        study.support,
        departments=study.departments,
        targets=study.targets,
        figures=list(study.figures),
    )
    if problems:
        raise DataError(problems)
    returned_files(study)  # refuses those that lie elsewhere
    return study


def _settings(path: Path, model: type[Model]) -> Model:
    """A file that a study may do without: without it, nothing is set."""
    return settings_of(path, model) if path.exists() else model()


def figures_of(path: Path) -> tuple[Figure, ...]:
    """The figures of a file like published.csv: each quantity once, whatever it is called.

    Raises DataError with every fault of the file.
    """
    return table_of(path, Figure, key="id", once=_ONE_QUANTITY, may_be_empty=True)


def quoted(row: Figure, label: Label, *, base: Label | None, address: str) -> Quantity:
    """A figure as a quantity; percentages become shares."""
    return Quantity(
        value=plain_number(row.value / 100 if row.unit == "percent" else row.value),
        unit="share" if row.unit == "percent" else row.unit,
        status=Status.PUBLISHED,
        label=label,
        base=base,
        address=address,
        decimals=max(row.decimals, 0),
        approximate="" if row.approximate == "no" else row.approximate,
        rounded=row.decimals < 0 and row.approximate == "no",  # a word says more
        locator=f"{row.source} {row.locator}",
        locator_en=f"{row.source_en} {row.locator}" if row.source_en else "",
    )


_ONE_QUANTITY = ("indicator", "category", "place", "period", "unit", "base")


def folder_of(name: str | Path) -> Path:
    """The folder of a study, given by name or path."""
    for folder in (Path(name), DATA / name):
        if (folder / "study.toml").is_file():
            return folder.resolve()
    what = 'no study "{name}"; allowed: {allowed}, or a folder with a study.toml'
    raise WorkbookError(said(what, name=name, allowed=one_of(study_names(), seen=str(name))))


def is_study(name: str) -> bool:
    """Whether a word names a study, or its folder."""
    return not Path(name).is_file() and any((folder / "study.toml").is_file() for folder in (Path(name), DATA / name))


def study_names() -> list[str]:
    """The studies in data/."""
    return sorted(path.parent.name for path in DATA.glob("*/study.toml"))


def _digest(folder: Path, files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(os.path.relpath(path, folder).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


_APART = {"sources", "batches", "register", "returns"}


def study_files(folder: Path) -> list[Path]:
    """The files a study is made of: not the documents in its sources/, nor requests for papers in batches/.

    What is counted lies in register/ or returns/, and has a hash of its own; how papers look changes no number.
    """
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix in {".toml", ".csv"}
        and path != folder / style_file.NAME
        and _APART.isdisjoint(path.relative_to(folder).parts)
    )


def returns_folder(study: Study) -> Path:
    """Where the districts' workbooks lie.

    Raises DataError when the study's settings, or a link, lead out of the study's folder: what lies there is copied into papers.
    """
    if study.returned_in is not None:
        return study.returned_in
    folder = study.folder / study.settings.returns.folder
    if not folder.resolve().is_relative_to(study.folder.resolve()):
        what, allowed = "leads out of the study's folder", "a folder inside it, such as returns"
        raise DataError(Problem("study.toml, [returns] folder", what, study.settings.returns.folder, allowed))
    return folder


def returned_files(study: Study) -> list[Path]:
    """What lies in the folder of the districts' workbooks, where a study counts from returns; not what programs leave there.

    Raises DataError when the folder, or a file in it, is a link that leads out of the study's folder.
    """
    if study.settings.input != "returns" or not (folder := returns_folder(study)).is_dir():
        return []
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith((".", "~$")))
    home = (study.returned_in or study.folder).resolve()
    if away := [path for path in files if not path.resolve().is_relative_to(home)]:
        what = "is a link that leads out of the study's folder"
        raise DataError([Problem(path.name, what, allowed="the workbook itself") for path in away])
    return files
