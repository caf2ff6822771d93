"""What charts are drawn from: claims under a name. Nothing else reaches a chart, so nothing else is printed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, dataclass

from analysis.ledger import Claim
from analysis.quantities import Interval, Label, Language, Rate
from analysis.views.wording import claim, status_word

NOTHING = "—"  # stands where a number is not defined


@dataclass(frozen=True)
class Row:
    """Numbers under a name, in the order in which they are read; None for the end of a range that is open."""

    id: str
    name: str
    claims: tuple[Claim | None, ...]


@dataclass(frozen=True)
class Bar:
    """A rate with its numerator and base, under a name."""

    id: str
    name: str
    rate: Claim
    part: Claim
    base: Claim

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Its claims, in the order in which they are read."""
        return (self.rate, self.part, self.base)

    @property
    def fraction(self) -> str:
        """Numerator and base as they are drawn."""
        return f"{shown(self.part)} / {shown(self.base)}"

    def told(self, language: Language) -> str:
        """What stands beside the pointer: name, rate with numerator and base, the base's name, the status."""
        rate = f"{shown(self.rate)} = {self.fraction}" if is_number(self.rate) else self.fraction
        return pointed(self.name, rate, self.rate, language)


@dataclass(frozen=True)
class Step:
    """A step of the cascade: how many are left, as a share of the first step, and the drop from the step before."""

    id: str
    name: str
    count: Claim
    rate: Claim
    drop: Claim | None = None
    rises: bool = False  # more reach this step than the one before; `drop` is then by how much


@dataclass(frozen=True)
class Tile:
    """A district on the tile map: its rate, and its place counted from the upper left corner."""

    bar: Bar
    column: int
    row: int


@dataclass(frozen=True)
class Cell:
    """A cell of the heat map, under the names of its row and column."""

    row: str
    column: str
    bar: Bar


@dataclass(frozen=True)
class Gap:
    """A target: where things stand, the share that each reading of its words asks for, and more words beside the pointer."""

    present: Bar
    required: tuple[Claim, ...]
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Limits:
    """Limits along the base, from the smallest to the largest; a number in their word must be one of `claims`."""

    word: Label
    base: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    dashed: bool = False
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True)
class Segment:
    """Rates over one base, year by year."""

    id: str
    base: str
    points: tuple[tuple[int, Claim], ...]


@dataclass(frozen=True)
class Year:
    """A year of a path: quantiles of a share over the draws, which are drawn and not printed."""

    year: int
    p5: float
    p25: float
    p50: float
    p75: float
    p95: float


@dataclass(frozen=True)
class Panel:
    """One target's path.

    Parameters
    ----------
    years
        From the first to the last.
    required
        Shares that its readings ask for; drawn and not printed.
    start, end, low, high
        The share at the start, and its median and 90 per cent band at the end; no band of a path without chance.
    before
        Shares of another path, year by year, to hold it against.
    met
        Whether each of the readings is met.
    told, asked
        What stands beside the pointer, for each year and each reading.
    """

    id: str
    name: str
    years: tuple[Year, ...]
    required: tuple[float, ...]
    start: Claim
    end: Claim
    low: Claim | None
    high: Claim | None
    _: KW_ONLY
    before: tuple[float, ...] = ()
    met: tuple[bool, ...] = ()
    told: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


def bar(rate: Rate, *, id: str, name: str, language: Language) -> Bar:
    """A rate as a row of a chart.

    Examples
    --------
    >>> from analysis.quantities import Label, Quantity, Status
    >>> covered = Quantity(1, "enterprises", Status.SYNTHETIC, Label("覆盖", "covered"), address="cells:covered")
    >>> operating = Quantity(8, "enterprises", Status.SYNTHETIC, Label("开业", "operating"), address="cells:operating")
    >>> row = bar(Rate(covered, operating, Label("开业", "operating")), id="a", name="A", language="en")
    >>> shown(row.rate), row.fraction
    ('12.50%†', '1† / 8†')
    """
    share, part, base = (claim(quantity, language) for quantity in (rate.share, rate.numerator, rate.base))
    return Bar(id, name, share, part, base)


def spread_of(interval: Interval, *, id: str, name: str, language: Language) -> Row:
    """An interval as a row of a chart."""
    return Row(id, name, tuple(claim(end, language) for end in (interval.low, interval.high)))


def claims_of(*claims: Claim | Iterable[Claim | None] | None) -> tuple[Claim, ...]:
    """The claims that stand in a chart, each once, in order. Where there is no number a dash is drawn, and no claim;
    a number that is withheld is a claim, though nothing but its sign is drawn."""
    groups = [(group,) if group is None or isinstance(group, Claim) else tuple(group) for group in claims]
    return tuple(dict.fromkeys(one for group in groups for one in group if one is not None and is_told(one)))


def is_number(claim: Claim | None) -> bool:
    """Whether there is a number to draw: a share of an empty base is none, nor is a number that is withheld."""
    return claim is not None and not math.isnan(claim.quantity.value)


def is_told(claim: Claim) -> bool:
    """Whether there is a number to print, be it only the sign that it is withheld."""
    return is_number(claim) or claim.quantity.withheld


def shown(claim: Claim | None) -> str:
    """A claim as it is drawn: with its mark; a dash where there is no number."""
    return claim.marked if claim is not None and is_told(claim) else NOTHING


def length(claim: Claim | None) -> float:
    """A claim's value to draw; nothing where there is no number."""
    return float(claim.quantity.value) if claim is not None and is_number(claim) else 0.0


def pointed(name: str, numbers: str, rate: Claim | None, language: Language) -> str:
    """What stands beside the pointer, a line each: name, numbers, the rate's base and status."""
    if rate is None:
        return f"{name}\n{numbers}"
    base = rate.quantity.base
    return "\n".join([name, numbers, *([base.of(language)] if base else []), status_word(rate.status, language)])


def falling(row: Bar) -> tuple[bool, float]:
    """Sorts the highest rate first, rows without one last; equal rows stay in their order."""
    return (not is_number(row.rate), -length(row.rate))
