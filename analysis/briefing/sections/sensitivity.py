"""Which assumptions matter most: moved one at a time, by share of the variance, and what overturns a conclusion."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.briefing.context import Context
from analysis.briefing.sections.simulated import Runs, drawn_with, runs_of
from analysis.quantities import Label, Quantity, constant
from analysis.scenarios.addresses import Part, assumption_quantity, expected_quantity, share_quantity
from analysis.scenarios.sensitivity import shares, tornado
from analysis.scenarios.switching_values import overturned_of
from analysis.sources import results
from analysis.views.blocks import Block, Inlines, Table
from analysis.views.tables import line
from analysis.views.wording import capital

MOST_IMPORTANT = 6


def matters(context: Context) -> tuple[Block, ...]:
    """The assumptions that move coverage most, and those that would overturn a conclusion."""
    runs = runs_of(context)
    return (
        context.head("哪些假设最要紧", "What matters most"),
        one_at_a_time(context),
        tornado_table(context, runs, most=MOST_IMPORTANT),
        *variance(context, runs),
        *_overturned(context, runs),
    )


def one_at_a_time(context: Context) -> Block:
    """How the assumptions are moved."""
    return context.say(
        "每次只把一项假设移到范围的一端，其余不变，不计偶然；按影响大小排列。",
        "One assumption at a time at the ends of its range, the others as they are, without chance; the widest first.",
    )


def tornado_table(context: Context, runs: Runs, *, most: int) -> Table:
    """The assumptions that move coverage most, with what follows at the ends of their ranges."""
    language, last = context.language, runs.draws.years[-1]
    table = tornado(runs.state, runs.scenario, "covered", years=last - runs.scenario.year)
    rows: list[tuple[Inlines, ...]] = []
    for row in table.head(most).to_dict("records"):
        assumed = runs.scenario.dynamics[row["assumption"]]
        ends = [
            expected_quantity(runs.expected, "covered", year=last, value=row[f"at_{end}"], **{assumed.id: row[end]})
            for end in ("low", "high")
        ]
        numbers = [assumption_quantity(assumed, "low"), assumption_quantity(assumed, "high"), *ends]
        rows.append(line(assumed.label, language, *numbers))
    names = context.heads(
        "假设|下限|上限|取下限时覆盖企业|取上限时覆盖企业", "Assumption|Low|High|Covered at low|Covered at high"
    )
    title = Label("影响覆盖企业数最大的假设", "Assumptions that move the enterprises covered most")
    return context.table("tornado", title, names, rows, widths=(4.0, 1.0, 1.0, 1.4, 1.4))


def variance(context: Context, runs: Runs) -> Iterator[Block]:
    """The shares of the variance of coverage that come from each assumption; nothing where none is in doubt."""
    language, last = context.language, runs.draws.years[-1]
    asked = {"year": last, "seed": context.setting("seed")}
    found = shares(runs.state, runs.scenario, "covered", **asked, folder=results.FOLDER)
    if not found.inputs or not found.table["total"].any():
        return
    yield context.say(
        "各项假设同时在范围内变动时，{year}年末覆盖企业数的方差来自哪里：“独自”是弄清这一项即可消除的部分，"
        "“连同共同作用”还包括它与其他各项一起造成的部分。",
        "Where the variance of the enterprises covered by the end of {year} comes from when all assumptions move in their "
        "ranges at once: by itself is what would go if that one were known; with joint effects adds what it does together "
        "with the others.",
        year=str(last),
    )
    parts: tuple[Part, ...] = ("first", "first_error", "total", "total_error")
    rows = [
        line(runs.scenario.dynamics[name].label, language, *(share_quantity(found, name, part) for part in parts))
        for name in found.inputs[:MOST_IMPORTANT]
    ]
    label = Label("分解方差的抽样点数", "sample points of the shares of the variance")
    points = constant(found.points, "draws", label)
    note = context.words(
        "Sobol一阶与总指数（SALib），不计偶然，是估计值，±为自助法区间的半宽（二十次有十九次在内）。‡模拟：情景“{name}”，样本点{points}个，种子{seed}。",
        "Sobol indices, first-order and total (SALib), without chance; estimates, ± the half width of an interval "
        "by bootstrap that holds nineteen times in twenty. ‡ simulated: scenario {name}, {points} sample points, seed {seed}.",
        name=runs.scenario.label.of(language),
        points=points,
        seed=drawn_with(context)[1],
    )
    names = context.heads("假设|独自|±|连同共同作用|±", "Assumption|By itself|±|With joint effects|±")
    title = Label("覆盖企业数的方差来自哪些假设", "Where the variance of the enterprises covered comes from")
    yield context.table("variance", title, names, rows, widths=(4.0, 1.2, 0.9, 1.6, 0.9), note=note)


def _overturned(context: Context, runs: Runs) -> Iterator[Block]:
    """For each target: the smallest change of one assumption that turns whether it is met."""
    asked = runs.asked(context.years)
    for question, found in zip(asked, overturned_of(asked, folder=results.FOLDER), strict=True):
        if found is None:
            continue
        rule, assumed = question.rule, runs.scenario.dynamics[found.assumption]
        met = context.text("能按期达到", "is met") if found.met else context.text("不能按期达到", "is not met")
        yield context.say(
            "“{target}”：不计偶然{met}，有{share}的抽样达到；“{assumption}”从{value}向{end}移动，不计偶然的结论就会改变。",
            "{target}: {met} without chance, and met in {share} of the draws. One assumption alone can turn the path "
            "without chance: {assumption}, from {value} towards {end}.",
            "item",
            target=capital(rule.target.label.of(context.language)),
            met=met,
            share=runs.met(rule.target, runs.due(rule, context.years)),
            assumption=assumed.label,
            value=assumption_quantity(assumed),
            end=_towards(assumed.id, found.turns_at, runs),
        )


def _towards(name: str, turns_at: float, runs: Runs) -> Quantity:
    """The end of the range on the way to which a conclusion turns."""
    row = runs.scenario.dynamics[name]
    return assumption_quantity(row, "low" if turns_at < row.value else "high")
