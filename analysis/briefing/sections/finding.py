"""The finding in three sentences: of the whole place, or of the part that a paper is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from analysis.briefing.context import Context
from analysis.briefing.sections.suppressed_section import where_known
from analysis.coverage.indicators import Rung, base_selection, ladder
from analysis.coverage.selection import EVERYTHING
from analysis.quantities import Label, Status
from analysis.sources.audit import audit
from analysis.sources.audit.bounds import bounds
from analysis.sources.audit.finding import Finding
from analysis.sources.audit.relations import relations_of
from analysis.study_models import Figure
from analysis.views.blocks import Block, Paragraph
from analysis.views.wording import Slot, fill, slots_of

_COVERAGE = ("coverage_rate", "organisation_rate", "built_rate")  # rates of enterprises with an organisation
_MOST_FLAGGED = 3  # on page one; all of them stand in the audit


def finding(context: Context) -> tuple[Block, ...]:
    """The finding, in three sentences."""
    sentences = _city(context) if context.is_whole else _part(context)
    return (context.head("主要结论", "The finding"), *sentences) if sentences else ()


def _city(context: Context) -> tuple[Block, ...]:
    if context.has_cells:
        return (*_known(context, _first, _second, _third), *_flagged(context))
    first = _first(context) or _quoted(context)
    return tuple(part for part in (first, *_rates(context), _second(context)) if part is not None) + _flagged(context)


def _quoted(context: Context) -> Paragraph | None:
    """Who is covered, where no base of the study's own was published with it."""
    figure = context.study.published("enterprises_with_organisation")
    if figure is None:
        return None
    covered = context.study.quantity(figure.id)
    rates = {row.numerator for row in relations_of(context.study).shares if row.kind == "share"}
    if not figure.base and figure.id in rates:  # the rate says of how many
        return context.say(
            "党组织覆盖企业{covered}家。", "Party organisations cover {covered} enterprises.", "lead", covered=covered
        )
    if not figure.base:
        return context.say(
            "党组织覆盖企业{covered}家；是多少家中的，原文没有说明。",
            "Party organisations cover {covered} enterprises; of how many, the document does not say.",
            "lead", covered=covered,
        )  # fmt: skip
    base = context.study.name_of(figure.base)
    if not context.study.has(figure.base):
        return context.say(
            "党组织覆盖企业{covered}家，所指的基数是{base}，不一定是全部企业。",
            "Party organisations cover {covered} enterprises, of the {base}, which need not be all there are.",
            "lead", covered=covered, base=base,
        )  # fmt: skip
    return context.say(
        "党组织覆盖企业{covered}家，{base}有{whole}家。",
        "Party organisations cover {covered} enterprises; there are {whole} {base}.",
        "lead", covered=covered, base=base, whole=context.study.quantity(figure.base),
    )  # fmt: skip


def _rates(context: Context) -> Iterator[Paragraph]:
    """Rates of coverage as they were published, and the base that each implies where its size was not."""
    study = context.study
    implied = {figure: bound for bound in bounds(study) if bound.name.startswith("base.") for figure in bound.figures}
    told = {name for one in _weighty(context) for name in one.figures}
    if (full := _full(context)) is not None:
        told.add(full[0].id)
    for figure in study.figures.values():
        if (
            figure.id in told
            or figure.indicator not in _COVERAGE
            or figure.category != "all"
            or not study.is_own(figure)
        ):
            continue
        zh, en = "公布的{name}为{rate}，基数是{base}", "The published {name} is {rate}, of {base}"
        if not figure.base:
            zh = "公布的{name}为{rate}，原文没有说明基数"
        values: dict[str, Slot] = {
            "name": figure.label,
            "rate": study.quantity(figure.id),
            "base": study.name_of(figure.base),
        }
        if figure.id in implied:
            values["implied"] = implied[figure.id].interval
            zh, en = zh + "；由此推得该基数为{implied}家", en + "; that is a base of {implied}"
        yield context.say(f"{zh}。", f"{en}.", "lead", **values)


def _flagged(context: Context) -> tuple[Block, ...]:
    """What the audit found of weight: figures that cannot all be right, and a rate that is not of the base it names."""
    told = _weighty(context)[:_MOST_FLAGGED]
    return tuple(Paragraph(fill(one.statement, one.values, context.language), "lead") for one in told)


def _weighty(context: Context) -> list[Finding]:
    return [
        finding
        for finding in audit(context.study)
        if finding.severity == "contradiction" or (finding.severity == "tension" and "needed" in finding.values)
    ]


def _first(context: Context) -> Paragraph | None:
    rungs = {rung.id: rung for rung in ladder(context.counter)}
    whole = [rung for rung in rungs.values() if not rung.is_upper_bound and rung.counted is None]
    firm = [rung for rung in whole if rung.rate.status <= Status.DERIVED]
    firm = [rung for rung in firm if rung.rate.numerator.value == firm[0].rate.numerator.value]
    if not firm:
        return None
    if len(firm) < 2:
        return _only(context, firm[0])
    wide, narrow = firm[0], firm[1]
    slots = slots_of("narrow", narrow.short, narrow.rate) | slots_of("wide", wide.short, wide.rate)
    tail_zh, tail_en, before = "", "", " and "
    if third := next((rung for rung in rungs.values() if rung.is_upper_bound), None):
        tail_zh = "，至多占{third}{third_base}家的{third_share}"
        tail_en, before = " and at most {third_share} of the {third_base} {third} ones", ", "
        slots |= slots_of("third", third.short, third.rate)
    return context.say(
        "同一个覆盖数，基数不同，覆盖率不同：党组织覆盖企业{narrow_part}家，占{narrow}{narrow_base}家的{narrow_share}，"
        "占{wide}{wide_base}家的{wide_share}" + tail_zh + "。",
        "Coverage depends on the base. Party organisations cover {narrow_part} enterprises: {narrow_share} of the "
        "{narrow_base} {narrow} ones{before}{wide_share} of the {wide_base} {wide} ones" + tail_en + ".",
        "lead",
        before=before,
        **slots,
    )


def _only(context: Context, rung: Rung) -> Paragraph:
    """The one base over which all that are covered can be counted."""
    zh = "党组织覆盖企业{name_part}家，占{name}{name_base}家的{name_share}。"
    en = "Party organisations cover {name_part} of the {name_base} {name}, or {name_share}."
    if rung.short == rung.label:  # a name of its own does not follow a number
        en = "Party organisations cover {name_part} enterprises, or {name_share} of {name_base} ({name})."
    return context.say(zh, en, "lead", **slots_of("name", rung.short, rung.rate))


def _second(context: Context) -> Paragraph | None:
    if (full := _full(context)) is None:
        return None
    built, *counts = full
    covered, operating = (context.counter.figure(figure.id) for figure in counts)
    uncovered = (operating - covered).named(
        Label("实际开业投产而未被党组织覆盖的企业", "operating enterprises not covered by an organisation")
    )
    return context.say(
        "{name}为{built}，其基数“{base}”没有公布；未被覆盖的企业有{uncovered}家。“应建尽建”与“覆盖率低”基数不同，可以同时成立。",
        "{built} of the “{base}” have one, but how many those are was not published; {uncovered} operating enterprises "
        "are not covered. Full establishment and low coverage are both true, over different bases.",
        "lead",
        name=built.label,
        built=context.study.quantity(built.id),
        base=context.study.name_of(built.base),
        uncovered=uncovered,
    )


def _full(context: Context) -> tuple[Figure, ...] | None:
    """A rate of exactly all over a base that is named but not counted; those covered and those operating, which it is not of."""
    study = context.study
    needed = ("built_rate", "enterprises_with_organisation", "enterprises_operating")
    found = tuple(figure for figure in map(study.published, needed) if figure is not None)
    if study.absent or len(found) < len(needed):
        return None
    built, covered, operating = found
    is_full = built.value == 100 and not study.quantity(built.id).approximate
    is_hidden = bool(built.base) and not study.has(built.base)
    return found if is_full and is_hidden and covered.value < operating.value else None


def _third(context: Context) -> Paragraph | None:
    if not context.has_cells:
        return None
    large = context.large
    rate = context.counter.rate(large.but(organisation="any"), base=large)
    if rate.share.withheld:
        return None
    return context.say(
        "按{source}，{name}{name_base}家，有党组织的{name_part}家，占{name_share}"
        + ("；目标能否完成，首先取决于其余{rest}家。" if context.study.targets else "；其余{rest}家没有。"),
        "In {source} there are {name_base} {name}; {name_part} of them ({name_share}) have an organisation"
        + (". Whether the targets are met depends first on" if context.study.targets else ", and")
        + (" the other {rest}." if context.study.targets else " the other {rest} have none."),
        "lead",
        source=context.origin.name,
        rest=rate.base - rate.numerator,
        **slots_of("name", rate.base_name, rate),
    )


def _part(context: Context) -> tuple[Block, ...]:
    without = context.counter.lacking("enterprises", context.within.but(instructor="yes"))
    known = _known(context, _covered, _over_base, _large, lacking=without)
    return (*known, _trusted(context)) if known else ()


def _known(
    context: Context, *make: Callable[[Context], Block | None], lacking: Iterable[str] = ()
) -> tuple[Block, ...]:
    """What the data tells, and what is not in it; nothing where it tells nothing, for the sections that follow say so."""
    found = where_known(context, *make, _instructed, lacking=lacking)
    return found if any(isinstance(block, Paragraph) and block.style == "lead" for block in found) else ()


def _instructed(context: Context) -> Paragraph | None:
    """Who has an instructor, where nothing tells who has an organisation."""
    counter, within = context.counter, context.within
    if not counter.lacking("enterprises", within.but(organisation="any")):
        return None
    rate = counter.rate(within.but(instructor="yes"), base=within)
    return (
        None
        if rate.share.withheld
        else context.say(
            "党建工作指导员覆盖企业{part}家，占{everyone}{base}家的{share}。",
            "Instructors cover {part} enterprises, {share} of the {base} {everyone}.",
            "lead",
            part=rate.numerator,
            share=rate.share,
            base=rate.base,
            everyone=context.called(within),
        )
    )


def _covered(context: Context) -> Paragraph:
    counter, within = context.counter, context.within
    own = counter.rate(within.but(organisation="any"), base=within)
    city = counter.rate(EVERYTHING.but(organisation="any"), base=EVERYTHING)
    return context.say(
        "{place}实际开业投产的{kind}{place_base}家，党组织覆盖{place_part}家，占{place_share}；{city}全部为{city_share}"
        "（{city_base}家中的{city_part}家）。",
        "{place} has {place_base} operating {kind}. Party organisations cover {place_part} of them, or {place_share}, "
        "against {city_share} in all of {city} ({city_part} of {city_base}).",
        "lead",
        kind=context.category or Label("非公有制经济组织", "non-public enterprises"),
        **slots_of("place", context.place, own),
        **slots_of("city", context.study.settings.place.label, city),
    )


def _over_base(context: Context) -> Paragraph | None:
    """Coverage over the base that the paper chose; nothing where that is everyone, or a number is withheld."""
    everyone = tuple(row.id for row in context.study.settings.categories)
    within = context.within.but(categories=context.within.categories or everyone)
    chosen = base_selection(context.base, within)
    if chosen == within.but(categories=chosen.categories) and set(chosen.categories) == set(within.categories):
        return None
    rate = context.counter.rate(chosen.but(organisation="any"), base=chosen)
    if rate.share.withheld or not rate.base.value:
        return None
    return context.say(
        "以{name}{name_base}家为基数，党组织覆盖{name_part}家，占{name_share}。",
        "Of the {name_base} {name}, organisations cover {name_part}, or {name_share}.",
        "lead",
        **slots_of("name", rate.base_name, rate),
    )


def _large(context: Context) -> Paragraph | None:
    """The large enterprises and the instructors of a selection; nothing where one of the numbers is withheld."""
    counter, within, large = context.counter, context.within, context.large
    rate = counter.rate(large.but(organisation="any"), base=large)
    zh = "{name}{name_base}家，其中{name_part}家有党组织，占{name_share}。"
    en = "Of the {name_base} {name}, {name_part} have an organisation ({name_share})."
    slots = slots_of("name", rate.base_name, rate)
    rates = [rate]
    if not counter.lacking("enterprises", within.but(instructor="yes")):
        instructed = counter.rate(within.but(instructor="yes"), base=within)
        zh += "党建工作指导员覆盖{all_part}家，占{all}{all_base}家的{all_share}。"
        en += " Instructors cover {all_part} enterprises, {all_share} of the {all_base} {all}."
        slots |= slots_of("all", instructed.base_name, instructed)
        rates.append(instructed)
    return None if any(one.share.withheld for one in rates) else context.say(zh, en, "lead", **slots)


def _trusted(context: Context) -> Paragraph:
    if context.origin.is_counted:
        return context.say(
            "以上数字由{source}清点。",
            "These numbers were counted from {source}.",
            "lead",
            source=context.origin.name,
        )
    return context.say(
        "带†的数字没有公布过，出自合成登记簿：它与全市公布的总数完全一致，但不是{place}的实际数据，不能引作事实。",
        "Numbers marked † were never published. They come from a synthetic register that agrees exactly with the "
        "published totals but is no record of {place}, and must not be quoted as fact.",
        "lead",
        place=context.narrowed,
    )
