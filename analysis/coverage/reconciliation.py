"""Counted against published, figure by figure: a register or the returns beside what was quoted from a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.coverage.counting import COUNTABLE, UNITS, Asked, Counter, figures_of
from analysis.coverage.indicators import in_points
from analysis.coverage.selection import Selection
from analysis.quantities import Label, Quantity, Rate, computed
from analysis.sources.rounding import ends_of
from analysis.study import Study
from analysis.study_models import Figure

_RATES: Mapping[str, Mapping[str, str]] = {
    "organisation_rate": {"organisation": "any"},
    "instructor_rate": {"instructor": "yes"},
}


@dataclass(frozen=True)
class Line:
    """One published figure with its count.

    Parameters
    ----------
    figure
        The figure's id.
    difference
        Counted less published; for a rate in percentage points.
    share
        The difference as a share of what was published; none for a rate, or where nothing was published to divide by.
    agrees
        Whether the count lies within what the document's rounding leaves open; none where it may not be published, which
        would tell what it is.
    """

    figure: str
    published: Quantity
    counted: Quantity
    difference: Quantity
    share: Quantity | None
    agrees: bool | None


@dataclass(frozen=True)
class Rest:
    """One figure of the whole place: published, counted in the districts that reported, and what is left for the others.

    Less than nothing left says that the count and the figure do not agree.
    """

    figure: str
    published: Quantity
    counted: Quantity
    left: Quantity


def reconciled(counter: Counter) -> tuple[Line, ...]:
    """Every figure of the study's own place and period that its cells can count, beside that count, in the study's order.

    A figure that returns cannot count at their thresholds is left out; `uncounted` names it.

    Examples
    --------
    >>> from analysis.coverage.sources import cells_of
    >>> from analysis.study import open_study
    >>> study = open_study("suzhou-2003")
    >>> lines = reconciled(Counter(study, cells_of(study)))
    >>> [line.figure for line in lines][:4], {line.difference.value for line in lines if line.figure == "covered"}
    (['operating', 'private', 'foreign', 'individual'], {0})
    """
    study = counter.study
    found: dict[str, Line | None] = {
        figure: _count_line(counter, study.figures[figure], asked)
        for asked, figure in figures_of(study, COUNTABLE).items()
    }
    for indicator, having in _RATES.items():
        for (_, base), figure in figures_of(study, {indicator: ("enterprises", Selection())}).items():
            found[figure] = _rate_line(counter, study.figures[figure], base, having)
    lines = (found.get(name) for name in study.figures)
    return tuple(line for line in lines if line is not None)


def uncounted(counter: Counter, lines: tuple[Line, ...]) -> tuple[Figure, ...]:
    """The figures of the study's own place and period that its cells cannot count."""
    counted = {line.figure for line in lines}
    return tuple(row for row in counter.study.figures.values() if row.id not in counted and counter.study.is_own(row))


def _count_line(counter: Counter, figure: Figure, asked: Asked) -> Line | None:
    counted = _counted(counter, *asked, figure.label)
    if counted is None:
        return None
    published = counter.study.quantity(figure.id)
    label = Label(f"{figure.label_zh}：清点减公布", f"{figure.label_en}: counted less published")
    difference = computed("−", counted, published, label=label)
    share = None
    if published.value:
        name = Label("公布数", "the published figure")
        share = computed("÷", difference, published, unit="share", base=name, decimals=2, label=label)
    return Line(figure.id, published, counted, difference, share, _agrees(counter.study, figure, counted))


def _rate_line(counter: Counter, figure: Figure, base: Selection, having: Mapping[str, str]) -> Line | None:
    part, whole = (_counted(counter, "enterprises", chosen, figure.label) for chosen in (base.but(**having), base))
    if part is None or whole is None or not whole.value:
        return None
    published = counter.study.quantity(figure.id)
    counted = Rate(part, whole, counter.study.name_of(figure.base), max(figure.decimals, 2)).share
    label = Label("清点减公布", "counted less published")
    less = computed("−", counted, published, unit="share", base=published.base or counted.base, label=label)
    difference = in_points(less, label, published.status)
    return Line(figure.id, published, counted, difference, None, _agrees(counter.study, figure, counted))


def _counted(counter: Counter, measure: str, selection: Selection, label: Label) -> Quantity | None:
    """A count from the cells alone, whatever was published; nothing where the returns do not report it."""
    cells, address = counter.cells, selection.address(measure)
    if cells is None or cells.fault(measure, selection):
        return None
    named = Label(f"{label.zh}（清点）", f"{label.en}, counted")
    return counter.told(Quantity(counter.value(address), UNITS[measure], cells.status, named, address=address))


def _agrees(study: Study, figure: Figure, counted: Quantity) -> bool | None:
    low, high = ends_of(study, figure.id)
    return None if counted.withheld else bool(low <= counted.value <= high)


def rests(whole: Study, counter: Counter) -> tuple[Rest, ...]:
    """What published figures of the whole place leave for the districts without a return, in the study's order.

    Parameters
    ----------
    whole
        The study with all its districts.
    counter
        Of those that reported.
    """
    found: dict[str, Rest] = {}
    label = Label("留给未报区域的数", "left for the districts without a return")
    for (measure, selection), figure in figures_of(whole, COUNTABLE).items():
        if counter.knows(measure, selection):
            published, counted = whole.quantity(figure), counter.count(measure, selection)
            found[figure] = Rest(figure, published, counted, computed("−", published, counted, label=label))
    return tuple(found[name] for name in whole.figures if name in found)
