"""What relations.toml may hold: each kind of relation, with its fields."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from analysis.file_values import Named, Number, Strict, Whole
from analysis.quantities import Label

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.\-]*$", max_length=200)]  # of a relation, or what it names


class Relation(Strict):
    """A relation, with its name."""

    id: Id


class Total(Relation):
    """A total and the parts it is made of; by a `rule`, where a document may have left some part out."""

    total: Id
    parts: tuple[Id, ...] = Field(min_length=2)
    rule: bool = False


class Subset(Relation):
    """A figure that counts some of what another counts, and the name of the rest."""

    part: Id
    whole: Id
    rest: Named | None = None
    assumes: Named | None = None


class Share(Relation):
    """A published rate: numerator over base, or its growth on the base. The base may be hidden.

    Of a share `within`, the numerator may reach outside the base: it is at least so much of it.
    """

    rate: Id
    numerator: Id
    base: Id
    kind: Literal["share", "growth", "within"] = "share"


class Ladder(Relation):
    """One numerator over several bases, the widest first: figures, or bases of study.toml."""

    numerator: Id
    rungs: tuple[Id, ...] = Field(min_length=1)


class Universe(Strict):
    """The enterprises that the sets are drawn from, and the parts they fall into; how many need not be published."""

    whole: Id
    parts: tuple[Id, ...] = ()
    assumes: Named


class EnterpriseSet(Relation):
    """Some of the universe's enterprises. Without a figure its size is hidden and follows from the rest, within bounds.

    It lies in the sets named `inside` by what the words mean, in those named `by_rule` where a rule is kept. `having` and
    `lacking` are what follows the word enterprises (in Chinese: what stands before it).
    """

    figure: Id | None = None
    having: Named
    lacking: Named
    inside: tuple[Id, ...] = ()
    by_rule: tuple[Id, ...] = ()
    apart: tuple[Id, ...] = ()
    assumes: Named | None = None
    assumed: bool = False  # whether only an assumption puts it into the universe: its document names no base
    ask: tuple[Literal["having", "lacking"], ...] = ("having",)  # of a hidden set: which size the reader asks for

    @property
    def around(self) -> tuple[str, ...]:
        """The sets that it lies in or apart from."""
        return (*self.inside, *self.by_rule, *self.apart)


class Each(Relation, Named):
    """Each unit of one figure or set has at least so many units of another, none of them shared.

    A `rule` may be broken: figures that do not keep it need explaining, and are no contradiction.
    """

    each: Id
    least: Whole = Field(ge=1)
    of: Id
    rule: bool = False


class Per(Relation, Named):
    """A ratio worth stating: a figure, or the rest of a subset, to another figure."""

    of: Id
    to: Id
    decimals: Whole = Field(2, ge=0, le=6)


class Hypothesis(Relation, Named):
    """A reading of a published 100%: that every enterprise of one set lies in another."""

    rate: Id
    every: Id
    inside: Id


class Said(Relation):
    """A target, and a published rate that speaks of the same rule: over the same base, or over one left unstated."""

    target: Id
    rate: Id
    base: Literal["same", "unstated"]


class Reach(Relation):
    """A target for a share of units, and the figure that counts those units today."""

    target: Id
    figure: Id


class Contrast(Relation):
    """A rate beside what a count of enterprises or organisations is of a known base; told when further apart than `gap`."""

    rate: Id
    numerator: Id
    base: Id
    gap: Number = Field(0.5, gt=0, lt=1)


class Alternatives(Relation, Named):
    """Figures of different origin for what sounds like one quantity."""

    figures: tuple[Id, ...] = Field(min_length=2)


class Series(Relation):
    """Indicators of which the later continue the earlier."""

    indicators: tuple[Id, ...] = Field(min_length=2)


class Definition(Named):
    """What one figure of a series counts, where that differs from its neighbours."""

    figure: Id


class Place(Strict):
    """The English name of a place that published.csv names."""

    place: str
    en: str


class Relations(Strict):
    """relations.toml."""

    totals: tuple[Total, ...] = ()
    subsets: tuple[Subset, ...] = ()
    shares: tuple[Share, ...] = ()
    ladders: tuple[Ladder, ...] = ()
    universe: Universe | None = None
    sets: tuple[EnterpriseSet, ...] = ()
    each: tuple[Each, ...] = ()
    per: tuple[Per, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    said: tuple[Said, ...] = ()
    reach: tuple[Reach, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    alternatives: tuple[Alternatives, ...] = ()
    series: tuple[Series, ...] = ()
    definitions: tuple[Definition, ...] = ()
    places: tuple[Place, ...] = ()


LISTS = tuple(name for name in Relations.model_fields if name != "universe")
_TOPICS = {  # what of a relation says what it speaks of; two of one topic in a list say the same thing twice
    "totals": ("total", "parts"), "subsets": ("part", "whole"), "shares": ("rate",), "ladders": ("numerator",),
    "sets": ("figure",), "each": ("each", "of"), "per": ("of", "to"), "hypotheses": ("rate",), "said": ("target",),
    "reach": ("target",), "contrasts": ("rate",), "definitions": ("figure",), "places": ("place",),
}  # fmt: skip


def merged(first: Relations, second: Relations) -> Relations:
    """Both, the second's in front; where they speak of the same, what the first says."""
    lists: dict[str, object] = {"universe": first.universe or second.universe}
    for name in LISTS:
        own, other = getattr(first, name), getattr(second, name)
        topics = {_topic(name, row): row for row in reversed((*own, *other))}
        lists[name] = [topics[topic] for topic in dict.fromkeys(_topic(name, row) for row in (*other, *own))]
    return Relations.model_validate(lists)


def _topic(name: str, row: Any) -> object:
    values = tuple(getattr(row, field) for field in _TOPICS.get(name, ("id",)))
    return row.id if values == (None,) else tuple(frozenset(v) if isinstance(v, tuple) else v for v in values)


def assumed(*labels: Label | Named | None) -> Label:
    """Several assumptions as one text.

    Examples
    --------
    >>> assumed(Label("甲", "a"), None, Label("乙", "b")).zh
    '甲；乙'
    """
    given = [label for label in labels if label is not None]
    return Label("；".join(label.zh for label in given), "; ".join(label.en for label in given))
