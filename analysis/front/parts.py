"""Parts of a paper of one's own: sentences, tables, charts and numbers, each number with its source."""

from __future__ import annotations

import numbers
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.briefing.number_provenance import NUMBER, own_address
from analysis.briefing.paper import OWN
from analysis.briefing.parameters import BriefingParameters, SourcesParameters
from analysis.briefing.sections.simulated import OWN_SCENARIO
from analysis.errors import ParameterError, among
from analysis.front.asking import Asking
from analysis.front.own_charts import figure_of
from analysis.front.own_tables import Own, table_of, texts_of_answers
from analysis.front.result import Result
from analysis.messages import said
from analysis.quantities import Interval, Label, Quantity, Rate, Status, decimals_of, plain_number
from analysis.scenarios.scenario import Scenario
from analysis.views.blocks import Block, Heading, Paragraph, Style
from analysis.views.wording import Slot, fill, opened

if TYPE_CHECKING:
    import pandas as pd

STATUSES = {one.word: one for one in (Status.PUBLISHED, Status.COUNTED, Status.ASSUMED, Status.SYNTHETIC)}


class OwnParts(Asking):
    """What a researcher adds to a paper."""

    def number(
        self,
        value: float,
        unit: str = "count",
        *,
        source: str,
        status: str = "counted",
        name: str = "",
        name_zh: str = "",
        base: str = "",
        decimals: int | None = None,
    ) -> Quantity:
        """A number of one's own, to be put into sentences and computed with.

        Parameters
        ----------
        unit
            enterprises, persons, organisations, share (from 0 to 1), points, …
        source
            Where it comes from, as the paper says it.
        status
            published, counted, assumed or synthetic; what is computed from it has the weakest status of its parts.
        name, name_zh
            What it is a number of.
        base
            Of a share: what it is a share of.

        Raises
        ------
        ParameterError
            When the status claims more than a number of one's own can be, or a share has no base.

        Examples
        --------
        >>> from analysis import open_study
        >>> visits = open_study("national", language="en").number(37, source="our visits, 2004")
        >>> visits.value, visits.status.word, visits.locator
        (37, 'counted', 'our visits, 2004')
        """
        if not source.strip():
            raise ParameterError(said("{value}: has no source; allowed: source=…, where it comes from", value=value))
        if unit == "share" and not base:
            raise ParameterError(said("{value}: a share of what? allowed: base=…, what it is a share of", value=value))
        known = STATUSES[among(status, STATUSES, what="status")]
        plain = plain_number(float(value))
        return Quantity(
            plain,
            unit,
            known,
            Label(name_zh or name or source, name or name_zh or source),
            base=Label(base, base) if base else None,
            address=own_address([plain], source=source, status=known),
            decimals=decimals if decimals is not None else 2 if unit == "share" else decimals_of(plain),
            locator=source,
        )

    def text(
        self,
        words: str = "",
        /,
        *,
        zh: str = "",
        en: str = "",
        style: Style = "body",
        source: str = "",
        status: str = "counted",
        **values: Any,
    ) -> Result:
        """A paragraph of one's own, its numbers in slots: `study.text("We visited {n} of {rate}.", n=…, rate=…)`.

        Parameters
        ----------
        words
            The paragraph; `zh` and `en` for a notebook that is printed in both languages.
        style
            body, lead, note or item.
        source, status
            Of the plain numbers among the values, and of those that stand in the words, as for `number`.
        values
            For each slot: a number, a quantity of an answer (`answer.quantities`), an answer of one row, or a text.

        Raises
        ------
        ParameterError
            For a slot without a value, or a number without a source.
        UntracedError
            For a number in the words without a source.

        Examples
        --------
        >>> from analysis import open_study
        >>> study = open_study("national", language="en")
        >>> print(study.text("We visited {n} enterprises.", n=37, source="our visits, 2004").text)
        We visited 37 enterprises.
        """
        own = Own(source, status)
        template = self._in_language(words, zh, en)
        slots = {name: self._slot(name, value, own) for name, value in values.items()}

        def draw(context: Any) -> tuple[Block, ...]:
            try:
                return (Paragraph(opened(fill(Label(template, template), slots, context.language)), style),)
            except KeyError as error:
                what = "text: {slot} has no value; allowed: {name}=…"
                raise ParameterError(said(what, slot=f"{{{error.args[0]}}}", name=error.args[0])) from None

        return self._answer(OWN, draw, asked=template, names=_names(template, own))

    def heading(self, words: str = "", /, *, zh: str = "", en: str = "", level: int = 1) -> Result:
        """A heading of one's own, numbered with the others."""
        text = self._in_language(words, zh, en)
        return self._answer(OWN, lambda context: (Heading(text, 1 if level == 1 else 2),), asked=text)

    def table(
        self,
        frame: pd.DataFrame,
        title: str = "",
        *,
        zh: str = "",
        en: str = "",
        source: str = "",
        status: str = "counted",
        columns: Mapping[str, str] | None = None,
        units: Mapping[str, str] | None = None,
        base: str = "",
        note: str = "",
    ) -> Result:
        """A table of one's own from a DataFrame.

        Numbers that stand as they were in an answer's `frame`, or are quantities, keep where they came from; for the others
        `source` says it.

        Parameters
        ----------
        title
            What stands over it; `zh` and `en` for a notebook that is printed in both languages.
        source, status
            Of numbers of one's own, as for `number`.
        columns
            From a column's name to its heading.
        units
            From a column's name to its unit, such as share, for numbers of one's own.
        base
            What shares of one's own are shares of.

        Raises
        ------
        ParameterError
            When a number has no source, or the frame nothing to print.

        Examples
        --------
        >>> from analysis import open_study
        >>> study = open_study("suzhou-2003", language="en")
        >>> shown = study.table(study.ladder().frame[["base_name", "covered", "rate"]], "Coverage over two bases")
        >>> [column.label for column in shown.section.blocks[0].columns]
        ['Base', 'Covered', 'Rate']
        """
        own = Own(source, status, units or {}, base)
        heading = self._in_language(title, zh, en)
        made = table_of(self, frame, heading, own, columns or {}, note)
        return self._answer(OWN, lambda _: (made,), asked=heading, names=_table_names(made, frame, own))

    def chart(
        self,
        chart: Any,
        title: str = "",
        *,
        zh: str = "",
        en: str = "",
        source: str = "",
        status: str = "counted",
        alt: str = "",
        units: Mapping[str, str] | None = None,
        base: str = "",
        width: float = 1.0,
    ) -> Result:
        """A chart of one's own: any altair chart, its data in the workbook of the paper.

        Parameters
        ----------
        source, status, units, base
            Of the numbers it draws, as for `table`.
        alt
            What it shows, for those who do not see it.
        width
            Share of the text's width.

        Raises
        ------
        ParameterError
            When it is no altair chart, fetches something from an address, or draws numbers without a source.
        """
        own = Own(source, status, units or {}, base)
        heading = self._in_language(title, zh, en)
        figure = figure_of(self, chart, heading, own, alt=alt, width=width)
        return self._answer(OWN, lambda _: (figure,), asked=heading, names=_names(heading, own))

    def explore(self, **options: Any) -> Any:
        """Controls and linked charts for the study: they begin where the study stands, and questions asked later follow them.

        Parameters
        ----------
        options
            As `analysis.explore`: a frozen parameters file, boundaries of one's own.
        """
        from analysis.briefing.coverage_explorer import CONTROLS, explore

        given = self.paper.context.parameters.model_dump()
        known = {name: given[name] for name in CONTROLS if name in given}
        if known.get("staff_threshold") == BriefingParameters.model_fields["staff_threshold"].default:
            del known["staff_threshold"]  # of a section of its own; the explorer begins with every size
        return explore(given["study"], given=known, changed=self._follow, **options)

    def levers(self, **options: Any) -> Any:
        """Levers and the paths of the targets for the study: questions asked later follow them."""
        from analysis.briefing.lever_explorer import levers

        given = self.paper.context.parameters.model_dump()
        names = ("language", "scenario", "years", "certainty", "draws", "seed")
        known = {name: given[name] for name in names if name in given}
        return levers(given["study"], changed=self._follow_levers, **known, **options)

    def _follow_levers(self, scenario: Scenario, parameters: SourcesParameters) -> None:
        self._follow(parameters)
        if scenario.changed:
            self.paper.context = self.paper.context.keeping(**{OWN_SCENARIO: scenario})

    def _follow(self, parameters: SourcesParameters) -> None:
        """Ask from now on of what is on the screen."""
        own = self.paper.context
        fields = type(own.parameters).model_fields
        shown = {name: value for name, value in parameters.model_dump().items() if name in fields}
        self.paper.context = replace(own, parameters=own.parameters.model_copy(update=shown), kept={})
        self._contexts.clear()

    def _in_language(self, words: str, zh: str, en: str) -> str:
        """What is printed in the paper's language: its own words, else those for both, else what there is."""
        return (zh if self.paper.context.language == "zh" else en) or words or zh or en

    def _slot(self, name: str, value: Any, own: Own) -> Slot:
        if isinstance(value, Quantity | Rate | Interval | Label | str):
            return value
        if isinstance(value, Result):
            row = value.quantities.iloc[0].to_dict() if len(value.quantities) == 1 else {}
            share = row.get("rate")
            if isinstance(share, Quantity) and share.base is not None and {"covered", "enterprises"} <= set(row):
                return Rate(row["covered"], row["enterprises"], share.base)
            if isinstance(found := row.get("value"), Quantity):
                return found
        elif isinstance(value, numbers.Real) and not isinstance(value, bool):
            if not own.source:
                what = "{name}: {value} has no source; allowed: source=…, or a quantity of an answer"
                raise ParameterError(said(what, name=name, value=value))
            return self.number(float(value), own.unit(name), source=own.source, status=own.status, base=own.base)
        allowed = "a number, a text, a quantity of an answer, or an answer of one row"
        what = "{name}: {kind} cannot be printed; allowed: {allowed}"
        raise ParameterError(said(what, name=name, kind=type(value).__name__, allowed=allowed))


def _names(text: str, own: Own) -> dict[str, str]:
    """A text with numbers in it, and that they come from the source named; nothing where none is."""
    found = [one.replace(",", "").rstrip("%") for one in NUMBER.findall(text)]
    if not found or not own.source:
        return {}
    values = [plain_number(float(one)) for one in found]
    return {text: own_address(values, source=own.source, status=STATUSES[own.status])}


def _table_names(table: Any, frame: Any, own: Own) -> dict[str, str]:
    texts = [table.title, *(column.label for column in table.columns)]
    pieces = [piece for row in table.rows for cell in row for piece in cell]
    texts += [piece for piece in pieces if isinstance(piece, str)]
    named = {text: NUMBER.findall(text) for text in texts_of_answers(frame)}
    found = {text: address for one in dict.fromkeys(texts) for text, address in _names(one, own).items()}
    return found | {text: f"constant:{','.join(numbers)}" for text, numbers in named.items() if numbers}
