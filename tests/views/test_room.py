"""Room: which tables may run over the page."""

from __future__ import annotations

import pytest

from analysis.views.blocks import Column, Table
from analysis.views.room import FEWEST, runs_over


@pytest.mark.parametrize(
    ("rows", "words", "runs"),
    [(9, 1, True), (8, 1, False), (10, 1, True), (2 * FEWEST, 80, True), (2 * FEWEST - 1, 80, False)],
)
def test_a_table_of_many_lines_runs_over_and_a_short_one_stays_together(rows: int, words: int, runs: bool) -> None:
    table = Table("t", "", (Column("Why"),), (("word " * words,),) * rows)
    assert runs_over(table) is runs
