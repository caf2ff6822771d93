"""Which counts of a live view to withhold: the threshold rule, as far as a screen that moves can keep it.

What it protects: on one screen no counted part or whole from 1 to below the threshold stands, nor a part whose rest
inside its whole is so small; and where what is shown adds up to a total that is shown too, further counts are withheld
until those withheld on a line stand for the threshold together. Published figures are known already and synthetic
ones are nobody's: both stay.

What it cannot protect: two screens. Who may move a slider by one step sees the difference between two counts that
are both large, and so the few enterprises between them. A live view of counted data is therefore for those who may
read the register itself; what leaves the workbook is a paper, whose counts are protected and audited as one set of
linked tables (`disclosure`, `disclosure_counts`).

Source: Handbook on Statistical Disclosure Control, chapters 4 (threshold rule) and 5 (differencing).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.coverage.answers import Answer
from analysis.coverage.disclosure.groups import is_small, small_flags
from analysis.coverage.disclosure.tables import Flags, Whole
from analysis.coverage.lookup import Shares
from analysis.quantities import Status


@dataclass(frozen=True, eq=False)
class Hidden:
    """What is withheld of some shares, in their shape. Where a whole is, its part is as well."""

    part: Flags
    whole: Flags


def hidden_in(shares: Shares, *, threshold: int, sums: Sequence[int] = ()) -> Hidden:
    """Withhold parts and wholes of one view.

    Parameters
    ----------
    threshold
        The smallest count that may be shown; 0 withholds nothing.
    sums
        Axes along which the shares add up to something that is shown elsewhere.

    Examples
    --------
    >>> from analysis.coverage.lookup import shares_of
    >>> real = Status.COUNTED
    >>> pairs = [((4, real), (40, real)), ((35, real), (40, real)), ((12, real), (60, real)), ((0, real), (70, real))]
    >>> hidden_in(shares_of(pairs), threshold=10).part.tolist()
    [True, True, False, False]
    >>> hidden_in(shares_of(pairs[2:] + pairs[:1]), threshold=10, sums=(0,)).part.tolist()
    [True, False, True]
    """
    counted_part, counted_whole = (
        column == int(Status.COUNTED) for column in (shares.part_status, shares.whole_status)
    )
    if not threshold or not (counted_part.any() or counted_whole.any()):
        nothing = np.zeros(shares.part.shape, dtype=bool)
        return Hidden(nothing, nothing)
    rest = shares.whole - shares.part
    whole = small_flags(shares.whole, shares.whole, threshold) & counted_whole
    small_rest = small_flags(rest, rest, threshold) & (counted_part | counted_whole)
    part = small_flags(shares.part, shares.part, threshold) & counted_part | small_rest | whole
    if part.any() and sums:
        whole = _filled(shares.whole, whole, threshold=threshold, sums=sums)
        part = part | whole
        for _ in range(part.size):  # parts and rests are withheld together: until both are enough
            more = _filled(
                rest, _filled(shares.part, part, threshold=threshold, sums=sums), threshold=threshold, sums=sums
            )
            if (more == part).all():
                break
            part = more
    return Hidden(part, whole)


def _filled(values: Whole, hidden: Flags, *, threshold: int, sums: Sequence[int]) -> Flags:
    """Withhold more, the smallest first, until what is withheld on each line is two counts of the threshold together."""
    found = hidden.copy()
    before = None
    while before is None or (found != before).any():
        before = found.copy()
        for axis in sums:
            lines, flags = np.moveaxis(values, axis, -1), np.moveaxis(found, axis, -1)  # views: `found` is filled
            for place in np.argwhere(flags.any(axis=-1)):
                _fill(lines[tuple(place)], flags[tuple(place)], threshold)
    return found


def _fill(line: Whole, hidden: Flags, threshold: int) -> None:
    shown = [int(place) for place in np.argsort(line, kind="stable") if line[place] and not hidden[place]]
    while shown and (line[hidden].sum() < threshold or np.count_nonzero(line[hidden]) < 2):
        hidden[shown.pop(0)] = True


def hidden_selected(found: Answer, *, threshold: int) -> Hidden:
    """What the finding withholds of the selection, shown above the districts and beside the whole place.

    One district stands as it does among the others; of several, what is left of the whole place must not be small.
    """
    own, state = hidden_in(found.selected, threshold=threshold), found.state
    if not state.districts:
        return own
    part, whole = own.part.copy(), own.whole.copy()
    rest = [
        (all_ - selected)[0]
        for all_, selected in (
            (found.everywhere.part, found.selected.part),
            (found.everywhere.whole, found.selected.whole),
        )
    ]
    real = bool(found.selected.whole_status[0] == int(Status.COUNTED))
    whole |= real and is_small(int(rest[1]), threshold)
    part[0] |= real and (is_small(int(rest[0]), threshold) or is_small(int(rest[1] - rest[0]), threshold))
    if len(state.districts) == 1 and len(found.districts.part) > 1:
        place = found.lookup.board.cube.districts.index(state.districts[0])
        among = hidden_in(found.districts, threshold=threshold, sums=(0,))
        part[0] |= among.part[place]
        whole |= among.whole[place]
    return Hidden(part | whole, whole)
