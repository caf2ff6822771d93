"""Which enterprises are meant: a selection as a value, as words, and as an address that can be read back."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.coverage.columns import Columns
from analysis.errors import ParameterError, one_of
from analysis.quantities import Label
from analysis.study import Study

if TYPE_CHECKING:
    import pandas as pd

    from analysis.coverage.columns import Flags

ORGANISATIONS = ("any", "none", "independent", "joint")


@dataclass(frozen=True)
class Selection:
    """Enterprises picked by their attributes; empty means any.

    Parameters
    ----------
    districts, categories
        Ids; an empty tuple is all of them.
    staff_from, members_from, full_members_from
        At least so many.
    staff_to
        At most so many staff; 0 for no limit.
    organisation
        `any` (has one), `none`, `independent`, `joint`, or empty for no condition.
    instructor, five_good, directly_managed, union, secretary_chairs_union
        `yes`, `no`, or empty for no condition.

    Examples
    --------
    >>> Selection(districts=("320583",), staff_from=25, organisation="any").address("enterprises")
    'cells:enterprises?districts=320583&staff_from=25&organisation=any'
    """

    districts: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    staff_from: int = 0
    staff_to: int = 0
    members_from: int = 0
    full_members_from: int = 0
    organisation: str = ""
    instructor: str = ""
    five_good: str = ""
    directly_managed: str = ""
    union: str = ""
    secretary_chairs_union: str = ""

    def but(self, **changes: Any) -> Selection:
        """The same selection with some conditions changed."""
        return replace(self, **changes)

    @property
    def attributes(self) -> frozenset[str]:
        """What of an enterprise the conditions ask for, beside its place and category: names of a register's columns.

        Examples
        --------
        >>> sorted(Selection(districts=("320583",), staff_to=24, organisation="any").attributes)
        ['organisation', 'staff']
        """
        conditions = (spec.name for spec in fields(self) if getattr(self, spec.name))
        named = {name.removesuffix("_from").removesuffix("_to") for name in conditions}
        return frozenset(named - {"districts", "categories"})

    def address(self, measure: str) -> str:
        """Where the sum of a measure over this selection is found."""
        parts = []
        for spec in fields(self):
            value = getattr(self, spec.name)
            if value:
                parts.append(f"{spec.name}={','.join(value) if isinstance(value, tuple) else value}")
        return f"cells:{measure}" + ("?" + "&".join(parts) if parts else "")

    def mask(self, table: pd.DataFrame | Columns) -> Flags:
        """Which rows of the cells' table are selected: one boolean a row."""
        columns = table if isinstance(table, Columns) else Columns(table)
        keep: Flags = np.ones(len(columns.table), dtype=bool)
        if self.districts:
            keep &= columns.among("district", self.districts)
        if self.categories:
            keep &= columns.among("category", self.categories)
        for column, least in (
            ("staff", self.staff_from),
            ("members", self.members_from),
            ("full_members", self.full_members_from),
        ):
            if least:
                keep &= columns.numbers(column) >= least
        if self.staff_to:
            keep &= columns.numbers("staff") <= self.staff_to
        if self.organisation == "any":
            keep &= ~columns.among("organisation", ("none",))
        elif self.organisation:
            keep &= columns.among("organisation", (self.organisation,))
        for column in ("instructor", "five_good", "directly_managed", "union", "secretary_chairs_union"):
            if wanted := getattr(self, column):
                keep &= columns.numbers(column) == (wanted == "yes")
        return keep


EVERYTHING = Selection()


def parsed(address: str) -> tuple[str, Selection]:
    """The measure and the selection of an address.

    Examples
    --------
    >>> parsed("cells:members?categories=private&instructor=no")[1].instructor
    'no'
    """
    measure, _, query = address.removeprefix("cells:").partition("?")
    names = {spec.name: spec for spec in fields(Selection)}
    values: dict[str, Any] = {}
    for part in filter(None, query.split("&")):
        name, _, text = part.partition("=")
        if name not in names:
            raise ParameterError(f"{address}: unknown condition {name}; allowed: {one_of(list(names), seen=name)}")
        default = getattr(Selection(), name)
        values[name] = tuple(text.split(",")) if isinstance(default, tuple) else type(default)(text)
    return measure, Selection(**values)


def place_label(study: Study, selection: Selection) -> Label:
    """Where the selected enterprises are: the study's place, or the districts."""
    if not selection.districts:
        return study.settings.place.label
    names = {row.id: row.label for row in study.districts}
    chosen = [names[district] for district in selection.districts]
    return Label("、".join(name.zh for name in chosen), ", ".join(name.en for name in chosen))


def kind_label(study: Study, selection: Selection) -> Label:
    """Which enterprises are selected, in words, without the place.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> chosen = Selection(categories=("private",), staff_from=25, organisation="any")
    >>> kind_label(open_study("suzhou-2003"), chosen).en
    'private enterprises with 25 or more staff and a party organisation'
    """
    names = {row.id: row.label for row in study.settings.categories}
    chosen = [names[category] for category in selection.categories if len(selection.categories) < len(names)]
    noun_zh = "和".join(name.zh for name in chosen) or "企业"
    noun_en = " and ".join(name.en for name in chosen) or "enterprises"
    had_zh, had_en = _conditions(selection)
    zh = "、".join(had_zh) + ("的" if had_zh else "") + noun_zh
    en = noun_en + (" with " + _joined(had_en) if had_en else "")
    if selection.directly_managed == "yes":
        zh, en = f"市区行业系统直管的{zh}", f"directly managed {en}"
    return Label(zh, en)


def _conditions(selection: Selection) -> tuple[list[str], list[str]]:
    zh, en = [], []
    if selection.staff_to:
        zh.append(f"职工{selection.staff_from}至{selection.staff_to}人")
        en.append(f"{selection.staff_from} to {selection.staff_to} staff")
    for least, one, many, word in (
        (0 if selection.staff_to else selection.staff_from, "staff", "staff", "职工{}人以上"),
        (selection.members_from, "member", "members", "有党员{}名以上"),
        (selection.full_members_from, "full member", "full members", "有正式党员{}名以上"),
    ):
        if least:
            zh.append(word.format(least))
            en.append(f"{least} or more {one if least == 1 else many}")
    organisations = {
        "any": ("有党组织", "a party organisation"),
        "none": ("无党组织", "no party organisation"),
        "independent": ("有独立党组织", "an independent organisation"),
        "joint": ("由联合党组织覆盖", "a joint organisation"),
    }
    if selection.organisation:
        zh.append(organisations[selection.organisation][0])
        en.append(organisations[selection.organisation][1])
    for value, yes, no in (
        (selection.instructor, ("有指导员", "an instructor"), ("无指导员", "no instructor")),
        (
            selection.five_good,
            ("党组织达到“五个好”", "a five-good organisation"),
            ("党组织未达到“五个好”", "no five-good organisation"),
        ),
        (selection.union, ("有工会", "a trade union"), ("无工会", "no trade union")),
        (
            selection.secretary_chairs_union,
            ("书记兼任工会主席", "one post-holder for secretary and union chair"),
            ("书记不兼任工会主席", "the posts of secretary and union chair apart"),
        ),
    ):
        if value:
            zh.append((yes if value == "yes" else no)[0])
            en.append((yes if value == "yes" else no)[1])
    return zh, en


def _joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
