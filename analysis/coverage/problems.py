"""The problems that the conference named, each with the indicators that would show it: measured, or not in the data.

An indicator is measured where it was published or counted. What a synthetic register would say of it was put there by
assumptions, so it is not in the data, and no number is given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from analysis.coverage.base_names import base_label
from analysis.coverage.counting import Counter
from analysis.coverage.selection import EVERYTHING, Selection
from analysis.errors import NotInDataError
from analysis.quantities import Label, Quantity, Rate, Status, computed

Value = Quantity | Rate


@dataclass(frozen=True)
class Indicator:
    """A number that would show a problem.

    Parameters
    ----------
    value
        The number; none where it is not in the data.
    needs
        What data would measure it.
    """

    label: Label
    value: Value | None
    needs: Label

    @property
    def is_measured(self) -> bool:
        """Whether the data has it."""
        return self.value is not None


@dataclass(frozen=True)
class Problem:
    """One of the problems, with its indicators."""

    id: str
    label: Label
    indicators: tuple[Indicator, ...]


FIGURE = Label("对此公布的数字", "a published figure of it")
REGISTER = Label("登记簿或各区域报表", "a register, or the districts' returns")


def problems(counter: Counter) -> tuple[Problem, ...]:
    """The five problems, in the order of the minutes.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> found = problems(Counter(open_study("suzhou-2003"), None))
    >>> [sum(one.is_measured for one in problem.indicators) for problem in found]
    [2, 0, 1, 0, 0]
    """
    return (
        Problem("low", Label("党组织覆盖率低", "coverage is low"), _low(counter)),
        Problem("weak", Label("党组织作用发挥不够", "organisations are not active enough"), _weak(counter)),
        Problem("means", Label("缺党务工作者、经费和场所", "people, funds and venues are missing"), _means(counter)),
        Problem(
            "together", Label("领导体系和协调机制有待加强", "leadership and co-ordination are weak"), _together(counter)
        ),
        Problem(
            "managed", Label("行业系统直管企业选派指导员滞后", "directly managed enterprises lag"), _managed(counter)
        ),
    )


def _low(counter: Counter) -> tuple[Indicator, ...]:
    covered = EVERYTHING.but(organisation="any")
    no_member = Label("没有党员的企业", "enterprises without a member")
    return (
        Indicator(Label("党组织覆盖率", "coverage by organisations"), _rate(counter, covered, EVERYTHING), REGISTER),
        Indicator(
            Label("没有党组织的企业", "enterprises without an organisation"),
            _outside(counter, covered, Label("没有党组织的企业", "enterprises without one")),
            REGISTER,
        ),
        Indicator(no_member, _outside(counter, EVERYTHING.but(members_from=1), no_member), REGISTER),
    )


def _weak(counter: Counter) -> tuple[Indicator, ...]:
    def good() -> Rate:
        part, whole = (counter.count(of, EVERYTHING) for of in ("five_good_organisations", "organisations"))
        return Rate(part, whole, base_label(counter.study, EVERYTHING, of="organisations"))

    activities = Label("每个党组织全年活动次数", "activities of an organisation in the year")
    return (
        Indicator(Label("“五个好”党组织的比例", "share of five-good organisations"), _value(good), REGISTER),
        _asked(counter, "activities_per_organisation", activities),
    )


def _means(counter: Counter) -> tuple[Indicator, ...]:
    instructed, instructors = _figure(counter, "enterprises_with_instructor"), _figure(counter, "instructors")
    each = None
    if instructed is not None and instructors is not None and instructors.value:
        each = computed(
            "÷", instructed, instructors, unit="enterprises per instructor", decimals=2,
            label=Label("每名指导员覆盖的企业数", "enterprises per instructor"),
        )  # fmt: skip
    figures = Label("党建工作指导员数和指导员覆盖的企业数", "the numbers of instructors and of enterprises they cover")
    no_worker = Label("没有专职党务工作者的党组织", "organisations without a full-time worker")
    return (
        Indicator(Label("每名指导员覆盖的企业数", "enterprises per instructor"), each, figures),
        _asked(counter, "organisations_without_full_time_worker", no_worker),
        _asked(counter, "organisations_without_funds", Label("没有活动经费的党组织", "organisations without funds")),
        _asked(counter, "organisations_without_venue", Label("没有活动场所的党组织", "organisations without a venue")),
    )


def _together(counter: Counter) -> tuple[Indicator, ...]:
    groups = Label("有专门领导小组的区域", "districts with a leading group of their own")
    meetings = Label("联系会议全年次数", "meetings of the liaison conference in the year")
    return (
        _asked(counter, "districts_with_leading_group", groups),
        _asked(counter, "liaison_meetings", meetings),
    )


def _managed(counter: Counter) -> tuple[Indicator, ...]:
    found = []
    for managed, zh, en in (
        ("yes", "直管企业", "directly managed enterprises"),
        ("no", "其他企业", "the other enterprises"),
    ):
        group = EVERYTHING.but(directly_managed=managed)
        rate = _rate(counter, group.but(instructor="yes"), group)
        found.append(Indicator(Label(f"{zh}中有指导员的比例", f"share of {en} with an instructor"), rate, REGISTER))
    return tuple(found)


def _rate(counter: Counter, part: Selection, whole: Selection) -> Rate | None:
    found = _value(lambda: counter.rate(part, base=whole))
    return found if isinstance(found, Rate) and found.base.value else None


def _outside(counter: Counter, part: Selection, label: Label) -> Value | None:
    """How many enterprises are not of a selection."""
    return _value(lambda: (counter.count("enterprises", EVERYTHING) - counter.count("enterprises", part)).named(label))


def _value(count: Callable[[], Value]) -> Value | None:
    """A number that was published or counted; none where it was not, or only assumed."""
    try:
        found = count()
    except NotInDataError:  # neither published nor counted
        return None
    return found if found.status <= Status.DERIVED else None


def _figure(counter: Counter, indicator: str) -> Quantity | None:
    """A published figure of the study's own place and period, for all enterprises."""
    figure = counter.study.published(indicator)
    return None if figure is None else counter.figure(figure.id)


def _asked(counter: Counter, indicator: str, label: Label) -> Indicator:
    """An indicator that only a published figure can answer."""
    return Indicator(label, _figure(counter, indicator), FIGURE)
