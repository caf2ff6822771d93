"""Compress once: a register of any size becomes cells, and everything after works on the cells.

A cell is a distinct combination of the attributes the analysis uses, with how many enterprises share it. Staff are
kept exact up to `STAFF_CAP`, members up to `MEMBERS_CAP`, so any threshold up to there is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from analysis.coverage.selection import Columns, Selection
from analysis.errors import NotInDataError, WorkbookError
from analysis.messages import said
from analysis.quantities import Status
from analysis.sources.register import ROWS

if TYPE_CHECKING:
    import narwhals as nw
    import pandas as pd

    from analysis.coverage.returned import Limits
    from analysis.sources.registers.report import Report

STAFF_CAP = 300
MEMBERS_CAP = 50

KEYS = ("district", "category", "staff", "members", "full_members", "organisation", "instructor", "five_good",
        "directly_managed")  # fmt: skip
MAY_HAVE = ("union", "secretary_chairs_union")
TOWNSHIP = "township"
MEASURES = ("enterprises", "staff_total", "members_total", "full_members_total", "organisations",
            "five_good_organisations")  # fmt: skip
_LED = frozenset({"organisation", "joint_lead"})  # joint organisations are counted by their leads
_ASKED_BY: dict[str, frozenset[str]] = {
    "staff_total": frozenset({"staff"}),
    "members_total": frozenset({"members"}),
    "full_members_total": frozenset({"full_members"}),
    "organisations": _LED,
    "five_good_organisations": _LED | {"five_good"},
}


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of one study and how far their counts can be trusted.

    Parameters
    ----------
    table
        One row a cell: the columns `KEYS`, those of `MAY_HAVE` that the register has, then `MEASURES` (whole numbers).
    status
        `COUNTED` from a register, `SYNTHETIC` from a synthetic one.
    limits
        Which questions they answer, where they do not know enterprises one by one; none for any question.
    report
        What became of a register's rows, where there is one.
    townships
        The same cells by township too, in a column after `KEYS`; none where the register has no townships.
    absent
        Ids of districts that have not reported: nothing in the cells is of them.
    unknown
        Columns that say nothing, as the register does not have them or no figure was published for a synthetic one. Their
        noughts are no counts: whatever asks for one of them is refused.
    """

    table: pd.DataFrame
    status: Status
    limits: Limits | None = None
    report: Report | None = None
    townships: pd.DataFrame | None = None
    absent: tuple[str, ...] = ()
    unknown: frozenset[str] = frozenset()

    @property
    def own(self) -> tuple[str, ...]:
        """The columns of the register's own that they can be asked by."""
        return own_columns(self.table)

    @cached_property
    def columns(self) -> Columns:
        """The table's columns, ready to be selected from."""
        return Columns(self.table)

    def lacking(self, measure: str, selection: Selection) -> tuple[str, ...]:
        """Which of the attributes that a question asks for are not in the data; nothing where all are.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.coverage.selection import Selection
        >>> cells = Cells(pd.DataFrame(columns=[*KEYS, *MEASURES]), Status.COUNTED, unknown=frozenset({"joint_lead"}))
        >>> cells.lacking("organisations", Selection()), cells.lacking("enterprises", Selection(organisation="any"))
        (('joint_lead',), ())
        """
        asked = selection.attributes | _ASKED_BY.get(measure, frozenset())
        if selection.organisation in ("independent", "none"):
            asked -= {"joint_lead"}
        if asked.isdisjoint(self._without) and not selection.own:
            return ()
        own = [name for name, _ in selection.own]
        without = self._without.union(name for name in own if name not in self.table)
        return tuple(name for name in (*KEYS, "joint_lead", *MAY_HAVE, *own) if name in asked & without)

    @cached_property
    def _without(self) -> frozenset[str]:
        return self.unknown.union(name for name in MAY_HAVE if name not in self.table)

    def fault(self, measure: str, selection: Selection) -> WorkbookError | None:
        """Why these cells have no answer, and what is allowed; nothing where they have one."""
        if lacking := self.lacking(measure, selection):
            return self.without(lacking)
        return None if self.limits is None else self.limits.fault(measure, selection)

    def refuse(self, measure: str, selection: Selection) -> None:
        """Raise the fault of a question, a ParameterError of returns or a NotInDataError, where it has one."""
        if (fault := self.fault(measure, selection)) is not None:
            raise fault

    def without(self, lacking: Sequence[str]) -> NotInDataError:
        """The error of a question about attributes that are not in the data."""
        if self.status is Status.SYNTHETIC:
            what = (
                "{names}: no figure was published that a synthetic register could follow; allowed: one in published.csv"
            )
            return NotInDataError(said(what, names=tuple(lacking)), lacking)
        what = "{names}: the register has no such column; allowed: a register with a {kind}column {columns}"
        kind = "" if {"members", "full_members"}.intersection(lacking) else "yes-or-no "
        columns = " and ".join(f'"{name}"' for name in lacking)
        return NotInDataError(said(what, names=tuple(lacking), kind=kind, columns=columns), lacking)


def own_columns(table: pd.DataFrame) -> tuple[str, ...]:
    """The columns of a table of cells that are the register's own."""
    return tuple(name for name in table.columns if name not in (*KEYS, *MAY_HAVE, TOWNSHIP, *MEASURES))


def compress(register: Any, *, own: Sequence[str] = ()) -> pd.DataFrame:
    """Group a register by every attribute the analysis uses.

    Parameters
    ----------
    register
        A table with the columns of `sources.register.COLUMNS`: a pandas frame, a DuckDB relation, or any other table
        narwhals knows, lazy or not. It is read once. A column `ROWS` says for how many rows each one stands.
    own
        Columns of the register's own, of texts, that are grouped by too.

    Returns
    -------
    pandas.DataFrame
        Columns `KEYS`, then those of `MAY_HAVE` and `township` that the register has, and `MEASURES`, sorted in this
        order; the counts are those of the register whatever engine ran.

    Examples
    --------
    >>> import pandas as pd
    >>> row = dict(district="a", category="private", staff=400, members=5, full_members=4, organisation="independent",
    ...            joint_lead=0, instructor=1, five_good=1, directly_managed=0)
    >>> cells = compress(pd.DataFrame([row, row]))
    >>> cells[["staff", "enterprises", "staff_total", "organisations"]].to_dict("records")
    [{'staff': 300, 'enterprises': 2, 'staff_total': 800, 'organisations': 2}]
    """
    import narwhals as nw

    frame = nw.from_native(register).lazy()
    names = frame.collect_schema().names()
    whole = {name: nw.col(name).cast(nw.Int64) for name in ("staff", "members", "full_members")}
    rows = nw.col(ROWS).cast(nw.Int64) if ROWS in names else nw.lit(1).cast(nw.Int64)
    led = (nw.col("organisation") == "independent").cast(nw.Int64) + nw.col("joint_lead").cast(nw.Int64)
    frame = frame.with_columns(
        one=rows,
        staff_sum=rows * whole["staff"],
        members_sum=rows * whole["members"],
        full_sum=rows * whole["full_members"],
        led=rows * led,
        led_good=rows * led * nw.col("five_good").cast(nw.Int64),
        staff=_capped(whole["staff"], STAFF_CAP),
        members=_capped(whole["members"], MEMBERS_CAP),
        full_members=_capped(whole["full_members"], MEMBERS_CAP),
    )
    sums = ("one", "staff_sum", "members_sum", "full_sum", "led", "led_good")
    keys = (*KEYS, *(name for name in (*MAY_HAVE, TOWNSHIP, *own) if name in names))
    grouped = frame.group_by(*keys).agg(
        *(nw.col(column).sum().alias(measure) for column, measure in zip(sums, MEASURES, strict=True))
    )
    return _ordered(grouped, keys, texts=("district", "category", "organisation", TOWNSHIP, *own))


def one_by_one(register: pd.DataFrame) -> pd.DataFrame:
    """Each row of a register as a cell of its own: for a few counts quicker than to compress it, and the counts are the same.

    Takes the columns of `sources.register.COLUMNS`, each row one enterprise, and gives `KEYS` and `MEASURES`; staff and
    members as they are, beyond the caps too.
    """
    led = (register["organisation"] == "independent").astype("int64") + register["joint_lead"]
    return register[list(KEYS)].assign(
        enterprises=1,
        staff_total=register["staff"],
        members_total=register["members"],
        full_members_total=register["full_members"],
        organisations=led,
        five_good_organisations=led * register["five_good"],
    )


def _capped(numbers: nw.Expr, cap: int) -> nw.Expr:
    import narwhals as nw

    return nw.when(numbers > cap).then(nw.lit(cap)).otherwise(numbers).cast(nw.Int64)


def _ordered(grouped: nw.LazyFrame[Any], keys: tuple[str, ...], *, texts: Sequence[str]) -> pd.DataFrame:
    """The cells in memory, in order; DuckDB sorts by itself, and quicker."""
    import narwhals as nw

    types = {name: "str" if name in texts else "int64" for name in (*keys, *MEASURES)}
    if grouped.implementation.is_duckdb():
        sums = [nw.col(name).cast(nw.Int64) for name in MEASURES]  # DuckDB sums in 128 bits, which pandas has not
        grouped = grouped.select(*keys, *sums).sort(*keys)
        return grouped.collect(backend="pyarrow").to_pandas().astype(types)[list(types)]
    table = grouped.collect(backend="pandas").to_pandas()
    return table.astype(types)[list(types)].sort_values(list(keys), ignore_index=True)
