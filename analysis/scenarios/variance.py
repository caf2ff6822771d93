"""Which assumptions the variance of a number comes from: Sobol shares as quantities, each computed again from its address.

| address | what stands there |
|---|---|
| `variance:SCENARIO/ASSUMPTION.PART?of=…&year=…&points=…&seed=…` | `first`, `total`, or the half width of their interval |
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qsl

from analysis.coverage.cells import Cells
from analysis.errors import WorkbookError
from analysis.messages import said
from analysis.quantities import Label, Quantity, Status
from analysis.scenarios.outcomes import Measures, measures_of
from analysis.scenarios.scenario import Scenario, open_scenario
from analysis.scenarios.sensitivity import sobol_of
from analysis.scenarios.state import State, state_of
from analysis.study import Study

if TYPE_CHECKING:
    import pandas as pd

POINTS = 256  # a power of two: half widths of some per cent, in half a second

Part = Literal["first", "total", "first_error", "total_error"]
_PARTS: dict[str, Label] = {
    "first": Label("独自占方差的比例", "share of the variance by itself"),
    "total": Label(
        "连同与其他假设的共同作用占方差的比例", "share of the variance with what it does jointly with others"
    ),
    "first_error": Label("独自所占比例的半宽（95%）", "half width (95 per cent) of the share by itself"),
    "total_error": Label(
        "连同共同作用所占比例的半宽（95%）", "half width (95 per cent) of the share with joint effects"
    ),
}


@dataclass(frozen=True, eq=False)
class Shares:
    """Sobol shares of a number in a year over the assumptions in doubt.

    Parameters
    ----------
    table
        As `sensitivity.sobol_of` gives it, the largest total share first; empty where nothing is in doubt.
    """

    scenario: Scenario
    measure: str
    year: int
    points: int
    seed: int
    table: pd.DataFrame

    @property
    def inputs(self) -> tuple[str, ...]:
        """The assumptions, those that matter most first."""
        return tuple(self.table["input"])


def shares(
    state: State,
    scenario: Scenario,
    measure: str,
    *,
    year: int,
    measures: Measures,
    points: int = POINTS,
    seed: int = 0,
) -> Shares:
    """The shares of a scenario's number in a year, without chance.

    Parameters
    ----------
    points
        A power of two; the path is run (assumptions in doubt + 2) times as often.
    """
    asked = {"years": year - scenario.year, "draws": points, "seed": seed}
    table = sobol_of(state, scenario, measure, measures=measures, **asked)
    return Shares(scenario, measure, year, points, seed, table)


def share_quantity(found: Shares, assumption: str, part: Part) -> Quantity:
    """One share, or the half width of its interval, as a quantity: simulated, of the variance."""
    scenario, row = found.scenario, found.scenario.dynamics[assumption]
    changed = "".join(f"&{name}={value!r}" for name, value in sorted(scenario.changed.items()))
    address = f"variance:{scenario.id}/{assumption}.{part}?of={found.measure}&year={found.year}"
    address += f"&points={found.points}&seed={found.seed}{changed}"
    said = _PARTS[part]
    return Quantity(
        value=_number(found, assumption, part),
        unit="share",
        status=Status.SIMULATED,
        label=Label(f"{row.zh}：{said.zh}", f"{row.en}: {said.en}"),
        base=Label("方差", "the variance"),
        address=address,
        decimals=1,
        locator=f"scenarios/{scenario.id}.toml points={found.points}, seed={found.seed}",
    )


def share_resolver(study: Study, cells: Cells) -> Callable[[str], float]:
    """A function that computes the number at any address of this module again; shares are kept while it lives."""

    @cache
    def found(scenario: str, query: str) -> Shares:
        parts = dict(parse_qsl(query))
        measure, year, points, seed = (parts.pop(name) for name in ("of", "year", "points", "seed"))
        asked = open_scenario(study, scenario).deciding(**{name: float(value) for name, value in parts.items()})
        return shares(
            state_of(cells, study),
            asked,
            measure,
            year=int(year),
            measures=measures_of(study),
            points=int(points),
            seed=int(seed),
        )

    def resolve(address: str) -> float:
        place, _, query = address.removeprefix("variance:").partition("?")
        scenario, _, rest = place.partition("/")
        assumption, _, part = rest.rpartition(".")
        return _number(found(scenario, query), assumption, part)

    return resolve


def _number(found: Shares, assumption: str, part: str) -> float:
    rows = found.table[found.table["input"] == assumption]
    if rows.empty:
        raise WorkbookError(said("{assumption} is not in doubt any more", assumption=assumption))
    return float(rows[part].iloc[0])
