"""Answers of counts as rows: what each is of, and its quantities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.briefing.context import Context
from analysis.briefing.sections.crossed import Asked, groups_by
from analysis.coverage import indicators
from analysis.coverage.comparing import OUTCOMES
from analysis.coverage.selection import Selection
from analysis.front.frames import rate_row
from analysis.front.result import Rows
from analysis.quantities import Label
from analysis.views.wording import capital


def crossed(context: Context, asked: Asked) -> Rows:
    """A row for each group of what is asked; one where nothing is asked by."""
    language = context.language
    if not asked.by:
        return [rate_row(asked.rate(context, asked.within), language)]
    groups = groups_by(context, asked)
    return [rate_row(one.rate, language, **keys(context, asked, one.ids, one.labels)) for one in groups]


def keys(context: Context, asked: Asked, ids: Sequence[str], labels: Sequence[Label]) -> dict[str, str]:
    """Which group a row is of: its ids and their names."""
    found: dict[str, str] = {}
    for name, id, label in zip(asked.by, ids, labels, strict=True):
        found |= {name: id, f"{name}_name": capital(label.of(context.language))}
    return found


def ratio(context: Context, within: Selection, measures: Mapping[str, str], label: Label) -> dict[str, Any]:
    """One measure over another of some enterprises, each by its name; no ratio where there is nothing to divide by."""
    counts = {name: context.counter.count(measure, within) for name, measure in measures.items()}
    above, below = counts.values()
    value = (above / below).named(label) if below.withheld or below.value else None
    told = {"unit": f"{above.unit} per {below.unit}", "base_name": below.label.of(context.language)}
    return {"name": label.of(context.language), "value": value, **counts, **told}


def _organised(context: Context, within: Selection, by: str) -> Rows:
    outcome = OUTCOMES["organisation"]
    return crossed(context, Asked(within, outcome.having, outcome.label, (by,)))


def by_district(within: Selection, context: Context) -> Rows:
    """Coverage of each district of all."""
    return _organised(context, within.but(districts=()), "district")


def by_category(context: Context) -> Rows:
    """Coverage of each category."""
    return _organised(context, context.within, "category")


def large(context: Context) -> Rows:
    """Coverage of the large enterprises of each district."""
    return by_district(context.large, context)


def ladder(context: Context) -> Rows:
    """A row for each base, the widest first."""
    return [
        rate_row(rung.rate, context.language, base=rung.id) | {"is_upper_bound": rung.is_upper_bound}
        for rung in indicators.ladder(context.counter, context.within)
    ]


def cascade(context: Context) -> Rows:
    """A row for each step."""
    least = context.setting("member_threshold")
    return [
        {
            "step": step.id,
            "name": step.label.of(context.language),
            "enterprises": step.reached,
            "rate": step.rate.share,
            "lost": step.drop,
            "base_name": step.rate.base_name.of(context.language),
        }
        for step in indicators.cascade(context.counter, context.within, full_members_from=least)
    ]


def targets(context: Context) -> Rows:
    """A row for each reading of each target."""
    if not context.study.targets:
        return []
    language = context.language
    return [
        {
            "target": gap.target.id,
            "name": gap.target.label.of(language),
            "reading": number,
            "reading_name": one.reading.label.of(language),
            "have": gap.present.numerator if gap.present else None,
            "meant": gap.present.base if gap.present else None,
            "rate": gap.present.share if gap.present else None,
            "required": one.required,
            "missing": one.missing,
            "a_year": one.a_year,
            "base_name": gap.present.base_name.of(language) if gap.present else "",
        }
        for gap in context.gaps(context.within)
        for number, one in enumerate(gap.requirements)
    ]
