"""What a conclusion on today's numbers hangs on: the smallest change of one assumption that turns it.

Where counts come from a synthetic register, each assumption is moved alone towards an end of its range, the register is
drawn anew with the same luck, and the targets are looked at again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache as once
from pathlib import Path
from typing import Literal

from analysis.coverage.cells import Cells, compress
from analysis.coverage.counting import Counter
from analysis.errors import ConsistencyError, WorkbookError
from analysis.quantities import Label, Quantity, Status
from analysis.scenarios.targets import gaps
from analysis.sources.synthetic import synthesise
from analysis.sources.synthetic_cache import key_of
from analysis.study import ROOT, Study

STEPS = 20  # from an assumption's value to the end of its range
CACHE: Path = ROOT / ".cache" / "turning"

End = Literal["low", "high"]
Missing = Mapping[str, int]


@dataclass(frozen=True)
class Turn:
    """An assumption that alone turns a conclusion.

    Parameters
    ----------
    assumption
        Its id.
    end
        Towards which end of its range it has to move.
    step
        How many of `STEPS` it takes; one step less does not turn it.
    """

    assumption: str
    end: End
    step: int


def turns(study: Study, *, cache: Path | None = CACHE) -> dict[tuple[str, int], Turn]:
    """For each target's reading, by id and position: the assumption of high impact whose smallest move turns it.

    Parameters
    ----------
    cache
        Where what a changed assumption comes to is kept, by what it was computed from; none to compute all anew.

    Returns
    -------
    dict
        Only readings that one such assumption can turn within its range; empty where the study's counts are not synthetic.
    """
    if study.settings.input != "synthetic":
        return {}
    before = missing_at(study, cache=cache)
    found: dict[tuple[str, int], Turn] = {}
    for row in study.assumptions.values():
        for end in ("low", "high") if row.impact == "high" else ():
            for key, step in _turned(study, row.id, end, before, cache=cache).items():
                if key not in found or step < found[key].step:
                    found[key] = Turn(row.id, end, step)
    return found


def value_at(study: Study, turn: Turn, *, less: int = 0) -> float:
    """The assumption's value where it turns the conclusion, or some steps less."""
    row = study.assumptions[turn.assumption]
    return float(row.value + (turn.step - less) / STEPS * (getattr(row, turn.end) - row.value))


def quantity(study: Study, target: str, reading: int, turn: Turn) -> Quantity:
    """The value at which an assumption turns a conclusion, with an address to compute it again from."""
    row = study.assumptions[turn.assumption]
    value = value_at(study, turn)
    return Quantity(
        value,
        row.unit,
        Status.SYNTHETIC,
        Label(f"{row.zh}：改变结论的取值", f"{row.en}: where the conclusion turns"),
        base=Label("见假设", "see the assumption") if row.unit == "share" else None,
        address=f"turning:{turn.assumption}.{turn.end}/{target}#{reading}",
        decimals=1 if row.unit == "share" else 3,
        locator=f"assumptions.toml {row.id}",
    )


def resolve(study: Study, address: str) -> float:
    """The value at an address of this module, computed anew.

    Raises
    ------
    WorkbookError
        When the assumption turns the conclusion no more.
    """
    place, _, subject = address.removeprefix("turning:").partition("/")
    name, _, end = place.rpartition(".")
    target, _, reading = subject.partition("#")
    key = target, int(reading)
    for side in ("low", "high"):
        if side == end and name in study.assumptions:
            found = _turned(study, name, side, missing_at(study, cache=None), cache=None)
            if key in found:
                return value_at(study, Turn(name, side, found[key]))
    raise WorkbookError(f"{name} turns {subject} no more")


def missing_at(study: Study, *, cache: Path | None) -> Missing:
    """How many are missing by target and reading (`ID#POSITION`) with the study's assumptions as they are."""
    seed = study.settings.seed
    path = None if cache is None else cache / f"{_key_of(study)}.json"
    if path is not None and (kept := _recalled(path)) is not None:
        return kept
    counter = Counter(study, Cells(compress(synthesise(study, seed=seed)), Status.SYNTHETIC))
    found = {
        f"{gap.target.id}#{position}": int(requirement.missing.value)
        for gap in gaps(counter, year=study.settings.period, years=1)
        for position, requirement in enumerate(gap.requirements)
        if requirement.missing is not None
    }
    if path is not None:
        _keep(path, found)
    return found


def _key_of(study: Study) -> str:
    """The hash of what is missing rests on: the register, the targets and their bases, the code that counts."""
    register, asked = key_of(study, study.settings.seed), (study.targets, study.settings.bases, study.settings.period)
    return hashlib.sha256(f"{register} {asked!r}".encode() + _code()).hexdigest()[:32]


@once
def _code() -> bytes:
    """The code that counts and holds targets against counts, as it was when it was first asked for."""
    here = Path(__file__).parent
    counting = [path for name in ("coverage", "scenarios") for path in sorted((here.parent / name).glob("*.py"))]
    return b"".join(path.read_bytes() for path in counting)


def _turned(study: Study, name: str, end: End, before: Missing, *, cache: Path | None) -> dict[tuple[str, int], int]:
    """The step at which each conclusion turns, for those that the end of the range turns."""
    row = study.assumptions[name]
    if getattr(row, end) == row.value:
        return {}
    at_end = _moved(study, name, end, STEPS, cache=cache)
    turned = [key for key in before if at_end is not None and _differs(at_end, before, key)]
    found = {}
    for key in turned:
        low, high = 0, STEPS  # not turned at low, turned at high
        while high - low > 1:
            middle = (low + high) // 2
            there = _moved(study, name, end, middle, cache=cache)
            low, high = (low, middle) if there is not None and _differs(there, before, key) else (middle, high)
        target, _, reading = key.partition("#")
        found[target, int(reading)] = high
    return found


def _differs(there: Missing, before: Missing, key: str) -> bool:
    return (there[key] == 0) != (before[key] == 0)


def _moved(study: Study, name: str, end: End, step: int, *, cache: Path | None) -> Missing | None:
    """What is missing with one assumption moved; none where no register can have the published totals then."""
    value = value_at(study, Turn(name, end, step))
    changed = study.assumptions[name].model_copy(update={"value": value})
    try:
        return missing_at(replace(study, assumptions={**study.assumptions, name: changed}), cache=cache)
    except ConsistencyError:
        return None


def _recalled(path: Path) -> Missing | None:
    """What was kept; none where there is nothing or it is damaged."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and all(isinstance(value, int) for value in found.values()) else None


def _keep(path: Path, found: Missing) -> None:
    """Keep it; where nothing can be written, nothing is, and it is computed again the next time."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(found), encoding="utf-8")
        os.replace(beside, path)
