"""The problems that the conference named, each with the indicators that would show it: measured, or not in the data.

An indicator is measured where it was published or counted. What a synthetic register would say of it was put there by
assumptions, so it is not in the data, and no number is given. Which they are stands in assets/problems.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from analysis.coverage.base_names import base_label
from analysis.coverage.counting import Counter
from analysis.coverage.selection import EVERYTHING
from analysis.errors import NotInDataError
from analysis.quantities import Label, Quantity, Rate, Status, computed

_CATALOGUE = Path(__file__).parent / "assets" / "problems.toml"

Value = Quantity | Rate


@dataclass(frozen=True)
class Indicator:
    """A number that would show a problem, none where it is not in the data; and what data would measure it."""

    label: Label
    value: Value | None
    needs: Label

    @property
    def is_measured(self) -> bool:
        """Whether the data has it."""
        return self.value is not None


@dataclass(frozen=True)
class Problem:
    """One of the problems, with its indicators."""

    id: str
    label: Label
    indicators: tuple[Indicator, ...]


def problems(counter: Counter) -> tuple[Problem, ...]:
    """The five problems, in the order of the minutes.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> found = problems(Counter(open_study("suzhou-2003"), None))
    >>> [sum(one.is_measured for one in problem.indicators) for problem in found]
    [2, 0, 1, 0, 0]
    """
    catalogue = _catalogue()
    needs = {kind: Label(*words) for kind, words in catalogue["needs"].items()}
    return tuple(
        Problem(row["id"], Label(*row["label"]), tuple(_indicator(counter, one, needs) for one in row["indicators"]))
        for row in catalogue["problems"]
    )


@cache
def _catalogue() -> dict[str, Any]:
    return tomllib.loads(_CATALOGUE.read_text(encoding="utf-8"))


def _indicator(counter: Counter, row: Mapping[str, Any], needs: Mapping[str, Label]) -> Indicator:
    label = Label(*row["label"])
    needed = needs[("register", "figure", "figures")[len(row.get("figures", ()))]]
    try:
        return Indicator(label, _measured(counter, row, label), needed)
    except NotInDataError:  # neither published nor counted
        return Indicator(label, None, needed)


def _measured(counter: Counter, row: Mapping[str, Any], label: Label) -> Value | None:
    """The number of an indicator; none where no figure of it was published, or it is only assumed."""
    study = counter.study
    if figures := row.get("figures"):
        published = [study.published(name) for name in figures]  # for all enterprises, of the study's place and period
        counts = [counter.figure(figure.id) for figure in published if figure is not None]
        if len(counts) < len(figures):
            return None
        if len(counts) == 1:
            return counts[0]
        return computed("÷", *counts, unit=row["unit"], decimals=2, label=label) if counts[1].value else None
    found: Value
    if "sums" in row:
        part, whole = (counter.count(measure, EVERYTHING) for measure in row["sums"])
        found = Rate(part, whole, base_label(study, EVERYTHING, of=row["sums"][1]))
    elif "outside" in row:
        inside = counter.count("enterprises", EVERYTHING.but(**row["outside"]))
        found = (counter.count("enterprises", EVERYTHING) - inside).named(Label(*row.get("name", row["label"])))
    else:
        found = counter.rate(EVERYTHING.but(**row["share"]), base=EVERYTHING.but(**row["of"]))
        if not found.base.value:
            return None
    return found if found.status <= Status.DERIVED else None
