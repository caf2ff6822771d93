"""What an audit tells: a statement whose numbers are quantities, how it was derived, and how much it matters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from analysis.quantities import Interval, Label, Quantity, Rate, enumerated, joined
from analysis.sources.relation_models import Relations
from analysis.study import Study

Severity = Literal["contradiction", "tension", "caution", "note", "ok"]
SEVERITIES: tuple[Severity, ...] = ("contradiction", "tension", "caution", "note", "ok")

CHECK = Label("，请核对原文", "; please check against the document")
_MEASURES = {"enterprises": "家", "organisations": "个", "persons": "名"}


@dataclass(frozen=True)
class Finding:
    """One thing that a rule found.

    Parameters
    ----------
    rule
        The rule's name.
    about
        The relation or figure that the rule was applied to; with the rule it names the finding.
    severity
        `contradiction`: figures that cannot all be right; `tension`: statements that need explaining side by side;
        `caution`: a figure to read with care; `note`: what follows from the figures; `ok`: what agrees.
    statement, derivation
        Templates in both languages; their slots are the keys of `values`.
    values
        The numbers, each a quantity, rate or interval.
    figures
        The ids of the figures used.
    """

    rule: str
    about: str
    severity: Severity
    statement: Label
    derivation: Label
    values: Mapping[str, Quantity | Rate | Interval]
    figures: tuple[str, ...]


def worded(zh: str, en: str, /, **names: Label) -> Label:
    """A sentence in both languages with names written into its `<name>` places. The English begins with a capital.

    Braces in a name are its own, not a slot: they are widened.

    Examples
    --------
    >>> worded("<whole>{n}家。", "<whole>: {n}.", whole=Label("企业", "enterprises")).en
    'Enterprises: {n}.'
    """
    text = phrased(zh, en, **names)
    return Label(text.zh, text.en[:1].upper() + text.en[1:])


def phrased(zh: str, en: str, /, **names: Label) -> Label:
    """A part of a sentence: as `worded`, without the capital."""
    for name, label in names.items():
        zh = zh.replace(f"<{name}>", _braceless(label.zh))
        en = en.replace(f"<{name}>", _braceless(label.en))
    return Label(zh, en)


def listed(*labels: Label) -> Label:
    """Names one after the other, as each language lists them.

    Examples
    --------
    >>> listed(Label("甲", "a"), Label("乙", "b"), Label("丙", "c")).zh
    '甲、乙、丙'
    >>> listed(Label("甲", "a"), Label("乙", "b"), Label("丙", "c")).en
    'a, b and c'
    """
    return Label("、".join(label.zh for label in labels), enumerated([label.en for label in labels]))


def figures_of(*quantities: Quantity) -> tuple[str, ...]:
    """The ids of the figures that quantities rest on, each once."""
    leaves = [leaf.address for quantity in quantities for leaf in quantity.leaves()]
    return tuple(dict.fromkeys(leaf.removeprefix("figure:") for leaf in leaves if leaf.startswith("figure:")))


def quoted(label: Label) -> Label:
    """A name between quotation marks; those that it holds become single.

    Examples
    --------
    >>> quoted(Label("达到“五个好”", "five-good")).zh
    '“达到‘五个好’”'
    """
    zh, en = (text.translate(str.maketrans("“”", "‘’")) for text in (label.zh, label.en))
    return Label(f"“{zh}”", f"“{en}”")


def called(study: Study, figure: str, *, relations: Relations) -> Label:
    """A figure's name; with its year and place where the study holds several."""
    row = study.figures[figure]
    zh, en = row.label_zh, row.label_en
    if len({(other.place, other.period) for other in study.figures.values()}) > 1:
        places = {place.place: place.en for place in relations.places}
        year = Label("", "") if row.period is None else Label(f"{row.period}年", f" in {row.period}")
        zh = joined(year.zh, row.place, zh)
        en = f"{en} in {places.get(row.place, row.place)}{year.en}"
    return Label(zh, en)


def unworded(quantity: Quantity) -> Quantity:
    """The number without the word of its approximation, for a sentence that has a word of its own."""
    return replace(quantity, approximate="")


def measure(quantity: Quantity) -> Label:
    """The Chinese measure word of a quantity; empty for shares, and in English."""
    return Label(_MEASURES.get(quantity.unit.split(" per ")[0], ""), "")


BRACES = str.maketrans("{}", "｛｝")  # of a name in a template


def _braceless(text: str) -> str:
    return text.translate(BRACES)
