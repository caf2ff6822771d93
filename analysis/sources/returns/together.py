"""The districts' returns of a study, read back together: what each says, whether they fit, and how complete they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, lru_cache
from pathlib import Path

from analysis.errors import DataError, Problem, WorkbookError, one_of
from analysis.messages import said
from analysis.quantities import Number, Status
from analysis.sources.returns.form import Form, form_of
from analysis.sources.returns.reading import Return, file_name, read_return
from analysis.sources.returns.template import CODE
from analysis.sources.workbooks import guard
from analysis.study import Study, returned_files, returns_folder
from analysis.study_models import District


@dataclass(frozen=True)
class Score:
    """How complete and consistent one district's return is."""

    district: District
    file: str  # empty where there is no return of the district
    cells: int  # that the form has to be filled in
    filled: int = 0
    deduced: int = 0  # as they follow from the others
    missing: int = 0
    faulty: int = 0  # which hold what cannot be used
    rules: int = 0  # that could be applied
    broken: int = 0
    faults: int = 0  # of the file, of every kind

    @property
    def is_in(self) -> bool:
        """Whether there is a return of the district."""
        return bool(self.file)


SCORES = tuple(one.name for one in fields(Score))[2:]


@dataclass(frozen=True, eq=False)
class Returns:
    """The returns of a study: one for each file that could be read, and every fault of each and of all together."""

    study: Study
    form: Form
    returns: tuple[Return, ...]
    problems: tuple[Problem, ...]

    @cached_property
    def by_district(self) -> Mapping[str, Return]:
        """The first return of each district."""
        return {one.district: one for one in reversed(self.returns) if one.district}

    @cached_property
    def absent(self) -> tuple[District, ...]:
        """The districts without a return."""
        return tuple(row for row in self.study.districts if row.id not in self.by_district)

    @property
    def status(self) -> Status:
        """Counted, or synthetic where any of the returns says that it is."""
        return max((one.status for one in self.returns), default=Status.COUNTED)

    @property
    def holds_persons(self) -> bool:
        """Whether anything in them belongs to a person."""
        return any(one.holds_persons for one in self.returns)

    @property
    def remarks(self) -> tuple[Problem, ...]:
        """What the districts explained, which nobody counts."""
        return tuple(remark for one in self.returns for remark in one.remarks)

    @property
    def scores(self) -> tuple[Score, ...]:
        """The scorecard, in the order of the study's districts."""
        cells = sum(1 for _ in self.form.inputs())
        return tuple(_score(row, self.by_district.get(row.id), cells) for row in self.study.districts)


def read_returns(study: Study) -> Returns:
    """Read every workbook in the folder of a study's returns. Faults do not stop it; they are in `problems`.

    The same files are read once in a process.

    Raises
    ------
    DataError
        When there is no such folder, or nothing in it.
    """
    return _read(_Asked(study.folder, study.fingerprint, study))


@dataclass(frozen=True)
class _Asked:
    folder: Path
    fingerprint: str
    study: Study = field(compare=False)


@lru_cache(maxsize=2)
def _read(asked: _Asked) -> Returns:
    study = asked.study
    form, folder, paths = form_of(study), returns_folder(study), returned_files(study)
    if not paths:
        what = "holds no returns" if folder.is_dir() else "there is no such folder"
        raise DataError(Problem(_folder_name(study), what, allowed="one workbook (.xlsx) for each district"))
    workbooks = [path for path in paths if path.suffix.lower() == ".xlsx"]
    returns = tuple(read_return(path, study, form) for path in workbooks)
    others = sorted({*paths, *folder.iterdir()} - {*workbooks})
    ours = (".", "~$")  # what programs put there, one that has a workbook open say
    problems = [problem for one in returns for problem in one.problems]
    problems += [_no_return(path, study) for path in others if not path.name.startswith(ours)]
    return Returns(study, form, returns, (*problems, *_between(study, returns)))


def _folder_name(study: Study) -> str:
    return str(study.returned_in or study.settings.returns.folder)


def _no_return(path: Path, study: Study) -> Problem:
    """Why what lies among the returns is none."""
    name = file_name(path, study)
    if path.is_dir():
        return Problem(
            name, "is a folder, in which nothing is read", allowed="the workbooks themselves, one for each district"
        )
    try:
        guard(path)
    except DataError as error:
        return replace(error.problems[0], where=name)
    return Problem(name, "is not a return", path.suffix, ".xlsx workbooks, and nothing else in this folder")


def returns_of(study: Study) -> Returns:
    """The returns of a study, all of them in and without a fault.

    Raises
    ------
    DataError
        With every fault of every file: sheet, cell, value, what is allowed; and the districts whose return is missing.
    """
    found = read_returns(study)
    if found.problems:
        raise DataError(found.problems)
    return found


def score_at(returns: Returns, key: str) -> Number:
    """The number of a scorecard at `<district>.<one of SCORES>`; of districts at `in`, `all`, `absent`, or `faults`.

    Raises
    ------
    WorkbookError
        When there is no such district or score.
    """
    every, absent = len(returns.study.districts), len(returns.absent)
    numbers = {"in": every - absent, "all": every, "absent": absent, "faults": len(returns.problems)}
    numbers |= {f"{one.district.id}.{name}": getattr(one, name) for one in returns.scores for name in SCORES}
    if key not in numbers:
        district = key.rpartition(".")[0]
        allowed = one_of([one.district.id for one in returns.scores], seen=district)
        raise WorkbookError(said("return:{key}: no such score; allowed: {allowed}", key=key, allowed=allowed))
    return numbers[key]


def _between(study: Study, returns: tuple[Return, ...]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for one in returns:
        if one.district in first:
            where = said("{file}, {cell}", file=one.file, cell=CODE)
            what = said("is a second return of this district, after {first}", first=first[one.district])
            yield Problem(where, what, one.district, "each district once")
        elif one.district:
            first[one.district] = one.file
    absent = [row for row in study.districts if row.id not in first]
    if absent and not (study.settings.returns.incomplete and first):
        names = tuple(said("{name} ({id})", name=row.label, id=row.id) for row in absent)
        allowed = (
            "one for each district, or incomplete = true in [returns] of study.toml: papers then speak of the others"
        )
        yield Problem(_folder_name(study), said("no return of {names}", names=names), allowed=allowed)


def _score(district: District, one: Return | None, cells: int) -> Score:
    if one is None:
        return Score(district, "", cells, missing=cells)
    filled = len(one.counts) - len(one.deduced)
    return Score(district, one.file, cells, filled, len(one.deduced), one.missing, one.faulty, one.edits, one.broken,
                 len(one.problems))  # fmt: skip
