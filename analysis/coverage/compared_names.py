"""How the numbers of a comparison are called, and in which unit they are printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from analysis.quantities import Label

HUNDRED = 100.0


@dataclass(frozen=True)
class Kind:
    """How a number is named and printed. In the name, {name} is the row's and {place} the study's."""

    zh: str
    en: str
    unit: str = "share"
    decimals: int = 2
    scale: float = 1.0
    method: str = ""  # whose it is, as ledgers print it
    of: Label | None = None  # for a share that is not one of the base's enterprises


_RANKS = "Klein, Wright, Wieczorek 2020"
_FAY = "Fay, Feuer 1997"
_FUNNEL = "Spiegelhalter 2005"
_WHO = "WHO 2013"
_TARONE = "Tarone 1982"


def _rank(zh: str, en: str) -> Kind:
    return Kind(zh, en, "rank", 0, method=_RANKS)


def _points(zh: str, en: str, method: str = _WHO) -> Kind:
    return Kind(zh, en, "points", 2, HUNDRED, method)


_OVERALL = Label("总体比率", "the overall rate")
_INDEX = Label("泰尔指数", "Theil's index")
_ESTIMATE = Label("估计值", "the estimate")
_LEVELS = Label("各区域", "districts")


DISTRICT: Mapping[str, Kind] = {
    "standardised": Kind(
        "{name}：按{place}企业结构标准化的比率", "{name}: rate standardised to the mix of {place}", method=_FAY
    ),
    "low": Kind(
        "{name}：标准化比率的过程波动下限", "{name}: standardised rate, lower limit of process variation", method=_FAY
    ),
    "high": Kind(
        "{name}：标准化比率的过程波动上限", "{name}: standardised rate, upper limit of process variation", method=_FAY
    ),
    "wilson_low": Kind(
        "{name}：过程波动下限（威尔逊）", "{name}: lower limit of process variation (Wilson)", method="Newcombe 1998"
    ),
    "wilson_high": Kind(
        "{name}：过程波动上限（威尔逊）", "{name}: upper limit of process variation (Wilson)", method="Newcombe 1998"
    ),
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
    "paf": Kind("该提高占总体比率的比例", "that gain as a share of the overall rate (PAF)", decimals=1, of=_OVERALL),
    "bgsd": _points("组间标准差", "standard deviation between groups (root of BGV)"),
    "bgv": Kind("组间方差", "variance between groups (BGV)", unit="squared points", scale=HUNDRED**2),
    "md_mean": _points("与总体的平均差距", "mean difference from the overall rate"),
    "md_best_weighted": _points("与最高者的平均差距", "mean difference from the best"),
    "idis_weighted": Kind("差异指数（按企业数加权）", "index of disparity, weighted (IDIS)", decimals=1, of=_OVERALL),
    "theil": Kind("泰尔指数（千分之）", "Theil's index, in thousandths", unit="index", scale=1000.0),
    "mld": Kind("平均对数离差（千分之）", "mean log deviation, in thousandths", unit="index", scale=1000.0),
}
TOTAL: Mapping[str, Kind] = {
    "phi": Kind("过度离散系数φ", "over-dispersion φ", "times", 1, method=_FUNNEL),
    "between_sd": _points("区域间超出偶然的标准差τ", "standard deviation τ between districts beyond chance", _FUNNEL),
    "level_inner": Kind(
        "漏斗图内限的水平", "level of the funnel's inner limits", decimals=0, method=_FUNNEL, of=_LEVELS
    ),
    "level_outer": Kind(
        "漏斗图外限的水平", "level of the funnel's outer limits", decimals=1, method=_FUNNEL, of=_LEVELS
    ),
    "dissimilarity": Kind("相异指数", "index of dissimilarity", decimals=1, method="Duncan, Duncan 1955"),
    "agreement": Kind(
        "标准化前后名次的相关系数", "rank correlation before and after", "correlation", method="Spearman 1904"
    ),
    "theil_groups": Kind(
        "泰尔指数中各组之间的份额", "share between groups", decimals=1, method="Shorrocks 1980", of=_INDEX
    ),
    "theil_districts": Kind(
        "泰尔指数中区域之间的份额", "share between districts", decimals=1, method="Shorrocks 1980", of=_INDEX
    ),
    **{
        f"{state}_{name}": replace(kind, zh=f"{zh}：{kind.zh}", en=f"{en}: {kind.en}", method=kind.method or _WHO)
        for state, zh, en in (("crude", "实际", "as they are"), ("adjusted", "标准化后", "standardised"))
        for name, kind in _MEASURES.items()
    },
}
CELL: Mapping[str, Kind] = {
    "shrunk": Kind("{name}：收缩估计的比率", "{name}: shrunk rate", method=_TARONE),
    "low": Kind("{name}：收缩估计的下限", "{name}: shrunk rate, lower limit", method=_TARONE),
    "high": Kind("{name}：收缩估计的上限", "{name}: shrunk rate, upper limit", method=_TARONE),
    "weight": Kind(
        "{name}：自身数据的权重", "{name}: weight of its own data", decimals=0, method=_TARONE, of=_ESTIMATE
    ),
}
MEASURES = tuple(_MEASURES)
