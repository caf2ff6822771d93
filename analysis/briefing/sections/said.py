"""A comparison in words: who stands out once the mix is allowed for, how sure that is, and what the mix explains."""

from __future__ import annotations

from analysis.briefing.context import Context
from analysis.briefing.sections.compared import Compared, compared_of
from analysis.coverage.compared import district_number, term_number, total_number
from analysis.coverage.districts import Districts
from analysis.coverage.indicators import Part
from analysis.quantities import Label, Quantity, Rate, Status, computed, enumerated
from analysis.views.blocks import Block, Inlines, Paragraph
from analysis.views.wording import Slot, capital


def said(context: Context) -> tuple[Block, ...]:
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
