"""How a year passes: its steps in order, each told in words beside what happens in it, and a state taken through them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analysis.quantities import Label
from analysis.scenarios import year
from analysis.scenarios.assumptions import Rates
from analysis.scenarios.random_draws import EXPECTED, Array, Chance
from analysis.scenarios.state import State

Flows = Mapping[
    str, Array
]  # what came and went in a year, by draw: enterprises opened and closed, members by what they did


@dataclass(frozen=True)
class Step:
    """A part of the year: how a paper tells it to who reads no code, and what happens in it, in this order."""

    said: Label
    run: tuple[Callable[[year.Year], None], ...]


STEPS = (
    Step(
        Label(
            "上年的预备党员转为正式党员，少数未能转正。",
            "Last year's probationary members become full members; a few lapse.",
        ),
        (year.confirm,),
    ),
    Step(
        Label(
            "企业退出，其中的党员一并退出统计；新办企业补足退出数并按净增比例增加，新办企业没有党员、党组织和指导员。"
            "净增比例即企业数一年的变化；减少快于退出时，各种规模的企业按同样比例多退出。",
            "Enterprises close, and their members go with them. New ones make up for those that close and add the net "
            "growth; they have no member, organisation or instructor. Net growth is the change of their number in a year; "
            "where the decline is faster than enterprises close, more close, of all sizes alike.",
        ),
        (year.turn_over,),
    ),
    Step(
        Label(
            "企业升到或降到相邻的职工规模档，党员随企业走；上升的机会使各类企业的规模分布不变，再乘以一个系数。",
            "Enterprises rise or fall to the next band of staff, with their members. They rise as often as keeps the sizes of a "
            "category as they are, times a factor.",
        ),
        (year.resize,),
    ),
    Step(
        Label(
            "正式党员离开；党员从外面转入，新党员发展，预备期一年：有正式党员的企业按其人数；没有的按职工人数，发展还须有指导员或党组织。",
            "Full members leave; members transfer in, and others are admitted, on probation for a year: in proportion to full "
            "members; where there is none, to staff, and then admission needs an instructor or an organisation.",
        ),
        (year.leave, year.arrive, year.recruit),
    ),
    Step(
        Label(
            "有三名以上正式党员的企业单独建立党组织：没有党组织的按一个比例，在联合党组织中的按另一个比例。",
            "Enterprises with three or more full members found an organisation of their own: at one rate those without any, at "
            "another those under a joint organisation.",
        ),
        (year.found,),
    ),
    Step(
        Label(
            "新建联合党组织，不多于所需；空出的位置先给有党员而无党组织的企业，再给最大一档中没有党员的企业。",
            "Joint organisations are founded, no more than are needed. Free places of joint organisations go to enterprises "
            "with members and no organisation, then to those of the uppermost band without a member.",
        ),
        (year.join,),
    ),
    Step(
        Label(
            "指导员增加或减少；空出的名额先给职工最多一档的企业，减少时先从最小一档撤出。减少的指导员按现有指导员平均"
            "联系的企业数计。",
            "Instructors are added or withdrawn: places go to the uppermost band of staff first, and are lost in the lowest "
            "first. One withdrawn leaves as many enterprises as an instructor has today.",
        ),
        (year.instruct,),
    ),
    Step(
        Label(
            "一部分党组织达到“五个好”，一部分不再达标。",
            "Some organisations become five-good, and some cease to be.",
        ),
        (year.judge,),
    ),
)

SIMPLIFIED = (
    Label(
        "正式党员不足五名的企业按党员人数逐类计数，一家企业一年内离开、转入或发展的至多计两名，平均人数不变；五名以上的"
        "企业只计合计人数，各家之间的差别按出发时登记册的离散程度（负二项分布）。",
        "Enterprises with fewer than five full members are counted by their members, and at most two leave, arrive or are "
        "admitted in one of them in a year, of the same mean. From five on only the sum of members is carried, spread over "
        "enterprises as unevenly as in the register at the start (a negative binomial distribution).",
    ),
    Label(
        "没有党员的企业，每类每档按规模分为八等份，各取平均职工数；其余企业只计所在的档。",
        "Enterprises without a member have the mean staff of one of eight equal parts of their category and band, from small "
        "to large; of the others only the band is carried.",
    ),
    Label(
        "党组织随企业存续；联合党组织的空位和指导员的名额在同等条件的企业之间平均分配。",
        "An organisation lasts as long as its enterprise; places of joint organisations and of instructors are shared evenly "
        "among enterprises that have the same claim to them.",
    ),
    Label(
        "各项比例逐年不变，净增按复利累计，没有上限；假设只就今后几年而言，推算十年以上只是算术，不宜引用。",
        "Rates are the same every year, and net growth compounds without a ceiling. The assumptions are about the next few "
        "years: beyond ten years a path is arithmetic, and not to be quoted.",
    ),
)  # what the cells do not carry, and how far a path can be read: `state.POOLED_FROM`, `state.PARTS`, `HORIZON`
HORIZON = 10  # years


def step(state: State, rates: Rates, *, mix: Array | None = None, chance: Chance = EXPECTED) -> tuple[State, Flows]:
    """The state a year later, and what came and went: after = before + flows, exactly in a draw.

    Parameters
    ----------
    rates
        Each a number for all draws, or one number a draw.
    mix
        Of the state in which the path starts; of this one where none is given.
    chance
        `EXPECTED` for the mean field, or `Drawn` from a generator (the numbers of the state are whole then, and stay so).
    """
    passing = year.Year(state, state.mix if mix is None else mix, rates, chance)
    for one in STEPS:
        for happen in one.run:
            happen(passing)
    return passing.ended(), passing.flows
