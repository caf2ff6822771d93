"""The contract of a study's files: what each may hold, checked field by field."""

from __future__ import annotations

import math
import re
from datetime import date
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from analysis.errors import WorkbookError
from analysis.file_values import FilledIn, Id, Key, Name, Named, Number, OneLine, Strict, Weight, Whole, Word, certain
from analysis.file_values import share as share_of
from analysis.input_models import RegisterInput, ReturnsInput
from analysis.messages import said
from analysis.quantities import Label

Level = Literal["high", "medium", "low"]
Unit = Literal["enterprises", "organisations", "persons", "percent"]
Approximate = Literal["no", "about", "nearly", "over", "at least", "at most"]


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
    staff_from: Whole = Field(0, ge=0)
    full_members_from: Whole = Field(0, ge=0)

    @property
    def short_label(self) -> Label:
        """The short name, or the full one."""
        return (self.short or self).label

    @property
    def attributes(self) -> frozenset[str]:
        """What of an enterprise it asks for, beside place and category: names of a register's columns."""
        asked = {"staff": self.staff_from, "full_members": self.full_members_from}
        return frozenset(name for name, least in asked.items() if least)

    @model_validator(mode="after")
    def _one_origin(self) -> Base:
        if (self.figure is None) == (not self.categories):
            raise ValueError("a base has either a figure or categories")
        return self


class Hidden(Named):
    """A quantity the figures speak of and do not give."""

    id: Id
    unit: Unit


class Approximations(Strict):
    """How the words of approximate figures are read: outside these limits a figure contradicts another."""

    about: Number = Field(0.05, gt=0, lt=1)  # so much of the figure on either side
    nearly: Number = Field(0.10, gt=0, lt=1)  # so much of the figure below it
    # "over" goes up to the next number that is as round (over 70,000: under 80,000); "at least" and "at most" are open


DISCLOSURE_THRESHOLD = 10  # counts of fewer enterprises are withheld where counted; 0 withholds none
HIGHEST_DISCLOSURE_THRESHOLD = 1000


class StudyFile(Strict):
    """study.toml."""

    id: Id
    title: Named
    place: Named
    document: Named
    period: Whole | None = Field(None, ge=1900, le=2100)  # not given where the document does not say
    as_of: date | None = None
    input: Literal["synthetic", "register", "returns", "none"]
    language: Literal["zh", "en", ""] = ""  # in which its messages are told where nobody asks for another
    approximations: Approximations = Approximations()
    returns: ReturnsInput = ReturnsInput()
    seed: Whole = Field(0, ge=0)
    register_input: RegisterInput | None = Field(None, alias="register")  # BaseModel has a `register` of its own
    categories: tuple[Category, ...] = ()
    bases: tuple[Base, ...] = ()
    hidden: tuple[Hidden, ...] = ()
    disclosure_threshold: Whole = Field(DISCLOSURE_THRESHOLD, ge=0, le=HIGHEST_DISCLOSURE_THRESHOLD)
    scenario: str = ""  # the one in scenarios/ that papers look ahead with; the first where none is named

    @property
    def is_counted(self) -> bool:
        """Whether it counts a register or returns: what is counted is protected."""
        return self.input in ("register", "returns")

    @model_validator(mode="after")
    def _is_dated(self) -> StudyFile:
        if self.input != "none" and (self.period is None or self.as_of is None):
            raise ValueError('only input = "none" may leave period or as_of out: what is counted or drawn is of a date')
        return self

    @model_validator(mode="after")
    def _input_is_described(self) -> StudyFile:
        if self.input == "register" and self.register_input is None:
            raise ValueError('input = "register" needs a table [register] that says where the register is')
        return self


MOST = 10**12  # of anything that is counted
_COUNTS = re.compile(r"(enterprises|organisations)(_.*)?|members|full_members|instructors|staff")
_RATES = re.compile(r"_(rate|share|growth)$")
GROWTH = "_growth"  # at the end of the indicator of what says by how much something grew


class Figure(Strict):
    """One row of published.csv: a number quoted from a document."""

    id: Id
    indicator: Id
    category: Key
    place: str
    period: Whole | None = Field(ge=1900, le=2100)  # an empty cell where the document does not say
    label_zh: Name
    label_en: Name
    unit: Annotated[Unit, Word]  # before the value, which is read by it
    value: Number
    decimals: Whole = Field(ge=-9, le=6)
    approximate: Annotated[Approximate, Word]
    base: Key  # empty where the document names none
    phrase: str = Field(min_length=1)
    source: str = Field(min_length=1)
    locator: str = Field(min_length=1)
    source_en: str = ""  # the document's title in English, where its own is not

    @field_validator("period", mode="before")
    @classmethod
    def _unknown_year(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("value", mode="before")
    @classmethod
    def _whole_or_not(cls, value: object, info: ValidationInfo) -> object:
        return value if info.data.get("unit") == "percent" else certain(value)

    @field_validator("value")
    @classmethod
    def _counts(cls, value: float, info: ValidationInfo) -> float:
        if not math.isfinite(value) or (value < 0 and not str(info.data.get("indicator", "")).endswith(GROWTH)):
            what = "must be a number from 0; only a growth may be below (an indicator that ends in {growth})"
            raise ValueError(said(what, growth=GROWTH))
        return value

    @property
    def year(self) -> int:
        """The year it is of, where one is needed: to stand in a series, or beside what is simulated."""
        if self.period is None:
            what = "{study}: this needs the year of the figure; allowed: a period in its line"
            raise WorkbookError(said(what, study=self.id))
        return self.period

    @property
    def staff_from(self) -> int | None:
        """From how many staff it counts enterprises; none where its category is no size."""
        size = re.fullmatch(r"staff>=(\d+)", self.category)
        return int(size[1]) if size else None

    @property
    def is_growth(self) -> bool:
        """Whether it says by how much something grew, and so may be below 0 or above 100 percent."""
        return self.indicator.endswith(GROWTH)

    @model_validator(mode="after")
    def _fits_its_unit(self) -> Figure:
        if what := self._misfit():
            named = {"indicator": self.indicator, "decimals": self.decimals, "growth": GROWTH, "most": MOST}
            raise ValueError(said(what, value=self.value, **named))
        return self

    def _misfit(self) -> str:
        """What does not fit its unit and decimals; empty where all does."""
        is_rate = self.unit == "percent"
        if is_rate and self.value > 100 and not self.is_growth:
            return "value {value:g} is a rate above 100 percent; a growth has an indicator that ends in {growth}"
        if abs(self.value) > MOST:
            return "value {value:g} is more than can be counted; at most {most:,}"
        if is_rate and _COUNTS.fullmatch(self.indicator) and not _RATES.search(self.indicator):
            return "indicator {indicator} counts, and is not in percent; that of a rate ends in _rate or _share"
        if not is_rate and self.value != int(self.value):
            return "value {value:g} is a count and must be whole"
        scaled = self.value * 10.0**self.decimals
        if self.approximate == "no" and abs(scaled - round(scaled)) > 1e-6 * max(1.0, abs(scaled)):
            return "value {value:g} does not have {decimals} decimals (−3: rounded to thousands)"
        return ""

    @property
    def label(self) -> Label:
        """The name in both languages."""
        return Label(self.label_zh, self.label_en)

    @property
    def document(self) -> Label:
        """The document it is quoted from, in both languages; its own title where there is no other."""
        return Label(self.source, self.source_en or self.source)


class District(Strict):
    """One row of districts.csv. The tile is its place on the tile map; the shares serve the synthetic register only."""

    id: Id
    code: Key
    name_zh: Annotated[str, Field(min_length=1, max_length=40), OneLine, FilledIn]
    name_en: Annotated[str, Field(min_length=1, max_length=60), OneLine, FilledIn]
    kind: str
    tile_column: Whole = Field(ge=0, le=60)
    tile_row: Whole = Field(ge=0, le=60)
    share_company: Weight = Field(ge=0)
    share_foreign: Weight = Field(ge=0)

    @property
    def label(self) -> Label:
        """The name in both languages."""
        return Label(self.name_zh, self.name_en)


class Department(Strict):
    """One row of departments.csv: a member of the conference."""

    id: Id
    name_zh: Name
    name_en: Name

    @property
    def label(self) -> Label:
        """The name in both languages."""
        return Label(self.name_zh, self.name_en)


class Meant(Strict):
    """Whom a target means."""

    staff_from: Whole = Field(0, ge=0)
    members_from: Whole = Field(0, ge=0)
    full_members_from: Whole = Field(0, ge=0)
    organisation: bool = False


class Reading(Named):
    """One way to read a target's vague words."""

    share: Fraction
    inclusive: bool = True
    base: Literal["frozen", "moving"] = "frozen"

    @field_validator("share", mode="before")
    @classmethod
    def _fraction(cls, value: object) -> Fraction:
        share = share_of(value)
        if not 0 < share <= 1:
            raise ValueError("a share lies above 0 and is at most 1")
        return share


class Target(Named):
    """A rule to meet, with the readings of its vague words."""

    id: Id
    meant: Meant
    counts: Literal["enterprises", "members", "organisations"] = "enterprises"
    should_have: Id
    deadline_year: Whole | None = None
    phrase: str
    locator: str
    readings: tuple[Reading, ...] = Field(min_length=1)


class TargetsFile(Strict):
    """targets.toml."""

    targets: tuple[Target, ...] = ()


class Between(Strict):
    """A number nobody published, and the range it may lie in."""

    value: Number
    low: Number
    high: Number

    @model_validator(mode="after")
    def _inside_its_range(self) -> Self:
        if not self.low <= self.value <= self.high:
            what = "value {value:g} lies outside {low:g} to {high:g}"
            raise ValueError(said(what, value=self.value, low=self.low, high=self.high))
        return self


class Assumption(Named, Between):
    """A number nobody published: its value and range, why, how good it is, and how much hangs on it."""

    id: Id
    unit: str
    base: Named | None = None  # what a share is a share of
    why_zh: str = Field(min_length=1)
    why_en: str = Field(min_length=1)
    quality: Level
    impact: Level

    @model_validator(mode="after")
    def _has_its_base(self) -> Assumption:
        if (self.unit == "share") == (self.base is None):
            what = 'a share names its base, and nothing else has one: base = { zh = "企业", en = "enterprises" }'
            raise ValueError(what)
        return self

    @property
    def base_name(self) -> Label | None:
        """What a share is a share of; none for what is no share."""
        return None if self.base is None else self.base.label


class AssumptionsFile(Strict):
    """assumptions.toml."""

    assumptions: tuple[Assumption, ...] = ()
