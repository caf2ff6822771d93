"""The statistical paragraph of the minutes, composed anew for any study and period, in our own words.

A study with a register or returns is counted; else what was published is quoted. The rest is named as missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.briefing.context import Context
from analysis.briefing.sections.statistics import published
from analysis.coverage.countable import COUNTED, COUNTED_TOO
from analysis.coverage.selection import Selection, parsed
from analysis.ledger import Claim
from analysis.quantities import Label, Quantity
from analysis.views.blocks import Block, Inlines, Paragraph
from analysis.views.wording import Slot

_NEEDED: dict[str, Label] = {
    "enterprises_registered": Label("工商注册数", "registered enterprises"),
    "enterprises_operating": Label("实际开业投产数", "operating enterprises"),
    "organisations": Label("党组织数", "party organisations"),
    "enterprises_with_organisation": Label("党组织覆盖企业数", "enterprises covered by organisations"),
    "built_rate": Label("应建已建率", "the share of those that should have an organisation"),
    "instructors": Label("党建工作指导员数", "instructors"),
    "enterprises_with_instructor": Label("指导员覆盖企业数", "enterprises with an instructor"),
    "members": Label("党员数", "members"),
    "members_share": Label("占全部党员的比例", "their share of all members"),
    "new_members": Label("新发展党员数", "members admitted in the year"),
    "new_members_share": Label("占全部新党员的比例", "their share of all admitted"),
}
_COUNTED: Mapping[str, tuple[str, Selection]] = {**COUNTED, **COUNTED_TOO}


def statistics(context: Context) -> tuple[Block, ...]:
    """Enterprises, organisations, instructors and members, published or counted; what is missing is named as missing."""
    scope = () if context.is_whole else (_scope(context),)
    parts = (_enterprises(context), _organisations(context), _instructors(context), _members(context))
    sentences = [part for part in parts if part is not None]
    if not sentences:
        return published(context)
    missing = [label.of(context.language) for name, label in _NEEDED.items() if _number(context, name) is None]
    counted = any(
        name in _COUNTED and (context.counter.counts_first or context.study.published(name) is None)
        for name in _NEEDED
        if _number(context, name) is not None
    )
    head = ("基本情况", "The figures") if counted else ("基本情况（已公布数字）", "The published figures")
    gap: tuple[Block, ...] = ()
    if not context.has_cells:  # figures are all there is: each stands with its base and phrase, and none is asked for
        gap = published(context)[1:]
    elif missing:
        listed = context.text("、", ", ").join(missing)
        gap = (context.say("没有：{missing}。", "Not in the data: {missing}.", "note", missing=listed),)
    return context.head(*head), *scope, *sentences, *gap


def _number(context: Context, indicator: str, category: str = "all") -> Quantity | None:
    """What is counted for an indicator, or what was published for the study's own place and period; none where neither is."""
    study, counter = context.study, context.counter
    figure = study.published(indicator, category)
    if figure is not None and not study.absent:
        return counter.figure(figure.id)
    if indicator not in _COUNTED:
        return None
    measure, selection = _COUNTED[indicator]
    if category != "all":
        selection = selection.but(categories=(category,))
    return counter.count(measure, selection) if context.has_cells and counter.knows(measure, selection) else None


def _scope(context: Context) -> Paragraph:
    place = context.study.settings.place.label
    return context.say("以下为{place}的数字。", "These are the figures of {place} as a whole.", "note", place=place)


def _enterprises(context: Context) -> Paragraph | None:
    operating, registered = (_number(context, f"enterprises_{kind}") for kind in ("operating", "registered"))
    if operating is None:
        return None
    parts = _categories(context)
    values: dict[str, Slot] = {
        "when": context.when,
        "place": context.study.settings.place.label,
        "operating": operating,
        "parts": parts,
    }
    zh = "{when}{place}实际开业投产的非公有制经济组织{operating}家"
    en = "{when}{place} had {operating} operating non-public enterprises"
    if registered is not None:
        values["registered"] = registered
        zh = "{when}{place}工商注册的非公有制经济组织{registered}家，实际开业投产{operating}家"
        en = "{when}{place} had {registered} registered non-public enterprises, of which {operating} were "
        en += "operating"
    return context.say(zh + ("，其中{parts}。" if parts else "。"), en + (": {parts}." if parts else "."), **values)


def _categories(context: Context) -> Inlines:
    pieces: list[Inlines] = []
    for row in context.study.settings.categories:
        if (count := _number(context, "enterprises_operating", row.id)) is not None:
            name = row.label
            pieces.append(context.words("{name}{count}家", "{count} {name}", name=name, count=count))
    return _joined(context, pieces)


def _joined(context: Context, pieces: list[Inlines]) -> Inlines:
    joined: list[str | Claim] = []
    for position, piece in enumerate(pieces):
        if position:
            last = position == len(pieces) - 1
            joined.append(context.text("、", " and " if last else ", "))
        joined += piece
    return tuple(joined)


def _organisations(context: Context) -> Paragraph | None:
    organisations, covered = _number(context, "organisations"), _number(context, "enterprises_with_organisation")
    if covered is None:
        return None
    if organisations is None:
        zh, en = "党组织覆盖其中的企业{covered}家。", "Party organisations cover {covered} of these enterprises."
        if _number(context, "enterprises_operating") is None:
            zh, en = "党组织覆盖企业{covered}家。", "Party organisations cover {covered} enterprises."
        return context.say(zh, en, covered=covered)
    values: dict[str, Slot] = {"organisations": organisations, "covered": covered}
    independent, joint = (_number(context, f"organisations_{kind}") for kind in ("independent", "joint"))
    split = independent is not None and joint is not None
    if independent is not None and joint is not None:
        values |= {"independent": independent, "joint": joint}
    built = _number(context, "built_rate")
    if built is not None and built.base is not None:
        values |= {"built": built, "base": built.base}
    published = built is not None and context.counter.counts_first
    there_zh, there_en = "在这些企业中建立党组织", "They have"
    if _number(context, "enterprises_operating") is None:
        place = context.study.settings.place.label
        there_zh, there_en = f"{place.zh}建立党组织", f"{place.en} has"
    return context.say(
        f"{there_zh}{{organisations}}个"
        + ("（独立党组织{independent}个，联合党组织{joint}个）" if split else "")
        + "，覆盖企业{covered}家"
        + ("；公布的" if published else "；" if built is not None else "")
        + ("应建已建率{built}，以{base}为基数，该基数未公布。" if built is not None else "。"),
        f"{there_en} {{organisations}} party organisations"
        + (" ({independent} independent, {joint} joint)" if split else "")
        + ", which cover {covered} enterprises"
        + ("; as published, " if published else "; " if built is not None else "")
        + ("{built} of the {base} have one, but their number was not published." if built is not None else "."),
        **values,
    )


def _instructors(context: Context) -> Paragraph | None:
    instructors, instructed = _number(context, "instructors"), _number(context, "enterprises_with_instructor")
    if instructed is None:
        return None
    values: dict[str, Slot] = {"instructed": instructed}
    zh, en = "有党建工作指导员的企业{instructed}家", "{instructed} enterprises have a party-building instructor"
    if instructors is not None:
        values["instructors"] = instructors
        zh = "选派党建工作指导员{instructors}名，覆盖企业{instructed}家"
        en = "{instructors} party-building instructors cover {instructed} enterprises"
    large = _large(context)
    every = "，即此类企业每家都有" if large and large["share"].value == 1 else ""
    return context.say(
        zh + (f"；{{title}}{{large}}家，选派率{{share}}{every}。" if large else "。"),
        en + (", among them {large} {title}, or {share} of all of that size." if large else "."),
        **values,
        **large,
    )


def _large(context: Context) -> dict[str, Any]:
    """The large enterprises with an instructor, and their share of all of that size, counted or as published."""
    study, counter = context.study, context.counter
    figures = [] if study.absent else [row for row in study.figures.values() if study.is_own(row)]
    for row in figures:
        rate = study.published("instructor_rate", row.category)
        if row.indicator != "enterprises_with_instructor" or row.staff_from is None or rate is None:
            continue
        large, share = counter.figure(row.id), study.quantity(rate.id)
        if large.address.startswith("cells:"):
            _, chosen = parsed(large.address)
            share = counter.rate(chosen, base=chosen.but(instructor="")).share
        return {"large": large, "share": share, "title": row.label}
    return {}


def _members(context: Context) -> Paragraph | None:
    members, new = _number(context, "members"), _number(context, "new_members")
    if members is None:
        return None
    values: dict[str, Slot] = {"members": members}
    zh, en = "这些企业中有党员{members}名", "The enterprises have {members} party members"
    share = _number(context, "members_share")
    if share is not None and not context.counter.counts_first:  # it is the share of the published number
        values["share"] = share
        zh, en = zh + "，占全市党员总数的{share}", en + ", or {share} of all members of the city"
    if new is not None:
        values["new"] = new
        zh, en = zh + "；全年新发展党员{new}名", en + "; {new} members were admitted in the year"
        if (new_share := _number(context, "new_members_share")) is not None:
            values["new_share"] = new_share
            zh, en = zh + "，占全市全年发展党员的{new_share}", en + ", {new_share} of all those admitted in the city"
    return context.say(zh + "。", en + ".", **values)
