"""What stands on one live screen gives no small counted group away, by itself or by subtraction from what else stands there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.coverage.answers import State, answer
from analysis.coverage.disclosure.screen import hidden_in, hidden_selected
from analysis.coverage.lookup import Shares, board_of
from analysis.coverage.sources import cells_of
from analysis.quantities import Status
from analysis.study import Study

THRESHOLD = 10
COUNTS = arrays(np.int64, (4, 5, 2), elements=st.integers(0, 40))


def _shares(counts: np.ndarray, status: Status) -> Shares:
    part, rest = counts[..., 0], counts[..., 1]
    statuses = np.full(part.shape, int(status))
    return Shares(part, part + rest, statuses, statuses)


def _is_enough(values: np.ndarray, hidden: np.ndarray) -> bool:
    """Nothing withheld on a line; or two counts and the threshold at least; or everything that there is."""
    return bool(
        not hidden[values > 0].any()
        or (values[hidden].sum() >= THRESHOLD and np.count_nonzero(values[hidden]) > 1)
        or not values[~hidden].any()
    )


@given(COUNTS)
def test_what_is_withheld_on_a_line_that_adds_up_stands_for_the_threshold_together(counts: np.ndarray) -> None:
    shares = _shares(counts, Status.COUNTED)
    hidden = hidden_in(shares, threshold=THRESHOLD, sums=(0, 1))
    rest = shares.whole - shares.part
    assert (hidden.part | ~hidden.whole).all()
    for values, flags in ((shares.part, hidden.part), (rest, hidden.part), (shares.whole, hidden.whole)):
        assert not ((values > 0) & (values < THRESHOLD) & ~flags).any()
        assert all(
            _is_enough(line, flag)
            for one, two in ((values, flags), (values.T, flags.T))
            for line, flag in zip(one, two, strict=True)
        )


@given(COUNTS)
def test_published_and_synthetic_counts_stay_and_a_threshold_of_nought_hides_nothing(counts: np.ndarray) -> None:
    for status, threshold in ((Status.SYNTHETIC, THRESHOLD), (Status.PUBLISHED, THRESHOLD), (Status.COUNTED, 0)):
        assert not hidden_in(_shares(counts, status), threshold=threshold, sums=(0, 1)).part.any()


def test_a_finding_shows_no_district_that_is_withheld_among_the_others(suzhou: Study) -> None:
    cells = cells_of(suzhou)
    assert cells is not None
    board = replace(board_of(suzhou, cells), status=Status.COUNTED, known={})
    told = 0
    for staff in range(60, 301, 12):
        for district in board.cube.districts:
            found = answer(board, State((district,), ("foreign",), staff_from=staff))
            among = hidden_in(found.districts, threshold=THRESHOLD, sums=(0,))
            place = board.cube.districts.index(district)
            selected = hidden_selected(found, threshold=THRESHOLD)
            assert selected.part[0] or not among.part[place]
            assert selected.whole.all() or not among.whole[place]
            told += bool(among.part[place]) and not 0 < found.selected.part[0] < THRESHOLD
    assert told, "no district was withheld for the sake of another: this proves nothing"
