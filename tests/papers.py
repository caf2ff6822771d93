"""The paper of one of the house's notebooks without running it: its cells are asked one by one, when a test wants them."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator, Sequence
from functools import cache, cached_property
from typing import Any

from analysis import OpenStudy, open_study
from analysis.briefing.assumption_dependence import with_resting
from analysis.briefing.context import Context
from analysis.briefing.parameters import NOTEBOOKS_FOLDER, checked
from analysis.briefing.sections import planning, scenarios, sensitivity
from analysis.ledger import Ledger
from analysis.messages import prefer, speaking
from analysis.views.blocks import Block, Section

METHODS = {  # what each question's section is called, where it is not called as the question is
    "ladder": "bases", "paragraph": "statistics", "register": "counted", "bounds": "unknowns", "plan": "scenario",
    "simulate": "paths", "allocate": "divided", "sensitivity": "matters", "compare": "difference", "rank": "standardised",
    "comparison_summary": "said", "large": "by_size", "funnel": "outliers", "shrink": "small", "inequality": "unequal",
    "ledger": "annex",
}  # fmt: skip
DRAWN: dict[
    str, Callable[[Context], tuple[Block, ...]]
] = {  # sections of which a test wants the blocks as they are drawn
    "scenario": scenarios.decided,
    "paths": scenarios.ahead,
    "compared": scenarios.compared,
    "divided": planning.instructors,
    "dynamics": planning.dynamics,
    "matters": sensitivity.matters,
    "backtest": sensitivity.held,
    "outlook": scenarios.outlook,
    "assumptions": planning.assumptions,
}


class NotebookPaper:
    """A notebook's paper, its sections drawn when they are asked for, after the head of the paper.

    Parameters
    ----------
    only
        Names of the sections that it has, where it does not have all of the notebook's.
    """

    def __init__(self, notebook: str, *, only: Sequence[str] = (), **parameters: Any) -> None:
        prefer(str(parameters.get("language", "")) or speaking())
        self.given = checked(notebook, parameters).model_dump()
        self.study: OpenStudy = open_study(**self.given)
        self.questions = {name: call for name, call in questions(notebook).items() if not only or name in only}
        self._found: dict[str, Section] = {}

    @property
    def context(self) -> Context:
        return self.study.paper.context

    @property
    def contents(self) -> tuple[str, ...]:
        return tuple(self.questions)

    def section(self, name: str) -> Section:
        if name == "annex":
            _ = self._sections
            return self.study.ledger().section
        if name not in self._found:
            if name != "title" and "title" in self.questions:
                self.section("title")
            self._found[name] = eval(self.questions[name], {**self.given, "study": self.study}).section
        return self._found[name]

    @cached_property
    def _sections(self) -> list[Section]:
        return [self.section(name) for name in self.contents]

    @property
    def printed(self) -> tuple[Section, ...]:
        return with_resting(self._sections, lambda: self.context)

    @property
    def ledger(self) -> Ledger:
        return Ledger.of(one for section in self._sections for one in section.claims())


def open_paper(notebook: str, *, only: Sequence[str] = (), **parameters: Any) -> NotebookPaper:
    """The paper of a notebook."""
    return NotebookPaper(notebook, only=only, **parameters)


@cache
def questions(notebook: str) -> dict[str, str]:
    """From the name of each section of a notebook to the call that shows it; not the annex."""
    cells = json.loads((NOTEBOOKS_FOLDER / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    return dict(_questions("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"))


def _questions(sources: Iterator[str]) -> Iterator[tuple[str, str]]:
    for source in sources:
        last = ast.parse(source).body[-1]
        if not (isinstance(last, ast.Expr) and isinstance(last.value, ast.Call)):
            continue
        call, method = last.value, last.value.func.attr  # type: ignore[attr-defined]
        named = {one.arg: one.value.value for one in call.keywords if isinstance(one.value, ast.Constant)}
        if method in ("explore", "levers", "ledger"):
            continue
        if method == "coverage":
            yield f"by_{named['by']}", source
        elif method == "simulate" and call.args and getattr(call.args[0], "value", "") == "every":
            yield "compared", source
        else:
            yield METHODS.get(method, method), source
