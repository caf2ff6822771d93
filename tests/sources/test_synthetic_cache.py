"""A register is found again by what it rests on; a bad cache costs only time."""

from __future__ import annotations

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
    register_of(study, cache=tmp_path)
    register_of(study, seed=1, cache=tmp_path)
    register_of(with_figures(study, instructed=91), cache=tmp_path)
    register_of(with_assumptions(study, five_good_share=0.2), cache=tmp_path)
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize("damage", ["cut", "flipped", "other"])
def test_a_damaged_file_is_drawn_again(suzhou: Study, tmp_path: Path, damage: str) -> None:
    study = small(suzhou)
    expected = register_of(study, cache=tmp_path)
    path = next(tmp_path.iterdir())
    raw = bytearray(path.read_bytes())
    if damage == "cut":
        path.write_bytes(raw[: len(raw) // 2])
    elif damage == "flipped":
        raw[200] ^= 0xFF
        path.write_bytes(raw)
    else:
        pd.DataFrame({"a": [1]}).to_parquet(path)
    pd.testing.assert_frame_equal(register_of(study, cache=tmp_path), expected)
    pd.testing.assert_frame_equal(register_of(study, cache=tmp_path), synthesise(study))


def test_a_cache_that_cannot_be_written_does_not_matter(suzhou: Study, tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("in the way")
    study = small(suzhou)
    pd.testing.assert_frame_equal(register_of(study, cache=blocked / "register"), synthesise(study))
