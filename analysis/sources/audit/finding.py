"""What an audit tells: a statement whose numbers are quantities, how it was derived, and how much it matters.

The sentences stand in assets/findings.toml; here they are filled with the names of figures.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from analysis.catalogue import texts
from analysis.quantities import Interval, Label, Quantity, Rate, enumerated, joined
from analysis.sources.audit.relation_models import Relations
from analysis.sources.rounding import Ends, ends_of
from analysis.study import Study

Severity = Literal["contradiction", "tension", "caution", "note", "ok"]
SEVERITIES: tuple[Severity, ...] = ("contradiction", "tension", "caution", "note", "ok")
Values = Mapping[str, Quantity | Rate | Interval]

BRACES = str.maketrans("{}", "｛｝")  # of a name in a template
NOTHING = Label("", "")
STOP = Label("。", ".")

_SENTENCES = Path(__file__).parent.parent.parent / "assets" / "findings.toml"
_MEASURES = {"enterprises": "家", "organisations": "个", "persons": "名"}


@dataclass(frozen=True)
class Finding:
    """One thing that a rule found.

    Its severity is `contradiction` where figures cannot all be right; `tension` where statements need explaining side by
    side; `caution` for a figure to read with care; `note` for what follows from the figures; `ok` for what agrees.
    """

    rule: str
    about: str  # the relation or figure that the rule was applied to; with the rule it names the finding
    severity: Severity
    statement: Label  # a template, as the derivation; their slots are the keys of `values`
    derivation: Label
    values: Values
    figures: tuple[str, ...]  # the ids of those used


@dataclass(frozen=True)
class Figures:
    """The published figures of a study and how they relate: what the rules of an audit are applied to."""

    study: Study
    relations: Relations

    def __getitem__(self, figure: str) -> Quantity:
        return self.study.quantity(figure)

    def has(self, *names: str) -> bool:
        """Whether all of them were published."""
        return self.study.has(*names)

    def ends(self, figure: str) -> Ends:
        """The least and greatest number that a figure may stand for."""
        return ends_of(self.study, figure)

    def called(self, figure: str) -> Label:
        """A figure's name; with its year and place where the study holds several."""
        row = self.study.figures[figure]
        zh, en = row.label_zh, row.label_en
        if len({(other.place, other.period) for other in self.study.figures.values()}) > 1:
            places = {place.place: place.en for place in self.relations.places}
            year = NOTHING if row.period is None else Label(f"{row.period}年", f" in {row.period}")
            zh = joined(year.zh, row.place, zh)
            en = f"{en} in {places.get(row.place, row.place)}{year.en}"
        return Label(zh, en)

    def finding(
        self, rule: str, about: str, severity: Severity, of: Mapping[str, str], /, *,
        say: str | Label = "say", how: str | Label = "how", used: tuple[str, ...] = (),
        **filling: Quantity | Rate | Interval | Label,
    ) -> Finding:  # fmt: skip
        """A finding in the words of findings.toml.

        Parameters
        ----------
        of
            By slot, the figures that it speaks of: `{slot}` is the number, `<slot>` its name.
        say, how
            The statement and its derivation: the key of a sentence of the rule, or a template that was made of several.
        used
            The ids of all figures that it rests on, where they are not just those.
        filling
            Further numbers, with their names; and what else stands in the `<name>` places of both.
        """
        numbers = {slot: one for slot, one in filling.items() if not isinstance(one, Label)}
        values: Values = {slot: self[figure] for slot, figure in of.items()} | numbers
        names = {slot: one.label for slot, one in numbers.items() if isinstance(one, Quantity)}
        names |= {slot: self.called(figure) for slot, figure in of.items()}
        names |= {slot: one for slot, one in filling.items() if isinstance(one, Label)}
        statement, derivation = (
            _measured(worded(text(f"{rule}.{one}") if isinstance(one, str) else one, **names), values)
            for one in (say, how)
        )
        return Finding(rule, about, severity, statement, derivation, values, used or tuple(of.values()))


Rule = Callable[[Figures], Iterator[Finding]]


def over(kind: str, *needed: str) -> Callable[[Callable[[Figures, Any], Iterator[Finding]]], Rule]:
    """Make a rule of what is found of one relation: for each of a kind of which the needed figures were published."""

    def rule_of(found: Callable[[Figures, Any], Iterator[Finding]]) -> Rule:
        def rule(figures: Figures) -> Iterator[Finding]:
            for row in getattr(figures.relations, kind):
                if figures.has(*(getattr(row, field) for field in needed)):
                    yield from found(figures, row)

        return rule

    return rule_of


def text(*keys: str) -> Label:
    """The template at a key of findings.toml; of several, one after the other."""
    return chained(*map(_template, keys))


def chained(*labels: Label) -> Label:
    """Texts one after the other."""
    return Label("".join(label.zh for label in labels), "".join(label.en for label in labels))


def worded(template: Label, /, **names: Label) -> Label:
    """A sentence with names written into its `<name>` places. The English begins with a capital.

    Braces in a name are its own, not a slot: they are widened.

    Examples
    --------
    >>> worded(Label("<whole>{n}家。", "<whole>: {n}."), whole=Label("企业", "enterprises")).en
    'Enterprises: {n}.'
    """
    sentence = phrased(template, **names)
    return Label(sentence.zh, sentence.en[:1].upper() + sentence.en[1:])


def phrased(template: Label, /, **names: Label) -> Label:
    """A part of a sentence: as `worded`, without the capital."""
    zh, en = template.zh, template.en
    for name, label in names.items():
        zh = zh.replace(f"<{name}>", label.zh.translate(BRACES))
        en = en.replace(f"<{name}>", label.en.translate(BRACES))
    return Label(zh, en)


def listed(*labels: Label) -> Label:
    """Names one after the other, as each language lists them.

    Examples
    --------
    >>> listed(Label("甲", "a"), Label("乙", "b"), Label("丙", "c"))
    Label(zh='甲、乙、丙', en='a, b and c')
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


def unworded(quantity: Quantity) -> Quantity:
    """The number without the word of its approximation, for a sentence that has a word of its own."""
    return replace(quantity, approximate="")


def one_of(rate: Quantity) -> Quantity:
    """The whole that a rate is a share of."""
    return replace(rate, value=1, decimals=0, address="constant:1", approximate="", label=Label("全部", "the whole"))


def measure(quantity: Quantity) -> Label:
    """The Chinese measure word of a quantity; empty for shares, and in English."""
    return Label(_MEASURES.get(quantity.unit.split(" per ")[0], ""), "")


def _measured(template: Label, values: Values) -> Label:
    """A sentence with the measure word of each number for the `<m>` that follows its slot."""

    def of(slot: re.Match[str]) -> str:
        number = values[slot[1]]
        counted = number.low if isinstance(number, Interval) else number
        return slot[0].removesuffix("<m>") + (measure(counted).zh if isinstance(counted, Quantity) else "")

    return Label(re.sub(r"\{(\w+)\}<m>", of, template.zh), template.en)


@cache
def _template(key: str) -> Label:
    return phrased(_sentences()[key], check=_sentences()["check"])


@cache
def _sentences() -> Mapping[str, Label]:
    return texts(tomllib.loads(_SENTENCES.read_text(encoding="utf-8")))
