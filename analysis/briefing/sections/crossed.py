"""Coverage by any attributes together: each rate over its own base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from analysis.briefing.context import Context
from analysis.briefing.number_provenance import constants_in
from analysis.briefing.sections.suppressed_section import compares, not_compared
from analysis.briefing.texts import label
from analysis.coverage.base_names import base_label, conditioned, own_label
from analysis.coverage.returned import bands_of
from analysis.coverage.selection import Selection
from analysis.quantities import Label, Rate
from analysis.study import Study
from analysis.views.blocks import Block, Figure, Heading
from analysis.views.charts import coverage_bars
from analysis.views.map_charts import heat_map
from analysis.views.rows import Cell
from analysis.views.wording import capital, slots_of

BY = ("district", "category", "size", "organisation", "instructor", "directly_managed", "union")
_KINDS = ("none", "independent", "joint")
_ANSWERS = ("yes", "no")
MOST_DRAWN = 60  # rows of a chart that is printed


@dataclass(frozen=True)
class Group:
    """Enterprises that are alike in what is asked by, and how many of them are covered."""

    ids: tuple[str, ...]
    labels: tuple[Label, ...]
    rate: Rate


@dataclass(frozen=True)
class Asked:
    """What is asked: the share of some enterprises that has something, and by which attributes.

    Parameters
    ----------
    within
        The base.
    having
        Conditions of `Selection` that those covered meet.
    words
        The same in words.
    by
        Keys of `BY`.
    """

    within: Selection
    having: Mapping[str, Any]
    words: Label
    by: tuple[str, ...] = ()

    def rate(self, context: Context, whole: Selection) -> Rate:
        """The share of a part of the base that has it."""
        return context.counter.rate(self.those(whole), base=whole)

    def those(self, whole: Selection) -> Selection:
        """Those of a part of the base that have it."""
        own = {**dict(whole.own), **dict(self.having.get("own", ()))}
        return whole.but(**{**self.having, "own": tuple(own.items())})

    def names(self, context: Context) -> dict[str, str]:
        """Texts with numbers that stand in the answer, and where the numbers come from."""
        labels = [
            base_label(context.study, self.within),
            self.words,
            base_label(context.study, self.those(self.within)),
        ]
        labels += [told for name in self.by for _, told, _ in _values(context, name, self.within)]
        return constants_in(labels)


def own_of(context: Context) -> tuple[str, ...]:
    """The columns of the register's own that can be asked by."""
    return context.counter.cells.own if context.counter.cells is not None else ()


def head_of(context: Context, name: str) -> Label:
    """What an attribute is called."""
    return label(f"crossed.attribute.{name}") if name in BY else own_label(context.study, name)


def words_for(having: Mapping[str, Any], *, study: Study | None = None) -> Label:
    """Conditions in words.

    Examples
    --------
    >>> words_for({"union": "yes"}).en
    'with a trade union'
    """
    told = conditioned(Selection(**having), Label("", ""), study=study)
    return Label(told.zh.removesuffix("的"), told.en.strip())


def groups_by(context: Context, asked: Asked) -> tuple[Group, ...]:
    """The rate of each combination of the attributes, in the study's order."""
    return tuple(Group(ids, labels, asked.rate(context, whole)) for ids, labels, whole in split(context, asked))


def split(context: Context, asked: Asked) -> Iterator[tuple[tuple[str, ...], tuple[Label, ...], Selection]]:
    """The ids, names and enterprises of each combination of the attributes, in the study's order."""
    for chosen in product(*(tuple(_values(context, name, asked.within)) for name in asked.by)):
        changes = [change for _, _, change in chosen]
        own = {**dict(asked.within.own), **{name: value for change in changes for name, value in change.get("own", ())}}
        told = {name: value for change in changes for name, value in change.items()}
        whole = asked.within.but(**{**told, "own": tuple(own.items())})
        yield tuple(name for name, _, _ in chosen), tuple(told for _, told, _ in chosen), whole


def crossed(context: Context, asked: Asked) -> tuple[Block, ...]:
    """The rate of all together in a sentence; of each in a table and a chart."""
    name, by = base_label(context.study, asked.within), asked.by
    opening = Label(name.zh, capital(name.en))
    told = context.say(
        "crossed.told", words=asked.words, **slots_of("name", opening, asked.rate(context, asked.within))
    )
    groups = groups_by(context, asked) if by else ()
    if not groups:
        return context.head("crossed"), told
    heads, both = [head_of(context, one) for one in by], label("list.and")
    kinds = Label(both.zh.join(head.zh for head in heads), both.en.join(head.en.lower() for head in heads))
    title = context.text("crossed.by", kinds=kinds)
    is_shown = "district" not in by or compares(context)
    return (
        Heading(title),
        told,
        context.table(
            "crossed",
            ((*one.labels, one.rate.base, one.rate.numerator, one.rate.share) for one in groups),
            id="by_" + "_".join(by),
            heads={"by": [Label(head.zh, capital(head.en)) for head in heads]},
            title=title,
            base=name,
            words=context.name(asked.words),
        ),
        *(_charts(context, by, groups) if is_shown else (not_compared(context),)),
    )


def _values(context: Context, name: str, within: Selection) -> Iterator[tuple[str, Label, Mapping[str, Any]]]:
    """The values of an attribute: id, name, and the conditions that it sets."""
    study = context.study
    match name:
        case "district" | "category":
            field = {"district": "districts", "category": "categories"}[name]
            chosen = getattr(within, field)
            for row in study.districts if name == "district" else study.settings.categories:
                if not chosen or row.id in chosen:
                    yield row.id, row.label, {field: (row.id,)}
        case "size":
            yield from _bands(study, within)
        case "organisation":
            yield from ((one, label(f"crossed.organisation.{one}"), {"organisation": one}) for one in _KINDS)
        case _ if name in BY:
            yield from ((answer, label(f"crossed.answer.{answer}"), {name: answer}) for answer in _ANSWERS)
        case _:
            assert context.counter.cells is not None
            known = dict(within.own)
            for value in sorted(context.counter.cells.table[name].unique()):
                if known.get(name, value) == value:
                    yield value, _own_value(value), {"own": ((name, value),)}


def _bands(study: Study, within: Selection) -> Iterator[tuple[str, Label, Mapping[str, Any]]]:
    """The bands of staff as far as they lie in what is asked of."""
    for low, high in bands_of(study):
        if (not high or high >= within.staff_from) and (not within.staff_to or low <= within.staff_to):
            low, high = max(low, within.staff_from), min(high or within.staff_to, within.staff_to or high)
            told = label("by_band.between" if high else "by_band.last", low=str(low), high=str(high))
            yield f"{low}-{high or ''}", told, {"staff_from": low, "staff_to": high}


def _own_value(value: str) -> Label:
    if value in _ANSWERS:
        return label(f"crossed.answer.{value}")
    return Label(value, value) if value else label("crossed.blank")


def _charts(context: Context, by: Sequence[str], groups: Sequence[Group]) -> Iterator[Figure]:
    known = [one for one in groups if one.rate.base.value and not one.rate.share.withheld]
    if not known or len(known) > MOST_DRAWN or len(by) > 2:
        return
    rows = [context.bar(one.rate, one.ids[0], one.labels[0]) for one in known]
    if len(by) == 2:
        pairs = zip(known, rows, strict=True)
        cells = [Cell(row.name, context.name(one.labels[1]), row) for one, row in pairs]
        picture = heat_map(cells, language=context.language)
    else:
        picture = coverage_bars(rows, language=context.language)
    yield context.chart("crossed", picture, id="chart_" + "_".join(by))
