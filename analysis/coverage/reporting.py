"""A study some of whose districts have not reported: what is counted is of the others, and is called so everywhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

from analysis.coverage.cells import Cells
from analysis.coverage.countable import COUNTED, COUNTED_TOO, addresses_of
from analysis.coverage.counting import Counter
from analysis.coverage.selection import parsed, part_label
from analysis.file_values import Named
from analysis.quantities import Label, Quantity, computed
from analysis.study import Study
from analysis.study_models import Base

Some = TypeVar("Some", bound=Named)


@dataclass(frozen=True)
class Rest:
    """One figure of the whole place: published, counted in the districts that reported, and what is left for the others.

    Less than nothing left says that the count and the figure do not agree.
    """

    figure: str
    published: Quantity
    counted: Quantity
    left: Quantity


def reporting(study: Study, cells: Cells | None) -> Study:
    """The study as far as its cells reach: without the districts that have not reported.

    Its place is named as the part it is. Figures published for the whole place are no figures of it, and no base; nor is
    a figure of another year a base for what is counted in this one.

    Examples
    --------
    >>> from analysis.coverage.sources import cells_of
    >>> from analysis.study import open_study
    >>> study = open_study("suzhou-2003")
    >>> part = reporting(study, replace(cells_of(study), absent=("320583",)))
    >>> part.settings.place.en, [row.name_en for row in part.absent]
    ('Suzhou (11 of 12 districts)', ['Kunshan'])
    """
    if cells is None:
        return study
    if not cells.absent:
        return _in_its_period(study)
    settings = study.settings
    here = tuple(row for row in study.districts if row.id not in cells.absent)
    gone = tuple(row for row in study.districts if row.id in cells.absent)
    part = part_label(replace(study, districts=here, absent=gone))
    bases = tuple(_base_of(base, part) for base in settings.bases if base.figure is None)
    changed = settings.model_copy(update={"place": _renamed(settings.place, part), "bases": bases})
    return replace(study, settings=changed, districts=here, absent=gone)


def _in_its_period(study: Study) -> Study:
    bases = study.settings.bases
    own = tuple(base for base in bases if base.figure is None or study.is_own(study.figures[base.figure]))
    if len(own) == len(bases):
        return study
    return replace(study, settings=study.settings.model_copy(update={"bases": own}))


def _base_of(base: Base, part: Label) -> Base:
    short = _renamed(base.short, part) if base.short is not None else None
    return _renamed(base, part).model_copy(update={"short": short})


def _renamed(named: Some, part: Label) -> Some:
    return named.model_copy(update={"zh": named.zh + part.zh, "en": named.en + part.en})


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
    for address, figure in addresses_of(whole, {**COUNTED, **COUNTED_TOO}).items():
        measure, selection = parsed(address)
        if counter.knows(measure, selection):
            published, counted = whole.quantity(figure), counter.count(measure, selection)
            found[figure] = Rest(figure, published, counted, computed("−", published, counted, label=label))
    return tuple(found[name] for name in whole.figures if name in found)
