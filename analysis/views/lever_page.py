"""The page of levers: where each target goes under the levers as they stand, in the paper's paths, with a finding above.

The numbers are those of the printed paths: the same series, quantiles and quantities.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.quantities import Language, Quantity, Rate, Status
from analysis.scenarios.addresses import expected_quantity, lever_quantity, quantity
from analysis.scenarios.assumptions import ALLOWED
from analysis.scenarios.levers import moved_from
from analysis.scenarios.scenario import Contradiction, Scenario
from analysis.scenarios.series import BASES, asked, bands, due, series
from analysis.scenarios.simulation import Draws, Path
from analysis.scenarios.state import Rule
from analysis.scenarios.targets import readings_of, speaks_of_its_base
from analysis.views.explorer import WIDTH
from analysis.views.live import Frame, page_frame
from analysis.views.path_charts import fan
from analysis.views.render import Picture
from analysis.views.rows import Panel, Year, shown
from analysis.views.wording import Slot, capital, claim, fill, label, number, plain, status_word, text

HEIGHT = 110  # of a path, px


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
    said = contradiction(against, language) if against else finding(ahead, language)
    told = {"finding": said, "note": note(ahead, language), "chosen": moved(ahead, language)}
    return page_frame("levers", charts, words, language, **told)


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
    words = {part: text_of(one, language) for part, one in numbers.items()}
    lines = [text("levers.year", language, year=year, **words)]
    if isinstance(ahead.now, Draws) and year > ahead.now.years[0]:
        ends = [text_of(ahead.quantity(f"{target}.share", year=year, stat=stat), language) for stat in ("p5", "p95")]
        lines.append(text("levers.band", language, band="–".join(ends)))
    lines += [text("levers.before", language, before=was), status_word(numbers["share"].status, language)]
    return "\n".join(lines)


def _asked(ahead: Ahead, rule: Rule, place: int, base: str, language: Language) -> str:
    """What stands beside the pointer at what a reading asks for."""
    at, year = f"{rule.target.id}#{place}~{base}", ahead.due(rule)
    said = capital(rule.target.readings[place].label.of(language))
    if not speaks_of_its_base(rule.target):
        said += text("levers.over", language, base=BASES[base].of(language))
    words = {part: text_of(ahead.quantity(f"{at}.{part}", year=year), language) for part in ("required", "missing")}
    met = ""
    if isinstance(ahead.now, Draws):
        draws = ahead.quantity(f"{at}.met", year=year, stat="mean")
        met = text("levers.met", language, met=text_of(draws, language))
    return text("levers.reading", language, reading=said, met=met, **words)


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
    slots, key = {"year": str(year), "missing": _ends(missing, language)}, "levers.hint"
    if isinstance(ahead.now, Draws):
        met = [ahead.quantity(f"{one}.met", year=year, stat="mean") for one in at]
        slots, key = slots | {"met": _ends(met, language)}, "levers.hint_drawn"
    elif not any(one.value for one in missing):
        key = "levers.hint_met"
    hint = text(key, language, **slots)
    return {"title": capital(rule.target.label.of(language)), "hint": hint, "empty": ""}


def _ends(numbers: Sequence[Quantity], language: Language) -> str:
    """The least and the most of a number over the readings, or the one it is."""
    low, high = min(numbers, key=lambda one: one.value), max(numbers, key=lambda one: one.value)
    texts = dict.fromkeys((text_of(low, language), text_of(high, language)))
    return text("levers.to", language).join(texts)


def finding(ahead: Ahead, language: Language) -> str:
    """What follows, in two sentences: enterprises covered in the last year, and which targets are met in time."""
    year = ahead.now.years[-1]
    covered, whole = (ahead.quantity(name, year=year) for name in ("covered", "enterprises"))
    slots: dict[str, Slot] = {"year": str(year), "covered": covered, "whole": whole}
    if isinstance(ahead.now, Draws):
        ends = (("low", "p5"), ("high", "p95"))
        slots |= {end: ahead.quantity("covered", year=year, stat=stat) for end, stat in ends}
        slots["draws"] = number(ahead.now.draws, "draws", language)
    else:
        slots["share"] = Rate(covered, whole, label("levers.enterprises")).share
    return plain(fill(label("levers.finding" + _drawn(ahead)), slots, language)) + _targets(ahead, language)


def _drawn(ahead: Ahead) -> str:
    """The ending of the keys of what is said of draws."""
    return "_drawn" if isinstance(ahead.now, Draws) else ""


def contradiction(against: Sequence[Contradiction], language: Language) -> str:
    """Which levers contradict each other, and what would do; the paths stay as they were."""
    return " ".join(
        text(
            "levers.contradiction",
            language,
            first=ALLOWED[one.first].name.of(language),
            second=ALLOWED[one.second].name.of(language),
            said=one.said.of(language),
            allowed=one.allowed.of(language),
        )
        for one in against
    )


def note(ahead: Ahead, language: Language) -> str:
    """What the mark means here: scenario, draws and seed."""
    changed = moved_from(ahead.start, ahead.now.scenario)
    slots = {
        "mark": Status.SIMULATED.mark,
        "scenario": ahead.start.label.of(language),
        "changed": text("levers.changed", language) if changed else "",
    }
    if isinstance(ahead.now, Draws):
        slots |= {"draws": number(ahead.now.draws, "draws", language), "seed": str(ahead.now.seed)}
    return text("levers.note" + _drawn(ahead), language, **slots)


def moved(ahead: Ahead, language: Language) -> str:
    """The levers moved: from what to what."""
    parts = []
    for lever in moved_from(ahead.start, ahead.now.scenario):
        was, now = (text_of(lever_quantity(one, lever), language) for one in (ahead.start, ahead.now.scenario))
        parts.append(f"{ALLOWED[lever].name.of(language)} {was} → {now}")
    return " · ".join(parts)


def _targets(ahead: Ahead, language: Language) -> str:
    """Which targets are met in time under every reading, and under some."""
    met = {rule.target.label.of(language): ahead.met(rule) for rule in ahead.now.measures.rules}
    always = [name for name, readings in met.items() if all(readings)]
    some = [name for name, readings in met.items() if any(readings) and not all(readings)]
    sure = number(ahead.certainty, "share", language)
    lead, none, others = (
        text(f"levers.{key}{_drawn(ahead)}", language, sure=sure) for key in ("met_in_time", "none", "others")
    )
    comma, stop = ("、", "；") if language == "zh" else ("; ", ". ")
    told = ((lead, always), (text("levers.depends", language), some))
    parts = [text("levers.listed", language, lead=said, names=comma.join(names)) for said, names in told if names]
    if not parts:
        parts = [none]
    elif len(always) + len(some) < len(met):
        parts.append(others)
    return stop.join(parts) + ("。" if language == "zh" else ".")
