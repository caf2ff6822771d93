"""The targets as rules: who is meant, who already has it, what is required under each reading, and the gap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.coverage.base_names import base_label
from analysis.coverage.counting import Counter
from analysis.coverage.selection import EVERYTHING, Selection
from analysis.quantities import Label, Quantity, Rate, Status, computed, constant
from analysis.scenarios.random_draws import Array
from analysis.study_models import Reading, Target

if TYPE_CHECKING:
    from analysis.scenarios.state import Measures

HAVING: dict[str, dict[str, object]] = {
    "member": {"members_from": 1},
    "organisation": {"organisation": "any"},
    "instructor": {"instructor": "yes"},
    "five_good": {"five_good": "yes"},
}


@dataclass(frozen=True)
class Requirement:
    """A target under one reading: how many must have it (none where the base moves and depends on a scenario), how many
    more than today, never below 0, and those divided by the years left (linear).
    """

    reading: Reading
    required: Quantity | None = None
    missing: Quantity | None = None
    a_year: Quantity | None = None


@dataclass(frozen=True)
class Gap:
    """A target against the present: its rate today and what each reading asks. Not measured: not in the data."""

    target: Target
    present: Rate | None
    requirements: tuple[Requirement, ...]

    @property
    def is_measured(self) -> bool:
        """Whether the data holds what the target speaks of."""
        return self.present is not None


def gaps(counter: Counter, within: Selection = EVERYTHING, *, year: int, years: int) -> tuple[Gap, ...]:
    """Every target of the study, in its order, against the present inside a selection.

    A target's own deadline is counted from the year; those without one have so many years left.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> found = gaps(Counter(open_study("suzhou-2003"), None), year=2003, years=3)
    >>> five_good = [gap for gap in found if gap.target.id == "five_good"][0]
    >>> five_good.requirements[0].required.value
    1345
    """
    return tuple(_gap(counter, target, within, _years(target, year, years)) for target in counter.study.targets)


def _years(target: Target, year: int, years: int) -> Quantity:
    """The years left: to the target's own deadline, or the parameter's."""
    if target.deadline_year is None:
        label = Label("未定期限的目标按此年数", "years for targets without a deadline")
        return Quantity(years, "years", Status.ASSUMED, label, address="parameter:years")
    address = f"target:{target.id}.deadline_year"
    due = _published(target.deadline_year, "calendar year", Label("目标年份", "deadline"), address, target.locator)
    now = _published(year, "calendar year", Label("起算年份", "year of the data"), "parameter:year")
    return computed("−", due, now, unit="years", label=Label("剩余年数", "years left"))


def _published(value: int, unit: str, label: Label, address: str, locator: str = "") -> Quantity:
    return Quantity(value, unit, Status.PUBLISHED, label, address=address, locator=locator)


def required(reading: Reading, meant: Array, start: Array, *, base: str = "") -> Array:
    """How many must have it in each year: the share of those meant, rounded up; more than that where it is not inclusive.

    Parameters
    ----------
    base
        `frozen` or `moving`; the reading's own where empty.
    meant
        Those meant by year, of any shape; a path without chance has fractions of them.
    start
        Those meant in the first year, to be broadcast: the base where it is frozen.

    Examples
    --------
    >>> from fractions import Fraction
    >>> third = Reading(zh="三分之一", en="a third", share=Fraction(1, 3))
    >>> required(third, np.array([4033.0, 5000.0]), np.array(4033.0)).tolist()
    [1345.0, 1345.0]
    """
    whole = np.broadcast_to(start, meant.shape) if (base or reading.base) == "frozen" else meant
    wanted = whole * float(reading.share)
    if reading.share == 1:
        return np.asarray(wanted)  # all of them
    if reading.inclusive:
        return np.asarray(np.ceil(wanted - 1e-6))
    return np.asarray(np.minimum(np.floor(wanted + 1e-6) + 1, np.ceil(whole)))  # of none, none is asked


def _gap(counter: Counter, target: Target, within: Selection, years: Quantity) -> Gap:
    unmeasured = Gap(target, None, tuple(Requirement(reading) for reading in target.readings))
    if target.should_have not in HAVING:
        return unmeasured
    (measure, meant), (having_measure, having) = asked_by(target, within)
    if not counter.knows(measure, meant):
        return unmeasured
    whole = counter.count(measure, meant)
    present = counter.count(having_measure, having) if counter.knows(having_measure, having) else None
    rate = None if present is None else Rate(present, whole, base_label(counter.study, meant, of=measure))
    places = range(len(target.readings))
    return Gap(target, rate, tuple(_requirement(target, place, whole, present, years) for place in places))


def asked_by(target: Target, within: Selection = EVERYTHING) -> tuple[tuple[str, Selection], tuple[str, Selection]]:
    """What is counted of those a measured target means, and of those that have it: a measure and a selection each."""
    measure, meant = whole_of(target, within)
    if target.counts == "organisations":
        return (measure, meant), ("five_good_organisations", meant)
    return (measure, meant), (measure, meant.but(**HAVING[target.should_have]))


def whole_of(target: Target, within: Selection = EVERYTHING) -> tuple[str, Selection]:
    """What is counted of those a target means."""
    if target.counts == "organisations":  # every one is meant: the enterprises have no condition of their own
        return "organisations", within
    return {"members": "members_total"}.get(target.counts, target.counts), meant_by(target, within)


def meant_by(target: Target, within: Selection) -> Selection:
    """The enterprises a target means, inside a selection."""
    meant = target.meant
    return within.but(
        staff_from=max(within.staff_from, meant.staff_from),
        members_from=max(within.members_from, meant.members_from),
        full_members_from=max(within.full_members_from, meant.full_members_from),
        organisation="any" if meant.organisation else within.organisation,
    )


def _requirement(
    target: Target, position: int, whole: Quantity, present: Quantity | None, years: Quantity
) -> Requirement:
    reading = target.readings[position]
    if reading.base == "moving":
        return Requirement(reading)
    asked = _required(target, position, whole)
    if present is None:
        return Requirement(reading, asked)
    zero = constant(0, whole.unit, Label("零", "zero"))
    missing = computed("max", zero, asked - present, label=Label("尚缺", "missing"))
    if years.value <= 0:
        return Requirement(reading, asked, missing)
    a_year = computed("÷", missing, years, unit=whole.unit, decimals=1, label=Label("平均每年", "a year on average"))
    return Requirement(reading, asked, missing, a_year)


def _required(target: Target, position: int, whole: Quantity) -> Quantity:
    """The same number as `required` of today, with where it comes from."""
    reading = target.readings[position]
    label = Label(f"{target.zh}：所需数", f"{target.en}: number required")
    if reading.share == 1:
        return computed("max", whole, whole, label=label)
    at, unit = f"target:{target.id}#{position}", "ratio"
    of = Label("分子", "numerator of the reading"), Label("分母", "denominator of the reading")
    top = _published(reading.share.numerator, unit, of[0], f"{at}.numerator", target.locator)
    bottom = _published(reading.share.denominator, unit, of[1], f"{at}.denominator", target.locator)
    parts = computed("÷", computed("×", whole, top), bottom, decimals=2)
    if reading.inclusive:
        return computed("ceil", parts, label=label)
    one = constant(1, whole.unit, Label("再多一", "one more"))
    more = computed("+", computed("floor", parts), one, unit=whole.unit)
    return computed("min", whole, more, label=label)  # of nobody, nobody is asked


def readings_of(target: Target) -> list[tuple[int, str]]:
    """The readings of a target, by position, over both bases: `frozen` or `moving`.

    Where its readings speak of both bases themselves, they are taken as they are.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> targets = {target.id: target for target in open_study("suzhou-2003").targets}
    >>> readings_of(targets["five_good"])
    [(0, 'frozen'), (1, 'frozen'), (2, 'moving')]
    >>> readings_of(targets["organisation_3_full"])
    [(0, 'frozen'), (0, 'moving')]
    """
    if speaks_of_its_base(target):
        return [(position, str(reading.base)) for position, reading in enumerate(target.readings)]
    return [(position, base) for base in ("frozen", "moving") for position in range(len(target.readings))]


def speaks_of_its_base(target: Target) -> bool:
    """Whether a target's readings differ in their base."""
    return len({reading.base for reading in target.readings}) > 1


def deadline(target: Target, *, year: int, years: int) -> int:
    """The year a target is due: its own, or so many years on."""
    return target.deadline_year or year + years


def years_ahead(measures: Measures, *, year: int, years: int) -> int:
    """How many years a path needs for every target to come due."""
    return max([years, *(deadline(rule.target, year=year, years=years) - year for rule in measures.rules)])
