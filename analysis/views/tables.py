"""Tables of rates, ranges and claims, ready for paper. A rate never stands without its numerator and its base beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.coverage.indicators import Outcome, Part, Rung, Step
from analysis.ledger import Ledger
from analysis.quantities import Label, Language, Quantity, Rate, computed, constant
from analysis.views.blocks import Align, Column, Inlines, Table
from analysis.views.wording import capital, claim, derivation, status_word


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
    labels = (
        Label("基数", "Base"),
        Label("基数企业数", "Enterprises in the base"),
        Label("党组织覆盖", "Covered by an organisation"),
        Label("覆盖率", "Coverage"),
    )
    rows: list[tuple[Inlines, ...]] = []
    for rung in rungs:
        base, part, share = rate_cells(rung.rate, language)
        # no line may end between the words and their number
        at_most = ("至多\u00a0" if language == "zh" else "at\u00a0most\u00a0",) if rung.is_upper_bound else ()
        rows.append((name_cell(rung.label, language), base, at_most + part, at_most + share))
        if rung.is_upper_bound and rung.counted is not None:
            base, part, share = rate_cells(rung.counted, language)
            counted = Label(f"　其中{counted_in.zh}所计", f"– as counted in {counted_in.en}")
            rows.append(((counted.of(language),), base, part, share))
    same = len({rung.rate.numerator.value for rung in rungs[:2]}) == 1  # narrower ones may leave some out
    title = (
        Label("同一覆盖数，不同的基数", "The same coverage over different bases")
        if same
        else Label("不同基数的覆盖率", "Coverage over different bases")
    )
    note = Label(
        "“至多”：被覆盖的企业不一定都在该基数之内。",
        "“At most”: not all of the covered enterprises need lie inside that base.",
    )
    head = columns(language, *labels, widths=(4.2, 1.2, 1.4, 1.4))
    bounded = any(rung.is_upper_bound for rung in rungs)
    return Table("ladder", title.of(language), head, tuple(rows), note=(note.of(language),) if bounded else ())


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
    share = Label("覆盖率", "Share")
    names = {
        "organisation": Label("党组织覆盖", "With an organisation"),
        "instructor": Label("指导员覆盖", "With an instructor"),
    }
    labels = (head, Label("企业数", "Enterprises"), *(label for name in parts for label in (names[name], share)))
    rows: list[tuple[Inlines, ...]] = []
    for one in zip(*parts.values(), strict=True):
        cells = [rate_cells(part.rate, language) for part in one]
        rows.append((name_cell(one[0].label, language), cells[0][0], *(cell for own in cells for cell in own[1:])))
    widths = (2.4, 1.3, *(1.3, 1.0) * len(parts))
    note = Label(
        f"企业数指{base.zh}；各行的覆盖率以该行的企业数为基数。",
        f"Enterprises: {base.en}; each share is of the enterprises in its row.",
    )
    return Table(
        id,
        title.of(language),
        columns(language, *labels, widths=widths),
        tuple(rows),
        note=(note.of(language),),
        total_rows=1,
    )


def cascade_table(steps: Sequence[Step], language: Language, *, title: str) -> Table:
    """The cascade: enterprises at each step, their share of the first, and the change from the step before."""
    first = steps[0].rate.base_name
    labels = (
        Label("环节", "Step"),
        Label("企业数", "Enterprises"),
        Label("占第一级", "Share of the first"),
        Label("比上一级增减", "Change from the step before"),
    )
    rows = tuple(
        line(
            step.label, language, step.reached, step.rate.share, None if step.drop is None else reversed_sign(step.drop)
        )
        for step in steps
    )
    note = Label(f"第一级：{first.zh}。", f"The first step: {first.en}.")
    head = columns(language, *labels, widths=(2.4, 1.2, 1.4, 1.8))
    return Table("cascade", title, head, rows, note=(note.of(language),))


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
    titles = (
        Label("序号", "No."),
        Label("数字", "Number"),
        Label("状态", "Status"),
        Label("来源或算法", "Source or computation"),
    )
    head = columns(language, *titles, widths=(0.7, 1.3, 0.9, 7.0), align="rrll")
    title = Label("数字台账", "Ledger of numbers")
    return Table("ledger", title.of(language), head, tuple(rows), size="small")
