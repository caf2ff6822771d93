"""What a rounded or approximate figure can stand for, and the hidden base that a rounded share lets through."""

from __future__ import annotations

import math
from fractions import Fraction

from analysis.study import Study
from analysis.study_models import Approximations, Figure

READINGS = Approximations()
Ends = tuple[Fraction | float, Fraction | float]


def figure_ends(figure: Figure, words: Approximations = READINGS) -> Ends:
    """The least and greatest number that the figure may stand for; percentages as shares.

    Rounding gives half a unit of its last digit on both sides; whole counts are exact. The words of approximate figures
    are read as `words` says: "about" and "nearly" within a share of the figure (its rounding, where that is wider), "over"
    up to the next number that is as round and a tenth further at least, "at least" and "at most" open on one side.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> figures = open_study("suzhou-2003").figures
    >>> [float(end) for end in figure_ends(figures["members_share"])]
    [0.15575, 0.15585]
    >>> many = figures["operating"].model_copy(update={"value": 70_000.0, "approximate": "over"})
    >>> [int(end) for end in figure_ends(many)]
    [70000, 79999]
    """
    scale = 100 if figure.unit == "percent" else 1
    value = Fraction(str(figure.value)) / scale
    exact = figure.decimals == 0 and figure.unit != "percent"
    half = Fraction(0) if exact else Fraction(10) ** -figure.decimals / 2 / scale
    least = Fraction(-1) if figure.is_growth and figure.unit == "percent" else Fraction(0)  # nothing shrinks by more
    most = Fraction(1) if figure.unit == "percent" and not figure.is_growth else math.inf
    low, high = value - half, value + half
    match figure.approximate:
        case "about":
            width = max(half, abs(value) * Fraction(str(words.about)), Fraction(scale == 1))  # of a count, one at least
            low, high = value - width, value + width
        case "nearly":
            low, high = value - max(half, abs(value) * Fraction(str(words.nearly))), value
        case "over":
            step = max(_roundness(figure) / scale, abs(value) / 10)
            low, high = value, value + step - (0 if scale > 1 or step.denominator > 1 else 1)
        case "at least":
            return value, most
        case "at most":
            return least, value
    return max(low, least), min(high, most)


def ends_of(study: Study, figure: str) -> Ends:
    """The least and greatest number that a figure of a study may stand for, by the study's readings of its words."""
    return figure_ends(study.figures[figure], study.settings.approximations)


def read_as(study: Study, figure: str) -> tuple[float, float]:
    """The ends of a figure as they are printed: of a count, the whole numbers within them."""
    low, high = ends_of(study, figure)
    if study.figures[figure].unit != "percent":
        low, high = math.ceil(low), high if high == math.inf else math.floor(high)
    return float(low), float(high)


def _roundness(figure: Figure) -> Fraction:
    """One of the last digit that is not nought: of 70,000 it is 10,000."""
    digits = f"{figure.value:.6f}".rstrip("0").rstrip(".")
    if "." in digits:
        return Fraction(1, 10 ** len(digits.partition(".")[2]))
    return Fraction(10 ** (len(digits) - len(digits.rstrip("0")))) if digits.strip("0") else Fraction(1)


def ratio_ends(numerator: Ends, base: Ends) -> Ends:
    """The least and greatest ratio of two numbers of which the ends are known; open where the base can be 0.

    Examples
    --------
    >>> ratio_ends((10, 10), (40, 50))
    (Fraction(1, 5), Fraction(1, 4))
    """
    (low, high), (base_low, base_high) = numerator, base
    least = Fraction(0) if base_high in (0, math.inf) else Fraction(low) / Fraction(base_high)
    return least, math.inf if not base_low or high == math.inf else Fraction(high) / Fraction(base_low)


def base_ends(numerator: Ends, rate: Ends, *, growth: bool = False) -> tuple[int, int] | None:
    """The least and greatest whole base of which the numerator can be the published share; None where nothing bounds it.

    A rate of `growth` says by how much the numerator exceeds the base, instead of its share of it.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> figures = open_study("suzhou-2003").figures
    >>> base_ends(figure_ends(figures["members"]), figure_ends(figures["members_share"]))
    (363138, 363370)
    """
    (low, high), (rate_low, rate_high) = numerator, rate
    ratio_low, ratio_high = (1 + rate_low, 1 + rate_high) if growth else (rate_low, min(rate_high, Fraction(1)))
    if ratio_low <= 0 or math.inf in (high, ratio_high):
        return None
    return max(1, math.ceil(low / ratio_high)), math.floor(high / ratio_low)


def overlap(one: Ends, other: Ends) -> bool:
    """Whether two ranges have a number in common.

    Examples
    --------
    >>> overlap((1, 2), (2, 3)), overlap((1, 2), (3, 4))
    (True, False)
    """
    return one[0] <= other[1] and other[0] <= one[1]
