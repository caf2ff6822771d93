"""A comparison: what is compared, computed once for all of its sections; and what it comes to, in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from analysis.briefing.context import Context
from analysis.briefing.texts import label
from analysis.coverage.base_names import place_label
from analysis.coverage.compared import district_number, term_number, total_number
from analysis.coverage.comparing import OUTCOMES, Measure, Side, of_districts
from analysis.coverage.counting import Counter
from analysis.coverage.districts import Districts
from analysis.coverage.pairs import Pair, pair
from analysis.coverage.selection import EVERYTHING
from analysis.errors import WorkbookError
from analysis.messages import said
from analysis.quantities import Label, Quantity, Rate, Status, computed
from analysis.views.blocks import Block, Inlines, Paragraph, Style
from analysis.views.wording import Slot

End = Literal["first", "second"]
SIDES: tuple[End, End] = ("first", "second")


@dataclass(frozen=True, eq=False)
class Compared:
    """What is compared in one paper."""

    context: Context

    @cached_property
    def measure(self) -> Measure:
        """What is measured on the first side, and across districts."""
        setting, within = self.context.setting, self.context.within
        return Measure(
            outcome=setting("outcome"),
            base=setting("base"),
            groups=setting("groups"),
            categories=within.categories,
            directly_managed=within.directly_managed,
        )

    @cached_property
    def districts(self) -> Districts | None:
        """The districts; none where there are fewer than two to compare."""
        counter = self.context.counter
        if counter.cells is None or len(counter.study.districts) < 2:
            return None
        found = Districts(counter, self.measure)
        known = [part for part in of_districts(counter, self.measure) if part.rate.base.value]
        if len(known) < 2 or not 0 < self.overall.share.value < 1:
            return None
        return found

    @cached_property
    def overall(self) -> Rate:
        """The rate of the whole place."""
        return Side(self.context.counter, self.measure).rate

    @cached_property
    def pair(self) -> Pair:
        """The two sides.

        Raises
        ------
        WorkbookError
            When they are the same, or over different bases without leave.
        """
        setting = self.context.setting
        other = self.measure.but(
            base=setting("other_base") or self.measure.base, outcome=setting("other_outcome") or self.measure.outcome
        )
        elsewhere = "other" in self.context.others
        counter = self.context.other_counter
        first = Side(self.context.counter, self.measure, self._chosen("district", self.context.counter, lowest=True))
        if setting("other_district") == "rest":
            others = tuple(row.id for row in counter.study.districts if row.id not in first.districts)
            if not first.districts or not others:
                raise WorkbookError(
                    'other_district: "rest" leaves nobody; allowed: with a district, not all of them, as the first'
                )
            second = Side(counter, other, others, elsewhere)
        else:
            second = Side(counter, other, self._chosen("other_district", counter, lowest=False), elsewhere)
        change = setting("change_of_base") == "term"
        return pair(first, second, change=change, full_members_from=setting("member_threshold"))

    def name(self, side: End) -> Label:
        """What a side is called: its place, with the year where there are two studies."""
        found: Side = getattr(self.pair, side)
        study = found.counter.study
        place = place_label(study, EVERYTHING.but(districts=found.districts))
        if side == "second" and self.context.setting("other_district") == "rest":
            place = label("comparison.rest")
        if not self.pair.second.elsewhere:
            return place
        return label("comparison.in_year", place=place, year=str(study.settings.period))

    @cached_property
    def between(self) -> Label:
        """The two sides, as the names of terms begin."""
        return label("comparison.between", one=self.name("first"), two=self.name("second"))

    @property
    def outcome(self) -> Label:
        """What counts as covered, in words."""
        return OUTCOMES[self.measure.outcome].label

    def _chosen(self, name: str, counter: Counter, *, lowest: bool) -> tuple[str, ...]:
        asked = self.context.setting(name)
        if asked == "all" or (asked == "auto" and "other" in self.context.others):
            return ()
        if asked != "auto":
            return tuple(asked.split(","))
        found = [part for part in of_districts(counter, self.measure) if part.rate.base.value]
        shown = [part for part in found if not part.rate.share.withheld]
        found = sorted(shown, key=lambda one: one.rate.share.value) if len(shown) > 1 else found
        if len(found) < 2:
            raise WorkbookError(
                said(
                    "{study}: has one district only; allowed: other_study, to compare it with another period or place",
                    study=counter.study.id,
                )
            )
        return (found[0 if lowest else -1].id,)


@lru_cache(maxsize=2)
def compared_of(context: Context) -> Compared:
    """What a paper compares, computed once for all its sections."""
    return Compared(context)


def summary(context: Context) -> tuple[Block, ...]:
    """The comparison in words: who stands out once the mix is allowed for, how sure, and what the mix explains."""
    found = compared_of(context)
    blocks: list[Block] = [context.head("said"), _two(context, found)]
    if found.districts is not None:
        blocks += sentences(context, found.districts, found.overall, "lead")
    return tuple(blocks)


def _two(context: Context, found: Compared) -> Paragraph:
    """What separates the two sides: the mix, the rates, and the base and the definition where they change."""
    both = found.pair
    one, two = both.first.rate, both.second.rate
    terms = {
        name: term_number(both, name, between=found.between)
        for name in (("mix", "rate") if both.is_like_for_like else ("mix", "rate", "base", "definition"))
    }
    changes: Inlines = ()
    if not both.is_like_for_like:
        changes = context.words("said.changes", base=terms.pop("base"), definition=terms.pop("definition"))
    return context.say(
        "said.two",
        "lead",
        first=context.name(found.name("first")),
        second=found.name("second"),
        outcome=found.outcome,
        one=one,
        two=two,
        gap=_gap(one, two),
        changes=changes,
        **terms,
    )


def _gap(one: Rate, two: Rate) -> Quantity:
    """The difference of two rates in percentage points."""
    hundred = Quantity(100, "points", Status.DERIVED, label("comparison.points"), address="constant:100")
    less = computed("−", two.share, one.share, unit="share", base=two.base_name, decimals=2)
    return computed("×", less, hundred, unit="points", decimals=2, label=label("comparison.gap"))


def sentences(context: Context, found: Districts, overall: Rate, style: Style = "body") -> list[Block]:
    """Which district stands out, how sure that is, and what the mix explains."""
    numbers, names = found.numbers, {part.id: part for part in found.parts}
    adjusted = numbers["standardised"].sort_values(kind="stable")
    moved = str((numbers["standardised"] - numbers["crude"]).abs().idxmax())
    of_moved = {
        slot: district_number(found, column, moved)
        for slot, column in {
            "standardised": "standardised", "rank": "crude_rank", "adjusted_rank": "adjusted_rank",
        }.items()
    }  # fmt: skip
    return [
        context.say(
            "said.extremes",
            style,
            place=context.study.settings.place.label,
            overall=overall.share,
            **_ends(found, "high", -1),
            **_ends(found, "low", 0),
        ),
        _sure(context, found, str(adjusted.index[-1]), style),
        context.say(
            "said.moved",
            place=names[moved].label,
            crude=names[moved].rate.share,
            agreement=total_number(found, "agreement"),
            before=total_number(found, "crude_md_mean"),
            after=total_number(found, "adjusted_md_mean"),
            **of_moved,
        ),
    ]


def _ends(found: Districts, end: str, place: int) -> dict[str, Slot]:
    """The district at an end of the order, as districts are and once standardised."""
    names = {part.id: part for part in found.parts}
    crude, adjusted = (
        str(found.numbers[column].sort_values(kind="stable").index[place]) for column in ("crude", "standardised")
    )
    return {
        end: names[crude].label,
        f"{end}_rate": names[crude].rate,
        f"{end}_adjusted": names[adjusted].label,
        f"{end}_standardised": district_number(found, "standardised", adjusted),
    }


def _sure(context: Context, found: Districts, top: str, style: Style) -> Paragraph:
    """How sure: who lies outside the funnel after standardising, and which ranks the first can have."""
    beyond = found.numbers["adjusted_beyond"].abs()
    names = {part.id: part.label.of(context.language) for part in found.parts}
    outside, doubtful = ([(names[str(name)],) for name in beyond.index[beyond == far]] for far in (2, 1))
    levels = {"outer": total_number(found, "level_outer"), "inner": total_number(found, "level_inner")}
    if outside:
        head = context.words("said.outside", who=context.enumerated(outside), outer=levels["outer"])
    elif doubtful:
        head = context.words("said.doubtful", who=context.enumerated(doubtful), **levels)
    else:
        head = context.words("said.none", inner=levels["inner"])
    ends = {end: district_number(found, f"adjusted_{end}", top) for end in ("first", "last")}
    return Paragraph((*head, *context.words("said.ranks", top=names[top], **ends)), style)


def rank_cell(context: Context, found: Districts, kind: str, district: str) -> Inlines:
    """A rank with the ranks it can have."""
    parts = {part: district_number(found, f"{kind}_{part}", district) for part in ("rank", "first", "last")}
    return context.words("said.rank", **parts)
