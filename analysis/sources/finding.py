"""What an audit tells: a statement whose numbers are quantities, how it was derived, and how much it matters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from analysis.quantities import Interval, Label, Quantity, Rate

Severity = Literal["contradiction", "tension", "caution", "note", "ok"]
SEVERITIES: tuple[Severity, ...] = ("contradiction", "tension", "caution", "note", "ok")

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


def worded(zh: str, en: str, **names: Label) -> Label:
    """A template in both languages with names written into its `<name>` places.

    Braces in a name are its own, not a slot: they are widened. An English statement begins with a capital.

    Examples
    --------
    >>> worded("<whole>{n}家。", "<whole>: {n}.", whole=Label("企业", "enterprises")).en
    'Enterprises: {n}.'
    """
    for name, label in names.items():
        zh = zh.replace(f"<{name}>", _braceless(label.zh))
        en = en.replace(f"<{name}>", _braceless(label.en))
    return Label(zh, en[:1].upper() + en[1:])


def listed(*labels: Label) -> Label:
    """Names one after the other, as each language lists them.

    Examples
    --------
    >>> listed(Label("甲", "a"), Label("乙", "b"), Label("丙", "c")).zh
    '甲、乙、丙'
    >>> listed(Label("甲", "a"), Label("乙", "b"), Label("丙", "c")).en
    'a, b and c'
    """
    *most, last = [label.en for label in labels]
    return Label("、".join(label.zh for label in labels), f"{', '.join(most)} and {last}" if most else last)


def measure(unit: str) -> str:
    """The Chinese measure word of a unit; empty for shares.

    Examples
    --------
    >>> measure("persons")
    '名'
    """
    return _MEASURES.get(unit.split(" per ")[0], "")


def _braceless(text: str) -> str:
    return text.translate(str.maketrans("{}", "｛｝"))
