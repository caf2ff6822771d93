"""Boundaries of the user's own, from GeoJSON: checked, matched with the study's districts, made flat and simple."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analysis.errors import DataError, Problem, one_of, reason_of
from analysis.messages import said
from analysis.reading import only_a_file

LARGEST = 5_000_000  # bytes
DETAIL = 700  # parts of the map's longer side below which a bend is not drawn

Points = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Boundaries:
    """Boundaries ready to be drawn.

    Parameters
    ----------
    collection
        A GeoJSON collection in flat coordinates; each feature has the district's `id`.
    missing
        Ids of districts without a boundary.
    """

    collection: Mapping[str, Any]
    missing: tuple[str, ...]


def read_boundaries(path: Path, ids: Sequence[str], *, id_property: str = "id") -> Boundaries:
    """Boundaries of districts from a GeoJSON file, in longitude and latitude.

    Parameters
    ----------
    ids
        The study's districts; other features are left out.
    id_property
        The property of a feature that holds a district's id.

    Raises
    ------
    DataError
        When the file is missing, too large or no GeoJSON; when a boundary is no polygon, stands twice or has
        coordinates that are no numbers; when no feature belongs to a district.
    """
    features = _features(path)
    chosen: dict[str, list[list[Points]]] = {}
    problems: list[Problem] = []
    for number, feature in enumerate(features, start=1):
        where = said("{file}, feature {number}", file=path.name, number=number)
        name = str((feature.get("properties") or {}).get(id_property, "")) if isinstance(feature, dict) else ""
        if name not in ids:
            continue
        if name in chosen:
            problems.append(Problem(where, "is a second boundary of the same district", name))
            continue
        try:
            chosen[name] = _polygons(feature.get("geometry"))
        except (TypeError, ValueError, KeyError, IndexError) as error:
            problems.append(
                Problem(where, said("has no usable boundary ({error})", error=error), name, "a Polygon or MultiPolygon")
            )
    if not chosen and not problems:
        seen = sorted(
            {name for feature in features if isinstance(feature, dict) for name in feature.get("properties") or {}}
        )
        problems.append(
            Problem(
                path.name,
                said("no feature has a district's id in {id_property}", id_property=id_property),
                ", ".join(seen),
                one_of(list(ids)),
            )
        )
    if problems:
        raise DataError(problems)
    return Boundaries(_collection(chosen), tuple(name for name in ids if name not in chosen))


def _features(path: Path) -> list[Any]:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise DataError(
                Problem(
                    path.name,
                    "is too large",
                    said("{size:,} bytes", size=size),
                    said("up to {largest:,}", largest=LARGEST),
                )
            )
        plain = json.loads(only_a_file(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DataError(Problem(str(path), said("cannot be read: {reason}", reason=reason_of(error)))) from None
    except ValueError as error:
        raise DataError(Problem(path.name, said("is no JSON: {reason}", reason=reason_of(error)))) from None
    features = plain.get("features") if isinstance(plain, dict) else None
    if not isinstance(features, list) or plain.get("type") != "FeatureCollection":
        seen = plain.get("type") if isinstance(plain, dict) else type(plain).__name__
        raise DataError(Problem(path.name, "is no collection of boundaries", seen, "a GeoJSON FeatureCollection"))
    return features


def _polygons(geometry: Any) -> list[list[Points]]:
    """Rings of points by polygon."""
    kind = geometry["type"]
    if kind not in ("Polygon", "MultiPolygon"):
        raise ValueError(said("it is a {kind}", kind=kind))
    polygons = [geometry["coordinates"]] if kind == "Polygon" else geometry["coordinates"]
    rings = [[np.array([point[:2] for point in ring], dtype=float) for ring in polygon] for polygon in polygons]
    for ring in (ring for polygon in rings for ring in polygon):
        if len(ring) < 4 or not np.isfinite(ring).all():
            raise ValueError("a ring has fewer than four points, or a coordinate that is no number")
    return rings


def _collection(chosen: Mapping[str, list[list[Points]]]) -> dict[str, Any]:
    every = np.concatenate([ring for polygons in chosen.values() for polygon in polygons for ring in polygon])
    low, high = every.min(axis=0), every.max(axis=0)
    is_degrees = low[1] >= -90 and high[1] <= 90 and low[0] >= -180 and high[0] <= 360
    squeeze = math.cos(math.radians((low[1] + high[1]) / 2)) if is_degrees else 1.0
    scale = np.array([squeeze, 1.0])
    tolerance = float(((high - low) * scale).max()) / DETAIL
    features = []
    for name, polygons in chosen.items():
        rings = [[simplified(ring * scale, tolerance).round(6).tolist() for ring in polygon] for polygon in polygons]
        features.append({"type": "Feature", "id": name, "geometry": {"type": "MultiPolygon", "coordinates": rings}})
    return {"type": "FeatureCollection", "features": features}


def simplified(ring: Points, tolerance: float) -> Points:
    """A closed ring without the points nearer than a tolerance to the line that stays; four points at the least.

    Source: Douglas and Peucker 1973, Cartographica 10:112.

    Examples
    --------
    >>> square = np.array([[0, 0], [1, 0.001], [2, 0], [2, 2], [0, 2], [0, 0]], dtype=float)
    >>> len(simplified(square, 0.01))
    5
    """
    keep = np.zeros(len(ring), dtype=bool)
    far = int(np.argmax(np.hypot(*(ring - ring[0]).T)))  # a closed ring is two lines, parted at its farthest point
    keep[[0, far, len(ring) - 1]] = True
    open_ = [(0, far), (far, len(ring) - 1)]
    while open_:
        start, end = open_.pop()
        if end - start < 2:
            continue
        distances = _distances(ring[start + 1 : end], ring[start], ring[end])
        farthest = int(np.argmax(distances))
        if distances[farthest] > tolerance:
            middle = start + 1 + farthest
            keep[middle] = True
            open_ += [(start, middle), (middle, end)]
    short = keep.sum() < 4
    return ring if short else ring[keep]


def _distances(points: Points, start: Points, end: Points) -> Points:
    """How far points lie from the stretch between two others, its ends included."""
    along = end - start
    offsets = points - start
    share = np.clip(offsets @ along / max(float(along @ along), 1e-300), 0, 1)
    apart: Points = np.hypot(*(offsets - share[:, None] * along).T)
    return apart
