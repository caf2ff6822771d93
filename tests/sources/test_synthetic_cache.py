"""A register is found again by what it rests on; a bad cache costs only time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from analysis.sources import synthetic
from analysis.sources.synthetic import register_of, synthesise
from analysis.study import Study
from tests.sources.drawn import small, with_assumptions, with_figures


def test_a_register_read_again_is_the_one_drawn(suzhou: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = small(suzhou)
    first = register_of(study, cache=tmp_path)
    monkeypatch.setattr(synthetic, "synthesise", lambda *_, **__: pytest.fail("drawn a second time"))
    pd.testing.assert_frame_equal(register_of(study, cache=tmp_path), first)
    assert [path.suffix for path in tmp_path.iterdir()] == [".parquet"]


def test_another_seed_figure_or_assumption_is_another_register(suzhou: Study, tmp_path: Path) -> None:
    study = small(suzhou)
    others = (study, with_figures(study, instructed=91), with_assumptions(study, five_good_share=0.2))
    for one in others:
        register_of(one, cache=tmp_path)
    register_of(study, seed=1, cache=tmp_path)
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
        lambda path: path.write_bytes((raw := path.read_bytes())[:200] + bytes([raw[200] ^ 0xFF]) + raw[201:]),
        lambda path: pd.DataFrame({"a": [1]}).to_parquet(path),
    ],
    ids=["cut", "flipped", "other"],
)
def test_a_damaged_file_is_drawn_again(suzhou: Study, tmp_path: Path, damage: Callable[[Path], object]) -> None:
    expected = register_of(small(suzhou), cache=tmp_path)
    damage(next(tmp_path.iterdir()))
    for _ in range(2):
        pd.testing.assert_frame_equal(register_of(small(suzhou), cache=tmp_path), expected)


def test_a_cache_that_cannot_be_written_does_not_matter(suzhou: Study, tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("in the way")
    found = register_of(small(suzhou), cache=tmp_path / "a file" / "register")
    pd.testing.assert_frame_equal(found, synthesise(small(suzhou)))
