"""What was counted: beside what was published, from which returns, and from which rows of a register."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analysis.briefing.composing import Row
from analysis.briefing.context import Context
from analysis.briefing.texts import label
from analysis.coverage.cells import Cells
from analysis.coverage.reconciliation import Line, reconciled, rests, uncounted
from analysis.errors import WorkbookError
from analysis.ledger import Claim
from analysis.messages import Said, in_language
from analysis.quantities import Label, Language, Number, Quantity, Rate, Status
from analysis.sources.register import LABELS
from analysis.sources.registers.report import Report
from analysis.sources.returns import Score, read_returns
from analysis.views.blocks import Block, Paragraph, Table
from analysis.views.wording import capital

_NUMBER = re.compile(r"\d+(?:,\d{3})*")
_SCORED = ("cells", "filled", "deduced", "missing", "rules", "broken", "faults")


def reconciliation(context: Context) -> tuple[Block, ...]:
    """Every published figure beside its count, with the difference; only where the study is counted.

    While districts are missing, it says what the figures leave for them instead.
    """
    if context.study.absent:
        return _left_for_others(context)
    lines = reconciled(context.counter) if context.origin.is_counted else ()
    if not lines:
        return ()
    return context.head("reconciliation"), _told(context, lines), _table(context, lines), *_uncounted(context, lines)


def _left_for_others(context: Context) -> tuple[Block, ...]:
    """What the published figures of the whole place leave for the districts that are missing."""
    found = rests(context.whole, context.counter)
    if not found:
        return ()
    figures = context.study.figures
    rows = ((figures[one.figure].label, one.published, one.counted, one.left) for one in found)
    names = context.listed(row.label for row in context.study.absent)
    return (
        context.head("left_for_others"),
        context.say("left_for_others.why", names=names),
        context.table("left_for_others", rows),
    )


def _told(context: Context, lines: Sequence[Line]) -> Paragraph:
    source = context.name(context.origin.name)
    differing = [line for line in lines if line.agrees is False]
    shown = [line for line in lines if line.agrees is not None]
    if not shown:
        return context.say("reconciliation.withheld")
    if not differing:
        is_all = len(shown) == len(lines)
        return context.say("reconciliation.agrees" if is_all else "reconciliation.agrees_where_shown", source=source)
    worst = max(
        differing, key=lambda line: abs(line.difference.value / line.published.value) if line.published.value else 0
    )
    return context.say(
        "reconciliation.differs",
        source=source,
        name=context.study.figures[worst.figure].label,
        published=worst.published,
        counted=worst.counted,
        difference=worst.difference,
    )


def _table(context: Context, lines: Sequence[Line]) -> Table:
    figures = context.study.figures
    words = {True: "reconciliation.yes", False: "reconciliation.no", None: "reconciliation.unknown"}
    rows = (
        (
            figures[one.figure].label,
            one.published,
            one.counted,
            one.difference,
            one.share,
            context.text(words[one.agrees]),
        )
        for one in lines
    )
    return context.table("reconciliation", rows)


def _uncounted(context: Context, lines: Sequence[Line]) -> tuple[Block, ...]:
    left = uncounted(context.counter, tuple(lines))
    if not left:
        return ()
    names = context.listed((row.label for row in left), by="list.comma_or_semicolon")
    return (context.say("reconciliation.uncounted", "note", source=context.origin.name, names=names),)


def returns(context: Context) -> tuple[Block, ...]:
    """How complete and consistent each district's return is; only where the study counts from returns."""
    if context.study.settings.input != "returns":
        return ()
    found = read_returns(context.whole)
    rows = (
        (score.district.label, *(_score(score, name) if score.is_in else None for name in _SCORED))
        for score in found.scores
    )
    note = context.words("returns.not_in") if found.absent else ()
    return context.head("returns"), context.say("returns.checked"), context.table("returns", rows, note=note)


def _score(score: Score, name: str) -> Quantity:
    told = label("returns.cell", district=score.district.label, column=label(f"returns.column.{name}"))
    address = f"return:{score.district.id}.{name}"
    return Quantity(getattr(score, name), "cells", Status.COUNTED, told, address=address, locator=score.file)


def register(context: Context) -> tuple[Block, ...]:
    """What became of the register's rows: read = kept + rejected, and what it does not say; nothing without a register."""
    report = _report(context.counter.cells)
    if report is None:
        return ()
    return (
        context.head("register"),
        _rows_told(context, report),
        *_caveats(context, report),
        *(_noted(context, position, note) for position, note in enumerate(report.notes)),
        *_left_out(context, report),
    )


def number_of(cells: Cells | None, key: str) -> Number:
    """The number at an address `register:…`.

    They are `read`, `kept`, `rejected`, `looked`, `fault.` and a column, `told.` and a position, or a note's position,
    language and the number's position in it, as `note.0.en#1`.

    Raises
    ------
    WorkbookError
        When nothing was counted row by row any more.
    """
    report = _report(cells)
    if report is None:
        raise WorkbookError("there is no register any more")
    kind, _, place = key.partition(".")
    match kind:
        case "fault":
            return sum(count for column, _, count in report.faults if column == place)
        case "told":
            return report.told[int(place)][1]
        case "note":
            note, language, number = re.split(r"[.#]", place)
            found = _NUMBER.findall(in_language(report.notes[int(note)], language))[int(number)]
            return int(found.replace(",", ""))
    rows = {"read": report.read, "kept": report.kept, "rejected": report.rejected}
    return (rows | {"looked": report.looked_for_persons})[key]


def _report(cells: Cells | None) -> Report | None:
    return None if cells is None else cells.report


def _quantity(context: Context, key: str, told: Label, unit: str = "rows") -> Quantity:
    value = number_of(context.counter.cells, key)
    return Quantity(value, unit, Status.COUNTED, told, address=f"register:{key}")


def _rows_told(context: Context, report: Report) -> Paragraph:
    read, kept = (_quantity(context, key, label(f"register.{key}")) for key in ("read", "kept"))
    if not report.rejected:
        return context.say("register.all_counted", read=read)
    rejected = _quantity(context, "rejected", label("register.rejected"))
    share = Rate(rejected, read, read.label).share
    return context.say("register.some_left_out", read=read, kept=kept, rejected=rejected, share=share)


def _caveats(context: Context, report: Report) -> Iterator[Paragraph]:
    if report.absent:
        yield context.say("register.absent", names=context.listed(LABELS[name] for name in report.absent))
    if report.not_telephones:
        yield context.say("register.not_telephones", names=context.listed(report.not_telephones))
    if not report.looked_for_repeats:
        yield context.say("register.repeats_not_looked_for")
    if report.looked_for_persons < report.read:
        looked = _quantity(context, "looked", label("register.looked"))
        yield context.say("register.persons_looked_for", looked=looked)
    for position, (what, _) in enumerate(report.told):
        named = Label(in_language(what, "zh"), what)
        count = _quantity(context, f"told.{position}", named)
        yield context.say("register.no_enterprise", what=named, count=count)


def _noted(context: Context, position: int, note: str) -> Paragraph:
    """What `workbook check` notes, in the same words; but no count of enterprises, which might be a small one."""
    if isinstance(note, Said) and "leads" in note.values:
        return context.say("register.leads")
    told = capital(in_language(note, context.language).rstrip(".。"))
    return Paragraph(tuple(_claimed(context.text("register.sentence", note=told), position, context.language)))


def _claimed(text: str, position: int, language: Language) -> Iterator[str | Claim]:
    """A note, each of its numbers with where it is found again."""
    end = 0
    for count, found in enumerate(_NUMBER.finditer(text)):
        if text[end : found.start()]:
            yield text[end : found.start()]
        address = f"register:note.{position}.{language}#{count}"
        number = int(found[0].replace(",", ""))
        yield Claim(Quantity(number, "rows", Status.COUNTED, label("register.note"), address=address), found[0])
        end = found.end()
    if text[end:]:
        yield text[end:]


def _left_out(context: Context, report: Report) -> tuple[Block, ...]:
    if not report.rejected:
        return ()
    names = {"": label("register.no_row"), **LABELS}
    rows: list[Row] = []
    for column in dict.fromkeys(column for column, _, _ in report.faults):
        faults = label("register.faults_in", column=names[column])
        rows.append((names[column], _quantity(context, f"fault.{column}", faults, "faults")))
    return (context.table("left_out", rows),)
