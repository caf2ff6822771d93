"""The words of the live paths: what follows from the levers, what was moved, and each chart's title and hint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.quantities import Label, Language, Rate, Status
from analysis.scenarios.addresses import lever_quantity
from analysis.scenarios.contradictions import Contradiction
from analysis.scenarios.levers import SHORT, moved_from
from analysis.scenarios.simulation import Draws
from analysis.views.live_path_rows import NOTHING, Ahead, Row, rows_of, text_of
from analysis.views.live_paths import data_name
from analysis.views.wording import Slot, capital, fill, number, plain

CLEAR = Label("恢复所选情景", "Back to the scenario")
ENTERPRISES = Label("企业", "enterprises")


def frame_of(ahead: Ahead, language: Language, *, against: Sequence[Contradiction] = ()) -> dict[str, Any]:
    """Everything the page shows, as plain values.

    Parameters
    ----------
    against
        Contradictions between levers: what is shown is then as it was before them, and the finding says so.
    """
    data = rows_of(ahead, language)
    return {
        "data": data,
        "charts": charts(ahead, data, language),
        "finding": contradiction(against, language) if against else finding(ahead, language),
        "note": note(ahead, language),
        "chosen": moved(ahead, language),
        "nothing": _say(
            "拖动力度，各图随之变化。菱形：各种读法的要求，达到为蓝色；虚线：所选情景。",
            "Move a lever and every path follows. Diamonds: what each reading asks for, blue if met; dashed: the scenario.",
            language,
        ),
        "clear": CLEAR.of(language),
    }


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
        "changed": _say("（已改动）", ", changed", language) if changed else "",
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


def charts(ahead: Ahead, data: Mapping[str, Sequence[Row]], language: Language) -> dict[str, dict[str, Any]]:
    """Title, hint, text alternative and signals of each chart."""
    words = {}
    for rule in ahead.now.measures.rules:
        years, asked = (data[data_name(name, rule.target.id)] for name in ("years", "asked"))
        title = capital(rule.target.label.of(language))
        hint = _hint(asked, language)
        ends = f"{years[0]['year_text']} {years[0]['share_text']} → {years[-1]['year_text']} {years[-1]['share_text']}"
        band = years[-1]["band_text"]
        words[rule.target.id] = {
            "title": title,
            "hint": hint,
            "alt": f"{title}: {ends}{f' ({band})' if band != NOTHING else ''}. {hint}",
            "empty": "",
            "signals": {},
        }
    return words


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


def _hint(asked: Sequence[Row], language: Language) -> str:
    """What is missing in the year due over the readings, and how often they are met."""
    year = asked[0]["year_text"]
    missing = _ends(asked, "missing", language)
    if asked[0]["met_text"] != NOTHING:
        said = Label(
            "{year}年：达到的抽样{met}，尚缺的中位数{missing}",
            "{year}: met in {met} of the draws, missing at the median {missing}",
        )
        return said.of(language).format(year=year, met=_ends(asked, "met", language), missing=missing)
    if not any(row["missing"] for row in asked):
        return _say(f"{year}年：各种读法都已达到", f"{year}: met however it is read", language)
    return _say(f"{year}年：尚缺{missing}", f"{year}: missing {missing}", language)


def _ends(rows: Sequence[Row], name: str, language: Language) -> str:
    """The least and the most of a number over the readings, or the one it is."""
    ordered = sorted(rows, key=lambda row: float(row[name]))
    texts = dict.fromkeys((ordered[0][f"{name}_text"], ordered[-1][f"{name}_text"]))
    return _say("至", " to ", language).join(texts)


def _say(zh: str, en: str, language: Language) -> str:
    return Label(zh, en).of(language)
