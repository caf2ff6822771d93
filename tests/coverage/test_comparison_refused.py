"""Data that cannot be compared is refused, with what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.coverage.decomposition import das_gupta, kitagawa
from analysis.coverage.funnel import funnel, funnel_limits, overdispersion, rank_intervals, ranked
from analysis.coverage.groups import process_interval
from analysis.coverage.inequality import dissimilarity, inequality
from analysis.coverage.standardisation import beta_prior, shrunk, standardised
from analysis.errors import DataError, WorkbookError


def table(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"group": ["a", "b"], "base": [10, 20], "covered": [1, 5]} | columns)


GOOD = table()
ONE = GOOD.head(1)
NONE, ALL = table(covered=[0, 0]), table(covered=[10, 20])
INTERVAL = pd.DataFrame({"rate": [0.5], "low": [0.6], "high": [0.7]}, index=["a"])
REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "groups of one table only": (
        lambda: kitagawa(GOOD, table(group=["a", "c"])),
        r'(?s)only in the first table; seen "b".*merge.*only in the second table; seen "c"',
    ),
    "a base of 0": (lambda: kitagawa(GOOD, table(base=[0, 0], covered=[0, 0])), "second table: has a base of 0"),
    "a missing column": (lambda: inequality(GOOD.drop(columns="base")), 'no such column; seen "base"; allowed: group'),
    "a group twice": (lambda: inequality(table(group=["a", "a"])), 'more than once; seen "a"'),
    "more covered than there are": (lambda: inequality(table(covered=[11, 5])), r"table, a, covered: exceeds its base"),
    "a count that is missing": (lambda: inequality(table(base=[np.nan, 3])), 'table, a, base: is no count; seen "nan"'),
    "a count that is negative": (lambda: inequality(table(base=[-4, 3], covered=[0, 0])), "is no count"),
    "a count that is a word": (lambda: inequality(table(covered=["many", 3])), 'is no count; seen "many"'),
    "no rows": (lambda: inequality(GOOD.head(0)), "has no rows"),
    "one district only": (lambda: inequality(ONE), "1 group with a base; allowed: 2 or more"),
    "one district in a funnel": (lambda: funnel(ONE), "one has nothing to differ from"),
    "one district to rank": (lambda: ranked(ONE), "one has nothing to differ from"),
    "one district to shrink": (lambda: beta_prior(ONE), "one has nothing to differ from"),
    "a rate of 0": (lambda: funnel(NONE), "overall rate is 0; allowed: above 0 and below 1"),
    "a rate of 1": (lambda: overdispersion(ALL), "overall rate is 1"),
    "rates that are all 0": (lambda: shrunk(NONE), "every rate is 0"),
    "rates that are all 1": (lambda: shrunk(ALL), "every rate is 1"),
    "none covered": (lambda: dissimilarity(NONE), "all or none are covered"),
    "an unknown reference": (lambda: inequality(GOOD, reference="c"), 'reference: "c"; allowed: a, b'),
    "factors of one population only": (lambda: das_gupta(max, {"a": 1}, {"b": 1}), "factors: a, b stand in one"),
    "a rate that is no number": (lambda: das_gupta(lambda a: a / 1, {"a": np.nan}, {"a": 1.0}), "not a number"),
    "an interval without its rate": (lambda: rank_intervals(INTERVAL), "does not hold the rate"),
    "a level of 1": (lambda: process_interval([1], [2], level=1.0), "level: 1.0; allowed: between 0 and 1"),
    "an unknown method": (lambda: process_interval([1], [2], method="wald"), 'method: "wald"; allowed: wilson'),  # type: ignore[arg-type]
    "an interval over nothing": (lambda: process_interval([0], [0]), "row 1: 0 of 0"),
    "an unknown variant": (lambda: funnel_limits(np.ones(1), 0.5, variant="t"), 'variant: "t"'),  # type: ignore[arg-type]
    "a place without a group of the standard": (
        lambda: standardised(table(base=[0, 20], covered=[0, 5]).assign(place="x"), GOOD),
        "x, a: has no enterprises, so no rate to standardise",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_in_words(what: str) -> None:
    compare, message = REFUSED[what]
    with pytest.raises(WorkbookError, match=message):
        compare()


def test_all_faults_of_a_table_are_told_at_once() -> None:
    with pytest.raises(DataError) as refused:
        inequality(pd.DataFrame({"group": list("aab"), "base": [1, -2, 3], "covered": [5, 0, None]}))
    assert len(refused.value.problems) == 4


def test_rates_of_0_and_1_of_some_places_are_no_fault() -> None:
    mixed = pd.DataFrame({"group": list("abc"), "base": [10, 10, 10], "covered": [0, 10, 4]})
    assert inequality(mixed)["difference"] == 1
    assert np.isnan(inequality(mixed)["mld"])
    assert funnel(mixed)["outside"].to_list() == [0, 1, 0]
    assert shrunk(mixed)["shrunk"].between(0, 1).all()
    assert ranked(mixed)["rank"].to_list() == [3, 1, 2]


def test_a_group_that_one_place_does_not_have_is_all_mix() -> None:
    found = kitagawa(GOOD, table(base=[0, 20], covered=[0, 5]))
    assert found.loc["a", "rate"] == 0
    assert found.to_numpy().sum() == pytest.approx(5 / 20 - 6 / 30)
