"""Numbers that know what they are: their unit, how far to trust them, and what they were computed from.

A `Quantity` is a tree. Its leaves are addresses in the study's inputs (`figure:operating`, `cells:…`); its inner nodes
are operations. So every number can tell a reader how it came about, and can be computed again from the inputs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from enum import IntEnum
from typing import Any, Literal

from analysis.arithmetic import OPERATIONS, Approximation, approximation, astray
from analysis.errors import WorkbookError
from analysis.messages import said

Language = Literal["zh", "en"]
Number = int | float


@dataclass(frozen=True)
class Label:
    """A name in both languages.

    Examples
    --------
    >>> Label("昆山市", "Kunshan").of("en")
    'Kunshan'
    """

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """The name in one language."""
        return self.zh if language == "zh" else self.en


def joined(*parts: str) -> str:
    """Texts one after the other, as Chinese writes them; a blank where digits would touch and be read as one number.

    Examples
    --------
    >>> joined("昆山市", "私营企业"), joined("开发区2", "100强企业")
    ('昆山市私营企业', '开发区2 100强企业')
    """
    told = ""
    for part in parts:
        told += f" {part}" if touch(told, part) else part
    return told


def touch(one: str, other: str) -> bool:
    """Whether a text ends and the next begins with a digit."""
    return one[-1:].isdecimal() and other[:1].isdecimal()


def day_label(day: date) -> Label:
    """A day as it is written.

    Examples
    --------
    >>> day_label(date(2003, 12, 31)).en
    '31 December 2003'
    """
    return Label(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {day:%B %Y}")


def enumerated(words: Sequence[str], last: str = "and") -> str:
    """Words one after the other, as English lists them.

    Examples
    --------
    >>> enumerated(["0", "25", "100"], "or"), enumerated(["a"])
    ('0, 25 or 100', 'a')
    """
    *most, end = words
    return f"{', '.join(most)} {last} {end}" if most else end


class Status(IntEnum):
    """How far a number can be trusted, the firmest first. A computed number has the weakest status of its parts."""

    PUBLISHED = 0
    COUNTED = 1
    DERIVED = 2
    ASSUMED = 3
    SYNTHETIC = 4
    SIMULATED = 5

    @property
    def word(self) -> str:
        """The status in lower case, as it stands in files."""
        return self.name.lower()

    @property
    def mark(self) -> str:
        """The sign that follows a number of this status wherever it stands; empty for what is known."""
        return _MARKS.get(self, "")


_MARKS = {Status.ASSUMED: "§", Status.SYNTHETIC: "†", Status.SIMULATED: "‡"}


def weakest(*statuses: Status) -> Status:
    """The status of what is computed from these: the weakest of them, and never better than derived.

    Examples
    --------
    >>> weakest(Status.PUBLISHED, Status.PUBLISHED).word
    'derived'
    >>> weakest(Status.PUBLISHED, Status.SYNTHETIC).word
    'synthetic'
    """
    return max((Status.DERIVED, *statuses))


def plain_number(value: float) -> Number:
    """A number without a needless decimal point.

    Examples
    --------
    >>> plain_number(3.0), plain_number(3.5)
    (3, 3.5)
    """
    return int(value) if float(value).is_integer() else float(value)


def decimals_of(value: float) -> int:
    """How many decimals a number has, six at the most.

    Examples
    --------
    >>> decimals_of(0.25), decimals_of(3)
    (2, 0)
    """
    return len(f"{value:.6f}".rstrip("0").partition(".")[2])


@dataclass(frozen=True)
class Quantity:
    """A number with its unit, status, name and origin.

    Parameters
    ----------
    value
        At full precision; formats are for the edge.
    unit
        `enterprises`, `organisations`, `persons`, `share` (0 to 1), `points` (percentage points), `years`, `staff`, …
    status
        See `Status`.
    label
        What the number counts, in both languages.
    base
        For a share: the name of its denominator. A share without one cannot be made.
    address
        For a leaf: where in the study's inputs it stands, for example `figure:operating`.
    operation, parts
        For a computed quantity: how, and from what.
    decimals
        Decimals the source gives; formats never print more.
    locator
        For a leaf: source and place in it, in the reader's words.
    locator_en
        The same in English papers, where it differs.
    approximate
        The word without which the number is not true: "at least", "nearly", …; empty for a number as it is.
    rounded
        Whether the document rounded it, to thousands say: what is computed from it is about so much.
    withheld
        The number may not be published: it has no value here, only a name and where it came from.

    Examples
    --------
    >>> covered = Quantity(10547, "enterprises", Status.PUBLISHED, Label("覆盖企业", "covered"), address="figure:covered")
    >>> operating = Quantity(252963, "enterprises", Status.PUBLISHED, Label("开业", "operating"), address="figure:operating")
    >>> uncovered = operating - covered
    >>> uncovered.value, uncovered.status.word
    (242416, 'derived')
    """

    value: Number
    unit: str
    status: Status
    label: Label
    base: Label | None = None
    address: str = ""
    operation: str = ""
    parts: tuple[Quantity, ...] = ()
    decimals: int = 0
    approximate: Approximation = ""
    rounded: bool = False
    locator: str = field(default="", compare=False)
    locator_en: str = field(default="", compare=False)
    withheld: bool = False

    def __post_init__(self) -> None:
        if self.unit == "share" and self.base is None:
            raise TypeError(f"a share needs its base: {self.label.en}")
        if bool(self.address) == bool(self.operation):
            raise TypeError(f"a quantity has either an address or an operation: {self.label.en}")

    def named(self, label: Label, *, unit: str | None = None, decimals: int | None = None) -> Quantity:
        """The same number under another name (and unit)."""
        given: dict[str, Any] = {"unit": unit, "decimals": decimals}
        return replace(self, label=label, **{name: one for name, one in given.items() if one is not None})

    def hidden(self) -> Quantity:
        """The same quantity without its value.

        Examples
        --------
        >>> few = Quantity(3, "enterprises", Status.COUNTED, Label("企业", "enterprises"), address="cells:enterprises")
        >>> (few.hidden() + few).withheld, few.hidden().value
        (True, nan)
        """
        return replace(self, value=math.nan, withheld=True)

    def __add__(self, other: Quantity) -> Quantity:
        return computed("+", self, other)

    def __sub__(self, other: Quantity) -> Quantity:
        return computed("−", self, other)

    def __mul__(self, other: Quantity) -> Quantity:
        return computed("×", self, other)

    def __truediv__(self, other: Quantity) -> Quantity:
        return computed("÷", self, other, decimals=2, unit=f"{self.unit} per {other.unit}")

    def leaves(self) -> Iterator[Quantity]:
        """The inputs this number rests on, from left to right."""
        if self.address:
            yield self
        for part in self.parts:
            yield from part.leaves()

    def to_json(self) -> dict[str, Any]:
        """The tree as plain values, for ledgers."""
        plain: dict[str, Any] = {
            "value": None if self.withheld else self.value,
            "unit": self.unit,
            "status": self.status.word,
            "label": asdict(self.label),
        }
        if self.base is not None:
            plain["base"] = asdict(self.base)
        if self.address:
            plain |= {"address": self.address, "locator": self.locator}
            plain |= {"locator_en": self.locator_en} if self.locator_en else {}
        else:
            plain |= {"operation": self.operation, "parts": [part.to_json() for part in self.parts]}
        plain |= {name: True for name in ("withheld", "rounded") if getattr(self, name)}
        return plain | {"decimals": self.decimals, "approximate": self.approximate}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Quantity:
        """The inverse of `to_json`."""
        return cls(
            value=math.nan if plain.get("withheld") else plain["value"],
            status=Status[plain["status"].upper()],
            label=Label(**plain["label"]),
            base=Label(**plain["base"]) if "base" in plain else None,
            parts=tuple(cls.from_json(part) for part in plain.get("parts", ())),
            approximate={True: "about", False: ""}.get(plain["approximate"], plain["approximate"]),  # once yes or no
            **{name: plain[name] for name in _AS_THEY_ARE if name in plain},
        )


_AS_THEY_ARE = ("unit", "address", "operation", "decimals", "locator", "locator_en", "rounded", "withheld")  # in JSON


def computed(
    operation: str,
    *parts: Quantity,
    label: Label | None = None,
    unit: str | None = None,
    base: Label | None = None,
    decimals: int = 0,
) -> Quantity:
    """A quantity computed from others by one of + − × ÷ min max ceil floor; its status is the weakest of theirs.

    What is computed from a number that is withheld is withheld. Sums and differences of shares keep their base.
    """
    unit = parts[0].unit if unit is None else unit
    if unit == "share" and base is None and operation in ("+", "−", "min", "max"):
        base, decimals = parts[0].base, decimals or max(part.decimals for part in parts)
    withheld, rounded = any(part.withheld for part in parts), any(part.rounded for part in parts)
    return Quantity(
        value=math.nan if withheld else OPERATIONS[operation](*(part.value for part in parts)),
        unit=unit,
        status=weakest(*(part.status for part in parts)),
        label=parts[0].label if label is None else label,
        base=base,
        operation=operation,
        parts=parts,
        decimals=decimals,
        approximate="about" if rounded else approximation(operation, *(part.approximate for part in parts)),
        rounded=rounded,
        withheld=withheld,
    )


def constant(value: int, unit: str, label: Label) -> Quantity:
    """A number of our own, such as 1, that something is computed with."""
    return Quantity(value, unit, Status.PUBLISHED, label, address=f"constant:{value}")


def recompute(quantity: Quantity, resolve: Callable[[str], Number]) -> Number:
    """The value again, from the inputs as they are now.

    Parameters
    ----------
    resolve
        Gives the present value at a leaf's address; may raise `WorkbookError` when the address is gone.
    """
    if quantity.address:
        return resolve(quantity.address)
    return OPERATIONS[quantity.operation](*(recompute(part, resolve) for part in quantity.parts))


@dataclass(frozen=True)
class Rate:
    """A share that cannot be separated from its base.

    Raises
    ------
    WorkbookError
        When both are counts and the numerator does not lie inside the base. Of published figures that is not known; the
        audit speaks of it.

    Examples
    --------
    >>> covered = Quantity(10547, "enterprises", Status.PUBLISHED, Label("覆盖企业", "covered"), address="figure:covered")
    >>> operating = Quantity(252963, "enterprises", Status.PUBLISHED, Label("开业", "operating"), address="figure:operating")
    >>> print(Rate(covered, operating, Label("实际开业投产", "operating enterprises")))
    4.17% (10,547 of 252,963 operating enterprises)
    """

    numerator: Quantity
    base: Quantity
    base_name: Label
    decimals: int = 2

    def __post_init__(self) -> None:
        if condition := astray(self.numerator.address, self.base.address):
            what = (
                "rate: {numerator} do not all lie inside {base_name}; allowed: a numerator that keeps to its base "
                "({condition})"
            )
            names = {"numerator": self.numerator.label, "base_name": self.base_name}
            raise WorkbookError(said(what, condition=condition, **names))

    @property
    def share(self) -> Quantity:
        """The rate as a quantity from 0 to 1; it keeps the base's name. Not a number when the base is empty."""
        counted, within = self.numerator, self.base_name
        label = Label(f"{counted.label.zh}占{within.zh}的比例", f"{counted.label.en} as a share of {within.en}")
        return computed("÷", counted, self.base, unit="share", base=within, decimals=self.decimals, label=label)

    @property
    def status(self) -> Status:
        """The weakest status of numerator and base."""
        return self.share.status

    def __str__(self) -> str:
        share = "–" if math.isnan(self.share.value) else f"{self.share.value:.{self.decimals}%}"
        part, base = (f"{one.value:,}{one.status.mark}" for one in (self.numerator, self.base))
        return f"{share}{self.status.mark} ({part} of {base} {self.base_name.en})"


@dataclass(frozen=True)
class Interval:
    """What a hidden number can be at the least and at the most.

    Examples
    --------
    >>> low = Quantity(1732, "enterprises", Status.DERIVED, Label("下限", "at least"), address="bound:joint#low")
    >>> Interval(low, low).is_exact
    True
    """

    low: Quantity
    high: Quantity

    @property
    def is_exact(self) -> bool:
        """Whether both ends are the same number."""
        return self.low.value == self.high.value
