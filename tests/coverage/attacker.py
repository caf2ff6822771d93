"""Who holds all papers of a study, and knows what everybody knows: a linear program of the tests' own.

It shares nothing with what it attacks but the conditions of a selection. Kinds of enterprises are those that no printed or
withheld count tells apart; of each it asks how many there are, how many members, full members and staff they have and how
many organisations they lead.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import block_diag, csr_array, lil_array, vstack

from analysis.coverage.selection import parsed

MEASURES = (
    "enterprises",
    "full_members_total",
    "members_total",
    "staff_total",
    "organisations",
    "five_good_organisations",
)
ATTRIBUTES = {"full_members_total": "full_members", "members_total": "members", "staff_total": "staff"}


Release = tuple[Mapping[str, int], Collection[str]]  # printed addresses with their counts, and withheld addresses


def worked_out(
    table: pd.DataFrame,
    printed: Mapping[str, int],
    withheld: Collection[str],
    *,
    threshold: int,
    before: Release | None = None,
    then: pd.DataFrame | None = None,
) -> list[str]:
    """The withheld counts that can be narrowed below the promise, each with its range.

    Parameters
    ----------
    table
        The cells of the register, which tell only which kinds of enterprises there are.
    printed
        Addresses with their counts.
    before
        What an earlier release of the register printed and withheld; since then enterprises came, and none went.
    then
        The cells of the register as they were.
    """
    earlier: Release = before if before is not None else ({}, ())
    addresses = sorted({*printed, *withheld, *earlier[0], *earlier[1]})
    masks = np.array([parsed(address)[1].mask(table) for address in addresses])
    _, kind = np.unique(masks, axis=1, return_inverse=True)
    kind = kind.ravel()
    size = int(kind.max()) + 1
    example = np.zeros(size, dtype=int)
    example[kind] = np.arange(len(kind))
    rows = {}
    for place, address in enumerate(addresses):
        measure = parsed(address)[0]
        row = np.zeros(size * len(MEASURES))
        row[MEASURES.index(measure) * size + np.flatnonzero(masks[place][example])] = 1
        rows[address] = row
    limits = _limits(addresses, masks[:, example], size)
    later = {address: np.concatenate([row, row]) for address, row in rows.items()} if earlier[0] else rows
    first = {address: np.concatenate([row, np.zeros_like(row)]) for address, row in rows.items()}
    told = [(later[address], printed[address]) for address in sorted(printed)]
    told += [(first[address], earlier[0][address]) for address in sorted(earlier[0])]
    known, values = csr_array(np.array([row for row, _ in told])), np.array([value for _, value in told], dtype=float)
    limits = csr_array(block_diag([limits, limits])) if earlier[0] else limits
    asked = [(later[address], address, _true(table, address)) for address in sorted(withheld)]
    if then is not None:
        asked += [(first[address], f"then {address}", _true(then, address)) for address in sorted(earlier[1])]
    found, rows_asked = [], csr_array(np.array([row for row, _, _ in asked]))
    seen = [np.full(len(asked), sign * np.inf) for sign in (1, -1)]  # what solutions so far show to be possible

    def is_wide(true: int, low: float, high: float) -> bool:
        is_low = not 0 < true < threshold or (low <= 1e-4 and high >= threshold - 1e-4)
        return bool(is_low and np.floor(high + 1e-4) - np.ceil(low - 1e-4) >= threshold)

    for place, (row, address, true) in enumerate(asked):
        if is_wide(true, seen[0][place], seen[1][place]):
            continue
        ends = []
        for sign in (1, -1):
            end, point = _end(sign * row, known, values, limits)
            ends.append(sign * end)
            if point is not None:
                at = rows_asked @ point
                seen = [np.minimum(seen[0], at), np.maximum(seen[1], at)]
        if not is_wide(true, *ends):
            found.append(f"{address} = {true} in [{ends[0]:.4g}, {ends[1]:.4g}]")
    return found


def _true(table: pd.DataFrame, address: str) -> int:
    measure, selection = parsed(address)
    return int(table[measure].to_numpy()[selection.mask(table)].sum())


def _end(cost: np.ndarray, known: csr_array, values: np.ndarray, limits: csr_array) -> tuple[float, np.ndarray | None]:
    """The least that a sum can be, and where it is; none where it has no end."""
    found = linprog(
        cost, A_eq=known, b_eq=values, A_ub=limits, b_ub=np.zeros(limits.shape[0]), bounds=(0, None), method="highs"
    )
    assert found.status in (0, 3), found.message
    return (-np.inf, None) if found.status == 3 else (float(found.fun), found.x)


def _limits(addresses: list[str], held: np.ndarray, size: int) -> csr_array:
    """What everybody knows: each enterprise of a class has as many as its class says, and one leads one organisation."""
    selections = [parsed(address)[1] for address in addresses]
    column = {name: np.arange(size) + place * size for place, name in enumerate(MEASURES)}
    rows = []

    def at_most(one: str, other: str, times: np.ndarray) -> None:
        """One measure is at most so many times another, of each kind."""
        for place in np.flatnonzero(np.isfinite(times)):
            row = lil_array((1, size * len(MEASURES)))
            row[0, column[one][place]] = 1.0
            row[0, column[other][place]] -= times[place]
            rows.append(row)

    def at_least(one: str, other: str, times: np.ndarray) -> None:
        for place in np.flatnonzero(times > 0):
            row = lil_array((1, size * len(MEASURES)))
            row[0, column[other][place]] = times[place]
            row[0, column[one][place]] = -1.0
            rows.append(row)

    for measure, attribute in ATTRIBUTES.items():
        low, high = np.zeros(size), np.full(size, np.inf)
        for chosen, inside in zip(selections, held, strict=True):
            least = getattr(chosen, f"{attribute}_from")
            low[inside] = np.maximum(low[inside], least)
            if attribute == "staff" and chosen.staff_to:
                high[inside] = np.minimum(high[inside], chosen.staff_to)
            if least and chosen == type(chosen)(**{f"{attribute}_from": least}):
                high[~inside] = np.minimum(high[~inside], least - 1)
        at_least(measure, "enterprises", low)
        at_most(measure, "enterprises", high)
    everywhere = np.ones(size)
    at_most("full_members_total", "members_total", everywhere)
    at_most("members_total", "staff_total", everywhere)
    at_most("organisations", "enterprises", everywhere)
    at_most("five_good_organisations", "organisations", everywhere)
    return csr_array(vstack(rows))
