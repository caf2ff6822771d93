"""Published figures of two places or years side by side: what can be compared, what cannot, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from analysis.briefing.composing import Row, gap_between
from analysis.briefing.context import Context
from analysis.briefing.texts import label
from analysis.coverage.comparing import elsewhere
from analysis.quantities import Label, Quantity, Rate, constant
from analysis.study import Study
from analysis.study_models import Figure
from analysis.views.blocks import Block, Inlines

Meaning = tuple[str, str]  # an indicator and a category

_OF_OPERATING = ("enterprises_with_organisation", "enterprises_with_instructor")  # which make a rate of those operating


@dataclass(frozen=True, eq=False)
class Published:
    """The figures that a study published of one place and period, by what they mean."""

    study: Study
    figures: Mapping[Meaning, Figure]
    role: str = ""  # the word before the addresses of another study

    @property
    def name(self) -> Label:
        """The place, with the year where it is known."""
        first = next(iter(self.figures.values()))
        place = Label(first.place, self._place_en(first.place))
        return place if first.period is None else label("comparison.in_year", place=place, year=str(first.period))

    def number(self, figure: Figure) -> Quantity:
        """A figure as a quantity of its study."""
        found = self.study.quantity(figure.id)
        return elsewhere(self.role, found) if self.role else found

    def base(self, figure: Figure) -> Label | None:
        """What the document says that a figure is of; none where it does not."""
        return self.study.name_of(figure.base) if figure.base else None

    @cached_property
    def rates(self) -> dict[str, Rate]:
        """Shares of the operating enterprises, where both counts were published and the document names no other base."""
        found = {}
        whole = self.figures.get(("enterprises_operating", "all"))
        for indicator in _OF_OPERATING:
            part = self.figures.get((indicator, "all"))
            if part is not None and whole is not None and part.base in ("", whole.id) and part.value <= whole.value:
                found[indicator] = Rate(self.number(part), self.number(whole), whole.label)
        return found

    def _place_en(self, place: str) -> str:
        own = self.study.settings.place
        return own.en if place == own.zh else place


def has_figures_alone(context: Context) -> bool:
    """Whether one of the two studies of a comparison, or the only one, counts nothing: then published figures are compared."""
    return not context.has_cells or context.other_counter.cells is None


def sides_of(context: Context) -> tuple[Published, Published] | None:
    """The two sides: a study's own figures, and those of the other study, or of its own other place or year.

    Of several, the one that has most figures in common, and of these the latest. None where there is no second side.
    """
    first, *others = _groups(context.study)
    if "other" in context.others:
        others = _groups(context.others["other"], "other")[:1]
    shared = [(len(first.figures.keys() & one.figures.keys()), _year(one), one) for one in others]
    best = max(shared, key=lambda one: one[:2], default=(0, 0, None))
    return None if best[2] is None else (first, best[2])


def _groups(study: Study, role: str = "") -> list[Published]:
    """The figures of each place and period; the study's own first, or the latest where it has none of its own."""
    found: dict[tuple[str, int | None], dict[Meaning, Figure]] = {}
    for row in study.figures.values():
        found.setdefault((row.place, row.period), {}).setdefault((row.indicator, row.category), row)
    groups = [Published(study, rows, role) for rows in found.values()]
    return sorted(groups, key=lambda one: (not study.is_own(next(iter(one.figures.values()))), -_year(one)))


def _year(side: Published) -> int:
    return next(iter(side.figures.values())).period or 0


def side_by_side(context: Context) -> tuple[Block, ...]:
    """Both sides' figures in one table, each with whether it can be compared; what one of them has alone; what it would take."""
    names = context.listed(
        study.settings.place.label
        for study, counter in ((context.study, context.counter), (context.others.get("other"), context.other_counter))
        if study is not None and counter.cells is None
    )
    needs = context.say("figures.needs_counts", "note", names=names)
    sides = sides_of(context) if context.study.figures else None
    if sides is None:
        return context.head("said"), context.say("figures.nothing_beside", "lead"), needs
    one, two = sides
    same = [meaning for meaning in one.figures if meaning in two.figures]
    if not same:
        return (
            context.head("said"),
            context.say("figures.none_shared", "lead", **_names(sides)),
            *_alone(context, sides),
            needs,
        )
    rows = [*_derived(context, sides), *(_row(context, sides, meaning) for meaning in same)]
    fit = sum(row[-2] is not None for row in rows)
    lead = context.say(
        "figures.shared",
        "lead",
        number=constant(len(rows), "figures", label("figures.rows")),
        fit=constant(fit, "figures", label("figures.fit")),
        **_names(sides),
    )
    table = context.table("figures_compared", rows, one=one.name, two=two.name)
    return context.head("said"), lead, table, *_alone(context, sides), needs


def _names(sides: tuple[Published, Published]) -> dict[str, Label]:
    return {"one": sides[0].name, "two": sides[1].name}


def _derived(context: Context, sides: tuple[Published, Published]) -> Iterator[Row]:
    """Rates over one base that both sides' counts give, though neither may have published them."""
    one, two = sides
    for indicator, rate in one.rates.items():
        if indicator in two.rates:
            other = two.rates[indicator]
            name = label("figures.of_operating", name=one.figures[indicator, "all"].label)
            alike = rate.base_name == other.base_name
            verdict = context.words("figures.same_base", base=rate.base_name)
            if not alike:
                verdict = context.words(
                    "figures.other_base", one=one.name, base_one=rate.base_name, two=two.name, base_two=other.base_name
                )
            gap = gap_between(rate.share, other.share) if alike else None
            yield name, rate.share, rate.base_name, other.share, other.base_name, gap, verdict


def _row(context: Context, sides: tuple[Published, Published], meaning: Meaning) -> Row:
    one, two = sides
    figures = one.figures[meaning], two.figures[meaning]
    numbers = one.number(figures[0]), two.number(figures[1])
    bases = one.base(figures[0]), two.base(figures[1])
    reason = _reason(context, sides, figures, bases)
    gap = None if reason else gap_between(*numbers)
    if not reason:
        is_rate = figures[0].unit == "percent"
        reason = context.words("figures.same_base", base=bases[0] or "") if is_rate else context.words("figures.counts")
    return figures[0].label, numbers[0], bases[0], numbers[1], bases[1], gap, reason


def _reason(
    context: Context,
    sides: tuple[Published, Published],
    figures: tuple[Figure, Figure],
    bases: tuple[Label | None, Label | None],
) -> Inlines:
    """Why two figures cannot be compared; nothing where they can."""
    one, two = figures
    names = _names(sides)
    if one.unit != two.unit:
        return context.words("figures.other_unit")
    unstated = [name for name, base in zip(names.values(), bases, strict=True) if base is None]
    if one.unit == "percent" and unstated:
        return context.words("figures.unstated_base", names=context.listed(unstated))
    if one.unit == "percent" and bases[0] != bases[1]:
        return context.words("figures.other_base", base_one=bases[0] or "", base_two=bases[1] or "", **names)
    if one.label_zh != two.label_zh:
        return context.words("figures.called_differently", first=one.label, second=two.label)
    if any(figure.approximate != "no" for figure in figures):
        return context.words("figures.approximate")
    return ()


def _alone(context: Context, sides: tuple[Published, Published]) -> Iterator[Block]:
    """The figures that only one side has."""
    for own, other in (sides, sides[::-1]):
        names = [row.label for meaning, row in own.figures.items() if meaning not in other.figures]
        if names:
            yield context.say(
                "figures.alone", "item", place=own.name, names=context.listed(names, "list.comma_or_semicolon")
            )
