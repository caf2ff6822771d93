"""How a study is asked: the parameters of its paper, with those that a question changes for itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.briefing.context import Context
from analysis.briefing.number_provenance import Names
from analysis.briefing.paper import NO_NAMES, Blocks, Draw, Paper
from analysis.briefing.parameters import MODELS, ComparisonParameters, SourcesParameters, checked
from analysis.errors import NotInDataError, WithheldError, WorkbookError
from analysis.front.frames import claim_rows
from analysis.front.result import Result, Rows
from analysis.style import Colours, Style
from analysis.style_file import style_of

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

Chart = Callable[["pd.DataFrame", Colours], "alt.TopLevelMixin"]
RowsOf = Callable[[Context], Rows]


class Asking:
    """What the questions of a study share."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self._contexts: dict[tuple[object, ...], Context] = {}

    def _answer(
        self,
        name: str,
        draw: Draw,
        *,
        rows: RowsOf | None = None,
        chart: Chart | None = None,
        context: Context | None = None,
        later: bool = False,
        asked: str = "",
        names: Names = NO_NAMES,
    ) -> Result:
        """A section drawn at once, so that a fault stands at its cell; its rows, of the same counts, at once or later.

        Parameters
        ----------
        rows
            The rows of its frame; without them, the numbers that it prints.
        asked
            What else tells the question from others of its name.
        names
            Texts with numbers in them that this question brings, and where the numbers come from.
        later
            Whether the rows count nothing that has to be protected, and may wait until somebody wants them.
        """
        context = context or self.paper.context
        found: Rows = []
        faults: list[WorkbookError] = []

        def drawn(context: Context) -> Blocks:
            found.clear()
            faults.clear()
            try:
                blocks = draw(context)
            except (NotInDataError, WithheldError) as error:  # what is shown says so; whoever wants the frame is told
                faults.append(error)
                raise
            if blocks and rows is not None and not later:
                try:
                    found.extend(rows(context))
                except (NotInDataError, WithheldError) as error:
                    faults.append(error)
            return blocks

        def table() -> Rows:
            if faults:
                raise faults[0]
            return found

        section = self.paper.section(name, drawn, context=context, asked=_told(context, asked), names=names)
        if rows is None:
            return Result(section, lambda: claim_rows(section.claims(), context.language), chart, self._style)
        return Result(section, (lambda: rows(context)) if later else table, chart, self._style)

    def _style(self) -> Style:
        """How the charts of this study look."""
        return style_of(self.paper.context.study.folder)

    def _about(self, model: type[SourcesParameters] | None = None, **changes: Any) -> Context:
        """The paper's context, with some parameters as a question changes them; None is no change.

        Raises ParameterError when a value cannot be used, with what is allowed.
        """
        own = self.paper.context
        model = model or type(own.parameters)
        is_own = isinstance(own.parameters, model)
        same = own.parameters.model_dump() if is_own else {}
        changes = {name: value for name, value in changes.items() if value is not None and same.get(name) != value}
        if is_own and not changes:
            return own
        key = (model, *sorted(changes.items()))
        if key not in self._contexts:
            self._contexts[key] = self._changed(own, model, changes)
        return self._contexts[key]

    def _changed(self, own: Context, model: type[SourcesParameters], changes: dict[str, Any]) -> Context:
        given = own.parameters.model_dump()
        if not isinstance(own.parameters, model):
            sides = {"district"} if ComparisonParameters in (model, type(own.parameters)) else set()
            given = {name: value for name, value in given.items() if name in model.model_fields and name not in sides}
        notebook = next(name for name, one in MODELS.items() if one is model)
        parameters = checked(notebook, given | changes)
        before = own.parameters.model_dump()
        now = parameters.model_dump()
        changed = frozenset(name for name in now if name not in before or before[name] != now[name])
        return replace(own, parameters=parameters, kept={}, changed=changed)


def _told(context: Context, asked: str) -> str:
    """What tells a question from others of its name."""
    changed = (f"{name}={context.setting(name)}" for name in sorted(context.changed))
    return ", ".join(one for one in (*changed, asked) if one)
