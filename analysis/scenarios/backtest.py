"""Held against what came after: from the study's year to figures published later, and how far off.

A difference is the model's own only where both ends count the same thing over the same base.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.errors import ParameterError, WorkbookError
from analysis.messages import said
from analysis.quantities import Label, Number, Quantity, computed
from analysis.scenarios.addresses import quantity
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.simulation import Draws, simulate
from analysis.scenarios.state import State
from analysis.study import Study, figures_of, quoted
from analysis.study_models import Figure

FILE = "later.csv"
MEASURED: Mapping[str, str] = {  # indicators that a scenario simulates
    "enterprises_operating": "enterprises",
    "enterprises_with_organisation": "covered",
    "enterprises_with_instructor": "instructed",
    "members": "members",
    "organisations": "organisations",
}


@dataclass(frozen=True)
class Held:
    """One figure published later against the draws of its year: their median and the ends of the band of 90 per cent.

    The error is the median less the figure, its share is over the figure.
    """

    figure: Figure
    published: Quantity
    low: Quantity
    median: Quantity
    high: Quantity
    error: Quantity
    error_share: Quantity


def later_of(study: Study) -> tuple[Figure, ...]:
    """The figures published later for the same place; none where the study has no such file.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> [row.period for row in later_of(open_study("suzhou-2003"))][0]
    2011
    """
    path = study.folder / FILE
    return figures_of(path) if path.is_file() else ()


def later_quantity(row: Figure, later: Sequence[Figure]) -> Quantity:
    """A later figure as a quantity; a percentage becomes a share of the base it names."""
    names = {one.id: one.label for one in later}
    label = Label(f"{row.label_zh}（{row.period}年）", f"{row.label_en} ({row.period})")
    base = names.get(row.base, Label(row.base, row.base)) if row.unit == "percent" else None
    return quoted(row, label, base=base, address=f"later:{row.id}")


def resolve_later(study: Study, address: str) -> Number:
    """The number at an address `later:ID`, as the file has it now."""
    rows = {row.id: row for row in later_of(study)}
    name = address.removeprefix("later:")
    if name not in rows:
        raise WorkbookError(said("{study}: no later figure {name} any more", study=study.id, name=name))
    return later_quantity(rows[name], ()).value


def backtest(state: State, scenario: Scenario, later: Sequence[Figure], *, draws: int, seed: int) -> tuple[Held, ...]:
    """Simulate from the state to the year of each later figure that can be simulated, and hold it against the draws.

    Raises
    ------
    ParameterError
        When a figure is not of a year after the scenario's.
    """
    rows = [row for row in later if row.indicator in MEASURED and row.category == "all" and row.unit != "percent"]
    if not rows:
        return ()
    if early := next((row for row in rows if row.year <= scenario.year), None):
        what = "{file}, {early}, period: {period}; allowed: from {year}"
        raise ParameterError(said(what, file=FILE, early=early.id, period=early.period, year=scenario.year + 1))
    years = max(row.year for row in rows) - scenario.year
    run = simulate(state, scenario, years=years, draws=draws, seed=seed, split=False)
    return tuple(_held(run, row, later) for row in rows)


def _held(run: Draws, row: Figure, later: Sequence[Figure]) -> Held:
    published, name = later_quantity(row, later), MEASURED[row.indicator]
    low, median, high = (quantity(run, name, year=row.year, stat=stat) for stat in ("p5", "p50", "p95"))
    error = computed("−", median, published, label=Label(f"误差：{row.label_zh}", f"error: {row.label_en}"))
    share = computed("÷", error, published, unit="share", base=published.label, decimals=1, label=error.label)
    return Held(row, published, low, median, high, error, share)
