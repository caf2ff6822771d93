"""How the numbers of a comparison are called, and in which unit they are printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

HUNDRED = 100.0


@dataclass(frozen=True)
class Kind:
    """How a number is named and printed. In the name, {name} is the row's and {place} the study's."""

    zh: str
    en: str
    unit: str = "share"
    decimals: int = 2
    scale: float = 1.0


def _rank(zh: str, en: str) -> Kind:
    return Kind(zh, en, "rank", 0)


def _points(zh: str, en: str) -> Kind:
    return Kind(zh, en, "points", 2, HUNDRED)


DISTRICT: Mapping[str, Kind] = {
    "standardised": Kind("{name}：按{place}企业结构标准化的比率", "{name}: rate standardised to the mix of {place}"),
    "low": Kind("{name}：标准化比率的过程波动下限", "{name}: standardised rate, lower limit of process variation"),
    "high": Kind("{name}：标准化比率的过程波动上限", "{name}: standardised rate, upper limit of process variation"),
    "wilson_low": Kind("{name}：过程波动下限（威尔逊）", "{name}: lower limit of process variation (Wilson)"),
    "wilson_high": Kind("{name}：过程波动上限（威尔逊）", "{name}: upper limit of process variation (Wilson)"),
    "crude_rank": _rank("{name}：名次", "{name}: rank"),
    "crude_first": _rank("{name}：可能的最好名次", "{name}: best rank it can have"),
    "crude_last": _rank("{name}：可能的最差名次", "{name}: worst rank it can have"),
    "adjusted_rank": _rank("{name}：标准化后的名次", "{name}: rank once standardised"),
    "adjusted_first": _rank("{name}：标准化后可能的最好名次", "{name}: best rank it can have once standardised"),
    "adjusted_last": _rank("{name}：标准化后可能的最差名次", "{name}: worst rank it can have once standardised"),
}
_MEASURES: Mapping[str, Kind] = {
    "overall": Kind("总体比率", "overall rate"),
    "difference": _points("最高与最低之差", "highest less lowest"),
    "ratio": Kind("最高与最低之比", "highest over lowest", unit="times"),
    "par": _points("若各区域都达到最高，总体可提高", "gain overall if all had the best rate (PAR)"),
    "paf": Kind("该提高占总体比率的比例", "that gain as a share of the overall rate (PAF)", decimals=1),
    "bgsd": _points("组间标准差", "standard deviation between groups (root of BGV)"),
    "bgv": Kind("组间方差", "variance between groups (BGV)", unit="squared points", scale=HUNDRED**2),
    "md_mean": _points("与总体的平均差距", "mean difference from the overall rate"),
    "md_best_weighted": _points("与最高者的平均差距", "mean difference from the best"),
    "idis_weighted": Kind("差异指数（按企业数加权）", "index of disparity, weighted (IDIS)", decimals=1),
    "theil": Kind("泰尔指数（千分之）", "Theil's index, in thousandths", unit="index", scale=1000.0),
    "mld": Kind("平均对数离差（千分之）", "mean log deviation, in thousandths", unit="index", scale=1000.0),
}
TOTAL: Mapping[str, Kind] = {
    "phi": Kind("过度离散系数φ", "over-dispersion φ", unit="times", decimals=1),
    "between_sd": _points("区域间超出偶然的标准差τ", "standard deviation τ between districts beyond chance"),
    "level_inner": Kind("漏斗图内限的水平", "level of the funnel's inner limits", decimals=0),
    "level_outer": Kind("漏斗图外限的水平", "level of the funnel's outer limits", decimals=1),
    "dissimilarity": Kind("相异指数", "index of dissimilarity", decimals=1),
    "agreement": Kind(
        "标准化前后名次的相关系数", "correlation of ranks before and after standardising", unit="correlation"
    ),
    "theil_groups": Kind("泰尔指数中各组之间的份额", "share of Theil's index that lies between groups", decimals=1),
    "theil_districts": Kind(
        "泰尔指数中区域之间的份额", "share of Theil's index that lies between districts", decimals=1
    ),
    **{
        f"{state}_{name}": Kind(f"{zh}：{kind.zh}", f"{en}: {kind.en}", kind.unit, kind.decimals, kind.scale)
        for state, zh, en in (("crude", "实际", "as they are"), ("adjusted", "标准化后", "standardised"))
        for name, kind in _MEASURES.items()
    },
}
CELL: Mapping[str, Kind] = {
    "shrunk": Kind("{name}：收缩估计的比率", "{name}: shrunk rate"),
    "low": Kind("{name}：收缩估计的下限", "{name}: shrunk rate, lower limit"),
    "high": Kind("{name}：收缩估计的上限", "{name}: shrunk rate, upper limit"),
    "weight": Kind("{name}：本组数据在估计中的权重", "{name}: weight of its own data", decimals=0),
}
MEASURES = tuple(_MEASURES)
