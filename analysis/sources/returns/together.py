"""The districts' returns of a study, read back together: what each says, whether they fit, and how complete they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from analysis.errors import DataError, Problem, WorkbookError, one_of
from analysis.quantities import Number, Status
from analysis.sources.returns.form import COVER, Form, form_of
from analysis.sources.returns.reading import Return, read_return
from analysis.study import Study, returned_files, returns_folder
from analysis.study_models import District

SCORES = ("cells", "filled", "deduced", "missing", "faulty", "rules", "broken", "faults")


@dataclass(frozen=True)
class Score:
    """How complete and consistent one district's return is.

    Parameters
    ----------
    cells
        How many the form has to be filled in.
    filled, deduced, missing, faulty
        Those of them that hold a count, that follow from the others, that are blank, that hold what cannot be used.
    rules, broken
        Rules that could be applied, and those that do not hold.
    faults
        Everything that was found wrong in the file.
    """

    district: District
    file: str
    cells: int
    filled: int = 0
    deduced: int = 0
    missing: int = 0
    faulty: int = 0
    rules: int = 0
    broken: int = 0
    faults: int = 0

    @property
    def is_in(self) -> bool:
        """Whether there is a return of the district."""
        return bool(self.file)


@dataclass(frozen=True, eq=False)
class Returns:
    """The returns of a study.

    Parameters
    ----------
    returns
        One for each file that could be read, whatever is wrong with it.
    problems
        Every fault of every file, and of the files together.
    """

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
    form, folder = form_of(study), returns_folder(study.folder, study.settings)
    paths = returned_files(study)
    if not paths:
        what = "holds no returns" if folder.is_dir() else "there is no such folder"
        raise DataError(Problem(study.settings.returns.folder, what, allowed="one workbook (.xlsx) for each district"))
    returns = tuple(read_return(path, study, form) for path in paths if path.suffix == ".xlsx")
    problems = [problem for one in returns for problem in one.problems]
    problems += [
        Problem(path.name, "is not a return", path.suffix, ".xlsx workbooks, and nothing else in this folder")
        for path in paths
        if path.suffix != ".xlsx"
    ]
    return Returns(study, form, returns, (*problems, *_between(study, returns)))


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
    whole = {
        "in": len(returns.study.districts) - len(returns.absent),
        "all": len(returns.study.districts),
        "absent": len(returns.absent),
        "faults": len(returns.problems),
    }
    if key in whole:
        return whole[key]
    district, _, name = key.rpartition(".")
    scores = {score.district.id: score for score in returns.scores}
    if district not in scores or name not in SCORES:
        raise WorkbookError(f"return:{key}: no such score; allowed: {one_of(list(scores), seen=district)}")
    value: int = getattr(scores[district], name)
    return value


def _between(study: Study, returns: tuple[Return, ...]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for one in returns:
        if one.district in first:
            where = f"{one.file}, {COVER.code}"
            yield Problem(where, f"is a second return of this district, after {first[one.district]}", one.district,
                          "each district once")  # fmt: skip
        elif one.district:
            first[one.district] = one.file
    absent = [row for row in study.districts if row.id not in first]
    if absent and not (study.settings.returns.incomplete and first):
        names = ", ".join(f"{row.name_en} ({row.id})" for row in absent)
        allowed = (
            "one for each district, or incomplete = true in [returns] of study.toml: papers then speak of the others"
        )
        yield Problem(study.settings.returns.folder, f"no return of {names}", allowed=allowed)


def _score(district: District, one: Return | None, cells: int) -> Score:
    if one is None:
        return Score(district, "", cells, missing=cells)
    filled = len(one.counts) - len(one.deduced)
    return Score(district, one.file, cells, filled, len(one.deduced), one.missing, one.faulty, one.edits, one.broken,
                 len(one.problems))  # fmt: skip
