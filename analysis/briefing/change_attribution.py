"""Why a number changed between two runs: the inputs of one put in the place of the other's, one part at a time.

Each step computes the whole paper again; a claim's terms are the differences from step to step, so they sum to its change
exactly. The order is fixed: code and environment of the first run give way to the present ones, then data, assumptions,
definitions and parameters change, then the code and environment of the second run come in. A change that depends on
another one's being there is counted where it comes in. A register is not kept with a run, so between two papers on a
register none can be computed: all that changed is then one step. Cf. the sequential decomposition in Das Gupta 1993, US Bureau of
the Census P23-186.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from analysis.briefing.engine import execute
from analysis.briefing.executed import sections_in
from analysis.briefing.manifest import OTHER_STUDIES, REGISTER, digest, surroundings
from analysis.briefing.parameters import MODELS, NOTEBOOKS_FOLDER, checked
from analysis.briefing.run_reader import PARTS, Change, Finished, Part, Said, changes, matched, part_of, said_in
from analysis.briefing.runner import settled
from analysis.errors import WorkbookError
from analysis.ledger import Claim
from analysis.quantities import Number


@dataclass(frozen=True)
class Step:
    """One change of inputs; several at once where no paper can be made between them.

    Parameters
    ----------
    names
        Files and parameters that change.
    """

    parts: tuple[Part, ...]
    names: tuple[str, ...]

    def with_next(self, step: Step) -> Step:
        """Two steps as one."""
        return Step(tuple(dict.fromkeys(self.parts + step.parts)), self.names + step.names)


@dataclass(frozen=True)
class Moved:
    """A claim that both papers make, with other values.

    Parameters
    ----------
    values
        Its value in the first paper, after every step, and in the second paper: one more than there are steps. None
        where the paper of that step does not say it; what follows then holds both steps.
    """

    section: str
    before: Claim
    after: Claim
    values: tuple[Number | None, ...]

    @cached_property
    def terms(self) -> tuple[Fraction | None, ...]:
        """What each step adds; none where the step cannot be told from the next one, or a value is no number."""
        terms: list[Fraction | None] = []
        known = self.values[0]
        for value in self.values[1:]:
            terms.append(None if value is None or known is None else _change(known, value))
            known = known if value is None else value
        return tuple(terms)

    @property
    def change(self) -> Fraction | None:
        """The whole change; none where a value is no number."""
        return _change(self.before.quantity.value, self.after.quantity.value)


def _change(before: Number, after: Number) -> Fraction | None:
    return Fraction(after) - Fraction(before) if math.isfinite(before) and math.isfinite(after) else None


@dataclass(frozen=True)
class Difference:
    """How two runs differ: what was changed in their inputs, and what that did to every claim."""

    one: Finished
    other: Finished
    changes: tuple[Change, ...]
    steps: tuple[Step, ...]
    moved: tuple[Moved, ...]
    only_before: tuple[Said, ...]
    only_after: tuple[Said, ...]
    unchanged: int

    @property
    def not_kept(self) -> tuple[str, ...]:
        """The studies whose registers the papers count, which are not kept with the runs."""
        names = {**registers_of(self.one), **registers_of(self.other)}
        return tuple(name.removeprefix(REGISTER) for name in names)


@dataclass(frozen=True)
class _State:
    """What one paper is computed from."""

    notebook: str
    parameters: Mapping[str, Any]
    files: Mapping[str, bytes]
    own: bytes | None = None  # a notebook of one's own


def difference(one: Finished, other: Finished) -> Difference:
    """Which claims of two runs differ, and how much of it is due to which of their inputs.

    Raises
    ------
    WorkbookError
        When a run cannot be read.
    """
    steps, papers = _walked(one, other)
    pairs = matched(one.said, other.said)
    finders = [_finder(one, other, paper) for paper in papers]
    moved = []
    for before, after in sorted(pairs.items()):
        was, now = one.said[before], other.said[after]
        if _same(was.claim.quantity.value, now.claim.quantity.value):
            continue
        middle = [find(before, after) for find in finders]
        values = (was.claim.quantity.value, *middle, now.claim.quantity.value)
        moved.append(Moved(now.section, was.claim, now.claim, values))
    taken = set(pairs.values())
    return Difference(
        one,
        other,
        changes(one, other),
        steps,
        tuple(moved),
        tuple(said for position, said in enumerate(one.said) if position not in pairs),
        tuple(said for position, said in enumerate(other.said) if position not in taken),
        len(pairs) - len(moved),
    )


def _walked(one: Finished, other: Finished) -> tuple[tuple[Step, ...], list[tuple[Said, ...]]]:
    """The steps from one run to the other, and the papers between them: one fewer."""
    start, end = _state(one), _state(other)
    asked: list[tuple[Step, _State | None]] = []
    first, last = _surroundings_step(one), _surroundings_step(other)
    if first is not None and last is not None and _around(one) == _around(other):
        first = last = None  # the same code and packages wrote both; the present ones serve for what lies between
        if start != end:
            first = last = _surroundings_step(one)
    if first is not None:
        asked.append((first, start))
    asked += _input_steps(start, end)
    before, after = registers_of(one), registers_of(other)
    if before != after:
        asked.append((Step(("data",), tuple(dict.fromkeys((*before, *after)))), None))
    if last is not None:
        asked.append((last, None))
    steps: list[Step] = []
    papers: list[tuple[Said, ...]] = []
    pending: Step | None = None
    for position, (step, state) in enumerate(asked):
        step = step if pending is None else pending.with_next(step)
        is_last = position == len(asked) - 1
        paper = () if is_last else None if state is None or before or after else _paper(state)
        pending = None if paper is not None else step
        if paper is not None:
            steps.append(step)
            papers += [] if is_last else [paper]
    return tuple(steps), papers


def registers_of(run: Finished) -> dict[str, str]:
    """The hashes of the registers that a run counted, by their names among its inputs."""
    return {name: seen for name, seen in run.manifest["inputs"].items() if name.startswith(REGISTER)}


def _state(run: Finished) -> _State:
    parameters = {
        name: value for name, value in run.manifest["parameters"].items() if name not in ("study", *OTHER_STUDIES)
    }
    name = run.manifest["notebook"]
    own = None if name in MODELS else run.files.get(f"notebooks/{name}.ipynb")
    return _State(name, parameters, run.data, own)


def _input_steps(start: _State, end: _State) -> list[tuple[Step, _State]]:
    """From one state to another: file by file, in the order of the parts, then parameter by parameter."""
    steps: list[tuple[Step, _State]] = []
    files, parameters = dict(start.files), dict(start.parameters)
    changed = [name for name in {**start.files, **end.files} if start.files.get(name) != end.files.get(name)]
    for name in sorted(changed, key=lambda name: (PARTS.index(part_of(name)), name)):
        files.pop(name, None)
        files |= {name: end.files[name]} if name in end.files else {}
        steps.append(
            (
                Step((part_of(name),), (name.removeprefix("study/"),)),
                replace(start, files=dict(files)),
            )
        )
    if start.notebook != end.notebook:
        return [*steps, (Step(("parameters",), ("notebook", *end.parameters)), end)]
    for name, value in end.parameters.items():
        if parameters.get(name) != value:
            parameters[name] = value
            steps.append((Step(("parameters",), (name,)), replace(end, parameters=dict(parameters))))
    return steps


def _surroundings_step(run: Finished) -> Step | None:
    """The step between a run as recorded and the same inputs computed now; none where code and packages are the same."""
    around = surroundings()
    name, recorded = run.manifest["notebook"], run.manifest["inputs"]["notebook"]
    there = (
        digest(NOTEBOOKS_FOLDER / f"{name}.ipynb") if name in MODELS else recorded
    )  # one's own goes along with the run
    now = {**around.hashes, "notebook": there, "versions": dict(around.versions)}
    then = _around(run)
    names = [name for name in now if now[name] != then[name]]
    parts = [part for part, of in _SURROUNDING if set(of) & set(names)]
    return Step(tuple(parts), tuple(names)) if names else None


_SURROUNDING: tuple[tuple[Part, tuple[str, ...]], ...] = (
    ("code", ("code", "notebook")),
    ("environment", ("lock", "fonts", "versions")),
)


def _around(run: Finished) -> dict[str, Any]:
    inputs = {name: run.manifest["inputs"][name] for name in ("code", "lock", "fonts", "notebook")}
    return inputs | {"versions": run.manifest["versions"]}


def _paper(state: _State) -> tuple[Said, ...] | None:
    """What a paper from these inputs says, by the present code; none where these inputs make no paper."""
    with tempfile.TemporaryDirectory() as place:
        for name, content in state.files.items():
            path = Path(place, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        studies = {name.partition("/")[0]: str(Path(place, name.partition("/")[0])) for name in state.files}
        try:
            notebook = state.notebook
            if state.own is not None:
                own = Path(place, f"{notebook}.ipynb")
                own.write_bytes(state.own)
                notebook = str(own)
            parameters = checked(notebook, {**state.parameters, **studies})
            executed = execute(parameters, notebook=state.notebook, progress=lambda *_: None)
            return said_in(sections_in(settled(executed, name=state.notebook)))
        except WorkbookError:
            return None


def _finder(one: Finished, other: Finished, paper: Sequence[Said]) -> Callable[[int, int], Number | None]:
    """The value in a paper of a claim given by its positions in the first and in the second run."""
    of_one, of_other = matched(one.said, paper), matched(other.said, paper)

    def find(before: int, after: int) -> Number | None:
        position = of_one.get(before, of_other.get(after))
        return None if position is None else paper[position].claim.quantity.value

    return find


def _same(one: Number, other: Number) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))
