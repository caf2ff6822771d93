"""The statistical paragraph of the minutes, composed anew from the published figures, in our own words."""

from __future__ import annotations

from analysis.briefing.context import Context
from analysis.ledger import Claim
from analysis.quantities import Label, Quantity
from analysis.study_models import Figure
from analysis.views.blocks import Align, Block, Column, Inlines, Paragraph, Table
from analysis.views.tables import name_cell
from analysis.views.wording import Slot, claim

_NEEDED: dict[str, Label] = {
    "registered": Label("工商注册数", "registered enterprises"),
    "operating": Label("实际开业投产数", "operating enterprises"),
    "organisations": Label("党组织数", "party organisations"),
    "covered": Label("党组织覆盖企业数", "enterprises covered by organisations"),
    "instructors": Label("党建工作指导员数", "instructors"),
    "members": Label("党员数", "members"),
    "new_members": Label("新发展党员数", "members admitted in the year"),
}


def statistics(context: Context) -> tuple[Block, ...]:
    """Enterprises, organisations, instructors and members, as published; what is missing is named as missing."""
    study = context.study
    scope = () if context.is_whole else (_scope(context),)
    sentences = [
        part
        for part in (_enterprises(context), _organisations(context), _instructors(context), _members(context))
        if part is not None
    ]
    if not sentences:
        return published(context)
    missing = [label.of(context.language) for figure, label in _NEEDED.items() if not study.has(figure)]
    gap = (
        (context.say("没有公布：{missing}。", "Not published: {missing}.", "note", missing=_listed(context, missing)),)
        if missing
        else ()
    )
    return context.head("基本情况（已公布数字）", "The published figures"), *scope, *sentences, *gap


def _scope(context: Context) -> Paragraph:
    place = context.study.settings.place.label.of(context.language)
    return context.say(
        "公布的数字只到全市一级，以下为{place}的数字。",
        "Figures were published only for {place} as a whole; they are these.",
        "note",
        place=place,
    )


def _enterprises(context: Context) -> Paragraph | None:
    study = context.study
    if not study.has("registered", "operating"):
        return None
    parts = _categories(context)
    return context.say(
        "截至{year}年末，{place}工商注册的非公有制经济组织{registered}家，实际开业投产{operating}家"
        + ("，其中{parts}。" if parts else "。"),
        "At the end of {year}, {place} had {registered} registered non-public enterprises, of which {operating} were "
        "operating" + (": {parts}." if parts else "."),
        year=str(study.settings.period),
        place=study.settings.place.label.of(context.language),
        registered=study.quantity("registered"),
        operating=study.quantity("operating"),
        parts=parts,
    )


def _categories(context: Context) -> Inlines:
    published = [row for row in context.study.settings.categories if row.id in context.study.figures]
    pieces: list[Inlines] = []
    for row in published:
        count = context.study.quantity(row.id)
        name = row.label.of(context.language)
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
    study = context.study
    if not study.has("organisations", "covered"):
        return None
    split = study.has("independent", "joint")
    built = study.quantity("built_rate") if study.has("built_rate") else None
    values: dict[str, Slot] = {
        "organisations": study.quantity("organisations"),
        "covered": study.quantity("covered"),
    }
    if split:
        values |= {"independent": study.quantity("independent"), "joint": study.quantity("joint")}
    if built is not None and built.base is not None:
        values |= {"built": built, "base": built.base.of(context.language)}
    return context.say(
        "在这些企业中建立党组织{organisations}个"
        + ("（独立党组织{independent}个，联合党组织{joint}个）" if split else "")
        + "，覆盖企业{covered}家"
        + ("；应建已建率{built}，以{base}为基数，该基数未公布。" if built is not None else "。"),
        "They have {organisations} party organisations"
        + (" ({independent} independent, {joint} joint)" if split else "")
        + ", which cover {covered} enterprises"
        + ("; {built} of the {base} have one, but their number was not published." if built is not None else "."),
        **values,
    )


def _instructors(context: Context) -> Paragraph | None:
    study = context.study
    if not study.has("instructors", "instructed"):
        return None
    some = study.has("instructed_25", "instructed_25_rate")
    values: dict[str, Slot] = {
        "instructors": study.quantity("instructors"),
        "instructed": study.quantity("instructed"),
    }
    if some:
        values |= {
            "large": study.quantity("instructed_25"),
            "title": study.figures["instructed_25"].label.of(context.language),
            "share": study.quantity("instructed_25_rate"),
        }
    return context.say(
        "选派党建工作指导员{instructors}名，覆盖企业{instructed}家"
        + ("；{title}{large}家，选派率{share}，即此类企业每家都有。" if some else "。"),
        "{instructors} party-building instructors cover {instructed} enterprises"
        + (", among them {large} {title}, or {share} of all of that size." if some else "."),
        **values,
    )


def _members(context: Context) -> Paragraph | None:
    study = context.study
    if not study.has("members", "members_share", "new_members", "new_members_share"):
        return None
    return context.say(
        "这些企业中有党员{members}名，占全市党员总数的{members_share}；全年新发展党员{new}名，占全市全年发展党员的{new_share}。",
        "The enterprises have {members} party members, or {members_share} of all members of the city; {new} members were "
        "admitted in the year, {new_share} of all those admitted in the city.",
        members=study.quantity("members"),
        members_share=study.quantity("members_share"),
        new=study.quantity("new_members"),
        new_share=study.quantity("new_members_share"),
    )


def _listed(context: Context, names: list[str]) -> str:
    return context.text("、", ", ").join(names)


def published(context: Context) -> tuple[Block, ...]:
    """Every published figure with its base, the phrase it stands in and where."""
    study, language = context.study, context.language
    if not study.figures:
        return ()
    labels = (
        Label("数字", "Figure"),
        Label("年份", "Year"),
        Label("数值", "Value"),
        Label("基数", "Base"),
        Label("原文", "Phrase"),
        Label("出处", "Source"),
    )
    aligns: tuple[Align, ...] = ("left", "left", "right", "left", "left", "left")
    widths = (2.2, 0.7, 1.1, 1.6, 2.6, 2.0)
    head = tuple(
        Column(label.of(language), align, width) for label, align, width in zip(labels, aligns, widths, strict=True)
    )
    rows: tuple[tuple[Inlines, ...], ...] = tuple(
        (
            name_cell(row.label, language),
            (str(row.period),),
            _approximately(context, row, study.quantity(row.id)),
            name_cell(study.name_of(row.base), language) if row.base else ("—",),
            (row.phrase,),
            (f"{row.source} {row.locator}" if row.locator.startswith("¶") else row.source,),
        )
        for row in study.figures.values()
    )
    return (
        context.head("已公布的数字", "The published figures"),
        context.say(
            "每个数字都带着它的基数和原文短语；没有基数的比率不收。",
            "Every figure is given with its base and the phrase it stands in. A rate without a base is not admitted.",
        ),
        Table(
            "published",
            context.text("已公布的数字及其出处", "Published figures and where they stand"),
            head,
            rows,
            size="small",
        ),
    )


def _approximately(context: Context, row: Figure, quantity: Quantity) -> Inlines:
    words = {
        "no": "",
        "at least": context.text("至少", "at least "),
        "nearly": context.text("近", "nearly "),
        "about": context.text("约", "about "),
    }
    before = words[row.approximate]
    return ((before,) if before else ()) + (claim(quantity, context.language),)
