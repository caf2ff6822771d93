"""The page of levers: where each target goes under the levers as they stand, in the paper's paths, with a finding above.

The numbers are those of the printed paths: the same series, quantiles and quantities.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.quantities import Label, Language, Quantity, Rate, Status
from analysis.scenarios.addresses import expected_quantity, lever_quantity, quantity
from analysis.scenarios.contradictions import Contradiction
from analysis.scenarios.levers import SHORT, moved_from
from analysis.scenarios.outcomes import Rule, readings_of, speaks_of_its_base
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.series import BASES, asked, bands, due, series
from analysis.scenarios.simulation import Draws, Path
from analysis.views.explorer import WIDTH
from analysis.views.live import Frame, frame_of_picture
from analysis.views.path_charts import fan
from analysis.views.render import Picture
from analysis.views.rows import Panel, Year, shown
from analysis.views.wording import Slot, capital, claim, fill, number, plain, status_word

HEIGHT = 110  # of a path, px
CLEAR = Label("恢复所选情景", "Back to the scenario")
ENTERPRISES = Label("企业", "enterprises")
FIRST = Label(
    "拖动力度，各图随之变化。菱形：各种读法的要求，达到为蓝色；虚线：所选情景。",
    "Move a lever and every path follows. Diamonds: what each reading asks for, blue if met; dashed: the scenario.",
)
YEAR = Label("{year}年：{share}，{have}/{meant}", "{year}: {share}, {have} of {meant}")
BAND, BEFORE = (
    Label("九成抽样：{band}", "Nine tenths: {band}"),
    Label("所选情景：{before}", "As the scenario: {before}"),
)
READING = Label(
    "{reading}：需达到{required}，尚缺{missing}{met}", "{reading}: required {required}, missing {missing}{met}"
)
MET = Label("，达到的抽样{met}", ", met in {met} of the draws")


@dataclass(frozen=True, eq=False)
class Ahead:
    """What a reader looks at.

    Parameters
    ----------
    start
        The scenario that the levers were moved from.
    before
        Where it leads without chance.
    now
        Where the levers lead: without chance, or in draws.
    years
        For targets without a deadline.
    certainty
        The share of the draws that must meet a target.
    """

    start: Scenario
    before: Path
    now: Path | Draws
    years: int
    certainty: float

    def due(self, rule: Rule) -> int:
        """The year a target is due, if the path goes so far."""
        return due(self.now, rule, years=self.years)

    def met(self, rule: Rule) -> list[bool]:
        """For each reading over each base: whether it is met, in enough of the draws where there are draws."""
        year, target = self.due(rule) - self.now.scenario.year, rule.target
        shares = [
            series(self.now, f"{target.id}#{place}~{base}.met")[year].mean() for place, base in readings_of(target)
        ]
        return [bool(share >= (self.certainty if isinstance(self.now, Draws) else 1)) for share in shares]

    def quantity(self, name: str, *, year: int, stat: str = "p50") -> Quantity:
        """A number of the path, or a statistic of the draws."""
        if isinstance(self.now, Draws):
            return quantity(self.now, name, year=year, stat=stat)
        value = float(series(self.now, name)[year - self.now.scenario.year, 0])
        return expected_quantity(self.now, name, year=year, value=value)


def page_of(ahead: Ahead, language: Language) -> dict[str, Picture]:
    """A path for each target, by id."""
    return {
        rule.target.id: fan(_panel(ahead, rule, language), language=language, width=WIDTH, height=HEIGHT)
        for rule in ahead.now.measures.rules
    }


def frame_of(ahead: Ahead, language: Language, *, against: Sequence[Contradiction] = ()) -> Frame:
    """Everything the page shows, as plain values.

    Parameters
    ----------
    against
        Contradictions between levers: what is shown is then as it was before them, and the finding says so.
    """
    charts = page_of(ahead, language)
    words = {rule.target.id: _words(ahead, rule, language) for rule in ahead.now.measures.rules}
    return {
        "charts": {name: frame_of_picture(one) | words[name] for name, one in charts.items()},
        "finding": contradiction(against, language) if against else finding(ahead, language),
        "note": note(ahead, language),
        "chosen": moved(ahead, language),
        "nothing": FIRST.of(language),
        "clear": CLEAR.of(language),
    }


def _panel(ahead: Ahead, rule: Rule, language: Language) -> Panel:
    """What a target's path is drawn from."""
    name, first, last = f"{rule.target.id}.share", ahead.now.scenario.year, ahead.due(rule)
    points = zip(range(first, last + 1), bands(ahead.now, name), strict=False)
    years = tuple(Year(year, *map(_drawable, quantiles)) for year, quantiles in points)
    before = [_drawable(share) for share in series(ahead.before, name)[: len(years), 0]]
    low, high = (
        claim(ahead.quantity(name, year=last, stat=stat), language) if isinstance(ahead.now, Draws) else None
        for stat in ("p5", "p95")
    )
    readings = readings_of(rule.target)
    required = [asked(ahead.now, f"{rule.target.id}#{place}~{base}")[last - first] for place, base in readings]
    return Panel(
        rule.target.id,
        capital(rule.target.label.of(language)),
        years,
        tuple(min(_drawable(np.median(share)), 1.0) for share in required),
        claim(ahead.quantity(name, year=first), language),
        claim(ahead.quantity(name, year=last), language),
        low,
        high,
        before=tuple(before),
        met=tuple(ahead.met(rule)),
        told=tuple(_told(ahead, rule, year.year, share, language) for year, share in zip(years, before, strict=True)),
        asked=tuple(_asked(ahead, rule, place, base, language) for place, base in readings),
    )


def _told(ahead: Ahead, rule: Rule, year: int, before: float, language: Language) -> str:
    """What stands beside the pointer at a year."""
    target = rule.target.id
    numbers = {part: ahead.quantity(f"{target}.{part}", year=year) for part in ("share", "have", "meant")}
    was = text_of(expected_quantity(ahead.before, f"{target}.share", year=year, value=before), language)
    lines = [YEAR.of(language).format(year=year, **{part: text_of(one, language) for part, one in numbers.items()})]
    if isinstance(ahead.now, Draws) and year > ahead.now.years[0]:
        ends = [text_of(ahead.quantity(f"{target}.share", year=year, stat=stat), language) for stat in ("p5", "p95")]
        lines.append(BAND.of(language).format(band="–".join(ends)))
    lines += [BEFORE.of(language).format(before=was), status_word(numbers["share"].status, language)]
    return "\n".join(lines)


def _asked(ahead: Ahead, rule: Rule, place: int, base: str, language: Language) -> str:
    """What stands beside the pointer at what a reading asks for."""
    at, year = f"{rule.target.id}#{place}~{base}", ahead.due(rule)
    said = capital(rule.target.readings[place].label.of(language))
    if not speaks_of_its_base(rule.target):
        said += Label(f"（{BASES[base].zh}）", f" ({BASES[base].en})").of(language)
    words = {part: text_of(ahead.quantity(f"{at}.{part}", year=year), language) for part in ("required", "missing")}
    met = ""
    if isinstance(ahead.now, Draws):
        draws = ahead.quantity(f"{at}.met", year=year, stat="mean")
        met = MET.of(language).format(met=text_of(draws, language))
    return READING.of(language).format(reading=said, met=met, **words)


def text_of(value: Quantity, language: Language) -> str:
    """A quantity as text with its mark."""
    return shown(claim(value, language))


def _drawable(value: Any) -> float:
    """A number to draw; nothing where there is no number."""
    return 0.0 if math.isnan(value) else float(value)


def _words(ahead: Ahead, rule: Rule, language: Language) -> dict[str, str]:
    """A chart's title, and its hint: what is missing in the year due over the readings, and how often they are met."""
    year = ahead.due(rule)
    at = [f"{rule.target.id}#{place}~{base}" for place, base in readings_of(rule.target)]
    missing = [ahead.quantity(f"{one}.missing", year=year) for one in at]
    if isinstance(ahead.now, Draws):
        met = [ahead.quantity(f"{one}.met", year=year, stat="mean") for one in at]
        said = Label(
            "{year}年：达到的抽样{met}，尚缺的中位数{missing}",
            "{year}: met in {met} of the draws, missing at the median {missing}",
        )
        hint = said.of(language).format(year=year, met=_ends(met, language), missing=_ends(missing, language))
    elif not any(one.value for one in missing):
        hint = Label(f"{year}年：各种读法都已达到", f"{year}: met however it is read").of(language)
    else:
        told = _ends(missing, language)
        hint = Label(f"{year}年：尚缺{told}", f"{year}: missing {told}").of(language)
    return {"title": capital(rule.target.label.of(language)), "hint": hint, "empty": ""}


def _ends(numbers: Sequence[Quantity], language: Language) -> str:
    """The least and the most of a number over the readings, or the one it is."""
    low, high = min(numbers, key=lambda one: one.value), max(numbers, key=lambda one: one.value)
    texts = dict.fromkeys((text_of(low, language), text_of(high, language)))
    return Label("至", " to ").of(language).join(texts)


def finding(ahead: Ahead, language: Language) -> str:
    """What follows, in two sentences: enterprises covered in the last year, and which targets are met in time."""
    year = ahead.now.years[-1]
    covered, whole = (ahead.quantity(name, year=year) for name in ("covered", "enterprises"))
    slots: dict[str, Slot] = {"year": str(year), "covered": covered, "whole": whole}
    if isinstance(ahead.now, Draws):
        slots |= {
            end: ahead.quantity("covered", year=year, stat=stat) for end, stat in (("low", "p5"), ("high", "p95"))
        }
        slots["draws"] = number(ahead.now.draws, "draws", language)
        said = Label(
            "到{year}年末，{draws}次抽样中党组织覆盖企业的中位数为{covered}家，九成抽样在{low}至{high}家之间。",
            "By the end of {year} the median of {draws} draws has {covered} enterprises covered by an organisation; nine "
            "tenths lie between {low} and {high}. ",
        )
    else:
        slots["share"] = Rate(covered, whole, ENTERPRISES).share
        said = Label(
            "到{year}年末，党组织覆盖企业{covered}家，占{whole}家的{share}。",
            "By the end of {year}, {covered} of {whole} enterprises are covered by an organisation ({share}). ",
        )
    return plain(fill(said, slots, language)) + _targets(ahead, language)


def contradiction(against: Sequence[Contradiction], language: Language) -> str:
    """Which levers contradict each other, and what would do; the paths stay as they were."""
    told = Label(
        "“{first}”与“{second}”矛盾：{said}。可以：{allowed}。各图仍为改动前。",
        "{first} and {second} contradict each other: {said}. What would do: {allowed}. The paths are as before.",
    )
    return " ".join(
        told.of(language).format(
            first=SHORT[one.first].name.of(language),
            second=SHORT[one.second].name.of(language),
            said=one.said.of(language),
            allowed=one.allowed.of(language),
        )
        for one in against
    )


def note(ahead: Ahead, language: Language) -> str:
    """What the mark means here: scenario, draws and seed."""
    name = ahead.start.label.of(language)
    changed = moved_from(ahead.start, ahead.now.scenario)
    slots = {
        "mark": Status.SIMULATED.mark,
        "scenario": name,
        "changed": Label("（已改动）", ", changed").of(language) if changed else "",
    }
    if isinstance(ahead.now, Draws):
        slots |= {"draws": number(ahead.now.draws, "draws", language), "seed": str(ahead.now.seed)}
        said = Label(
            "{mark} 模拟：情景“{scenario}”{changed}，抽样{draws}次，种子{seed}。出发点是合成登记簿，不是预测。",
            "{mark} simulated: scenario {scenario}{changed}; {draws} draws, seed {seed}. From a synthetic register; no forecast.",
        )
    else:
        said = Label(
            "{mark} 模拟：情景“{scenario}”{changed}，不计偶然，各项假设取其值；抽样后显示范围。出发点是合成登记簿，不是预测。",
            "{mark} simulated: scenario {scenario}{changed}, without chance, every assumption at its value; draw to see the "
            "bands. From a synthetic register; no forecast.",
        )
    return said.of(language).format(**slots)


def moved(ahead: Ahead, language: Language) -> str:
    """The levers moved: from what to what."""
    parts = []
    for lever in moved_from(ahead.start, ahead.now.scenario):
        was, now = (text_of(lever_quantity(one, lever), language) for one in (ahead.start, ahead.now.scenario))
        parts.append(f"{SHORT[lever].name.of(language)} {was} → {now}")
    return " · ".join(parts)


def _targets(ahead: Ahead, language: Language) -> str:
    """Which targets are met in time under every reading, and under some."""
    met = {rule.target.label.of(language): ahead.met(rule) for rule in ahead.now.measures.rules}
    always = [name for name, readings in met.items() if all(readings)]
    some = [name for name, readings in met.items() if any(readings) and not all(readings)]
    if isinstance(ahead.now, Draws):
        sure = number(ahead.certainty, "share", language)
        lead = Label(f"{sure}以上的抽样按期达到", f"Met in time in {sure} of the draws or more")
        others = Label("其余没有这样的把握", "None of the others is that sure")
        none = Label(f"没有一项目标有{sure}以上的抽样按期达到", f"No target is met in time in {sure} of the draws")
    else:
        lead, others = Label("按期达到", "Met in time"), Label("其余都达不到", "None of the others")
        none = Label("各项目标都不能按期达到", "No target is met in time")
    depends = Label("看怎样读", "Depends on the reading")
    parts = [_list(lead, names, language) for lead, names in ((lead, always), (depends, some)) if names]
    if not parts:
        parts = [none.of(language)]
    elif len(always) + len(some) < len(met):
        parts.append(others.of(language))
    return "；".join(parts) + "。" if language == "zh" else ". ".join(parts) + "."


def _list(lead: Label, names: Sequence[str], language: Language) -> str:
    return f"{lead.zh}：{'、'.join(names)}" if language == "zh" else f"{lead.en}: {'; '.join(names)}"
