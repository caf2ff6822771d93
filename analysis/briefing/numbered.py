"""Names that hold numbers ("50 or more staff"): the numbers in them become claims too, traced to where the name stands."""

from __future__ import annotations

import re

from analysis.errors import WorkbookError
from analysis.ledger import Claim
from analysis.quantities import Label, Language, Quantity, Status
from analysis.study import Study, Target
from analysis.views.blocks import Inlines

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")
_YEAR = re.compile(r"(19|20)\d\d")


def target_title(target: Target, language: Language) -> Inlines:
    """A target's title, its thresholds as claims.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> first = open_study("suzhou-2003").targets[0]
    >>> [str(getattr(piece, "text", piece)) for piece in target_title(first, "en")]
    ['an enterprise with ', '50', ' or more staff has a member']
    """
    return _claimed(target.label, f"title:target.{target.id}", target.locator, language)


def figure_title(study: Study, figure: str, language: Language) -> Inlines:
    """A published figure's name, the numbers in it as claims."""
    row = study.figures[figure]
    return _claimed(row.label, f"title:figure.{figure}", row.locator, language)


def assumption_title(study: Study, assumption: str, language: Language) -> Inlines:
    """An assumption's name, the numbers in it as claims."""
    return _claimed(study.assumptions[assumption].label, f"title:assumption.{assumption}", "assumptions.toml", language)


def assumption_reason(study: Study, assumption: str, language: Language) -> Inlines:
    """Why an assumption was made so, the numbers in it as claims."""
    row = study.assumptions[assumption]
    return _claimed(Label(row.why_zh, row.why_en), f"title:reason.{assumption}", "assumptions.toml", language)


def number_in(study: Study, address: str) -> float | int:
    """The number at an address `title:kind.name/language#position`, as the study's files have it now."""
    place, _, position = address.removeprefix("title:").partition("#")
    name, _, language = place.rpartition("/")
    kind, _, key = name.partition(".")
    labels = {
        "target": lambda: {row.id: row.label for row in study.targets}[key],
        "figure": lambda: study.figures[key].label,
        "assumption": lambda: study.assumptions[key].label,
        "reason": lambda: Label(study.assumptions[key].why_zh, study.assumptions[key].why_en),
    }
    text = labels[kind]().of("zh" if language == "zh" else "en")
    found = _NUMBER.findall(text)
    if int(position) >= len(found):
        raise WorkbookError(f"{study.id}: {address} holds no such number any more")
    return _value(found[int(position)])


def _value(text: str) -> float | int:
    value = float(text.rstrip("%").replace(",", ""))
    return int(value) if value.is_integer() else value


def _claimed(label: Label, address: str, locator: str, language: Language) -> Inlines:
    text = label.of(language)
    pieces: list[str | Claim] = []
    position = 0
    for count, found in enumerate(_NUMBER.finditer(text)):
        if _YEAR.fullmatch(found[0]):
            continue  # a date, not a count
        where = f"{address}/{language}#{count}"
        named = Quantity(_value(found[0]), "count", Status.PUBLISHED, label, address=where, locator=locator)
        pieces += [text[position : found.start()], Claim(named, found[0])]
        position = found.end()
    return tuple(piece for piece in (*pieces, text[position:]) if piece != "")
