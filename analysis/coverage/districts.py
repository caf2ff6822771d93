"""All districts of a study compared: standardised, against a funnel, ranked, shrunk, and how unequal they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.coverage.comparing import Measure, Side, of_districts, status, table
from analysis.coverage.counting import Counter
from analysis.coverage.funnel import Overdispersion, funnel, overdispersion, ranked, spearman
from analysis.coverage.groups import process_interval
from analysis.coverage.indicators import Part
from analysis.coverage.inequality import dissimilarity, inequality, split
from analysis.coverage.standardisation import shrunk, standardised
from analysis.errors import WorkbookError
from analysis.messages import said
from analysis.quantities import Status

LEVELS = (0.95, 0.998)  # of the funnel, inner and outer


@dataclass(frozen=True, eq=False)
class Districts:
    """The districts of a study under one measure.

    Examples
    --------
    >>> from analysis.coverage.sources import cells_of
    >>> from analysis.study import open_study
    >>> study = open_study("suzhou-2003")
    >>> found = Districts(Counter(study, cells_of(study)), Measure()).numbers
    >>> found.loc["320583", ["crude", "standardised"]].round(4).to_list()
    [0.0589, 0.0471]
    """

    counter: Counter
    measure: Measure

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The rate of each district that has a base.

        Raises
        ------
        WorkbookError
            When fewer than two have one.
        """
        found = tuple(part for part in of_districts(self.counter, self.measure) if part.rate.base.value)
        if len(found) < 2:
            place = self.counter.study.id
            what = "{place}: {number} district with enterprises in the base; allowed: 2 or more to compare"
            raise WorkbookError(said(what, place=place, number=len(found)))
        return found

    @cached_property
    def groups(self) -> dict[str, tuple[Part, ...]]:
        """The rate of each group in each district."""
        return {part.id: Side(self.counter, self.measure, (part.id,)).parts for part in self.parts}

    @cached_property
    def everywhere(self) -> tuple[Part, ...]:
        """The rate of each group in the whole place: the standard."""
        return Side(self.counter, self.measure).parts

    @cached_property
    def status(self) -> Status:
        """How far the numbers can be trusted."""
        return status([*self.parts, *self.everywhere, *(part for parts in self.groups.values() for part in parts)])

    @cached_property
    def numbers(self) -> pd.DataFrame:
        """One row a district.

        Returns
        -------
        pandas.DataFrame
            base, covered, `crude`; `standardised` to the mix of all, with its `effective` base; Wilson's limits of the crude
            rate (`wilson_low`, `wilson_high`); for `crude_` and `adjusted_` (standardised): `rank`, `first`, `last`, and
            `beyond`: 0 within the inner limits of a funnel with additive over-dispersion, ±1 beyond them, ±2 beyond the outer;
            `exact_beyond` is the same of the crude rate by exact limits, without over-dispersion.
        """
        found = self._standardised.rename_axis("district")
        wilson = process_interval(found["covered"].to_numpy(), found["base"].to_numpy()).set_index(found.index)
        found = found.assign(wilson_low=wilson["low"], wilson_high=wilson["high"])
        for name, counts in (("crude", self.crude), ("adjusted", self.adjusted)):
            places = ranked(counts)[["rank", "first", "last"]].add_prefix(f"{name}_")
            found = found.join(places).assign(**{f"{name}_beyond": _beyond(funnel(counts, dispersion="additive"))})
        return found.assign(exact_beyond=_beyond(funnel(self.crude)))

    @cached_property
    def crude(self) -> pd.DataFrame:
        """The districts as they are: group, base, covered."""
        return table(self.parts)

    @cached_property
    def adjusted(self) -> pd.DataFrame:
        """The districts as they would be under the mix of all, each over its effective base."""
        found = self._standardised
        covered = found["standardised"] * found["effective"]
        return pd.DataFrame(
            {"group": found.index, "base": found["effective"].to_numpy(), "covered": covered.to_numpy()}
        )

    @cached_property
    def spread(self) -> Overdispersion:
        """The over-dispersion of the crude rates."""
        return overdispersion(self.crude)

    @cached_property
    def totals(self) -> pd.Series:
        """Numbers of all districts together.

        Returns
        -------
        pandas.Series
            `phi`, `between_sd` and the levels of the funnel; the measures of `inequality`, as they are (`crude_…`) and
            standardised (`adjusted_…`); `dissimilarity` of covered and uncovered enterprises; the share of Theil's index over
            districts and groups that lies between groups (`theil_groups`) and between districts (`theil_districts`); and
            `agreement`, the correlation of ranks before and after standardising.
        """
        found = self._standardised
        base = found["base"].to_numpy()
        levelled = pd.DataFrame(
            {"group": found.index, "base": base, "covered": found["standardised"].to_numpy() * base}
        )
        crude, adjusted = inequality(self.crude), inequality(levelled)
        inner, outer = LEVELS
        more = {
            "phi": self.spread.phi,
            "between_sd": self.spread.tau2**0.5,
            "level_inner": inner,
            "level_outer": outer,
            "dissimilarity": dissimilarity(self.crude),
            "agreement": spearman(found["crude"], found["standardised"]),
            **{f"theil_{name}": self._theil(outer_) for name, outer_ in (("groups", "group"), ("districts", "place"))},
        }
        whole: pd.Series = pd.concat([crude.add_prefix("crude_"), adjusted.add_prefix("adjusted_"), pd.Series(more)])
        return whole

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Each group in each district, shrunk towards the same group elsewhere.

        Returns
        -------
        pandas.DataFrame
            Indexed by `district.group`, the columns of `shrunk`; groups with nobody covered anywhere, or everybody, and
            groups of one district, are left out: there is nothing to learn from.
        """
        rows = []
        for name, part in self._long.groupby("group", sort=False):
            own = part[part["base"] > 0]
            if len(own) > 1 and 0 < own["covered"].sum() < own["base"].sum():
                rows.append(shrunk(own.assign(group=own["place"] + f".{name}")))
        if not rows:
            return pd.DataFrame(columns=["base", "covered", "raw", "shrunk", "sd", "low", "high", "weight"])
        return pd.concat(rows)

    @cached_property
    def _long(self) -> pd.DataFrame:
        return pd.concat([table(parts).assign(place=name) for name, parts in self.groups.items()], ignore_index=True)

    @cached_property
    def _standardised(self) -> pd.DataFrame:
        return standardised(self._long, table(self.everywhere), where_empty="standard")

    def _theil(self, outer: str) -> float:
        inner = "place" if outer == "group" else "group"
        nested = self._long.rename(columns={outer: "outer", inner: "inner"})
        if not nested["covered"].sum() or (nested["base"] > 0).sum() < 2:
            return float(np.nan)
        found = split(nested, group="inner")
        return float(found["between"] / found["total"]) if found["total"] else float(np.nan)


def _beyond(limits: pd.DataFrame) -> pd.Series:
    above, below = limits["rate"] > limits["high_inner"], limits["rate"] < limits["low_inner"]
    found: pd.Series = above.astype(int) - below.astype(int) + limits["outside"]
    return found
