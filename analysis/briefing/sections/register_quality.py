"""How the register was counted: read = kept + rejected, and what it does not say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.briefing.context import Context
from analysis.coverage.cells import Cells
from analysis.errors import WorkbookError
from analysis.ledger import Claim
from analysis.messages import Said, in_language
from analysis.quantities import Label, Language, Number, Quantity, Rate, Status
from analysis.sources.register import LABELS
from analysis.sources.registers.report import Report
from analysis.views.blocks import Block, Inlines, Paragraph
from analysis.views.tables import line

_NUMBER = re.compile(r"\d+(?:,\d{3})*")
_NOTED = Label("登记簿说明中的数", "a number in a note on the register")
NAMES = {"": Label("不成一行的行", "lines that are no row"), **LABELS}


def register(context: Context) -> tuple[Block, ...]:
    """What became of the register's rows; nothing where nothing was counted row by row."""
    report = _report(context.counter.cells)
    if report is None:
        return ()
    return (
        context.head("登记簿的清点", "How the register was counted"),
        _reconciled(context, report),
        *_caveats(context, report),
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
    if key.startswith("fault."):
        return sum(count for column, _, count in report.faults if column == key.removeprefix("fault."))
    kind, _, place = key.partition(".")
    if kind == "told":
        return report.told[int(place)][1]
    if kind == "note":
        note, language, number = re.split(r"[.#]", place)
        found = _NUMBER.findall(in_language(report.notes[int(note)], language))[int(number)]
        return int(found.replace(",", ""))
    rows = {"read": report.read, "kept": report.kept, "rejected": report.rejected}
    return (rows | {"looked": report.looked_for_persons})[key]


def _report(cells: Cells | None) -> Report | None:
    return None if cells is None else cells.report


def _quantity(context: Context, key: str, label: Label, unit: str = "rows") -> Quantity:
    value = number_of(context.counter.cells, key)
    return Quantity(value, unit, Status.COUNTED, label, address=f"register:{key}")


def _reconciled(context: Context, report: Report) -> Paragraph:
    read = _quantity(context, "read", Label("登记簿读入的行", "rows of the register that were read"))
    kept = _quantity(context, "kept", Label("登记簿计入的行", "rows of the register that were counted"))
    if not report.rejected:
        return context.say(
            "登记簿共{read}行，每行一家企业，全部计入。",
            "The register has {read} rows, one for each enterprise; all of them were counted.",
            read=read,
        )
    rejected = _quantity(context, "rejected", Label("登记簿未计入的行", "rows of the register left out"))
    return context.say(
        "登记簿共{read}行，每行一家企业：计入{kept}行，因有错误而未计入{rejected}行，占{share}。未计入的企业不在以下任何数字之内。",
        "The register has {read} rows, one for each enterprise: {kept} were counted, and {rejected} ({share}) were left out "
        "for their faults. The enterprises left out are in none of the numbers below.",
        read=read,
        kept=kept,
        rejected=rejected,
        share=Rate(rejected, read, read.label).share,
    )


def _caveats(context: Context, report: Report) -> Iterator[Paragraph]:
    stop = context.text("、", ", ")
    if report.absent:
        yield context.say(
            "登记簿没有以下各列，有关数字不在数据中，不据以计算任何数：{names}。",
            "The register does not have these columns; their numbers are not in the data, and nothing is computed from "
            "them: {names}.",
            names=stop.join(LABELS[name].of(context.language) for name in report.absent),
        )
    if report.not_telephones:
        yield context.say(
            "登记簿中形似电话号码的以下各列，经声明为企业编号：{names}。",
            "These columns of the register look like telephone numbers and are declared to number enterprises: {names}.",
            names=stop.join(report.not_telephones),
        )
    if not report.looked_for_repeats:
        yield context.say(
            "没有核对同一企业是否重复登记。", "Whether an enterprise stands in it twice was not looked for."
        )
    if report.looked_for_persons < report.read:
        yield context.say(
            "只在其中{looked}行查找了个人信息。",
            "Persons were looked for in {looked} of its rows.",
            looked=_quantity(context, "looked", Label("查找个人信息的行", "rows looked through for persons")),
        )
    for position, (what, _) in enumerate(report.told):
        label = Label(in_language(what, "zh"), what)
        yield context.say(
            "文件中另有不是企业的行：{what}{count}行，不计入。",
            "The file also holds what is no row of an enterprise, and was left out: {what} ({count}).",
            what=label,
            count=_quantity(context, f"told.{position}", label),
        )
    yield from (_noted(context, position, note) for position, note in enumerate(report.notes))


def _noted(context: Context, position: int, note: str) -> Paragraph:
    """What `workbook check` notes, in the same words; but no count of enterprises, which might be a small one."""
    if isinstance(note, Said) and "leads" in note.values:
        return context.say(
            "登记簿中联合党组织的牵头企业与联合覆盖的企业对不上：一个联合党组织至少覆盖两家企业，并有一家牵头。",
            "In the register the leads of joint organisations do not go with the enterprises under one: each covers two or "
            "more, one of which leads.",
        )
    return Paragraph(tuple(_claimed(_sentence(note, context.language), position, context.language)))


def _sentence(note: str, language: Language) -> str:
    """A note as a paper has it.

    Examples
    --------
    >>> _sentence("7 rows are hidden", "en"), _sentence("sheet A was read.", "en")
    ('7 rows are hidden.', 'Sheet A was read.')
    """
    told = in_language(note, language).rstrip(".。")
    return f"{told[:1].upper()}{told[1:]}{'。' if language == 'zh' else '.'}"


def _claimed(text: str, position: int, language: Language) -> Iterator[str | Claim]:
    """A note, each of its numbers with where it is found again."""
    end = 0
    for count, found in enumerate(_NUMBER.finditer(text)):
        if text[end : found.start()]:
            yield text[end : found.start()]
        address = f"register:note.{position}.{language}#{count}"
        yield Claim(Quantity(int(found[0].replace(",", "")), "rows", Status.COUNTED, _NOTED, address=address), found[0])
        end = found.end()
    if text[end:]:
        yield text[end:]


def _left_out(context: Context, report: Report) -> tuple[Block, ...]:
    if not report.rejected:
        return ()
    language = context.language
    rows: list[tuple[Inlines, ...]] = []
    for column in dict.fromkeys(column for column, _, _ in report.faults):
        label = Label(f"{NAMES[column].zh}有错误", f"faults in {NAMES[column].en}")
        rows.append(line(NAMES[column], language, _quantity(context, f"fault.{column}", label, unit="faults")))
    note = context.words("一行可以有几处错误，只计为一行。", "A row may have several faults and is left out once.")
    names = context.heads("列|错误数", "Column|Faults")
    title = Label("未计入的行：错误所在的列", "Rows left out, by the column of their faults")
    return (context.table("left_out", title, names, rows, widths=(4.0, 1.4), note=note),)
