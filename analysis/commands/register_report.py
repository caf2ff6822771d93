"""What became of all that lies in a register, as lines for the command line, and lines to paste into study.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from analysis.cell_text import flat
from analysis.input_models import RegisterInput
from analysis.messages import in_language, said
from analysis.quantities import Language
from analysis.sources.persons.screen import kind_of, shown
from analysis.sources.register import LABELS, ORGANISATION
from analysis.sources.registers.columns import TO_PASTE, in_toml, pasted
from analysis.sources.registers.report import Report
from analysis.sources.registers.words import guessed_word, known_names
from analysis.study import Study
from analysis.views.room import text_width

SHOWN = 40  # letters of a cell
UNKNOWN = 40  # words of a column that are listed of those that nobody knows


def accounting(report: Report, language: Language) -> str:
    """What lies in the source, as the sum of what became of it.

    Examples
    --------
    >>> report = Report("a.csv", lines=62, above=1, kept=60, rejected=0, told=(("totals", 1),))
    >>> accounting(report, "en")
    '62 rows in the file = 1 header + 60 kept + 0 rejected + 1 total'
    >>> accounting(report, "zh")
    '文件共62行 = 表头1 + 计入60 + 剔除0 + 合计行1'
    """
    zh = language == "zh"
    parts = [f"计入{report.kept:,}", f"剔除{report.rejected:,}"] if zh else []
    parts = parts or [f"{report.kept:,} kept", f"{report.rejected:,} rejected"]
    if report.above:
        head = "title and header" if report.above > 1 else "header"
        parts.insert(0, f"{in_language(head, language)}{report.above:,}" if zh else f"{report.above:,} {head}")
    for what, count in report.told:
        parts.append(f"{in_language(what, language)}{count:,}" if zh else f"{count:,} {_counted(what, count)}")
    whole = (
        said("{rows:,} rows in the file", rows=report.lines)
        if report.above
        else said("{rows:,} rows", rows=report.lines)
    )
    return f"{in_language(whole, language)} = {' + '.join(parts)}"


def report_lines(
    report: Report,
    settings: RegisterInput,
    study: Study | None,
    rows: Sequence[Sequence[str | None]],
    language: Language,
) -> Iterator[str]:
    """All that is known of a register that was looked through.

    Parameters
    ----------
    rows
        Some of its first rows, with the columns of `report.theirs`.
    """
    yield f"{in_language(report.where, language)}{'：' if language == 'zh' else ': '}{accounting(report, language)}"
    yield ""
    yield from _mapping(report, language)
    yield from _remarks(report, language)
    yield ""
    yield from _table([*map(_short, report.theirs.values())], [[_short(cell or "") for cell in row] for row in rows])
    if report.rejected:
        yield ""
        heads = [in_language(head, language) for head in ("faults", "column", "what")]
        yield from _table(
            heads,
            [(f"{count:,}", column, in_language(what, language)) for column, what, count in report.faults],
        )
        yield ""
        yield from (one.problem(report.where).told(language) for one in report.first)
    block = [*_unknown_headers(report, settings, language), *_unknown_words(report, settings, study, language)]
    if block:
        yield ""
        yield in_language(TO_PASTE, language)
        yield ""
        yield from block


def _mapping(report: Report, language: Language) -> Iterator[str]:
    """Which header stands for which of our columns."""
    absent = in_language("(absent: not in the data)", language)
    lines = [*report.theirs.items(), *((name, absent) for name in report.absent)]
    if language == "en":
        yield from _table(("column", "header"), lines)
    else:
        heads = [in_language(head, language) for head in ("column", "meaning", "header")]
        yield from _table(heads, [(column, LABELS[column].of(language), header) for column, header in lines])


def _remarks(report: Report, language: Language) -> Iterator[str]:
    """What else is known of the file as a whole; the paper says the same."""
    told: list[str] = []
    if report.unused:
        told.append(said("not used: {names}", names=", ".join(report.unused)))
    told.append(
        "looked for persons in: every row"
        if report.looked_for_persons >= report.read
        else said("looked for persons in: {some:,} of {read:,} rows", some=report.looked_for_persons, read=report.read)
    )
    if report.not_telephones:
        told.append(said("declared to be no telephone numbers: {names}", names=", ".join(report.not_telephones)))
    told += [said("note: {note}", note=note) for note in report.notes]
    yield from (in_language(one, language) for one in told)


def _unknown_headers(report: Report, settings: RegisterInput, language: Language) -> Iterator[str]:
    """Headers that are near to those of a column that the register seems not to have."""
    for line in pasted(report.absent, report.unused, settings, every=False):
        yield in_language(line, language)


def _unknown_words(report: Report, settings: RegisterInput, study: Study | None, language: Language) -> Iterator[str]:
    """Words that nobody knows, as the tables that would say what they mean."""
    for column, found in groupby(sorted(report.unknown, key=lambda one: one[0]), key=lambda one: one[0]):
        words = [(word, count) for _, word, count in found if word.strip() and not kind_of(word)]
        if not words:
            continue
        yield f"[register.values.{column}]"
        yield from (f"{in_toml(word)} = {in_toml(ours)}" for word, ours in settings.values.get(column, {}).items())
        for word, count in words[:UNKNOWN]:
            yield in_language(_line(word, count, _guess(word, column, study), _allowed(column, study)), language)
        if len(words) > UNKNOWN:
            yield in_language(said("# … and {more:,} words more", more=len(words) - UNKNOWN), language)
        yield ""


def _line(word: str, count: int, guess: str, allowed: Sequence[str]) -> str:
    if guess:
        pair = f"{in_toml(word)} = {in_toml(guess)}"
        return said("{pair}   # {count:,} rows; is this right?", pair=pair, count=count)
    names = ", ".join(allowed[:12]) + (" …" if len(allowed) > 12 else "")
    word = in_toml(word)
    if not allowed:
        return said('# {word} = "…"   # {count:,} rows', word=word, count=count)
    return said('# {word} = "…"   # {count:,} rows; one of: {names}', word=word, count=count, names=names)


def _guess(word: str, column: str, study: Study | None) -> str:
    if column in ("district", "category"):
        return known_names(study, {})[column].guessed(word) if study is not None else ""
    return guessed_word(word, column)


def _allowed(column: str, study: Study | None) -> Sequence[str]:
    if column in ("district", "category"):
        if study is None:
            return ()
        return [row.id for row in (study.districts if column == "district" else study.settings.categories)]
    return ORGANISATION if column == "organisation" else ("0", "1")


def _short(text: str) -> str:
    told = flat(shown(text, names=False))
    return told if len(told) <= SHOWN else told[: SHOWN - 1] + "…"


def _counted(what: str, count: int) -> str:
    """A word in the singular where there is one of it."""
    return re.sub(r"^((?:\w+ )??\w+)s(?= |$)", r"\1", what, count=1) if count == 1 else what


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table in plain letters; a Chinese one is two wide."""
    widths = [max(text_width(row[place]) for row in (head, *rows)) for place in range(len(head))]
    for row in (head, ["-" * width for width in widths], *rows):
        cells = (cell + " " * (width - text_width(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
