"""Questions to the counts: who is covered, where, and of how many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from analysis.briefing.context import Context
from analysis.briefing.paper import Draw
from analysis.briefing.parameters import BriefingParameters
from analysis.briefing.sections import coverage, crossed, opening, targets
from analysis.briefing.sections.crossed import BY, Asked, own_of, split, words_for
from analysis.coverage.comparing import OUTCOMES
from analysis.coverage.indicators import base_selection
from analysis.coverage.selection import Selection
from analysis.errors import NotInDataError, ParameterError, WorkbookError, among, one_of
from analysis.front import charts
from analysis.front import coverage_rows as rows_of
from analysis.front.asking import Asking, RowsOf
from analysis.front.own_tables import Own, table_of
from analysis.front.result import Result, Rows
from analysis.messages import said
from analysis.quantities import Label, Status
from analysis.views.blocks import Block
from analysis.views.wording import capital

if TYPE_CHECKING:
    import pandas as pd

HOUSE: Mapping[tuple[str, ...], tuple[str, Draw, RowsOf]] = {  # by what is asked: the house's own section, and its rows
    ("district",): (
        "by_district",
        coverage.by_district,
        lambda context: rows_of.by_district(_narrowed(context, {}), context),
    ),
    ("category",): ("by_category", coverage.by_category, rows_of.by_category),
}
MEASURES = {
    "enterprises": "enterprises",
    "staff": "staff_total",
    "members": "members_total",
    "full_members": "full_members_total",
    "organisations": "organisations",
    "five_good_organisations": "five_good_organisations",
}
CONDITIONS = tuple(spec.name for spec in fields(Selection) if spec.name not in ("districts", "categories", "own"))


class CoverageQuestions(Asking):
    """Questions to the counts of a study."""

    def coverage(
        self,
        by: str | Sequence[str] = (),
        *,
        outcome: str = "organisation",
        base: str | None = None,
        district: str | None = None,
        category: str | None = None,
        **conditions: Any,
    ) -> Result:
        """How many enterprises are covered, of how many, by what is asked.

        Parameters
        ----------
        by
            Any of district, category, size, organisation, instructor, directly_managed, union: one or several.
        outcome
            What counts as covered: organisation, independent, five_good or instructor.
        base
            One of the study's counted bases; without it, the parameter's.
        district, category
            Ids with commas, or "all".
        conditions
            What narrows the base: staff_from, staff_to, members_from, full_members_from; instructor, union, … as yes or no.

        Returns
        -------
        Result
            Its frame has the ids asked by and their names, `covered`, `enterprises`, `rate`, `base_name` and `status`.

        Raises
        ------
        ParameterError
            For an unknown word or id, with what is allowed.

        Examples
        --------
        >>> from analysis import open_study
        >>> study = open_study("suzhou-2003", language="en")
        >>> study.coverage(by=["district", "category"], staff_from=50).frame.columns.tolist()
        ['district', 'district_name', 'category', 'category_name', 'covered', 'enterprises', 'rate', 'base_name', 'status']
        """
        among(outcome, OUTCOMES, what="outcome")
        context = self._on(base=base, district=district, category=category)
        asked_by = _known_attributes(context, by)
        is_usual = outcome == "organisation" and not conditions and (base is None or asked_by == ("district",))
        if is_usual and (drawn := HOUSE.get(asked_by)):
            name, draw, rows = drawn
            return self._answer(name, draw, rows=rows, chart=charts.bars(asked_by), context=context)
        within = _narrowed(context, conditions)
        return self._crossed(context, Asked(within, OUTCOMES[outcome].having, OUTCOMES[outcome].label, asked_by))

    def large(self, staff_from: int | None = None) -> Result:
        """Coverage of the enterprises at or above a number of staff, in all districts.

        Parameters
        ----------
        staff_from
            Without it, the parameter staff_threshold.
        """
        context = self._on(staff_threshold=staff_from)
        chart = charts.bars(["district"])
        return self._answer("by_size", coverage.by_size, rows=rows_of.large, chart=chart, context=context)

    def rate(
        self,
        by: str | Sequence[str] = (),
        *,
        of: Mapping[str, Any] | None = None,
        base: str | None = None,
        district: str | None = None,
        category: str | None = None,
        **having: Any,
    ) -> Result:
        """The share of enterprises that has something: any conditions, over a base that names itself.

        Parameters
        ----------
        of
            Conditions that narrow the base, such as `{"staff_from": 50}`.
        having
            Conditions that those counted meet, such as `union="yes"`.

        Examples
        --------
        >>> from analysis import open_study
        >>> study = open_study("suzhou-2003", language="en")
        >>> study.rate(instructor="yes", of={"staff_from": 100}).frame["base_name"].tolist()
        ['enterprises with 100 or more staff']
        """
        if not having:
            allowed = one_of(CONDITIONS, most=20)
            what = 'rate: nothing to count; allowed: conditions such as union="yes": {allowed}'
            raise ParameterError(said(what, allowed=allowed))
        context = self._on(base=base, district=district, category=category)
        conditions = _conditions(context, having)
        within = _narrowed(context, of or {})
        words = words_for(conditions, study=context.study)
        return self._crossed(context, Asked(within, conditions, words, _known_attributes(context, by)))

    def ratio(
        self,
        one: str,
        other: str,
        *,
        by: str | Sequence[str] = (),
        name: str = "",
        name_zh: str = "",
        district: str | None = None,
        category: str | None = None,
        **conditions: Any,
    ) -> Result:
        """One count over another: members per organisation, staff per enterprise.

        Parameters
        ----------
        one, other
            enterprises, staff, members, full_members, organisations or five_good_organisations.
        by
            As for `coverage`: the ratio of each group.
        name, name_zh
            What the ratio is called.
        district, category, conditions
            What narrows the enterprises that both are counted in.

        Raises
        ------
        ParameterError
            For an unknown word or id, or one count over itself.

        Examples
        --------
        >>> from analysis import open_study
        >>> study = open_study("suzhou-2003", language="en")
        >>> study.ratio("full_members", "organisations", name="full members per organisation").frame["unit"].tolist()
        ['persons per organisations']
        >>> study.ratio("members", "organisations", by="category").frame["category"].tolist()
        ['private', 'foreign', 'individual']
        """
        measures = {word: MEASURES[among(word, MEASURES, what=kind)] for kind, word in (("one", one), ("other", other))}
        if one == other:
            allowed = one_of([word for word in MEASURES if word != one])
            raise ParameterError(said('other: "{other}" over itself; allowed: {allowed}', other=other, allowed=allowed))
        context = self._on(district=district, category=category)
        english = name or f"{one} per {other.removesuffix('s')}".replace("_", " ")
        label = Label(name_zh or name or english, english)
        asked = Asked(_narrowed(context, conditions), {}, label, _known_attributes(context, by))

        def rows(context: Context) -> Rows:
            groups = split(context, asked) if asked.by else [((), (), asked.within)]
            return [
                rows_of.keys(context, asked, ids, labels) | rows_of.ratio(context, within, measures, label)
                for ids, labels, within in groups
            ]

        def draw(context: Context) -> tuple[Block, ...]:
            found = rows_of.ratio(context, asked.within, measures, label)
            slots = {"ratio": found["value"] or "—", "above": found[one], "below": found[other]}
            told = context.say("ratio.told", name=label, **slots)
            if not asked.by:
                return (told,)
            import pandas as pd

            shown = pd.DataFrame(rows(context)).drop(columns=["name", "unit", "base_name"])
            heads = {name: capital(found[name].label.of(context.language)) for name in (one, other)}
            heads["value"] = capital(label.of(context.language))
            return told, table_of(self, shown, heads["value"], Own(), heads)

        told_apart = f"{one} {other} {asked.by} {conditions}"
        return self._answer("ratio", draw, rows=rows, context=context, asked=told_apart, names=asked.names(context))

    def ladder(self, *, district: str | None = None, category: str | None = None) -> Result:
        """The same numerator over every base of the study, the widest first.

        Source: Tanahashi 1978, Bulletin of the WHO 56:295.

        Examples
        --------
        >>> from analysis import open_study
        >>> frame = open_study("suzhou-2003", language="en").ladder().frame
        >>> frame["base"].tolist(), int(frame["covered"][0]), int(frame["enterprises"][0])
        (['registered', 'operating', 'private_foreign', 'eligible'], 10547, 289513)
        """
        context = self._on(district=district, category=category)
        return self._answer("bases", opening.bases, rows=rows_of.ladder, chart=charts.ladder, context=context)

    def cascade(self, *, district: str | None = None, category: str | None = None) -> Result:
        """From registered to five-good: how many reach each step, over the first, and where they are lost.

        Source: Tanahashi 1978, Bulletin of the WHO 56:295.
        """
        context = self._on(district=district, category=category)
        return self._answer("cascade", opening.steps, rows=rows_of.cascade, chart=charts.cascade, context=context)

    def targets(self, *, district: str | None = None, category: str | None = None, years: int | None = None) -> Result:
        """How far each target is, under every reading of its words.

        Examples
        --------
        >>> from analysis import open_study
        >>> frame = open_study("suzhou-2003", language="en").targets().frame
        >>> {"target", "reading", "required", "missing", "base_name", "status"} <= set(frame.columns)
        True
        """
        context = self._about(BriefingParameters, district=district, category=category, years=years)
        return self._answer("targets", targets.targets, rows=rows_of.targets, chart=charts.targets, context=context)

    def cells(self, *, unprotected: bool = False) -> pd.DataFrame:
        """The register grouped by every attribute of the analysis, with how many enterprises each cell stands for.

        Parameters
        ----------
        unprotected
            Counts of a register or of returns are given only to who says this word: single enterprises can be told from them,
            and nothing made from them can be printed.

        Raises
        ------
        WorkbookError
            When there are none, or they are protected.
        """
        found = self.paper.context.counter.cells
        if found is None:
            raise _nothing_to_count(self.paper.context)
        if found.status is Status.COUNTED and self.paper.context.disclosure_threshold:
            if not unprotected:
                what = "cells: these counts are not protected; allowed: unprotected=True, and not in a paper"
                raise WorkbookError(what)
            self.paper.unprotected = True
        return found.table.copy()

    def _on(self, **changes: Any) -> Context:
        """The paper's context in one that knows bases and thresholds, with a question's changes."""
        own = self.paper.context
        model = type(own.parameters) if "base" in type(own.parameters).model_fields else BriefingParameters
        return self._about(model, **changes)

    def _crossed(self, context: Context, asked: Asked) -> Result:
        if not context.has_cells:
            raise _nothing_to_count(context)
        return self._answer(
            "coverage",
            lambda context: crossed.crossed(context, asked),
            rows=lambda context: rows_of.crossed(context, asked),
            chart=charts.bars(asked.by),
            context=context,
            asked=f"{asked.by} {asked.having} {asked.within}",
            names=asked.names(context),
        )


def _nothing_to_count(context: Context) -> NotInDataError:
    what = "{study}: published figures only, nothing to count; allowed: a study with a register or returns"
    return NotInDataError(said(what, study=context.study.id))


def _known_attributes(context: Context, by: str | Sequence[str]) -> tuple[str, ...]:
    asked = (by,) if isinstance(by, str) else tuple(by)
    for name in asked:
        among(name, (*BY, *own_of(context)), what="by")
    return asked


def _conditions(context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
    """Conditions as a selection takes them, those on columns of the register's own among them.

    Raises
    ------
    ParameterError
        For a name that is none, with those that there are.
    """
    own = own_of(context)
    for name in given:
        if name not in (*CONDITIONS, *own):
            allowed = one_of((*CONDITIONS, *own), seen=name, most=20)
            raise ParameterError(said("{name}: no such condition; allowed: {allowed}", name=name, allowed=allowed))
    found = {name: value for name, value in given.items() if name in CONDITIONS}
    asked = tuple((name, str(given[name])) for name in own if name in given)
    return found | ({"own": asked} if asked else {})


def _narrowed(context: Context, conditions: Mapping[str, Any]) -> Selection:
    """The enterprises of the question's base, narrowed by conditions."""
    if not context.has_cells:
        raise _nothing_to_count(context)
    conditions = _conditions(context, conditions)
    base = context.base
    if base.figure is not None:
        counted = [row.id for row in context.study.settings.bases if row.figure is None]
        what = 'base: "{base}" is a published total, of which nothing is known by group; allowed: {allowed}'
        raise ParameterError(said(what, base=base.id, allowed=one_of(counted)))
    within = base_selection(base, context.within)
    least = {name: max(value, getattr(within, name)) for name, value in conditions.items() if name.endswith("_from")}
    return within.but(**{**conditions, **least})
