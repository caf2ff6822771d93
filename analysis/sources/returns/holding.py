"""What must hold in a return and does not: blanks that nothing tells, rules that are broken, sums that were typed over."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from analysis.cell_text import NotANumberError, number_in, text_of
from analysis.messages import said
from analysis.sources.returns.edits import edits_of, total
from analysis.sources.returns.form import Place
from analysis.sources.returns.values import COUNT, text_of_cell

if TYPE_CHECKING:
    from analysis.sources.returns.reading import Reading


def tell_blanks(reading: Reading, missing: list[Place]) -> None:
    """Tell blanks, those below one another together."""
    columns: dict[tuple[str, str], list[int]] = {}
    for place in missing:
        title, address = reading.cell(place)
        name = address.rstrip("0123456789")
        columns.setdefault((title, name), []).append(int(address.removeprefix(name)))
    for (title, name), rows in columns.items():
        for _, run in groupby(enumerate(sorted(rows)), key=lambda pair: pair[1] - pair[0]):
            ends = [row for _, row in run]
            span = f"{name}{ends[0]}" + (f":{name}{ends[-1]}" if len(ends) > 1 else "")
            what = "is blank, and does not follow from the other counts"
            reading.tell(title, span, what, None, said("{count}; 0 for none", count=COUNT))


def tell_broken(reading: Reading) -> tuple[int, int]:
    """Tell the rules that are broken, one at each place; how many could be applied, and how many of them are broken."""
    tried, broken, told = 0, 0, set()
    for edit in edits_of(reading.form):
        if all(place in reading.counts for place in edit.terms):
            tried += 1
            if edit.is_broken(reading.counts):
                broken += 1
                if edit.where not in told:  # the first says it best
                    told.add(edit.where)
                    seen = total(reading.form, reading.counts, edit.where)
                    shown = None if seen is None else said("{seen:,}", seen=seen)
                    reading.tell(*reading.cell(edit.where), edit.rule, shown, edit.allowed(reading.counts))
    return tried, broken


def tell_sums(reading: Reading) -> None:
    """A sum that was typed over has to be the sum, and a check what it checks."""
    for place in reading.form.sums():
        title, address = reading.cell(place)
        if title not in reading.book.sheetnames:
            continue
        cell = reading.book[title][address]
        is_formula, seen = cell.data_type == "f", cell.value
        if is_formula and _bare(seen) == _bare(reading.form.formula(place, reading.language)):
            continue
        if is_formula:
            seen = reading.values[title][address].value
        right = _right(reading, place)
        if right is not None and not _is_number(seen, right):
            what = "holds a formula that is not the template's" if is_formula else "is not the sum of its parts"
            allowed = said("{right:,}, as the template's formula gives", right=right)
            reading.tell(title, address, what, text_of_cell(seen), allowed)
        elif right is None and text_of_cell(seen) and not (is_formula and _is_number(seen)):
            what = "was typed over a formula, and the counts that it sums are not all there"
            reading.tell(title, address, what, text_of_cell(seen), "the template's formula")


def _is_number(seen: object, right: int | None = None) -> bool:
    """Whether a value is a number, and the right one where that is known."""
    try:
        found = number_in(text_of(seen))
    except NotANumberError:
        return False
    return not isinstance(seen, bool) and right in (None, found)


def _right(reading: Reading, place: Place) -> int | None:
    """What a sum has to be; of a check, what its parts add up to without what they are parts of."""
    parts, less = total(reading.form, reading.counts, place), reading.form.line(place).less
    whole = total(reading.form, reading.counts, place._replace(line=less)) if less else 0
    return None if parts is None or whole is None else parts - whole


def _bare(formula: object) -> str:
    return text_of_cell(formula).replace(" ", "")
