"""Worked examples that others published, as the tests read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

CASES = Path(__file__).parents[1] / "cases"


def case(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The inputs and what is expected."""
    plain = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    return plain["inputs"], plain["expected"]


def groups(base: Any, rate: Any) -> pd.DataFrame:
    """Groups with their bases and rates, as counts."""
    base, rate = np.asarray(base, dtype=float), np.asarray(rate, dtype=float)
    return pd.DataFrame({"group": [str(place) for place in range(len(base))], "base": base, "covered": base * rate})
