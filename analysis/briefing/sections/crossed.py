"""Coverage by any attributes together: each rate over its own base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from analysis.briefing.context import Context
from analysis.briefing.number_provenance import NUMBER
from analysis.briefing.sections.suppressed_section import compares, not_compared
from analysis.coverage.base_names import base_label, conditioned, own_label
from analysis.coverage.returned import bands_of
from analysis.coverage.selection import Selection
from analysis.quantities import Label, Rate
from analysis.study import Study
from analysis.views.blocks import Block, Figure, Inlines, Table
from analysis.views.charts import coverage_bars
from analysis.views.map_charts import heat_map
from analysis.views.render import drawn
from analysis.views.rows import Cell, bar
from analysis.views.tables import name_cell, rate_cells
from analysis.views.wording import capital, slots_of

BY: dict[str, Label] = {
    "district": Label("区域", "District"),
    "category": Label("类别", "Category"),
    "size": Label("职工人数", "Staff"),
    "organisation": Label("党组织", "Organisation"),
    "instructor": Label("指导员", "Instructor"),
    "directly_managed": Label("行业系统直管", "Directly managed"),
    "union": Label("工会", "Trade union"),
}
_KINDS = {
    "none": Label("没有", "none"),
    "independent": Label("独立", "independent"),
    "joint": Label("联合", "joint"),
}
_ANSWERS = {"yes": Label("有", "with"), "no": Label("没有", "without")}
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
        labels += [label for name in self.by for _, label, _ in _values(context, name, self.within)]
        texts = (text for label in labels for text in (label.zh, label.en))
        return {text: f"constant:{','.join(numbers)}" for text in texts if (numbers := NUMBER.findall(text))}


def own_of(context: Context) -> tuple[str, ...]:
    """The columns of the register's own that can be asked by."""
    return context.counter.cells.own if context.counter.cells is not None else ()


def head_of(context: Context, name: str) -> Label:
    """What an attribute is called."""
    return BY[name] if name in BY else own_label(context.study, name)


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
        yield tuple(name for name, _, _ in chosen), tuple(label for _, label, _ in chosen), whole


def crossed(context: Context, asked: Asked) -> tuple[Block, ...]:
    """The rate of all together in a sentence; of each in a table and a chart."""
    name, words, by = base_label(context.study, asked.within), asked.words, asked.by
    overall = asked.rate(context, asked.within)
    stated = context.say(
        "{name}{name_base}家，其中{words}的{name_part}家，占{name_share}。",
        "{opening}: {name_base}; {words}: {name_part} ({name_share}).",
        words=words,
        opening=Label(name.zh, capital(name.en)),
        **slots_of("name", name, overall),
    )
    groups = groups_by(context, asked) if by else ()
    if not groups:
        return (context.head("覆盖情况", "Coverage"), stated)
    kinds = Label(
        "、".join(head_of(context, one).zh for one in by), " and ".join(head_of(context, one).en.lower() for one in by)
    )
    title = Label(f"分{kinds.zh}的覆盖情况", f"Coverage by {kinds.en}")
    return (
        context.head(title.zh, title.en),
        stated,
        _table(context, by, groups, title, words, name),
        *(_charts(context, by, groups) if "district" not in by or compares(context) else (not_compared(context),)),
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
            for low, high in bands_of(study):
                if (not high or high >= within.staff_from) and (not within.staff_to or low <= within.staff_to):
                    low, high = max(low, within.staff_from), min(high or within.staff_to, within.staff_to or high)
                    label = (
                        Label(f"{low}人以上", f"{low} or more")
                        if not high
                        else Label(f"{low}至{high}人", f"{low} to {high}")
                    )
                    yield (f"{low}-{high or ''}", label, {"staff_from": low, "staff_to": high})
        case "organisation":
            yield from ((one, label, {"organisation": one}) for one, label in _KINDS.items())
        case _ if name in BY:
            yield from ((answer, label, {name: answer}) for answer, label in _ANSWERS.items())
        case _:
            assert context.counter.cells is not None
            known = dict(within.own)
            for value in sorted(context.counter.cells.table[name].unique()):
                if known.get(name, value) == value:
                    label = _ANSWERS.get(value) or Label(value or "空白", value or "blank")
                    yield value, label, {"own": ((name, value),)}


def _table(
    context: Context, by: Sequence[str], groups: Sequence[Group], title: Label, words: Label, base: Label
) -> Table:
    language = context.language
    labels = (*(head_of(context, one) for one in by), Label("企业数", "Enterprises"), words, Label("覆盖率", "Share"))
    rows: tuple[tuple[Inlines, ...], ...] = tuple(
        (*(name_cell(label, language) for label in one.labels), *rate_cells(one.rate, language)) for one in groups
    )
    note = Label(
        f"企业数指{base.zh}；各行的覆盖率以该行的企业数为基数。",
        f"Enterprises: {base.en}; each share is of the enterprises in its row.",
    )
    names = (Label(label.zh, capital(label.en)) for label in labels)
    return context.table(
        "by_" + "_".join(by),
        title,
        names,
        rows,
        widths=(*(2.0 for _ in by), 1.3, 1.6, 1.0),
        align="l" * len(by) + "rrr",
        note=(note.of(language),),
    )


def _charts(context: Context, by: Sequence[str], groups: Sequence[Group]) -> Iterator[Figure]:
    language = context.language
    known = [one for one in groups if one.rate.base.value and not one.rate.share.withheld]
    if not known or len(known) > MOST_DRAWN or len(by) > 2:
        return
    id = "chart_" + "_".join(by)
    title = context.text("覆盖率", "Coverage")
    named = [bar(one.rate, id=one.ids[0], name=capital(one.labels[0].of(language)), language=language) for one in known]
    if len(by) == 2:
        pairs = zip(known, named, strict=True)
        cells = [Cell(row.name, capital(one.labels[1].of(language)), row) for one, row in pairs]
        yield drawn(heat_map(cells, language=language), id=id, title=title)
    else:
        yield drawn(coverage_bars(named, language=language), id=id, title=title)
