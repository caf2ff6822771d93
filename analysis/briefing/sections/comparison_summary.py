"""A comparison: what is compared, computed once for all of its sections; and what it comes to, in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from analysis.briefing.context import Context
from analysis.coverage.base_names import place_label
from analysis.coverage.compared import district_number, term_number, total_number
from analysis.coverage.comparing import OUTCOMES, Measure, Side, of_districts
from analysis.coverage.counting import Counter
from analysis.coverage.districts import Districts
from analysis.coverage.indicators import Part
from analysis.coverage.pairs import Pair, pair
from analysis.coverage.selection import EVERYTHING
from analysis.errors import WorkbookError
from analysis.messages import said
from analysis.quantities import Label, Quantity, Rate, Status, computed, enumerated
from analysis.views.blocks import Block, Inlines, Paragraph
from analysis.views.wording import Slot, capital

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


def summary(context: Context) -> tuple[Block, ...]:
    """The comparison in words: who stands out once the mix is allowed for, how sure, and what the mix explains."""
    found = compared_of(context)
    blocks: list[Block] = [context.head("主要结论", "The finding"), _two(context, found)]
    if found.districts is not None:
        blocks += sentences(context, found.districts, found.overall)
    return tuple(blocks)


def sentences(context: Context, found: Districts, overall: Rate) -> list[Block]:
    """Which district stands out, how sure that is, and what the mix explains."""
    numbers, names = found.numbers, {part.id: part for part in found.parts}
    crude, adjusted = (numbers[column].sort_values(kind="stable") for column in ("crude", "standardised"))
    moved = (numbers["standardised"] - numbers["crude"]).abs().idxmax()
    return [
        context.say(
            "各区域中，{high}比率最高，{high_rate}；{low}最低，{low_rate}；{place}总体{overall}。企业结构不同，"
            "本来就会使比率不同：若各区域都按{place}的企业结构，最高的是{high_adjusted}（{high_standardised}），"
            "最低的是{low_adjusted}（{low_standardised}）。",
            "{high} has the highest rate, {high_rate}, and {low} the lowest, {low_rate}; {place} as a whole has "
            "{overall}. Part of that is who is there: if every district had the mix of {place}, {high_adjusted} would "
            "be highest ({high_standardised}) and {low_adjusted} lowest ({low_standardised}).",
            "lead",
            place=context.study.settings.place.label,
            overall=overall.share,
            **_ends(context, found, "high", str(crude.index[-1]), str(adjusted.index[-1])),
            **_ends(context, found, "low", str(crude.index[0]), str(adjusted.index[0])),
        ),
        _sure(context, found, str(adjusted.index[-1])),
        context.say(
            "结构影响最大的是{place}：实际{crude}，标准化后{standardised}，名次由{rank}变为{adjusted_rank}。"
            "标准化前后各区域名次的相关系数为{agreement}；与总体的平均差距由{before}变为{after}。",
            "The mix matters most for {place}: {crude} as it is, {standardised} once standardised, and rank {rank} "
            "becomes {adjusted_rank}. Ranks before and after agree with a correlation of {agreement}; the mean "
            "difference from the overall rate goes from {before} to {after}.",
            place=names[str(moved)].label,
            crude=names[str(moved)].rate.share,
            standardised=district_number(found, "standardised", str(moved)),
            rank=district_number(found, "crude_rank", str(moved)),
            adjusted_rank=district_number(found, "adjusted_rank", str(moved)),
            agreement=total_number(found, "agreement"),
            before=total_number(found, "crude_md_mean"),
            after=total_number(found, "adjusted_md_mean"),
        ),
    ]


def rank_cell(context: Context, found: Districts, kind: str, district: str) -> Inlines:
    """A rank with the ranks it can have."""
    return context.words(
        "{rank}（{first}–{last}）",
        "{rank} ({first}–{last})",
        **{part: district_number(found, f"{kind}_{part}", district) for part in ("rank", "first", "last")},
    )


def listed(context: Context, names: list[str]) -> str:
    """Names one after the other."""
    return "、".join(names) if context.language == "zh" else enumerated(names)


def _ends(
    context: Context, found: Districts, end: str, crude: str, adjusted: str
) -> dict[str, Inlines | str | Quantity | Rate]:
    names = {part.id: part for part in found.parts}
    part: Part = names[crude]
    return {
        end: part.label.of(context.language),
        f"{end}_rate": part.rate,
        f"{end}_adjusted": names[adjusted].label.of(context.language),
        f"{end}_standardised": district_number(found, "standardised", adjusted),
    }


def _sure(context: Context, found: Districts, top: str) -> Paragraph:
    """How sure: who lies outside the funnel after standardising, and which ranks the first can have."""
    language, numbers = context.language, found.numbers
    names = {part.id: part.label.of(language) for part in found.parts}
    outside = [names[str(name)] for name in numbers.index[numbers["adjusted_beyond"].abs() == 2]]
    doubtful = [names[str(name)] for name in numbers.index[numbers["adjusted_beyond"].abs() == 1]]
    levels = {"outer": total_number(found, "level_outer"), "inner": total_number(found, "level_inner")}
    if outside:
        head = context.words(
            "按结构调整并计入区域间的普遍差异后，{who}仍在{outer}界限之外，确实与众不同。",
            "Allowing for the mix, and for how much districts vary in any case, {who} still lie outside the {outer} "
            "limits: they do stand out.",
            who=listed(context, outside),
            outer=levels["outer"],
        )
    elif doubtful:
        head = context.words(
            "按结构调整并计入区域间的普遍差异后，没有区域在{outer}界限之外；{who}在{inner}与{outer}界限之间，"
            "值得一看，不足以下结论。",
            "Allowing for the mix, and for how much districts vary in any case, none lies outside the {outer} limits; "
            "{who} between those of {inner} and {outer}: worth a look, no ground for a conclusion.",
            who=listed(context, doubtful),
            **levels,
        )
    else:
        head = context.words(
            "按结构调整并计入区域间的普遍差异后，没有一个区域在{inner}界限之外：没有区域与众不同到需要解释。",
            "Allowing for the mix, and for how much districts vary in any case, none lies outside the {inner} limits: "
            "no district stands out so far that it needs explaining.",
            inner=levels["inner"],
        )
    tail = context.words(
        "标准化后居首的{top}，其名次可以是第{first}至第{last}名。",
        " {top}, first once standardised, can have any rank from {first} to {last}.",
        top=names[top],
        first=district_number(found, "adjusted_first", top),
        last=district_number(found, "adjusted_last", top),
    )
    return Paragraph((*head, *tail), "lead")


def _two(context: Context, found: Compared) -> Paragraph:
    both = found.pair
    one, two = both.first.rate, both.second.rate
    gap = _gap(one, two)
    changed = not both.is_like_for_like
    values: dict[str, Slot] = {
        "first": capital(found.name("first").of(context.language)),
        "second": found.name("second"),
        "one": one,
        "two": two,
        "gap": gap,
        "mix": term_number(both, "mix", between=found.between),
        "rate": term_number(both, "rate", between=found.between),
    }
    if changed:
        values |= {
            "base": term_number(both, "base", between=found.between),
            "definition": term_number(both, "definition", between=found.between),
        }
    return context.say(
        "{first}{outcome}的比率为{one}，{second}为{two}，后者减前者为{gap}：企业结构不同占{mix}，各组比率不同占{rate}"
        + ("，基数口径不同占{base}，覆盖的定义不同占{definition}" if changed else "")
        + "，没有余项。",
        "{first} {outcome}: {one}; {second}: {two}. The second less the first is {gap}: {mix} from a different mix of "
        "enterprises, {rate} from different rates within groups"
        + (", {base} from the change of base, {definition} from that of definition" if changed else "")
        + ", and nothing left over.",
        "lead",
        outcome=found.outcome,
        **values,
    )


def _gap(one: Rate, two: Rate) -> Quantity:
    """The difference of two rates in percentage points."""
    hundred = Quantity(100, "points", Status.DERIVED, Label("百分点", "percentage points"), address="constant:100")
    less = computed("−", two.share, one.share, unit="share", base=two.base_name, decimals=2)
    return computed(
        "×", less, hundred, unit="points", decimals=2, label=Label("两个比率之差", "difference of the two rates")
    )
