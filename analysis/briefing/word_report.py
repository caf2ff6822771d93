"""What was changed in a Word file by hand, told: as a section that any document can be made of, and in lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from analysis.briefing.manifest import changed_in, read_ledger, read_manifest
from analysis.briefing.word_comparison import Found, Kind, compare
from analysis.errors import WorkbookError
from analysis.ledger import Claim
from analysis.messages import said
from analysis.quantities import Label, Language
from analysis.sources.word_reader import Grid, Picture, read_word
from analysis.views.blocks import Block, Column, Heading, Inlines, Paragraph, Section, Table, Title

TITLES: Mapping[Kind, Label] = {
    "number_changed": Label("数字被改动", "Number changed"),
    "mark_lost": Label("数字后的标记丢失", "Mark of a number lost"),
    "base_lost": Label("比率失去基数", "Rate without its base"),
    "number_removed": Label("数字被删去", "Number taken out"),
    "number_added": Label("数字无出处", "Number without a source"),
    "sentence_changed": Label("文字被改动", "Words changed"),
    "sentence_added": Label("新增的句子", "Sentence added"),
    "sentence_removed": Label("删去的句子", "Sentence taken out"),
    "sentence_moved": Label("移动的句子", "Sentence moved"),
    "table_removed": Label("删去的表", "Table taken out"),
    "table_added": Label("新增的表", "Table added"),
    "column_removed": Label("删去的列", "Column taken out"),
    "column_added": Label("新增的列", "Column added"),
    "row_removed": Label("删去的行", "Row taken out"),
    "row_added": Label("新增的行", "Row added"),
    "picture_removed": Label("删去的图", "Picture taken out"),
    "picture_added": Label("新增的图", "Picture added"),
}
_TITLE = Label("修改稿与原稿的差别", "What was changed in the edited paper")
_NUMBERS = Label("数字", "Numbers")
_NUMBERS_NOTE = Label(
    "这些数字在修改稿中与数字清单不符，或失去了基数或标记，或没有出处。改正之前不要引用。",
    "In the edited file these numbers differ from the ledger, lost their base or their mark, or have no source. "
    "Do not quote them before they are put right.",
)
_REST = Label("文字、表和图", "Words, tables and figures")
_NONE = Label("修改稿与原稿没有差别。", "Nothing differs between the edited file and what the run wrote.")
_SOUND = Label("所有数字都与数字清单相符。", "Every number agrees with the ledger.")
_HEADS = Label("处|何种|原为|现为|所在", "Where|What|As written|As edited|Within")
_WIDTHS = {"numbers": (1.9, 1.6, 1.5, 1.5, 5.0), "words": (1.9, 1.6, 3.6, 3.6, 2.0)}
_PARAGRAPH = Label("第{number}段", "Paragraph {number}")
_UNDER = Label("{place}（{heading}）", "{place} ({heading})")
_TABLE = Label("表", "Table")
_PICTURE = Label("图", "Figure")
_MARGIN = Label("页眉、页脚或脚注", "Head, foot or footnote")
_TRACKED = Label("修订", "tracked")
_LINE = Label("{place}：{kind}：{change}", "{place}: {kind}: {change}")
_MORE = Label("……另有{more}处；--output写出全部", "… and {more} more; --output writes all of them")


def changes_by_hand(edited: Path, run: Path) -> tuple[tuple[Found, ...], Mapping[str, Claim]]:
    """What an edited Word file says otherwise than the run that wrote it, and the run's ledger.

    Raises
    ------
    WorkbookError
        When either cannot be read, the run wrote no Word file, or its own one was changed since.
    """
    manifest = read_manifest(run)
    name = next((name for name in manifest["outputs"] if name.endswith(".docx")), None)
    if name is None:
        raise WorkbookError(said("{run}: has no Word file; write the run again with --to docx", run=run))
    if name in changed_in(run, manifest):
        told = "{path}: is not the file the run wrote: write the run again, and keep edited files elsewhere"
        raise WorkbookError(said(told, path=run / name))
    ledger = read_ledger(run).numbered()
    return compare(read_word(run / name), read_word(edited), ledger), ledger


def section_of(
    found: Sequence[Found], ledger: Mapping[str, Claim], language: Language, *, file: str, run: str
) -> Section:
    """What differs as a section: the numbers first, each as the ledger has it; then words, tables and figures.

    Parameters
    ----------
    file, run
        The edited file's name, and the run's.
    """
    blocks: list[Block] = [Title(_TITLE.of(language), f"{file} ↔ {run}")]
    numbers = [one for one in found if one.is_about_numbers]
    rest = [one for one in found if not one.is_about_numbers]
    if not found:
        blocks.append(Paragraph((_NONE.of(language),)))
    elif not numbers:
        blocks.append(Paragraph((_SOUND.of(language),)))
    for name, title, listed in (("numbers", _NUMBERS, numbers), ("words", _REST, rest)):
        if listed:
            blocks += [Heading(title.of(language)), _table(name, title, listed, ledger, language)]
    if numbers:
        blocks.insert(2, Paragraph((_NUMBERS_NOTE.of(language),)))
    return Section("word_changes", language, tuple(blocks))


def in_lines(found: Sequence[Found], language: Language, *, most: int = 40) -> Iterator[str]:
    """What differs in a few lines for a terminal, numbers first."""
    ordered = sorted(found, key=lambda one: not one.is_about_numbers)
    for one in ordered[:most]:
        change = " → ".join(filter(None, (one.before, one.after)))
        kind = _kind(one, language)
        yield _LINE.of(language).format(place=_place(one, language), kind=kind, change=change)
    if len(found) > most:
        yield _MORE.of(language).format(more=len(found) - most)


def _table(name: str, title: Label, listed: Sequence[Found], ledger: Mapping[str, Claim], language: Language) -> Table:
    columns = tuple(
        Column(head, "left", width) for head, width in zip(_HEADS.of(language).split("|"), _WIDTHS[name], strict=True)
    )
    rows = tuple(
        (
            (_place(one, language),),
            (_kind(one, language),),
            _before(one, ledger),
            (one.after or "—",),
            (one.within or "—",),
        )
        for one in listed
    )
    return Table(name, title.of(language), columns, rows, size="small")


def _before(one: Found, ledger: Mapping[str, Claim]) -> Inlines:
    """What the run wrote: the claim itself where it is one, with its base and where it came from."""
    claim = ledger.get(one.claim)
    return (claim,) if claim is not None and claim.text in one.before else (one.before or "—",)


def _kind(one: Found, language: Language) -> str:
    kind = TITLES[one.kind].of(language)
    return f"{kind} · {_TRACKED.of(language)}" if one.is_tracked else kind


def _place(one: Found, language: Language) -> str:
    if isinstance(one.at, Grid):
        place = _TABLE.of(language)
    elif isinstance(one.at, Picture):
        place = _PICTURE.of(language)
    elif one.at.paragraph:
        place = _PARAGRAPH.of(language).format(number=one.at.paragraph)
    else:
        return _MARGIN.of(language)
    return _UNDER.of(language).format(place=place, heading=one.at.heading) if one.at.heading else place
