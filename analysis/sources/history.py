"""What changes between periods and sources: bases, definitions, and figures of different origin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from analysis.quantities import Label, Quantity, computed
from analysis.sources.finding import Finding, called, measure, unworded, worded
from analysis.sources.relation_models import Relations, Share
from analysis.sources.rounding import base_ends, ends_of, overlap
from analysis.study import Study
from analysis.study_models import Figure


def changes(study: Study, relations: Relations) -> Iterator[Finding]:
    """Neighbours of a series whose bases or definitions differ."""
    for earlier, later in _neighbours(study, relations):
        if earlier.is_growth or later.is_growth:
            continue  # each is of its own year before
        if earlier.base and later.base and _kind(study, earlier.base) != _kind(study, later.base):
            yield _change_of_base(study, relations, earlier, later)
        elif (before := _meaning(relations, earlier)) != (after := _meaning(relations, later)):
            yield _change_of_definition(study, relations, (earlier, before), (later, after))


def _neighbours(study: Study, relations: Relations) -> Iterator[tuple[Figure, Figure]]:
    series = {indicator: row.id for row in relations.series for indicator in row.indicators}
    lines: dict[tuple[str, ...], list[Figure]] = defaultdict(list)
    for figure in study.figures.values():
        lines[series.get(figure.indicator, figure.indicator), figure.place, figure.category, figure.unit].append(figure)
    for line in lines.values():
        dated = [(row.period, row) for row in line if row.period is not None]
        ordered = sorted(dated, key=lambda one: one[0])
        yield from ((a, b) for (before, a), (after, b) in pairwise(ordered) if before < after)


def _kind(study: Study, base: str) -> str:
    """What a base counts, whatever the year: the figure's indicator, or the hidden quantity's name."""
    return study.figures[base].indicator if study.has(base) else base


def _meaning(relations: Relations, figure: Figure) -> Label | None:
    return next((row.label for row in relations.definitions if row.figure == figure.id), None)


def _change_of_base(study: Study, relations: Relations, earlier: Figure, later: Figure) -> Finding:
    return Finding(
        "change_of_base", later.id, "caution",
        worded(
            "<earlier>{earlier}<m>，以<before>为基数；<later>{later}<m>，以<after>为基数。其间口径改变，两数不能直接比较。",
            "The base changes from <p> to <q>: {earlier} of <before> (<earlier>), then {later} of <after> (<later>). "
            "The two cannot be compared directly.",
            **_pair(study, relations, earlier, later),
            before=study.name_of(earlier.base), after=study.name_of(later.base),
        ),
        worded("两项数字所注的基数不同", "The bases named with the two figures differ"),
        {"earlier": study.quantity(earlier.id), "later": study.quantity(later.id)},
        (earlier.id, later.id),
    )  # fmt: skip


def _change_of_definition(
    study: Study, relations: Relations, earlier: tuple[Figure, Label | None], later: tuple[Figure, Label | None]
) -> Finding:
    (one, before), (other, after) = earlier, later
    zh = "；".join(
        text for label, text in ((before, "前者为<before>"), (after, "后者为<after>")) if label is not None
    )  # fmt: skip
    en = " and ".join(
        text for label, text in ((before, "the earlier: <before>"), (after, "the later: <after>")) if label
    )
    return Finding(
        "change_of_definition", other.id, "caution",
        worded(
            f"<earlier>{{earlier}}<m>与<later>{{later}}<m>口径不同（{zh}），不宜连成一个数列。",
            f"From <p> to <q> the figures count different things ({en}): {{earlier}} <earlier>, {{later}} <later>. "
            "They do not form one series.",
            **_pair(study, relations, one, other),
            before=before or Label("", ""), after=after or Label("", ""),
        ),
        worded("两项数字所注的口径不同", "What the two figures are said to count differs"),
        {"earlier": study.quantity(one.id), "later": study.quantity(other.id)},
        (one.id, other.id),
    )  # fmt: skip


def _pair(study: Study, relations: Relations, earlier: Figure, later: Figure) -> dict[str, Label]:
    return {
        "earlier": called(study, earlier.id, relations=relations),
        "later": called(study, later.id, relations=relations),
        "p": Label(str(earlier.period), str(earlier.period)),
        "q": Label(str(later.period), str(later.period)),
        "m": measure(study.quantity(later.id)),
    }


def moving_bases(study: Study, relations: Relations) -> Iterator[Finding]:
    """A rate over a hidden base while that base itself moved by more than rounding: the rate alone hides it."""
    hidden = {row.id for row in study.settings.hidden}
    lines: dict[tuple[str, str, str], list[Share]] = defaultdict(list)
    for row in relations.shares:
        if row.base in hidden and row.kind == "share" and study.has(row.rate, row.numerator):
            rate = study.figures[row.rate]
            lines[row.base, rate.indicator, rate.place].append(row)
    for line in lines.values():
        ordered = sorted(line, key=lambda row: study.figures[row.rate].period or 0)
        ends = [base_ends(ends_of(study, row.numerator), ends_of(study, row.rate)) for row in (ordered[0], ordered[-1])]
        if len(ordered) > 1 and ends[0] and ends[1] and not overlap(ends[0], ends[1]):
            yield _moved(study, relations, ordered[0], ordered[-1])


def _moved(study: Study, relations: Relations, first: Share, last: Share) -> Finding:
    def base_of(row: Share) -> Quantity:
        numerator = study.quantity(row.numerator)
        base = computed("÷", numerator, study.quantity(row.rate), unit=numerator.unit, label=study.name_of(row.base))
        return unworded(base)

    start, end = base_of(first), base_of(last)
    return Finding(
        "moving_base", last.id, "caution",
        worded(
            "<first>为{first}，<last>为{last}；由分子推算，其基数（<base>）同期由约{start}<m>变为约{end}<m>，"
            "比例本身看不出这一变化。",
            "The <first> is {first}, the <last> {last}, while their base (<base>) went from about {start} to about {end}: "
            "the rates alone do not show it.",
            first=called(study, first.rate, relations=relations), last=called(study, last.rate, relations=relations),
            base=study.name_of(first.base), m=measure(start),
        ),
        worded("{n_first} ÷ {first} = {start}；{n_last} ÷ {last} = {end}",
               "{n_first} ÷ {first} = {start}; {n_last} ÷ {last} = {end}"),
        {
            "first": study.quantity(first.rate), "last": study.quantity(last.rate), "start": start, "end": end,
            "n_first": study.quantity(first.numerator), "n_last": study.quantity(last.numerator),
        },
        (first.rate, first.numerator, last.rate, last.numerator),
    )  # fmt: skip


def alternatives(study: Study, relations: Relations) -> Iterator[Finding]:
    """Figures of different origin for one thing, where they differ by more than rounding."""
    for row in relations.alternatives:
        published = sorted((name for name in row.figures if study.has(name)), key=lambda n: study.figures[n].value)
        if len(published) < 2:
            continue
        least, greatest = published[0], published[-1]
        if overlap(ends_of(study, least), ends_of(study, greatest)):
            continue
        low, high = study.quantity(least), study.quantity(greatest)
        yield Finding(
            "alternatives", row.id, "caution",
            worded(
                "关于<name>有两个来源的数字：<least>{least}<m>，<greatest>{greatest}<m>，后者为前者的{ratio}倍。"
                "计算比率时须说明用的是哪一个。",
                "Sources differ on <name>: {least} <least>, {greatest} <greatest>, {ratio} times as many. "
                "A rate has to say which of them is its base.",
                name=row.label, least=called(study, least, relations=relations),
                greatest=called(study, greatest, relations=relations), m=measure(low),
            ),
            worded("{greatest} ÷ {least} = {ratio}", "{greatest} ÷ {least} = {ratio}"),
            {"least": low, "greatest": high, "ratio": high / low},
            (least, greatest),
        )  # fmt: skip
