"""Where the numbers below the published totals come from, in words: a synthetic register, a register, the districts' returns."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.coverage.cells import Cells
from analysis.quantities import Label, Status
from analysis.study import Study


@dataclass(frozen=True)
class Origin:
    """What the cells of a study were counted from.

    Parameters
    ----------
    name
        As it stands in a sentence.
    is_counted
        Whether it is a count of what is there; a synthetic register is none.
    """

    name: Label
    is_counted: bool


_NAMES = {
    "synthetic": Label("合成登记簿", "the synthetic register"),
    "register": Label("登记簿", "the register"),
    "returns": Label("各区域报表", "the districts' returns"),
}
_MADE_UP = {
    "register": Label("合成的登记簿", "the register, which is synthetic"),
    "returns": Label("各区域报表（合成数字）", "the districts' returns, which are synthetic"),
}


def origin_of(study: Study, cells: Cells | None) -> Origin:
    """What the cells of a study were counted from; its synthetic register where there are none.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> origin_of(open_study("suzhou-2003"), None).name.en
    'the synthetic register'
    """
    counted = cells is not None and cells.status <= Status.DERIVED
    names = _NAMES if counted or study.settings.input == "synthetic" else {**_NAMES, **_MADE_UP}
    return Origin(names.get(study.settings.input, _NAMES["synthetic"]), counted)
