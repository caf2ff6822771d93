"""Tables of rates, ranges and claims, ready for paper. A rate never stands without its numerator and its base beside it."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.coverage.indicators import Part, Rung, Step
from analysis.ledger import Ledger
from analysis.quantities import Label, Language, Quantity, Rate
from analysis.views.blocks import Align, Column, Inlines, Table
from analysis.views.wording import claim, derivation, status_word


def columns(
    language: Language, *labels: Label, widths: Sequence[float] = (), first: Align = "left"
) -> tuple[Column, ...]:
    """Columns from labels: the first for names, the others for numbers."""
    sizes = tuple(widths) or (2.0,) + (1.0,) * (len(labels) - 1)
    return tuple(
        Column(label.of(language), "right" if position else first, sizes[position])
        for position, label in enumerate(labels)
    )


def number_cell(quantity: Quantity | None, language: Language, *, form: str = "") -> Inlines:
    """A cell with one number, or a dash where there is none."""
    return ("—",) if quantity is None else (claim(quantity, language, form=form),)


def rate_cells(rate: Rate, language: Language) -> tuple[Inlines, Inlines, Inlines]:
    """Base, numerator and share of a rate, in the order in which they are read."""
    cells = [number_cell(quantity, language) for quantity in (rate.base, rate.numerator, rate.share)]
    return cells[0], cells[1], cells[2]


def ladder_table(rungs: Sequence[Rung], language: Language) -> Table:
    """The ladder of bases: what is covered, over each base."""
    labels = (
        Label("基数", "Base"),
        Label("基数企业数", "Enterprises in the base"),
        Label("其中党组织覆盖", "Covered by an organisation"),
        Label("覆盖率", "Coverage"),
    )
    rows: list[tuple[Inlines, ...]] = []
    for rung in rungs:
        base, part, share = rate_cells(rung.rate, language)
        at_most = ("至多 " if language == "zh" else "at most ",) if rung.is_upper_bound else ()
        rows.append(((rung.label.of(language),), base, at_most + part, at_most + share))
        if rung.is_upper_bound and rung.counted is not None:
            base, part, share = rate_cells(rung.counted, language)
            rows.append(
                (
                    ("　其中按合成数据" if language == "zh" else "  of these, by the synthetic register",),
                    base,
                    part,
                    share,
                )
            )
    title = Label("同一覆盖数，不同的基数", "The same coverage over different bases")
    note = Label(
        "“至多”表示被覆盖的企业不一定都在该基数之内。",
        "“At most”: the covered enterprises need not all lie inside that base.",
    )
    head = columns(language, *labels, widths=(3.8, 1.3, 1.5, 1.2))
    bounded = any(rung.is_upper_bound for rung in rungs)
    return Table("ladder", title.of(language), head, tuple(rows), note=(note.of(language),) if bounded else ())


def parts_table(
    organisation: Sequence[Part],
    instructor: Sequence[Part],
    language: Language,
    *,
    id: str,
    title: Label,
    head: Label,
    base: Label,
    total: tuple[Part, Part] | None = None,
) -> Table:
    """Coverage by organisations and by instructors of each district or category, over one base."""
    labels = (
        head,
        Label(f"企业数（{base.zh}）", f"Enterprises ({base.en})"),
        Label("党组织覆盖", "With an organisation"),
        Label("占企业数", "Share"),
        Label("指导员覆盖", "With an instructor"),
        Label("占企业数", "Share"),
    )
    pairs = list(zip(organisation, instructor, strict=True)) + ([total] if total is not None else [])
    rows = tuple(
        ((first.label.of(language),), *rate_cells(first.rate, language), *rate_cells(second.rate, language)[1:])
        for first, second in pairs
    )
    widths = (2.2, 1.7, 1.3, 1.0, 1.3, 1.0)
    return Table(
        id,
        title.of(language),
        columns(language, *labels, widths=widths),
        rows,
        total_rows=int(total is not None),
    )


def cascade_table(steps: Sequence[Step], language: Language) -> Table:
    """The cascade: enterprises at each step, their share of the first, and the difference from the step before."""
    first = steps[0].label
    labels = (
        Label("环节", "Step"),
        Label("企业数", "Enterprises"),
        Label(f"占“{first.zh}”的比例", f"Share of “{first.en}”"),
        Label("比上一步减少", "Fewer than the step before"),
    )
    rows = tuple(
        (
            (step.label.of(language),),
            number_cell(step.reached, language),
            number_cell(step.rate.share, language),
            number_cell(step.drop, language),
        )
        for step in steps
    )
    title = Label("从注册到“五个好”", "From registered to five-good")
    return Table("cascade", title.of(language), columns(language, *labels, widths=(2.4, 1.2, 1.6, 1.6)), rows)


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
    aligns: tuple[Align, ...] = ("right", "right", "left", "left")
    widths = (0.6, 1.3, 0.9, 7.0)
    head = tuple(
        Column(title.of(language), align, width) for title, align, width in zip(titles, aligns, widths, strict=True)
    )
    title = Label("数字台账", "Ledger of numbers")
    return Table("ledger", title.of(language), head, tuple(rows), size="small")
