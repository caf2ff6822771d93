"""What a rounded or approximate figure can stand for, and the hidden base that a rounded share lets through."""

from __future__ import annotations

import math
from fractions import Fraction

from analysis.study_models import Figure

Ends = tuple[Fraction | float, Fraction | float]


def figure_ends(figure: Figure) -> Ends:
    """The least and greatest number that the figure may stand for; percentages as shares.

    Rounding gives half a unit of its last digit on both sides; whole counts are exact. "At least" is open above,
    "nearly" below, "about" on both sides.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> [float(end) for end in figure_ends(open_study("suzhou-2003").figures["members_share"])]
    [0.15575, 0.15585]
    """
    scale = 100 if figure.unit == "percent" else 1
    value = Fraction(str(figure.value)) / scale
    exact = figure.decimals == 0 and figure.unit != "percent"
    half = Fraction(0) if exact else Fraction(10) ** -figure.decimals / 2 / scale
    low: Fraction | float = max(value - half, Fraction(0))
    high: Fraction | float = value + half
    if figure.approximate != "no":
        low = value if figure.approximate == "at least" else Fraction(0)
        high = value if figure.approximate == "nearly" else math.inf
    return low, high


def ratio_ends(numerator: Figure, base: Figure) -> Ends:
    """The least and greatest ratio of two figures.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> figures = open_study("suzhou-2003").figures
    >>> low, high = ratio_ends(figures["covered"], figures["operating"])
    >>> low == high, round(float(low), 6)
    (True, 0.041694)
    """
    (low, high), (base_low, base_high) = figure_ends(numerator), figure_ends(base)
    return (
        Fraction(0) if base_high == math.inf else low / base_high,
        high / base_low if base_low else math.inf,
    )


def base_ends(numerator: Figure, rate: Figure, *, growth: bool = False) -> tuple[int, int] | None:
    """The least and greatest whole base of which the numerator can be the published share.

    Parameters
    ----------
    growth
        Whether the rate says by how much the numerator exceeds the base, instead of its share of it.

    Returns
    -------
    tuple of int, or None
        None when the figures leave the base unbounded.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> figures = open_study("suzhou-2003").figures
    >>> base_ends(figures["members"], figures["members_share"])
    (363138, 363370)
    """
    (low, high), (rate_low, rate_high) = figure_ends(numerator), figure_ends(rate)
    ratio_low, ratio_high = (1 + rate_low, 1 + rate_high) if growth else (rate_low, min(rate_high, Fraction(1)))
    if not ratio_low or math.inf in (high, ratio_high):
        return None
    return math.ceil(low / ratio_high), math.floor(high / ratio_low)


def overlap(one: Ends, other: Ends) -> bool:
    """Whether two ranges have a number in common.

    Examples
    --------
    >>> overlap((1, 2), (2, 3)), overlap((1, 2), (3, 4))
    (True, False)
    """
    return one[0] <= other[1] and other[0] <= one[1]
