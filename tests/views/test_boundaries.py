"""Boundaries of the user's own are checked with the place of every fault, and made simple without losing a district."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analysis.errors import DataError
from analysis.views.boundaries import LARGEST, read_boundaries, simplified

SQUARE = [[120.0, 31.0], [121.0, 31.0], [121.0, 32.0], [120.0, 32.0], [120.0, 31.0]]


def collection(*features: tuple[str, Any]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"code": name}, "geometry": geometry} for name, geometry in features
        ],
    }


def polygon(ring: list[list[float]] = SQUARE) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring]}


def written(folder: Path, plain: object) -> Path:
    path = folder / "b.geojson"
    path.write_text(plain if isinstance(plain, str) else json.dumps(plain), encoding="utf-8")
    return path


def test_districts_are_matched_by_the_property_and_absent_ones_named(tmp_path: Path) -> None:
    found = read_boundaries(
        written(tmp_path, collection(("a", polygon()), ("elsewhere", polygon()))), ["a", "b"], id_property="code"
    )
    assert [feature["id"] for feature in found.collection["features"]] == ["a"]
    assert found.missing == ("b",)


@pytest.mark.parametrize(
    ("plain", "message"),
    [
        ("{", "is no JSON"),
        ({"type": "Feature"}, "is no collection of boundaries"),
        ([], "is no collection of boundaries"),
        (collection(("x", polygon())), "no feature has a district's id in code"),
        (collection(("a", {"type": "Point", "coordinates": [1, 2]})), "feature 1: has no usable boundary"),
        (collection(("a", None)), "feature 1: has no usable boundary"),
        (collection(("a", polygon([[1, 2], [1, 2]]))), "fewer than four points"),
        (collection(("a", polygon([["x", 2], [1, 2], [2, 2], [1, 2]]))), "feature 1: has no usable boundary"),  # type: ignore[list-item]
        (collection(("a", polygon()), ("a", polygon())), "feature 2: is a second boundary"),
    ],
)
def test_a_broken_file_is_refused_with_the_place_of_the_fault(tmp_path: Path, plain: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_boundaries(written(tmp_path, plain), ["a"], id_property="code")


def test_a_missing_or_too_large_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_boundaries(tmp_path / "none.geojson", ["a"])
    with pytest.raises(DataError, match="is too large"):
        read_boundaries(written(tmp_path, " " * (LARGEST + 1)), ["a"])


@example(points=21, tolerance=0.1953125)  # a point beyond the end of its stretch, near its line
@given(points=st.integers(8, 200), tolerance=st.floats(0.001, 0.2))
def test_what_simplifying_leaves_out_lies_near_what_stays(points: int, tolerance: float) -> None:
    angles = np.linspace(0, 2 * np.pi, points)
    ring = np.column_stack([np.cos(angles), np.sin(3 * angles)])
    ring[-1] = ring[0]
    kept = simplified(ring, tolerance)
    assert (kept[0] == kept[-1]).all()
    assert 4 <= len(kept) <= len(ring)
    assert all(_near(point, kept, tolerance) for point in ring)


def _near(point: np.ndarray, line: np.ndarray, tolerance: float) -> bool:
    starts, along = line[:-1], np.diff(line, axis=0)
    lengths = np.maximum((along**2).sum(axis=1), 1e-12)
    share = np.clip(((point - starts) * along).sum(axis=1) / lengths, 0, 1)
    return bool(np.hypot(*(point - starts - share[:, None] * along).T).min() <= tolerance + 1e-9)
