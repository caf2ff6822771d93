"""Questions to a comparison: what differs between two places or periods, who stands out, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analysis.briefing.context import Context
from analysis.briefing.paper import Draw
from analysis.briefing.parameters import ComparisonParameters
from analysis.briefing.sections import comparison_summary, decomposition, districts, figures_compared, sources
from analysis.briefing.sections.comparison_summary import Compared, compared_of
from analysis.briefing.sections.suppressed_section import compares
from analysis.coverage.compared import (
    cell_number,
    district_number,
    group_number,
    kinds,
    link_number,
    term_number,
    total_number,
)
from analysis.coverage.districts import Districts
from analysis.coverage.pairs import LINKS, TERMS
from analysis.errors import ParameterError
from analysis.front import charts
from analysis.front.asking import Asking, Chart
from analysis.front.frames import rate_row
from analysis.front.result import Result, Rows
from analysis.messages import said as message
from analysis.quantities import Label

_SYNTHETIC = (
    "these numbers are synthetic, and no ground for comparing places; allowed: compare_synthetic=True, as an exercise"
)


class ComparisonQuestions(Asking):
    """Questions that compare places or periods."""

    def compare(self, district: str | None = None, other_district: str | None = None, **changes: Any) -> Result:
        """Why two rates differ: what is due to the mix of enterprises, and what to the rate in each group.

        Parameters
        ----------
        district, other_district
            Ids with commas, "all", "rest" or "auto".
        changes
            groups (category, size, category_size), outcome, base, other_study, other_base, other_outcome, change_of_base,
            compare_synthetic, …

        Returns
        -------
        Result
            Its frame has a row for each term, in percentage points; they sum to the difference.

        Notes
        -----
        Source: Kitagawa 1955, JASA 50:1168; a change of base or definition: Das Gupta 1993.

        Examples
        --------
        >>> from analysis import open_study
        >>> study = open_study("suzhou-2003", language="en")
        >>> frame = study.compare("320584", "320583", compare_synthetic=True).frame
        >>> frame["term"].tolist()
        ['mix', 'rate', 'difference']
        """
        changes |= {"district": district, "other_district": other_district}
        return self._compared("difference", decomposition.difference, _terms, charts.points, **changes)

    def groups(self, district: str | None = None, other_district: str | None = None, **changes: Any) -> Result:
        """The same difference group by group: the share of each in both places, its rate, and what it adds."""
        changes |= {"district": district, "other_district": other_district}
        return self._compared("difference", decomposition.difference, _groups, charts.groups, **changes)

    def chain(self, district: str | None = None, other_district: str | None = None, **changes: Any) -> Result:
        """Which link makes the difference: the rate as a product of shares and ratios.

        Source: Das Gupta 1993, US Bureau of the Census P23-186.
        """
        changes |= {"district": district, "other_district": other_district}
        return self._compared("chain", decomposition.along, _links, charts.points, **changes)

    def rank(self, **changes: Any) -> Result:
        """The districts standardised to one mix, each with the ranks that it can have.

        Source: Fay, Feuer 1997, Statistics in Medicine 16:791; Klein, Wright, Wieczorek 2020, JRSS A 183:589.
        """
        return self._compared("standardised", districts.levelled, _ranks, charts.ranks, **changes)

    def funnel(self, **changes: Any) -> Result:
        """Which district stands out from what chance alone would give.

        Source: Spiegelhalter 2005, Statistics in Medicine 24:1185.
        """
        return self._compared("outliers", districts.outliers, _ranks, charts.funnel, **changes)

    def shrink(self, **changes: Any) -> Result:
        """Rates of small groups, shrunk towards the same group elsewhere; beside the raw ones, never instead."""
        return self._compared("small", districts.small, _shrunk, None, **changes)

    def inequality(self, **changes: Any) -> Result:
        """How unequal the districts are, as they are and standardised to one mix.

        Source: WHO 2013, Handbook on health inequality monitoring.
        """
        return self._compared("unequal", districts.unequal, _unequal, None, **changes)

    def then_and_now(self, **changes: Any) -> Result:
        """The districts of two studies on the same ground, where districts were merged or split: see crosswalk.csv."""
        return self._compared("then_and_now", districts.then_and_now, None, None, **changes)

    def comparison_summary(self, **changes: Any) -> Result:
        """Who stands out once the mix is allowed for, how sure that is, and what the mix explains.

        Of published figures alone: both sides' figures in one table, and which of them can be compared.
        """
        return self._compared("said", comparison_summary.summary, None, None, **changes)

    def fairly(self) -> Result:
        """The districts compared fairly, in a table: crude, standardised, and the ranks that they can have."""
        return self._answer("fairly", districts.fairly)

    def series(self, **changes: Any) -> Result:
        """A published series over the years, which breaks where its base changes."""
        return self._answer(
            "series", decomposition.over_the_years, context=self._about(ComparisonParameters, **changes)
        )

    def problems(self) -> Result:
        """What the data says of the problems that were named: measured, or not in the data; never guessed."""
        return self._answer("problems", sources.diagnoses)

    def _compared(
        self, name: str, draw: Draw, rows: Callable[[Compared], Rows] | None, chart: Chart | None, **changes: Any
    ) -> Result:
        context = self._about(ComparisonParameters, **changes)
        if figures_compared.has_figures_alone(context):
            return self._of_figures(name, context)

        def rows_of(context: Context) -> Rows:
            assert rows is not None
            return rows(compared_of(context)) if compares(context) else []

        result = self._answer(name, draw, rows=None if rows is None else rows_of, chart=chart, context=context)
        if rows is None or compares(context):
            return result

        def refused() -> Rows:
            raise ParameterError(message("{name}: {why}", name=name, why=_SYNTHETIC))

        return Result(result.section, refused, chart, self._style)

    def _of_figures(self, name: str, context: Context) -> Result:
        """What published figures alone answer: they stand side by side; what needs counts is not shown, and its frame says so."""
        if name == "said":
            return self._answer("figures_compared", figures_compared.side_by_side, context=context)

        def refused() -> Rows:
            of = context.study if not context.has_cells else context.others["other"]
            what = "{study}: has published figures only, nothing to compare by group; allowed: a study with a register"
            raise ParameterError(message(what, study=of.id))

        nothing = self._answer("needs_counts", lambda _: (), context=context)
        return Result(nothing.section, refused, None, self._style)


def _terms(found: Compared) -> Rows:
    both, language = found.pair, found.context.language
    terms = ("mix", "rate") if both.is_like_for_like else ("mix", "rate", "base", "definition")
    rows: Rows = [
        {"term": one, "name": TERMS[one].of(language), "points": term_number(both, one, between=found.between)}
        for one in terms
    ]
    whole = rows[0]["points"]
    for row in rows[1:]:
        whole = whole + row["points"]
    name = Label("总差", "difference")
    rows.append({"term": "difference", "name": name.of(language), "points": whole.named(name)})
    base = both.first.rate.base_name.of(language)
    return [row | {"base_name": base} for row in rows]


def _groups(found: Compared) -> Rows:
    language, both = found.context.language, found.pair
    rows = []
    for one, other in zip(both.first.parts, both.second.parts, strict=True):
        row: dict[str, Any] = {"group": one.id, "name": one.label.of(language)}
        for side, part in (("first", one), ("second", other)):
            numbers = rate_row(part.rate, language)
            row |= {f"{name}_{side}": numbers[name] for name in ("covered", "enterprises", "rate")}
        if both.is_like_for_like:
            for term in ("mix", "rate"):
                row[f"due_to_{term}"] = group_number(both, term, one.id, between=found.between)
        rows.append(row | {"base_name": one.rate.base_name.of(language)})
    return rows


def _links(found: Compared) -> Rows:
    both, language = found.pair, found.context.language
    if not both.has_chain:
        return []
    one, two = both.links
    return [
        {
            "link": name,
            "name": LINKS[name].of(language),
            "first": one[name],
            "second": two[name],
            "points": link_number(both, name, between=found.between),
            "base_name": both.first.rate.base_name.of(language),
        }
        for name in one
    ]


_RANKS = ("standardised", "low", "high", "wilson_low", "wilson_high")
_PLACES = tuple(f"{kind}_{place}" for kind in ("crude", "adjusted") for place in ("rank", "first", "last"))


def _ranks(found: Compared) -> Rows:
    districts, language = found.districts, found.context.language
    if districts is None:
        return []
    return [
        rate_row(part.rate, language, district=part.id, name=part.label.of(language))
        | {name: district_number(districts, name, part.id) for name in (*_RANKS, *_PLACES)}
        for part in districts.parts
    ]


def _shrunk(found: Compared) -> Rows:
    districts = found.districts
    if districts is None:
        return []
    names = _cell_names(districts)
    return [
        {"district": cell.partition(".")[0], "group": cell.partition(".")[2], "name": name.of(found.context.language)}
        | {column: cell_number(districts, column, cell, name) for column in ("shrunk", "low", "high", "weight")}
        | {"base_name": found.overall.base_name.of(found.context.language)}
        for cell in districts.cells.index
        for name in (names[cell],)
    ]


def _cell_names(districts: Districts) -> dict[str, Label]:
    labels = {part.id: part.label for part in districts.parts}
    return {
        f"{place}.{part.id}": Label(f"{labels[place].zh}{part.label.zh}", f"{part.label.en} in {labels[place].en}")
        for place, parts in districts.groups.items()
        for part in parts
    }


def _unequal(found: Compared) -> Rows:
    districts, language = found.districts, found.context.language
    if districts is None:
        return []
    numbers = {name: total_number(districts, name) for name in kinds("totals") if not name.startswith("level_")}
    return [
        {"measure": name, "name": one.label.of(language), "value": one, "unit": one.unit,
         "base_name": found.overall.base_name.of(language)}
        for name, one in numbers.items()
    ]  # fmt: skip
