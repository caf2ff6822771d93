"""Results kept on disk by all that they rest on: found whole or not at all, never trusted blindly.

For what takes long to compute and is the same in every language of a paper. Whoever checks a paper computes anew: no folder.
"""

from __future__ import annotations

import json
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel

from analysis.messages import said
from analysis.sources import disk_cache

FOLDER: Path = disk_cache.folder("results")
MOST = 256 * 2**20  # bytes

_PACKAGES = ("highspy", "humanleague", "narwhals", "numpy", "pandas", "SALib", "scipy")
_COMPUTING = ("*.py", "sources/**/*.py", "coverage/*.py", "scenarios/*.py")  # the code that a result can rest on
_ARRAY = "array of float64"


def result(folder: Path | None, name: str, rests_on: Mapping[str, Any], compute: Callable[[], Any]) -> Any:
    """What a computation gives: kept from an earlier time, or computed and kept.

    Parameters
    ----------
    folder
        Where results are kept. None to compute anew, and keep nothing; one that cannot be written costs only time.
    name
        Of the computation.
    rests_on
        All that the result rests on besides the code and its packages: texts, numbers, arrays, values of the package's
        classes, and lists and mappings of these.
    compute
        Gives texts, numbers, arrays of floats, and lists and mappings of these. A number comes back as the same number.

    Examples
    --------
    >>> result(None, "sum", {"of": [1, 2]}, lambda: 3)
    3
    """
    if folder is None:
        return compute()
    place = folder / f"{name}-{key_of(name, rests_on)}.json"
    text = disk_cache.recall_text(place)
    if text is None:
        text = json.dumps(compute(), default=_encoded)
        disk_cache.keep_text(text, place, most=MOST)
    return json.loads(text, object_hook=_decoded)  # the same as the next time, to the last type


def key_of(name: str, rests_on: Mapping[str, Any]) -> str:
    """The hash of what a result rests on: what was asked, the code that computes, the packages under it."""
    asked = json.dumps(rests_on, sort_keys=True, default=_plain)
    return sha256(f"{name} {code()} {asked}".encode()).hexdigest()[:32]


@cache
def code() -> str:
    """The hash of the code that computes results and of its packages, as they were when it was first asked for."""
    here = Path(__file__).parent.parent
    digest = sha256(" ".join([sys.version, *(version(name) for name in _PACKAGES)]).encode())
    for path in sorted({path for pattern in _COMPUTING for path in here.glob(pattern)}):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    """What stands for a value in a key."""
    if isinstance(value, np.ndarray):
        return [str(value.dtype), value.shape, sha256(np.ascontiguousarray(value).tobytes()).hexdigest()]
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if is_dataclass(value):
        return [type(value).__name__, {one.name: getattr(value, one.name) for one in fields(value)}]
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Fraction | date | Enum):
        return repr(value)
    raise TypeError(f"a result cannot rest on {type(value).__name__}: nothing says when two of them are the same")


def _encoded(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.dtype == np.float64:
        return {_ARRAY: b64encode(np.ascontiguousarray(value).tobytes()).decode(), "shape": value.shape}
    raise TypeError(said("a result holds {name}; allowed: texts, numbers, arrays of floats", name=type(value).__name__))


def _decoded(plain: dict[str, Any]) -> Any:
    if _ARRAY not in plain:
        return plain
    return np.frombuffer(b64decode(plain[_ARRAY]), dtype=np.float64).reshape(plain["shape"]).copy()
