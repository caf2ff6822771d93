"""Can the figures all hold together? What each unit needs of another count, and all sets at once."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.quantities import Label, Quantity, Status, computed
from analysis.sources.bounds import clash
from analysis.sources.finding import Finding, called, listed, measure, phrased, worded
from analysis.sources.identities import CHECK
from analysis.sources.relation_models import Each, Relations
from analysis.sources.rounding import figure_ends
from analysis.study import Study


def each(study: Study, relations: Relations) -> Iterator[Finding]:
    """There is enough of what each unit needs some of."""
    for row in relations.each:
        if study.has(row.each, row.of):
            yield _each(study, relations, row)


def _each(study: Study, relations: Relations, row: Each) -> Finding:
    units, there = study.quantity(row.each), study.quantity(row.of)
    least = Quantity(
        row.least, there.unit, Status.DERIVED, row.label, address=f"relation:{row.id}", locator="relations.toml"
    )
    needed = computed("×", least, units)
    enough = row.least * figure_ends(study.figures[row.each])[0] <= figure_ends(study.figures[row.of])[1]
    names = {
        "why": row.label,
        "each": called(study, row.each, relations=relations),
        "of": called(study, row.of, relations=relations),
        "u": measure(units),
        "m": measure(there),
    }
    end_zh, end_en = ("，不矛盾", ", which is enough") if enough else (CHECK.zh, CHECK.en)
    statement = worded(
        f"<why>：{{units}}<u><each>至少需要{{needed}}<m>，<of>有{{there}}<m>{end_zh}。",
        f"<why>: {{units}} <each> need at least {{needed}}, and there are {{there}} <of>{end_en}.",
        **names,
    )
    derivation = worded("{least} × {units} = {needed}", "{least} × {units} = {needed}")
    values = {"units": units, "there": there, "least": least, "needed": needed}
    return Finding("each", row.id, "ok" if enough else "contradiction", statement, derivation, values,
                   (row.each, row.of))  # fmt: skip


def possible(study: Study, relations: Relations) -> Iterator[Finding]:
    """Enterprises can be distributed over the sets so that all figures hold at once."""
    excluded = clash(study, relations)
    figures = tuple(dict.fromkeys(figure for row in excluded for figure in row.figures))
    if not figures:
        return
    named = [
        phrased(
            f"<name>{{figure_{position}}}<m>",
            f"{{figure_{position}}} <name>",
            name=called(study, figure, relations=relations),
            m=measure(study.quantity(figure)),
        )
        for position, figure in enumerate(figures)
    ]
    text = listed(*named)
    yield Finding(
        "possible", "sets", "contradiction",
        Label(f"下列数字不能同时成立{CHECK.zh}：{text.zh}。", f"These figures cannot all hold{CHECK.en}: {text.en}."),
        Label("各项数字之间的包含关系和下限要求无整数解。", "No whole numbers satisfy what the figures say together."),
        {f"figure_{position}": study.quantity(figure) for position, figure in enumerate(figures)},
        figures,
    )  # fmt: skip
