"""Tables of groups drawn by hypothesis, and populations whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import strategies as st


@st.composite
def tables(draw: st.DrawFn, *, least: int = 2, most: int = 7, empty: bool = True) -> pd.DataFrame:
    """A table of groups; with `empty`, some bases and counts may be 0, but never all."""
    size = draw(st.integers(least, most))
    bases = draw(st.lists(st.integers(0 if empty else 1, 5000), min_size=size, max_size=size).filter(any))
    shares = draw(st.lists(st.floats(0, 1), min_size=size, max_size=size))
    covered = [round(base * share) for base, share in zip(bases, shares, strict=True)]
    return pd.DataFrame({"group": [f"g{place}" for place in range(size)], "base": bases, "covered": covered})


@st.composite
def pairs(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two tables over the same groups."""
    one = draw(tables())
    two = draw(tables(least=len(one), most=len(one)))
    return one, two


def places(rates: np.ndarray, bases: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Places with true rates, and the counts that chance gives them."""
    names = [f"p{place}" for place in range(len(bases))]
    return pd.DataFrame({"group": names, "base": bases, "covered": rng.binomial(bases, rates)})
