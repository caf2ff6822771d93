"""What one begins with: a new study's folder, written with comments, and a notebook of one's own; each whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from analysis.briefing.documents.templates import ASSETS, filled
from analysis.briefing.folder import whole_folder
from analysis.briefing.own_notebooks import NOTEBOOKS_FOLDER
from analysis.briefing.parameter_models import SourcesParameters
from analysis.errors import OutputError, ParameterError, WorkbookError, among, reason_of
from analysis.file_values import TO_FILL_IN
from analysis.messages import said
from analysis.quantities import Label
from analysis.study import DATA
from analysis.study_models import District

FIGURES, REGISTER, RETURNS, DISTRICTS = HAVE = ("figures", "register", "returns", "districts")
UNKNOWN = "unknown"

_STEPS = {
    FIGURES: 'figures: workbook import-figures FILE --place "{place}" --source "{document}"',
    REGISTER: "register: put the file into register/, name it in study.toml, then workbook check {name}",
    RETURNS: "returns: workbook template {name}; what comes back goes into returns/, then workbook check {name}",
    "then": "then: workbook status {name}, which says what can be made of it",
}
_PLACE, _DOCUMENT, _DISTRICT = (Label(*TO_FILL_IN[at : at + 2]) for at in (0, 2, 4))
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]{0,59}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_STEM = re.compile(r"\w[\w-]*")
_ACROSS = 4  # squares in a row of the map that a new study begins with


@dataclass(frozen=True)
class NewStudy:
    """What is known of a place when its study begins; what is not is left open in its files, and refused until it is filled in.

    Parameters
    ----------
    place, document
        In both languages.
    as_of
        A date, a year, or "unknown"; of nothing, the year that the study's name ends with, or the last one.
    have
        Of `HAVE`: what there is of the place.
    districts
        Their names, each in both languages.
    """

    place: Label = _PLACE
    document: Label = _DOCUMENT
    as_of: str = ""
    have: tuple[str, ...] = HAVE
    districts: tuple[Label, ...] = (_DISTRICT,)

    @classmethod
    def given(cls, **texts: str) -> NewStudy:
        """What was typed, empty where nothing was: place, place_en, document, document_en, as_of, have, districts.

        Examples
        --------
        >>> NewStudy.given(place="甲市", have="figures, districts", districts="东区=East，西区").districts[0].en
        'East'
        """
        told, usual = {name: text.strip() for name, text in texts.items()}, cls()

        def several(name: str) -> list[str]:
            return [one.strip() for one in told.get(name, "").replace("，", ",").split(",") if one.strip()]

        def named(name: str, otherwise: Label) -> Label:
            return Label(told.get(name) or otherwise.zh, told.get(f"{name}_en") or otherwise.en)

        districts = (one.partition("=") for one in several("districts"))
        return cls(
            named("place", usual.place),
            named("document", usual.document),
            told.get("as_of", ""),
            tuple(several("have")) or HAVE,
            tuple(Label(zh.strip(), en.strip() or _DISTRICT.en) for zh, _, en in districts) or usual.districts,
        )

    def next_steps(self, name: str) -> list[str]:
        """What to do next with a study of this name, for what one has: messages."""
        return [
            said(_STEPS[kind], name=name, place=self.place.zh, document=self.document.zh)
            for kind in (*self.have, "then")
            if kind in _STEPS
        ]

    @property
    def input(self) -> str:
        """What is counted: the register, else the returns; nothing where all is still open or there is neither."""
        return next((one for one in (REGISTER, RETURNS) if one in self.have and self.have != HAVE), "none")

    def dated(self, name: str) -> tuple[str, str]:
        """The year and the day; empty where they are not known. Raises ParameterError for what is no date."""
        if self.as_of == UNKNOWN:
            if self.input != "none":
                raise ParameterError("--as-of: what is counted is of a date; allowed: YYYY-MM-DD, or a year")
            return "", ""
        asked = self.as_of
        if not asked:
            found = re.search(rf"{_YEAR.pattern}$", name)
            asked = found[0] if found else str(date.today().year - 1)
        if _YEAR.fullmatch(asked):
            return asked, f"{asked}-12-31"
        try:
            return str(date.fromisoformat(asked).year), asked
        except ValueError:
            told = '--as-of: "{seen}" is no date; allowed: YYYY-MM-DD, a year, or unknown'
            raise ParameterError(said(told, seen=asked)) from None


def write_study(name: str, folder: Path | None = None, new: NewStudy | None = None) -> list[Path]:
    """Write the folder of a new study, with the files that are needed for what one has.

    Parameters
    ----------
    name
        Its id and the folder's name; a year at its end is the study's period.
    folder
        What the new folder goes into; `data/` by default.
    new
        What is known of the place.

    Returns
    -------
    list of Path
        The files. What they still need, a figure or a register, is told when the study is opened.

    Raises
    ------
    ParameterError
        For a name that cannot be one, or what is no date or nothing that one can have.
    OutputError
        When there is something of that name already, or the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     [path.name for path in write_study("wuxi-2024", Path(place), NewStudy(have=("figures",)))]
    ['.gitignore', 'README.md', 'published.csv', 'study.toml']
    """
    if not _NAME.fullmatch(name):
        what = '"{name}" cannot be a study\'s name; allowed: letters, digits, - _ and ., for example wuxi-2024'
        raise ParameterError(said(what, name=name))
    new = new or NewStudy()
    for one in new.have:
        among(one, HAVE, what="--have")
    target = (folder if folder is not None else DATA) / name
    files = _files(name, new)
    with whole_folder(target, refuse=_refuse_what_is_there) as work:
        for file, text in files.items():
            (work / file).write_text(text, "utf-8")
        for kind in (REGISTER, RETURNS):
            if kind in new.have and (kind == REGISTER or new.have != HAVE):
                (work / kind).mkdir()
    return sorted(path for path in target.iterdir() if path.is_file())


def _files(name: str, new: NewStudy) -> dict[str, str]:
    """The files of a new study, by name."""
    year, day = new.dated(name)
    values = {**vars(new), "name": name, "year": year, "day": day, "input": new.input, "toml": _toml}
    files = {file: filled(f"study/{form}", **values) for file, form in _FORMS.items()}
    files |= {".gitignore": (ASSETS / "study" / "gitignore").read_text("utf-8")}
    if FIGURES in new.have:
        files |= {"published.csv": (ASSETS / "study" / "published.csv").read_text("utf-8")}
    if {REGISTER, RETURNS, DISTRICTS} & {*new.have}:
        files |= {"districts.csv": _districts(new.districts)}
    return files


_FORMS = {"study.toml": "study.txt.toml", "README.md": "README.txt.md"}


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _districts(names: Sequence[Label]) -> str:
    """The lines of districts.csv, each with a square of its own on the map."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(District.model_fields)
    for at, one in enumerate(names):
        lines.writerow((f"d{at + 1}", "", one.zh, one.en, "district", at % _ACROSS, at // _ACROSS, 1, 1))
    return text.getvalue()


def _refuse_what_is_there(target: Path) -> None:
    if target.exists():
        what = "{target}: is there already; allowed: a new name, or another folder with --folder"
        raise OutputError(said(what, target=target))


def write_notebook(name: str, folder: Path = NOTEBOOKS_FOLDER) -> Path:
    """Write a notebook to begin with; its path.

    Raises
    ------
    WorkbookError
        When there is one of this name already, or the name is none.
    OutputError
        When it cannot be written.
    """
    stem = name.removesuffix(".ipynb")
    if not _STEM.fullmatch(stem):
        raise WorkbookError(said('"{name}" is no name of a notebook; allowed: letters, digits, - and _', name=name))
    path = folder / f"{stem}.ipynb"
    text = (ASSETS / "notebook.ipynb").read_text(encoding="utf-8").replace("STUDY", SourcesParameters().study)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise WorkbookError(said("{path}: is there already; allowed: a name that is free", path=path)) from None
    except OSError as error:
        raise OutputError(said("{path}: cannot be written: {reason}", path=path, reason=reason_of(error))) from None
    return path
