"""Tables of rates, ranges and claims, ready for paper. A rate never stands without its numerator and its base beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.coverage.indicators import Outcome, Part, Rung, Step
from analysis.ledger import Ledger
from analysis.quantities import Label, Language, Quantity, Rate, computed, constant
from analysis.views.blocks import Align, Column, Inlines, Table
from analysis.views.wording import capital, claim, derivation, label, status_word, text


def columns(language: Language, *labels: Label, widths: Sequence[float], align: str = "") -> tuple[Column, ...]:
    """Columns from labels: the first for names, the others for numbers.

    Parameters
    ----------
    align
        Where it is otherwise: a letter a column, l, c or r.

    Examples
    --------
    >>> [column.align for column in columns("en", Label("甲", "a"), Label("乙", "b"), widths=(2, 1))]
    ['left', 'right']
    """
    sides = align or "l" + "r" * (len(labels) - 1)
    return tuple(
        Column(label.of(language), _SIDES[side], width)
        for label, side, width in zip(labels, sides, widths, strict=True)
    )


_SIDES: Mapping[str, Align] = {"l": "left", "c": "center", "r": "right"}


def heads(key: str, language: Language, *, widths: Sequence[float], align: str = "") -> tuple[Column, ...]:
    """Columns from their names in the catalogue; `align` as of `columns`."""
    names = [Label(name, name) for name in text(f"tables.{key}", language).split("|")]
    return columns(language, *names, widths=widths, align=align)


def name_cell(label: Label, language: Language) -> Inlines:
    """A cell with a name, which opens with a capital."""
    return (capital(label.of(language)),)


def number_cell(quantity: Quantity | None, language: Language, *, form: str = "") -> Inlines:
    """A cell with one number, or a dash where there is none."""
    return ("—",) if quantity is None else (claim(quantity, language, form=form),)


def line(label: Label, language: Language, *numbers: Quantity | None) -> tuple[Inlines, ...]:
    """A row of a table: a name, and a number in each of the columns that follow."""
    return (name_cell(label, language), *(number_cell(number, language) for number in numbers))


def rate_cells(rate: Rate, language: Language) -> tuple[Inlines, Inlines, Inlines]:
    """Base, numerator and share of a rate, in the order in which they are read."""
    cells = [number_cell(quantity, language) for quantity in (rate.base, rate.numerator, rate.share)]
    return cells[0], cells[1], cells[2]


def ladder_table(rungs: Sequence[Rung], language: Language, *, counted_in: Label) -> Table:
    """The ladder of bases: what is covered, over each base.

    Parameters
    ----------
    counted_in
        What coverage inside a base was counted from, where it was not published.
    """
    rows: list[tuple[Inlines, ...]] = []
    for rung in rungs:
        base, part, share = rate_cells(rung.rate, language)
        # no line may end between the words and their number
        at_most = (text("tables.at_most", language),) if rung.is_upper_bound else ()
        rows.append((name_cell(rung.label, language), base, at_most + part, at_most + share))
        if rung.is_upper_bound and rung.counted is not None:
            base, part, share = rate_cells(rung.counted, language)
            counted = text("tables.counted", language, zh=counted_in.zh, en=counted_in.en)
            rows.append(((counted,), base, part, share))
    same = len({rung.rate.numerator.value for rung in rungs[:2]}) == 1  # narrower ones may leave some out
    title = text("tables.ladder_same" if same else "tables.ladder_title", language)
    note = (text("tables.ladder_note", language),) if any(rung.is_upper_bound for rung in rungs) else ()
    return Table("ladder", title, heads("ladder", language, widths=(4.2, 1.2, 1.4, 1.4)), tuple(rows), note=note)


def parts_table(
    parts: Mapping[Outcome, Sequence[Part]],
    language: Language,
    *,
    id: str,
    title: Label,
    head: Label,
    base: Label,
) -> Table:
    """Coverage of each district or category over one base, which the note names; the last line is the total.

    Parameters
    ----------
    parts
        By an organisation, by an instructor: those that are known.
    """
    rows: list[tuple[Inlines, ...]] = []
    for one in zip(*parts.values(), strict=True):
        cells = [rate_cells(part.rate, language) for part in one]
        rows.append((name_cell(one[0].label, language), cells[0][0], *(cell for own in cells for cell in own[1:])))
    names = columns(language, head, label("tables.enterprises"), widths=(2.4, 1.3))
    for name in parts:
        names += heads(name, language, widths=(1.3, 1.0), align="rr")
    note = text("tables.parts_note", language, zh=base.zh, en=base.en)
    return Table(id, title.of(language), names, tuple(rows), note=(note,), total_rows=1)


def cascade_table(steps: Sequence[Step], language: Language, *, title: str) -> Table:
    """The cascade: enterprises at each step, their share of the first, and the change from the step before."""
    first = steps[0].rate.base_name
    changes = [None if step.drop is None else reversed_sign(step.drop) for step in steps]
    rows = tuple(
        line(step.label, language, step.reached, step.rate.share, change)
        for step, change in zip(steps, changes, strict=True)
    )
    head = heads("cascade", language, widths=(2.4, 1.2, 1.4, 1.8))
    note = text("tables.cascade_note", language, zh=first.zh, en=first.en)
    return Table("cascade", title, head, rows, note=(note,))


def reversed_sign(quantity: Quantity) -> Quantity:
    """What was lost as a change, or a change as a loss.

    Examples
    --------
    >>> from analysis.quantities import Status
    >>> loss = Quantity(12.5, "points", Status.DERIVED, Label("减少", "lost"), address="figure:lost", decimals=1)
    >>> reversed_sign(loss).value
    -12.5
    """
    zero = constant(0, quantity.unit, Label("零", "zero"))
    return computed("−", zero, quantity, decimals=quantity.decimals, label=quantity.label)


def ledger_table(ledger: Ledger, language: Language) -> Table:
    """The annex: every number of the paper with its status and how it came about. Row k is claim c<k>."""
    rows: list[tuple[Inlines, ...]] = [
        ((name.removeprefix("c"),), (one,), (status_word(one.status, language),), (derivation(one.quantity, language),))
        for name, one in ledger.numbered().items()
    ]
    head = heads("ledger", language, widths=(0.7, 1.3, 0.9, 7.0), align="rrll")
    return Table("ledger", text("tables.ledger_title", language), head, tuple(rows), size="small")
