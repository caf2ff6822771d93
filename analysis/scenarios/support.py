"""What support would take: how many units for every organisation to be in reach, how far a plan goes, what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.conference import Ranged, Support
from analysis.coverage.counting import Counter
from analysis.coverage.selection import EVERYTHING
from analysis.errors import WorkbookError
from analysis.quantities import Label, Quantity, Rate, Status, computed
from analysis.study import Study

Part = Literal["reach", "unit_cost"]
End = Literal["value", "low", "high"]
YUAN = "yuan"


@dataclass(frozen=True)
class Planned:
    """One kind of support against the organisations there are.

    Parameters
    ----------
    reach, unit_cost
        As assumed: organisations that one serves, and yuan a year.
    needed
        The fewest that serve every organisation.
    cost
        Of those, in yuan a year; `least` and `most` at the better and the worse ends of both ranges.
    within
        Organisations within reach of what is planned, of all there are.
    planned, planned_cost
        The plan and what it costs a year.
    """

    support: Support
    reach: Quantity
    unit_cost: Quantity
    needed: Quantity
    cost: Quantity
    least: Quantity
    most: Quantity
    within: Rate
    planned: Quantity
    planned_cost: Quantity


def planned(counter: Counter) -> tuple[Planned, ...]:
    """Every kind of support of the study; none where its organisations are not known.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> first = planned(Counter(open_study("suzhou-2003"), None))[0]
    >>> first.needed.value, first.within.numerator.value
    (162, 2000)
    """
    if not counter.knows("organisations", EVERYTHING):
        return ()
    whole = counter.count("organisations", EVERYTHING)
    return tuple(_planned(support, whole) for support in counter.study.support)


def _planned(support: Support, whole: Quantity) -> Planned:
    reach, unit_cost = assumed(support, "reach"), assumed(support, "unit_cost")
    units = Quantity(support.planned, "units", Status.ASSUMED, support.label, address=f"support:{support.id}.planned")
    served = computed("min", whole, computed("×", units, reach, unit=whole.unit), label=whole.label)
    return Planned(
        support,
        reach,
        unit_cost,
        needed=_needed(support, whole, "value"),
        cost=_cost(support, whole, "value", "value"),
        least=_cost(support, whole, "high", "low"),
        most=_cost(support, whole, "low", "high"),
        within=Rate(served, whole, Label("党组织", "organisations")),
        planned=units,
        planned_cost=computed("×", units, unit_cost, unit=YUAN, label=_spent(support)),
    )


def _needed(support: Support, whole: Quantity, reach: End) -> Quantity:
    each = computed("÷", whole, assumed(support, "reach", reach), unit="units", decimals=2)
    return computed("ceil", each, unit="units", label=Label(f"所需{support.zh}", f"{support.en}: how many it takes"))


def _cost(support: Support, whole: Quantity, reach: End, unit_cost: End) -> Quantity:
    units = _needed(support, whole, reach)
    return computed("×", units, assumed(support, "unit_cost", unit_cost), unit=YUAN, label=_spent(support))


def _spent(support: Support) -> Label:
    return Label(f"{support.zh}每年费用", f"{support.en}: cost a year")


def assumed(support: Support, part: Part, end: End = "value") -> Quantity:
    """What is assumed of a kind of support, or an end of its range."""
    ranged: Ranged = getattr(support, part)
    value = getattr(ranged, end)
    names = {
        "reach": Label(f"每个{support.zh}服务的党组织", f"{support.en}: organisations one serves"),
        "unit_cost": Label(f"每个{support.zh}每年费用", f"{support.en}: what one costs a year"),
    }
    return Quantity(
        int(value) if float(value).is_integer() else value,
        "organisations" if part == "reach" else YUAN,
        Status.ASSUMED,
        names[part],
        address=f"support:{support.id}.{part}.{end}",
        locator=f"support.toml {support.id}",
    )


def resolve(study: Study, address: str) -> float:
    """The number at an address `support:ID.PART.END` or `support:ID.planned`.

    Raises
    ------
    WorkbookError
        When the study has no such support any more.
    """
    name, _, rest = address.removeprefix("support:").partition(".")
    row = next((row for row in study.support if row.id == name), None)
    if row is None:
        raise WorkbookError(f"no support {name} any more")
    if rest == "planned":
        return row.planned
    part, _, end = rest.partition(".")
    return float(getattr(getattr(row, part), end))
