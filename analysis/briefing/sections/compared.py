"""What the sections on a comparison share: the districts and the two sides, computed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from analysis.briefing.context import Context
from analysis.coverage.base_names import place_label
from analysis.coverage.comparing import OUTCOMES, Measure, of_districts, whole
from analysis.coverage.counting import Counter
from analysis.coverage.districts import Districts
from analysis.coverage.pairs import Pair, Side, pair
from analysis.coverage.selection import EVERYTHING
from analysis.errors import WorkbookError
from analysis.messages import said
from analysis.quantities import Label, Rate

End = Literal["first", "second"]
SIDES: tuple[End, End] = ("first", "second")
REST = Label("其余区域", "the other districts")


@dataclass(frozen=True, eq=False)
class Compared:
    """What is compared in one paper."""

    context: Context

    @cached_property
    def measure(self) -> Measure:
        """What is measured on the first side, and across districts."""
        setting, within = self.context.setting, self.context.within
        return Measure(
            outcome=_given(self.context, "outcome", "organisation"),
            base=setting("base"),
            groups=_given(self.context, "groups", "category"),
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
        return whole(self.context.counter, self.measure)

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
        label = place_label(study, EVERYTHING.but(districts=found.districts))
        if side == "second" and self.context.setting("other_district") == "rest":
            label = REST
        if not self.pair.second.elsewhere:
            return label
        year = study.settings.period
        return Label(f"{label.zh}（{year}年）", f"{label.en} ({year})")

    @cached_property
    def between(self) -> Label:
        """The two sides, as the names of terms begin."""
        one, two = self.name("first"), self.name("second")
        return Label(f"{two.zh}比{one.zh}", f"{two.en} less {one.en}")

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


def _given(context: Context, name: str, otherwise: str) -> str:
    """A parameter of the comparison; its default in a paper that has none."""
    fields = type(context.parameters).model_fields
    return str(getattr(context.parameters, name)) if name in fields else otherwise
