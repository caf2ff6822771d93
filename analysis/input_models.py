"""Where a study's counts come from, as study.toml says it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import ConfigDict, Field, field_validator, model_validator

from analysis.database_urls import refuse_url
from analysis.file_values import Id, Named, Number, Strict, Whole
from analysis.messages import said
from analysis.quantities import Label

RegisterColumn = Literal[
    "enterprise", "district", "township", "category", "staff", "members", "full_members", "organisation", "organised",
    "joint_lead", "instructor", "five_good", "directly_managed", "union", "secretary_chairs_union",
]  # fmt: skip
Words = dict[Annotated[str, Field(min_length=1)], str]
_RESERVED = {*get_args(RegisterColumn), "district", "category", "size", "base", "outcome", "by", "of"}


class OwnColumn(Strict):
    """A column of the register's own that can be counted and grouped by: yes or no, or a few words.

    Parameters
    ----------
    header
        As the register has it.
    zh, en
        What papers call it.
    """

    header: Annotated[str, Field(min_length=1)]
    zh: str = ""
    en: str = ""

    @property
    def label(self) -> Label:
        """What papers call it: its header, where nothing else is said."""
        return Label(self.zh or self.header, self.en or self.zh or self.header)


class RegisterInput(Strict):
    """The table `[register]` of study.toml: a register of enterprises, one row each.

    Parameters
    ----------
    path
        A CSV, TSV, XLSX or Parquet file, or a folder of Parquet files; relative to the study's folder.
    url, query
        Instead of a path: a database by URL (`database_urls` says what may stand in it) and one SELECT.
    columns
        Our column to the register's header, where the dictionary does not know the header.
    values
        For a column, the register's word to ours: for districts and categories an id of the study, for organisations
        `none`, `independent` or `joint`, for a yes-or-no column `0` or `1`.
    absent
        Columns the register does not have: not in the data, and nothing is computed from them; the paper says so.
    blank_is_zero
        Columns in which an empty cell means none.
    not_telephones
        Headers of columns whose numbers only look like telephone numbers, such as numbers of registration. Identity
        numbers, e-mail addresses and names are refused there as everywhere; the paper and its manifest say so.
    own
        Columns of the register's own, by the name under which they are asked for: a header, or a table with header, zh and en.
    encoding
        Of a CSV or TSV file.
    sheet
        Of an XLSX file; by default its first visible one.
    most_rejected_rate
        The share of rows, from 0 to 1, that may be left out for their faults; above it nothing is counted.
    memory
        What DuckDB may use before it goes to disk.
    """

    model_config = ConfigDict(hide_input_in_errors=True)  # a URL may hold what is secret

    path: str = ""
    url: str = ""
    query: str = ""
    columns: dict[RegisterColumn, str] = Field(default_factory=dict)
    values: dict[RegisterColumn, Words] = Field(default_factory=dict)
    absent: tuple[
        Literal["members", "full_members", "joint_lead", "instructor", "five_good", "directly_managed"], ...
    ] = ()
    blank_is_zero: tuple[RegisterColumn, ...] = ()
    not_telephones: tuple[str, ...] = ()
    own: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], OwnColumn] = Field(default_factory=dict)
    encoding: Literal["auto", "utf-8", "gb18030"] = "auto"
    sheet: str = ""
    most_rejected_rate: Number = Field(0.05, ge=0, le=1)
    memory: str = Field("4GiB", pattern=r"^\d+(\.\d+)? ?[MG]i?B$")

    @model_validator(mode="after")
    def _one_place(self) -> RegisterInput:
        if bool(self.path) == bool(self.url):
            raise ValueError("a register has either a path or a url")
        if bool(self.url) != bool(self.query):
            raise ValueError("a url and a query go together")
        if self.url:
            refuse_url(self.url)
        return self

    @field_validator("own", mode="before")
    @classmethod
    def _headers(cls, own: Any) -> Any:
        """A header alone is a column that papers call as the register does."""
        if not isinstance(own, dict):
            return own
        if taken := sorted(_RESERVED.intersection(own)):
            raise ValueError(said("{name} is a name of the house's; give the column another", name=taken[0]))
        return {name: {"header": one} if isinstance(one, str) else one for name, one in own.items()}

    @field_validator("values")
    @classmethod
    def _known_words(cls, values: dict[str, Words]) -> dict[str, Words]:
        kinds = {"organisation": {"none", "independent", "joint"}}
        flags = ("organised", "joint_lead", "instructor", "five_good", "directly_managed")
        kinds |= {name: {"0", "1"} for name in (*flags, "union", "secretary_chairs_union")}
        for column, words in values.items():
            if column not in {"district", "category", *kinds}:
                raise ValueError(said("{column} holds numbers or names, and no words to translate", column=column))
            for word, ours in words.items():
                if column in kinds and ours not in kinds[column]:
                    what, allowed = '{column}, "{word}" = "{ours}": allowed: {kinds}', tuple(sorted(kinds[column]))
                    raise ValueError(said(what, column=column, word=word, ours=ours, kinds=allowed))
        return values


class Definition(Named):
    """A word of the districts' returns: how it is counted, and how else one might; a return says which of them it kept to."""

    id: Id
    means: Named
    others: tuple[Named, ...] = ()


class ReturnsInput(Strict):
    """How the districts report: where their workbooks lie, of which period, in which bands, by which definitions."""

    folder: str = Field("returns", min_length=1)  # inside the study's
    period: Whole | None = Field(None, ge=1900, le=2100)  # the study's own where none is given
    staff_bands: tuple[
        Annotated[Whole, Field(ge=1, le=300)], ...
    ] = ()  # staff from which each band but the first begins
    full_members: tuple[Annotated[Whole, Field(ge=1, le=50)], ...] = ()  # full members from which each class begins
    directly_managed: bool = False  # whether enterprises of industry systems are reported apart
    incomplete: bool = False  # whether papers may be made while districts are missing; they say so wherever it matters
    definitions: tuple[Definition, ...] = ()

    @field_validator("staff_bands", "full_members")
    @classmethod
    def _rising(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if list(value) != sorted(set(value)):
            raise ValueError("thresholds rise from one to the next, for example [25, 50, 100]")
        return value
