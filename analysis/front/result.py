"""What a question to a study gives: a table, a chart and a sentence together."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from analysis.errors import ParameterError
from analysis.messages import said
from analysis.quantities import Label, Language, Status
from analysis.style import HOUSE_STYLE, Colours, Style
from analysis.views.blocks import MIME, Paragraph, Section, Table
from analysis.views.page import asset, pieces
from analysis.views.render import STATUS_WORDS
from analysis.views.theme import TEXT, in_lab, use_theme
from analysis.views.wording import plain

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

Rows = list[dict[str, Any]]


@dataclass(frozen=True, eq=False)
class Result:
    """An answer, as a cell of a notebook shows it and a paper prints it.

    Parameters
    ----------
    section
        What is shown and printed: sentences, tables and charts whose numbers are traced.

    Examples
    --------
    >>> from analysis import open_study
    >>> found = open_study("suzhou-2003", language="en").ladder()
    >>> print(found.frame[["base", "covered", "enterprises", "rate", "status"]].round(3).head(2).to_string(index=False))
          base  covered  enterprises  rate  status
    registered    10547       289513 0.036 derived
     operating    10547       252963 0.042 derived
    """

    section: Section
    _rows: Callable[[], Rows]
    _draw: Callable[[pd.DataFrame, Colours], alt.TopLevelMixin] | None = None
    _style: Callable[[], Style] = lambda: HOUSE_STYLE

    @cached_property
    def quantities(self) -> pd.DataFrame:
        """The same table with quantities in place of numbers: what is computed from them keeps where it came from."""
        import pandas as pd

        rows = self._rows()
        return pd.DataFrame(rows, columns=list(dict.fromkeys(name for row in rows for name in row)), dtype=object)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The answer as a table of plain numbers, a row each.

        Returns
        -------
        pandas.DataFrame
            What each row is of, its numbers (a rate from 0 to 1; nothing where a number may not be published), what rates are
            of (`base_name`), how far the numbers can be trusted (`status`, the weakest of the row, or `suppressed`), and
            `approximate`, where a number is only "over" or "about" so much.
        """
        from analysis.front.frames import plain_frame

        return plain_frame(self.quantities)

    @property
    def chart(self) -> Any:
        """The answer as an altair chart, to be changed and saved as any other.

        Raises
        ------
        ParameterError
            When this answer has none.
        """
        if self._draw is None:
            raise ParameterError(said("{name}: this answer has no chart; allowed: its frame", name=self.section.name))
        style, language = self._style(), self.section.language
        use_theme(style, language)
        return self._draw(self.frame, style.colours).properties(title=_head(self.frame, language))

    @property
    def text(self) -> str:
        """The answer in words, numbers with their marks: its sentences; the rows of its table where it has none."""
        said_of = [plain(block.content) for block in self.section.blocks if isinstance(block, Paragraph)]
        tables = [block for block in self.section.blocks if isinstance(block, Table)]
        rows = (row for table in tables for row in table.rows if not said_of)
        return "\n".join([*said_of, *(" · ".join(filter(None, map(plain, row))) for row in rows)])

    def _ipython_display_(self) -> None:
        """In JupyterLab, charts that answer the pointer; elsewhere IPython asks for the one output that papers are made from."""
        if "JPY_SESSION_NAME" not in os.environ or "ipykernel" not in sys.modules:
            raise NotImplementedError
        from IPython.display import display

        use_theme(self._style(), self.section.language)
        whole = self.section._repr_mimebundle_()
        shown = [_output(one) for one in pieces(self.section)]
        if not shown or "text/html" not in shown[0]:
            shown.insert(0, {"text/html": "" if shown else whole["text/html"]})
        for number, one in enumerate(shown):  # the first carries what is printed
            display(one if number else whole | one, raw=True, metadata={MIME: {"printed": not number}})

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        shown = self.section._repr_mimebundle_(include, exclude)
        if "ipykernel" not in sys.modules:
            return shown
        use_theme(self._style(), self.section.language)  # who looks at this in Lab may draw a chart of their own next
        return shown | _output(shown["text/html"])


def _head(frame: pd.DataFrame, language: Language) -> Any:
    """What stands above a chart until it has a title of its own: what rates are of, and the marks of its numbers."""
    import altair as alt

    has_rates = "base_name" in frame and "points" not in frame  # a difference between two rates has two bases
    bases = [one for one in dict.fromkeys(frame["base_name"]) if one] if has_rates else []
    known = [one for one in Status if one.word in set(frame.get("status", ())) and one in STATUS_WORDS]
    said = [STATUS_WORDS[one].of(language) + one.mark for one in known]
    told = [bases[0] if len(bases) == 1 else _EACH.of(language)] if bases else []
    told += ["\u3000".join(said)] if said else []
    return alt.TitleParams(text=told[0] if told else "", subtitle=told[1:], fontSize=TEXT)


_EACH = Label("各占其自身的基数", "Each over a base of its own")


def _output(piece: str | Mapping[str, Any]) -> dict[str, Any]:
    """A piece of HTML with its tools, or a chart, as an output of a cell."""
    if isinstance(piece, str):
        return {"text/html": f"{piece}<script>{asset('cell.js')}</script>"}
    return in_lab(dict(piece))
