"""A study opened for questions."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.briefing.context import Context
from analysis.briefing.own_notebooks import house_model
from analysis.briefing.paper import Paper
from analysis.briefing.parameters import MODELS, SourcesParameters, checked
from analysis.coverage.counting import Counter
from analysis.coverage.sources import reporting
from analysis.errors import ParameterError, one_of
from analysis.front.brought import Own, brought
from analysis.front.comparison import ComparisonQuestions
from analysis.front.conference import ConferenceQuestions
from analysis.front.coverage import CoverageQuestions
from analysis.front.frames import claim_rows
from analysis.front.parts import OwnParts
from analysis.front.result import Result
from analysis.front.scenarios import ScenarioQuestions
from analysis.front.sources import SourceQuestions
from analysis.messages import prefer, said, speaking
from analysis.study import Study
from analysis.study import open_study as study_of
from analysis.views.theme import use_theme


class OpenStudy(
    SourceQuestions, CoverageQuestions, ComparisonQuestions, ScenarioQuestions, ConferenceQuestions, OwnParts
):
    """A study that answers: each question gives a `Result` with `.frame`, `.chart` and `.text`, and shows all three in a cell.

    A question takes the parameters that the study was opened with, and changes those that it names for itself.

    Examples
    --------
    >>> study = open_study("suzhou-2003", language="en")
    >>> study.ids["base"]["operating"]
    'operating non-public enterprises'
    """

    @property
    def name(self) -> str:
        """The study's name, or its folder, as it was opened."""
        return self.paper.context.parameters.study

    @property
    def study(self) -> Study:
        """The study's files: figures, districts, categories, bases, targets."""
        return self.paper.context.study

    @property
    def language(self) -> str:
        """The language of its answers, zh or en."""
        return self.paper.context.language

    @property
    def ids(self) -> dict[str, dict[str, str]]:
        """What can be named in a question, id and name: districts, categories, bases, targets, figures, departments."""
        study, language = self.study, self.paper.context.language
        rows: dict[str, Any] = {
            "district": study.districts,
            "category": study.settings.categories,
            "base": study.settings.bases,
            "target": study.targets,
            "figure": study.figures.values(),
            "department": study.departments,
        }
        return {kind: {row.id: row.label.of(language) for row in found} for kind, found in rows.items()}

    def title(self) -> Result:
        """The head of a paper: what it is of, when, from what, and how its numbers are protected."""
        from analysis.briefing.sections import opening

        return self._answer("title", opening.title)

    def ledger(self) -> Result:
        """Where every number comes from: the ledger of all that was shown before; a paper's annex."""

        def rows() -> list[dict[str, Any]]:
            claims = (one for section in self.paper.shown.values() for one in section.claims())
            return claim_rows(claims, self.paper.context.language)

        return Result(self.paper.annex(), rows)

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if not name.startswith("_")]

    def __repr__(self) -> str:
        return f"OpenStudy({self.name!r}, language={self.language!r})"


def open_study(
    study: str | Path | OpenStudy = "", /, *, register: Any = None, own: Own = (), **parameters: Any
) -> OpenStudy:
    """A study ready to be asked.

    Parameters
    ----------
    study
        Its name in data/, or its folder.
    register
        A DataFrame or a file in place of the study's register: looked at and counted here, by the same checks; not printed.
    own
        Columns of that register's own that can be asked by: headers, or a mapping from a name to a header.
    parameters
        Those of the house's notebooks, by name: `language`, `district`, `category`, `base`, `staff_threshold`, … Each question
        takes them, and can change them for itself.

    Raises
    ------
    ParameterError
        With every fault of the parameters, and what is allowed.
    WorkbookError
        When there is no such study, or it cannot be read.

    Examples
    --------
    >>> print(open_study("suzhou-2003", language="en").coverage().text)
    Operating non-public enterprises: 252,963; with an organisation: 10,547 (4.17%).
    """
    named = parameters.pop("study", "") or study
    given = {"study": named.name if isinstance(named, OpenStudy) else str(named), **parameters}
    if not given["study"]:
        del given["study"]
    prefer(str(parameters.get("language", "")) or speaking())
    model = _model_with(given)
    notebook = next(name for name, one in MODELS.items() if one is model)
    checked_ones = checked(notebook, given)
    if register is None:
        opened = OpenStudy(Paper(Context.of(checked_ones)))
    else:
        there, cells = brought(study_of(checked_ones.study), register, own)
        part = reporting(there, cells)
        opened = OpenStudy(Paper(Context(checked_ones, part, Counter(part, cells), brought=True)))
    if "altair" in sys.modules:
        use_theme(opened._style(), checked_ones.language)
    return opened


def _model_with(given: Mapping[str, Any]) -> type[SourcesParameters]:
    """The parameters of the house's notebook that has exactly these; else of the first that has all of them."""
    model = house_model(frozenset(given))
    if given.keys() <= model.model_fields.keys():
        return model
    known = list(dict.fromkeys(name for model in MODELS.values() for name in model.model_fields))
    unknown = next((name for name in given if name not in known), next(iter(given)))
    allowed = one_of(known, seen=unknown, most=40)
    raise ParameterError(said("{name}: no such parameter; allowed: {allowed}", name=unknown, allowed=allowed))
