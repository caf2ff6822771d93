"""Charts drawn here and by Vega are the same picture, but for shades of grey at an edge."""

from __future__ import annotations

import io

import numpy as np
import pytest

from analysis.quantities import Language
from analysis.views.drawing import Picture, png_of, vega_svg_of
from analysis.views.svg import svg
from tests.views.pictures import PICTURES
from tests.views.test_paths import picture as paths

EVERY = {**PICTURES, "paths": paths}


def pixels(drawing: str) -> np.ndarray:
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(png_of(drawing, scale=1))).convert("RGB"), dtype=int)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", EVERY)
def test_our_drawing_is_vega_s_pixel_by_pixel(name: str, language: Language) -> None:
    picture: Picture = EVERY[name](language)
    ours = svg(picture.specification)
    assert ours is not None
    assert ours.count("<text") > 5
    apart = np.abs(pixels(ours) - pixels(vega_svg_of(picture.specification)))
    # edges differ by a shade: Vega draws a solid line as dashes without gaps, and a circle as two arcs
    assert apart.max() <= 16, f"{(apart > 16).any(axis=2).sum()} pixels differ"


def test_what_goes_beyond_the_marks_is_left_to_vega() -> None:
    known = PICTURES["ladder"]("en").specification
    first, *rest = known["layer"]
    for change in (
        {"mark": {"type": "bar"}},
        {"mark": {**first["mark"], "cornerRadius": 3}},
        {"encoding": {**first["encoding"], "tooltip": {"field": "id"}}},
        {"transform": []},
    ):
        assert svg({**known, "layer": [first | change, *rest]}) is None
    assert svg({**known, "title": "a"}) is None
