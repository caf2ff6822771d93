"""A study: one place and period, opened from a folder of data/ and checked."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from analysis.errors import DataError, Problem, WorkbookError, one_of
from analysis.quantities import Label, Number, Quantity, Status
from analysis.reading import settings_of, table_of

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"

Level = Literal["high", "medium", "low"]
Unit = Literal["enterprises", "organisations", "persons", "percent"]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.\-]*$", max_length=60)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Named(_Strict):
    """A name in both languages, as TOML files give it."""

    zh: str
    en: str

    @property
    def label(self) -> Label:
        """The name as a value."""
        return Label(self.zh, self.en)


class Category(Named):
    """A category of enterprise, and the column of districts.csv that splits it where nothing better is known."""

    id: Id
    district_share: str | None = None


class Base(Named):
    """One rung of the ladder of bases: a published figure, or a selection of the operating enterprises."""

    id: Id
    short: Named | None = None  # for headings and sentences; the full name where there is none
    figure: Id | None = None
    categories: tuple[Id, ...] = ()
    staff_from: int = Field(0, ge=0)
    full_members_from: int = Field(0, ge=0)

    @property
    def short_label(self) -> Label:
        """The short name, or the full one."""
        return (self.short or self).label

    @model_validator(mode="after")
    def _one_origin(self) -> Base:
        if (self.figure is None) == (not self.categories):
            raise ValueError("a base has either a figure or categories")
        return self


class Hidden(Named):
    """A quantity the figures speak of and do not give."""

    id: Id
    unit: Unit


class StudyFile(_Strict):
    """study.toml."""

    id: Id
    title: Named
    place: Named
    document: Named
    period: int = Field(ge=1900, le=2100)
    as_of: date
    input: Literal["synthetic", "none"]
    seed: int = Field(0, ge=0)
    categories: tuple[Category, ...] = ()
    bases: tuple[Base, ...] = ()
    hidden: tuple[Hidden, ...] = ()


class Figure(_Strict):
    """One row of published.csv: a number quoted from a document."""

    id: Id
    indicator: Id
    category: str
    place: str
    period: int = Field(ge=1900, le=2100)
    label_zh: str = Field(min_length=1)
    label_en: str = Field(min_length=1)
    value: float
    unit: Unit
    decimals: int = Field(ge=-9, le=6)
    approximate: Literal["no", "at least", "nearly", "about"]
    base: str
    phrase: str = Field(min_length=1)
    source: str = Field(min_length=1)
    locator: str = Field(min_length=1)

    @field_validator("value")
    @classmethod
    def _counts(cls, value: float) -> float:
        if not math.isfinite(value) or value < 0:
            raise ValueError("must be a number from 0")
        return value

    @model_validator(mode="after")
    def _fits_its_unit(self) -> Figure:
        if self.unit == "percent" and self.value > 100:
            raise ValueError(f"value {self.value:g} is a rate above 100 percent")
        if self.unit == "percent" and not self.base:
            raise ValueError("a rate needs its base")
        if self.unit != "percent" and self.value != int(self.value):
            raise ValueError(f"value {self.value:g} is a count and must be whole")
        return self

    @property
    def label(self) -> Label:
        """The name in both languages."""
        return Label(self.label_zh, self.label_en)


class District(_Strict):
    """One row of districts.csv. The tile is its place on the tile map; the shares serve the synthetic register only."""

    id: Id
    code: str
    name_zh: str = Field(min_length=1, max_length=40)
    name_en: str = Field(min_length=1, max_length=60)
    kind: str
    tile_column: int = Field(ge=0, le=60)
    tile_row: int = Field(ge=0, le=60)
    share_company: float = Field(ge=0)
    share_foreign: float = Field(ge=0)

    @property
    def label(self) -> Label:
        """The name in both languages."""
        return Label(self.name_zh, self.name_en)


class Department(_Strict):
    """One row of departments.csv: a member of the conference."""

    id: Id
    name_zh: str = Field(min_length=1)
    name_en: str = Field(min_length=1)


class Meant(_Strict):
    """Whom a target means."""

    staff_from: int = Field(0, ge=0)
    members_from: int = Field(0, ge=0)
    full_members_from: int = Field(0, ge=0)
    organisation: bool = False


class Reading(Named):
    """One way to read a target's vague words."""

    share: Fraction
    inclusive: bool = True
    base: Literal["frozen", "moving"] = "frozen"

    @field_validator("share", mode="before")
    @classmethod
    def _fraction(cls, value: object) -> Fraction:
        share = Fraction(str(value))
        if not 0 < share <= 1:
            raise ValueError("a share lies above 0 and is at most 1")
        return share


class Target(Named):
    """A rule to meet, with the readings of its vague words."""

    id: Id
    meant: Meant
    counts: Literal["enterprises", "members", "organisations"] = "enterprises"
    should_have: Id
    deadline_year: int | None = None
    phrase: str
    locator: str
    readings: tuple[Reading, ...] = Field(min_length=1)


class _Targets(_Strict):
    targets: tuple[Target, ...] = ()


class Assumption(Named):
    """A number nobody published: its value and range, why, how good it is, and how much hangs on it."""

    id: Id
    value: float
    low: float
    high: float
    unit: str
    why_zh: str = Field(min_length=1)
    why_en: str = Field(min_length=1)
    quality: Level
    impact: Level

    @model_validator(mode="after")
    def _inside_its_range(self) -> Assumption:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"value {self.value:g} lies outside {self.low:g} to {self.high:g}")
        return self


class _Assumptions(_Strict):
    assumptions: tuple[Assumption, ...] = ()


@dataclass(frozen=True)
class Study:
    """A place and period with its published figures, districts, targets and assumptions.

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

    @property
    def id(self) -> str:
        """The study's name."""
        return self.settings.id

    def quantity(self, figure: str) -> Quantity:
        """A published figure as a quantity; percentages become shares.

        Raises
        ------
        WorkbookError
            When the study has no such figure.
        """
        if figure not in self.figures:
            raise WorkbookError(f'{self.id}: no figure "{figure}"; allowed: {one_of(list(self.figures), seen=figure)}')
        row = self.figures[figure]
        return Quantity(
            value=_plain(row.value / 100 if row.unit == "percent" else row.value),
            unit="share" if row.unit == "percent" else row.unit,
            status=Status.PUBLISHED,
            label=row.label,
            base=self.name_of(row.base) if row.base else None,
            address=f"figure:{row.id}",
            decimals=max(row.decimals, 0),
            approximate=row.approximate != "no",
            locator=f"{row.source} {row.locator}",
        )

    def has(self, *figures: str) -> bool:
        """Whether all these figures were published."""
        return all(figure in self.figures for figure in figures)

    def assumption(self, name: str, end: Literal["value", "low", "high"] = "value") -> Quantity:
        """An assumption's value, or an end of its range, as a quantity."""
        row = self.assumptions[name]
        value: float = getattr(row, end)
        return Quantity(
            value=_plain(value),
            unit=row.unit,
            status=Status.ASSUMED,
            label=row.label,
            base=Label("见假设", "see the assumption") if row.unit == "share" else None,
            address=f"assumption:{row.id}.{end}",
            decimals=_decimals(value * 100 if row.unit == "share" else value),
            locator=f"assumptions.toml {row.id}",
        )

    def name_of(self, base: str) -> Label:
        """The name of a figure or of a hidden quantity."""
        if base in self.figures:
            return self.figures[base].label
        return {row.id: row.label for row in self.settings.hidden}[base]

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of the study's files, names and contents."""
        digest = hashlib.sha256()
        for path in study_files(self.folder):
            digest.update(path.relative_to(self.folder).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()


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
    figures = table_of(folder / "published.csv", Figure, key="id")
    districts, departments = folder / "districts.csv", folder / "departments.csv"
    targets, assumptions = folder / "targets.toml", folder / "assumptions.toml"
    study = Study(
        folder=folder,
        settings=settings,
        figures={row.id: row for row in figures},
        districts=table_of(districts, District, key="id") if districts.exists() else (),
        departments=table_of(departments, Department, key="id") if departments.exists() else (),
        targets=settings_of(targets, _Targets).targets if targets.exists() else (),
        assumptions={row.id: row for row in settings_of(assumptions, _Assumptions).assumptions}
        if assumptions.exists()
        else {},
    )
    _check_references(study)
    return study


def folder_of(name: str | Path) -> Path:
    """The folder of a study, given by name or path."""
    for folder in (Path(name), DATA / name):
        if (folder / "study.toml").is_file():
            return folder.resolve()
    raise WorkbookError(
        f'no study "{name}"; allowed: {one_of(study_names(), seen=str(name))}, or a folder with a study.toml'
    )


def study_names() -> list[str]:
    """The studies in data/."""
    return sorted(path.parent.name for path in DATA.glob("*/study.toml"))


def study_files(folder: Path) -> list[Path]:
    """The files a study is made of; documents in its sources/ are not read and not counted."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in {".toml", ".csv"} and "sources" not in path.relative_to(folder).parts
    )


def _check_references(study: Study) -> None:
    known = {*study.figures, *(row.id for row in study.settings.hidden)}
    problems = [
        Problem(
            f"published.csv, {row.id}, base",
            "names no figure and no hidden quantity",
            row.base,
            one_of(sorted(known), seen=row.base),
        )
        for row in study.figures.values()
        if row.base and row.base not in known
    ]
    categories = {row.id for row in study.settings.categories}
    problems += [
        Problem(f"study.toml, bases, {base.id}", "names an unknown category", category, one_of(sorted(categories)))
        for base in study.settings.bases
        for category in base.categories
        if category not in categories
    ]
    problems += [
        Problem(
            f"study.toml, bases, {base.id}",
            "names an unknown figure",
            base.figure,
            one_of(sorted(study.figures)),
        )
        for base in study.settings.bases
        if base.figure is not None and base.figure not in study.figures
    ]
    if problems:
        raise DataError(problems)


def _plain(value: float) -> Number:
    return int(value) if float(value).is_integer() else value


def _decimals(value: float) -> int:
    text = f"{value:.6f}".rstrip("0")
    return len(text.partition(".")[2])
