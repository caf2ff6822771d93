"""A file that asks for many papers: grids over districts, languages, scenarios and any other parameter."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, get_origin

from analysis.briefing.parameters import SourcesParameters, checked, model_of, name_of, named_in
from analysis.briefing.run_store import FORMATS, PAPER, run_name
from analysis.delimited import text_in
from analysis.errors import ParameterError, WorkbookError, one_of, reason_of
from analysis.messages import Said, each_line, lines_of, said
from analysis.reading import only_a_file
from analysis.study import Study, open_study
from analysis.style_file import open_style

EACH = "each"  # as a district: every district of the study, one after another
_TOP = ("study", "formats", "style", "papers")


@dataclass(frozen=True)
class Wanted:
    """One paper of a grid.

    Parameters
    ----------
    name
        Its folder within the batch's; no two of a grid have the same.
    style
        A style.toml in the place of the study's own.
    """

    notebook: str
    parameters: SourcesParameters
    formats: tuple[str, ...]
    name: str
    style: Path | None = None


def read_grid(path: Path, *, style: Path | None = None) -> tuple[Wanted, ...]:
    """The papers a file asks for, every one of them checked before anything runs.

    The file names a `study` and holds `[[papers]]`, each a grid: a parameter with one value, or with a list of them;
    every combination is a paper. `notebook` and `formats` may stand there too. A `style` is the file of the look of all.

    Parameters
    ----------
    style
        The file of a look in the place of that one.

    Raises
    ------
    ParameterError
        With every fault of the file: no TOML, an unknown name (the nearest is named), a value out of range, the same
        paper twice.
    """
    plain = _read(path)
    faults: list[str] = [
        said("{name}: no such entry; allowed: {allowed}", name=name, allowed=one_of(_TOP, seen=name))
        for name in plain
        if name not in _TOP
    ]
    if style is None and (named := plain.get("style")) is not None:
        style = path.parent / str(named)
    if style is not None:
        try:
            open_style(style)
        except WorkbookError as error:
            faults += [said("style, {fault}", fault=fault) for fault in each_line(error.message)]
    grids = plain.get("papers", [])
    if not isinstance(grids, list) or not grids or not all(isinstance(grid, dict) for grid in grids):
        faults.append("papers: asks for nothing; allowed: one or more [[papers]], each a table of parameters")
        grids = []
    wanted: dict[str, Wanted] = {}
    for position, grid in enumerate(grids, start=1):
        shared = {name: plain[name] for name in ("study", "formats") if name in plain}
        try:
            for paper in _papers(shared | grid, path.parent):
                if paper.name in wanted:
                    what = "papers {position}: asks for {paper} a second time; allowed: each paper once"
                    faults.append(said(what, position=position, paper=paper.name))
                wanted[paper.name] = replace(paper, style=style)
        except WorkbookError as error:
            faults += [
                said("papers {position}, {fault}", position=position, fault=fault) for fault in each_line(error.message)
            ]
    if faults:
        told = (said("{path}: {fault}", path=path, fault=fault) for fault in dict.fromkeys(faults))
        raise ParameterError(lines_of(*told))
    return tuple(wanted.values())


def studies_of(wanted: Iterable[Wanted]) -> tuple[Study, ...]:
    """The studies that papers are about, each once; not those that cannot be opened, of which their papers tell."""
    found = []
    for name in dict.fromkeys(one.parameters.study for one in wanted):
        with suppress(WorkbookError):
            found.append(open_study(name))
    return tuple(found)


def combinations(grid: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every combination of the values of a grid; the first name turns slowest.

    Examples
    --------
    >>> list(combinations({"language": ["zh", "en"], "years": 3}))
    [{'language': 'zh', 'years': 3}, {'language': 'en', 'years': 3}]
    """
    lists = [value if isinstance(value, list) else [value] for value in grid.values()]
    return (dict(zip(grid, values, strict=True)) for values in product(*lists))


def _papers(grid: dict[str, Any], beside: Path) -> Iterator[Wanted]:
    """The papers of one grid; raises with all its faults, each told once."""
    notebook = grid.pop("notebook", "4_briefing")
    formats, wrong = _formats(grid.pop("formats", list(PAPER)))
    if not isinstance(notebook, str):
        raise ParameterError(said('notebook: "{seen}" is none; allowed: one name or path', seen=notebook))
    model = model_of(notebook, beside=beside)
    names = named_in(model)
    what = "{name}: no such parameter; allowed: {allowed}"
    wrong += [said(what, name=name, allowed=one_of(names, seen=name)) for name in grid if name not in names]
    wrong += [
        said("{name}: an empty list asks for no paper; allowed: values", name=name) for name in grid if grid[name] == []
    ]
    grid = {name: _values(model, name, value) for name, value in grid.items() if name in names and value != []}
    study = cache(open_study)
    faults: dict[str, None] = dict.fromkeys(wrong)
    papers = []
    for values in combinations(_spread(grid, study)):
        try:
            parameters = checked(notebook, values, study=study, model=model)
        except WorkbookError as error:
            faults |= dict.fromkeys(each_line(error.message))
            continue
        papers.append(Wanted(notebook, parameters, formats, f"{name_of(parameters, notebook)}_{run_name(parameters)}"))
    if faults:
        raise ParameterError(lines_of(*faults))
    yield from papers


def _values(model: type[SourcesParameters], name: str, value: Any) -> Any:
    """The values that a grid gives a parameter; a list is one value of a parameter that is a list, and lists are several."""
    is_one = get_origin(model.model_fields[name].annotation) is list and isinstance(value, list)
    return [value] if is_one and not all(isinstance(one, list) for one in value) else value


def _spread(grid: dict[str, Any], study: Callable[[str], Study]) -> dict[str, Any]:
    """The grid with "each" put into words: the ids of the study's districts, in its order."""
    asked = grid.get("district")
    values = asked if isinstance(asked, list) else [asked]
    name = grid.get("study", SourcesParameters.model_fields["study"].default)
    if EACH not in values or not isinstance(name, str):
        return grid
    ids = [row.id for row in study(name).districts]
    return grid | {"district": [one for value in values for one in (ids if value == EACH else [value])]}


def _formats(names: Any) -> tuple[tuple[str, ...], list[Said]]:
    """The formats asked for, and what is wrong with them."""
    given = names if isinstance(names, list) else [names]
    wrong = [str(name) for name in given if name not in FORMATS] if given else [""]
    faults = [
        said('formats: "{seen}" is not a format; allowed: {allowed}', seen=seen, allowed=one_of(FORMATS, seen=seen))
        for seen in wrong
    ]
    return tuple(dict.fromkeys(name for name in given if name in FORMATS)), faults


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text_in(only_a_file(path).read_bytes(), str(path)))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ParameterError(
            said("{path}: cannot be read as a batch file: {reason}", path=path, reason=reason_of(error))
        ) from None
