"""The statistical paragraph of the minutes, composed anew in our own words; and every published figure with its phrase."""

from __future__ import annotations

import re
from typing import Any

from analysis.briefing.context import Context
from analysis.coverage.counting import COUNTABLE
from analysis.coverage.selection import parsed
from analysis.ledger import Claim
from analysis.quantities import Label, Language, Quantity, Status
from analysis.sources.audit.finding import measure
from analysis.study_models import Figure
from analysis.views.blocks import Block, Inlines, Paragraph
from analysis.views.tables import name_cell
from analysis.views.wording import Slot, claim

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


def statistics(context: Context) -> tuple[Block, ...]:
    """Enterprises, organisations, instructors and members, published or counted; what is missing is named as missing."""
    parts = (_enterprises(context), _organisations(context), _instructors(context), _members(context))
    sentences = [part for part in parts if part is not None]
    if not sentences:
        return published(context)
    missing = [label for name, label in _NEEDED.items() if _number(context, name) is None]
    counted = any(
        name in COUNTABLE and (context.counter.counts_first or context.study.published(name) is None)
        for name in _NEEDED
        if _number(context, name) is not None
    )
    head = ("基本情况", "The figures") if counted else ("基本情况（已公布数字）", "The published figures")
    gap: tuple[Block, ...] = ()
    if not context.has_cells:  # figures are all there is: each stands with its base and phrase, and none is asked for
        gap = published(context)[1:]
    elif missing:
        gap = (
            context.say(
                "数据中没有：{missing}。", "Not in the data: {missing}.", "note", missing=context.listed(missing)
            ),
        )
    return context.head(*head), *context.of_the_whole(), *sentences, *gap


def _number(context: Context, indicator: str, category: str = "all") -> Quantity | None:
    """What is counted for an indicator, or what was published for the study's own place and period; none where neither is."""
    study, counter = context.study, context.counter
    figure = study.published(indicator, category)
    if figure is not None and not study.absent:
        return counter.figure(figure.id)
    if indicator not in COUNTABLE:
        return None
    measure, selection = COUNTABLE[indicator]
    if category != "all":
        selection = selection.but(categories=(category,))
    return counter.count(measure, selection) if context.has_cells and counter.knows(measure, selection) else None


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
    built_zh, built_en = _built(context, values)
    there_zh, there_en = "在这些企业中建立党组织", "They have"
    if _number(context, "enterprises_operating") is None:
        place = context.study.settings.place.label
        there_zh, there_en = f"{place.zh}建立党组织", f"{place.en} has"
    return context.say(
        f"{there_zh}{{organisations}}个"
        + ("（独立党组织{independent}个，联合党组织{joint}个）" if split else "")
        + "，覆盖企业{covered}家"
        + built_zh
        + "。",
        f"{there_en} {{organisations}} party {_noun(organisations, 'organisation')}"
        + (" ({independent} independent, {joint} joint)" if split else "")
        + (", which covers" if _noun(organisations, "") == "" else ", which cover")
        + f" {{covered}} {_noun(covered, 'enterprise')}"
        + built_en
        + ".",
        **values,
    )


def _built(context: Context, values: dict[str, Slot]) -> tuple[str, str]:
    """The published share of those that should have an organisation, by the study's own name for it, and of how many it is."""
    study, figure = context.study, context.study.published("built_rate")
    if figure is None or (rate := _number(context, "built_rate")) is None:
        return "", ""
    values |= {"built": rate, "name": figure.label, "base": study.name_of(figure.base)}
    zh, en = ("；公布的", "; as published, ") if context.counter.counts_first else ("；", "; ")
    if not figure.base:
        return zh + "{name}{built}，原文没有说明基数", en + "the {name} is {built}; the document does not say of what"
    if study.has(figure.base):
        whole = study.quantity(figure.base)
        values |= {"whole": whole, "measure": measure(whole)}
        return zh + "{name}{built}，以{base}{whole}{measure}为基数", en + "the {name} is {built}, of the {whole} {base}"
    en += "the {name} is {built}, of the {base}, whose number was not published"
    return zh + "{name}{built}，以{base}为基数，该基数未公布", en


def _noun(counted: Quantity, noun: str) -> str:
    """An English noun behind a number."""
    return noun if counted.value == 1 and not counted.approximate else f"{noun}s"


def _instructors(context: Context) -> Paragraph | None:
    instructors, instructed = _number(context, "instructors"), _number(context, "enterprises_with_instructor")
    if instructed is None:
        return None
    values: dict[str, Slot] = {"instructed": instructed}
    enterprises = _noun(instructed, "enterprise")
    have = "has" if enterprises == "enterprise" else "have"
    zh, en = "有党建工作指导员的企业{instructed}家", f"{{instructed}} {enterprises} {have} a party-building instructor"
    if instructors is not None:
        values["instructors"] = instructors
        zh = "选派党建工作指导员{instructors}名，覆盖企业{instructed}家"
        cover = "instructor covers" if _noun(instructors, "") == "" else "instructors cover"
        en = f"{{instructors}} party-building {cover} {{instructed}} {enterprises}"
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
    zh, en = "这些企业中有党员{members}名", f"The enterprises have {{members}} party {_noun(members, 'member')}"
    if not context.counter.counts_first:  # it is the share of the published number
        share_zh, share_en = _share(context, "members_share", values)
        zh, en = zh + share_zh, en + share_en.replace(", ", ", or ", 1)
    if new is not None:
        values["new"] = new
        share_zh, share_en = _share(context, "new_members_share", values)
        were = "member was" if _noun(new, "") == "" else "members were"
        zh, en = zh + "；全年新发展党员{new}名" + share_zh, f"{en}; {{new}} {were} admitted in the year{share_en}"
    return context.say(zh + "。", en + ".", **values)


def _share(context: Context, indicator: str, values: dict[str, Slot]) -> tuple[str, str]:
    """A published share, of what the study says it is of."""
    figure, share = context.study.published(indicator), _number(context, indicator)
    if figure is None or share is None:
        return "", ""
    values |= {indicator: share, f"{indicator}_base": context.study.name_of(figure.base)}
    if figure.base:
        return f"，占{{{indicator}_base}}的{{{indicator}}}", f", {{{indicator}}} of {{{indicator}_base}}"
    values[f"{indicator}_name"] = figure.label
    return (
        f"，{{{indicator}_name}}{{{indicator}}}，原文没有说明基数",
        f", {{{indicator}}} by the document, which does not say of what",
    )


_BARE = re.compile(r"(?<![¶\d])(\d+)")  # a number that stands without a word, as a page's


def published(context: Context) -> tuple[Block, ...]:
    """Every published figure with its base, the phrase it stands in and where."""
    study, language = context.study, context.language
    if not study.figures:
        return ()
    rows: tuple[tuple[Inlines, ...], ...] = tuple(
        (
            name_cell(row.label, language),
            ("—" if row.period is None else str(row.period),),
            (claim(study.quantity(row.id), language),),
            name_cell(study.name_of(row.base), language) if row.base or row.unit == "percent" else ("—",),
            (row.phrase,),
            _document(row, language),
        )
        for row in study.figures.values()
    )
    names = context.heads("数字|年份|数值|基数|原文|出处", "Figure|Year|Value|Base|Phrase|Source")
    title = Label("已公布的数字及其出处", "Published figures and where they stand")
    return (
        context.head("已公布的数字", "The published figures"),
        context.say(
            "每个数字都带着它的基数和原文短语；原文没有说明基数的比率，照此注明。",
            "Every figure is given with its base and the phrase it stands in; of a rate whose base the document does not state, "
            "that is said.",
        ),
        context.table(
            "published", title, names, rows, widths=(2.0, 0.7, 1.1, 1.6, 2.1, 3.6), align="llrlll", size="small"
        ),
    )


def _document(row: Figure, language: Language) -> Inlines:
    """Where a figure is quoted from, and the place in it; no address of a page, which is long and leads off the paper."""
    document, place = row.document.of(language), row.locator
    if place.lower().startswith("http"):
        return (document,)
    if re.search(r"[^\W\d_]", place):  # words of the study's, in which numbers have an account
        return (f"{document} {place}",)
    return (f"{document} ", *(_page(piece) if piece.isdecimal() else piece for piece in _BARE.split(place)))


def _page(number: str) -> Claim:
    label = Label("出处中的位置", "place in the document")
    return Claim(Quantity(int(number), "count", Status.PUBLISHED, label, address=f"constant:{int(number)}"), number)
