"""The finding in three sentences: of the whole place, or of the part that a paper is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from analysis.briefing.context import Context
from analysis.briefing.sections.suppressed_section import where_known
from analysis.briefing.texts import label
from analysis.coverage.indicators import base_selection, ladder
from analysis.coverage.selection import EVERYTHING
from analysis.quantities import Label, Status
from analysis.sources.audit import audit
from analysis.sources.audit.bounds import bounds
from analysis.sources.audit.finding import Finding
from analysis.sources.audit.relations import relations_of
from analysis.study_models import Figure
from analysis.views.blocks import Block, Paragraph
from analysis.views.wording import Slot, slots_of

_COVERAGE = ("coverage_rate", "organisation_rate", "built_rate")  # rates of enterprises with an organisation
_MOST_FLAGGED = 3  # on page one; all of them stand in the audit

_BEFORE_QUOTING = {  # rules of the audit, by what a reader must know of the figures they name
    "contradict": ("total", "subset", "share", "each", "growth"),
    "of_part": ("contrast", "unstated_base", "partial_base"),
    "without_base": ("no_base", "mismatch"),
    "approximate": ("approximate",),
    "not_comparable": ("change_of_definition", "change_of_base", "moving_base", "alternatives"),
}
_MOST_NAMED = 4


def finding(context: Context) -> tuple[Block, ...]:
    """The finding, in three sentences."""
    sentences = _city(context) if context.is_whole else _part(context)
    return (context.head("finding"), *sentences) if sentences else ()


def _city(context: Context) -> tuple[Block, ...]:
    if context.has_cells:
        return (*_known(context, _first, _second, _third), *_flagged(context))
    first = _first(context) or _quoted(context)
    return tuple(part for part in (first, *_rates(context), _second(context)) if part is not None)


def _quoted(context: Context) -> Paragraph | None:
    """Who is covered, where no base of the study's own was published with it."""
    study = context.study
    figure = study.published("enterprises_with_organisation")
    if figure is None:
        return _organisations(context)
    covered = study.quantity(figure.id)
    if figure.base and study.has(figure.base):
        base, whole = study.name_of(figure.base), study.quantity(figure.base)
        return context.say("finding.covered_of", "lead", covered=covered, base=base, whole=whole)
    if figure.base:
        return context.say("finding.covered_of_uncounted", "lead", covered=covered, base=study.name_of(figure.base))
    rates = {row.numerator for row in relations_of(study).shares if row.kind == "share"}
    is_told = figure.id in rates  # the rate says of how many
    return context.say("finding.covered_only" if is_told else "finding.covered_of_unstated", "lead", covered=covered)


def _organisations(context: Context) -> Paragraph | None:
    """How many organisations there are, where the enterprises that they cover were not published."""
    study, figure = context.study, context.study.published("organisations")
    whole = study.published("enterprises_operating")
    if figure is None:
        return None
    slots: dict[str, Slot] = {"organisations": study.quantity(figure.id)}
    if whole is None:
        return context.say("finding.organisations", "lead", **slots)
    return context.say("finding.organisations_of", "lead", base=whole.label, whole=study.quantity(whole.id), **slots)


def _rates(context: Context) -> Iterator[Paragraph]:
    """Rates of coverage as they were published, and the base that each implies where its size was not."""
    study = context.study
    implied = {figure: bound for bound in bounds(study) if bound.name.startswith("base.") for figure in bound.figures}
    full = _full(context)
    told = () if full is None else (full[0].id,)
    for figure in study.figures.values():
        is_asked = figure.indicator in _COVERAGE and figure.category == "all" and study.is_own(figure)
        if figure.id in told or not is_asked:
            continue
        kind = "rate_of" if figure.base else "rate_of_unstated"
        slots: dict[str, Slot] = {"base": study.name_of(figure.base)} if figure.base else {}
        if figure.id in implied:
            kind, slots["implied"] = f"{kind}_implying", implied[figure.id].interval
        yield context.say(f"finding.{kind}", "lead", name=figure.label, rate=study.quantity(figure.id), **slots)


def _flagged(context: Context) -> tuple[Block, ...]:
    """What the audit found of weight: figures that cannot all be right, and a rate that is not of the base it names."""
    return tuple(context.stated(one, "lead") for one in _weighty(context)[:_MOST_FLAGGED])


def _weighty(context: Context) -> list[Finding]:
    return [
        finding
        for finding in audit(context.study)
        if finding.severity == "contradiction" or (finding.severity == "tension" and "needed" in finding.values)
    ]


def _first(context: Context) -> Paragraph | None:
    """The same coverage over the two bases, or three, that are firm enough to quote; over one where there is one only."""
    rungs = ladder(context.counter)
    whole = [rung for rung in rungs if not rung.is_upper_bound and rung.counted is None]
    firm = [rung for rung in whole if rung.rate.status <= Status.DERIVED]
    firm = [rung for rung in firm if rung.rate.numerator.value == firm[0].rate.numerator.value]
    if not firm:
        return None
    wide = firm[0]
    if len(firm) < 2:
        has_own_name = wide.short == wide.label  # which does not follow a number
        name = "finding.one_named_base" if has_own_name else "finding.one_base"
        return context.say(name, "lead", **slots_of("name", wide.short, wide.rate))
    slots = slots_of("narrow", firm[1].short, firm[1].rate) | slots_of("wide", wide.short, wide.rate)
    third = next((rung for rung in rungs if rung.is_upper_bound), None)
    if third is None:
        return context.say("finding.two_bases", "lead", **slots)
    return context.say("finding.three_bases", "lead", **slots, **slots_of("third", third.short, third.rate))


def _second(context: Context) -> Paragraph | None:
    if (full := _full(context)) is None:
        return None
    built, *counts = full
    covered, operating = (context.counter.figure(figure.id) for figure in counts)
    return context.say(
        "finding.full",
        "lead",
        name=built.label,
        built=context.study.quantity(built.id),
        base=context.study.name_of(built.base),
        uncovered=(operating - covered).named(label("finding.uncovered")),
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
        "finding.large_targeted" if context.study.targets else "finding.large_untargeted",
        "lead",
        source=context.origin.name,
        rest=rate.base - rate.numerator,
        **slots_of("name", rate.base_name, rate),
    )


def _part(context: Context) -> tuple[Block, ...]:
    without = context.counter.lacking("enterprises", context.within.but(instructor="yes"))
    known = _known(context, _covered, _over_base, _large, lacking=without)
    if not known:
        return ()
    if context.origin.is_counted:
        return (*known, context.say("finding.counted", "lead", source=context.origin.name))
    return (*known, context.say("finding.synthetic", "lead", place=context.narrowed))


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
    if rate.share.withheld:
        return None
    slots = {"part": rate.numerator, "share": rate.share, "base": rate.base}
    return context.say("finding.instructed", "lead", everyone=context.called(within), **slots)


def _covered(context: Context) -> Paragraph:
    counter, within = context.counter, context.within
    own = counter.rate(within.but(organisation="any"), base=within)
    city = counter.rate(EVERYTHING.but(organisation="any"), base=EVERYTHING)
    return context.say(
        "finding.part",
        "lead",
        kind=context.category or label("finding.enterprises"),
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
    return context.say("finding.over_base", "lead", **slots_of("name", rate.base_name, rate))


def _large(context: Context) -> Paragraph | None:
    """The large enterprises and the instructors of a selection; nothing where one of the numbers is withheld."""
    counter, within, large = context.counter, context.within, context.large
    rates = {"name": counter.rate(large.but(organisation="any"), base=large)}
    if not counter.lacking("enterprises", within.but(instructor="yes")):
        rates["all"] = counter.rate(within.but(instructor="yes"), base=within)
    if any(rate.share.withheld for rate in rates.values()):
        return None
    slots = {key: slot for name, rate in rates.items() for key, slot in slots_of(name, rate.base_name, rate).items()}
    return context.say("finding.large_and_instructed" if "all" in rates else "finding.large", "lead", **slots)


def is_quoted(context: Context, figure: str) -> bool:
    """Whether a paper quotes a figure: beside what is counted, only those of the same place and period stand."""
    return not (context.has_cells and context.origin.is_counted) or context.study.is_own(context.study.figures[figure])


def before_quoting(context: Context) -> dict[str, list[Label]]:
    """What a reader must know before quoting a figure, with the names of the figures of which it holds."""
    found: dict[str, list[Label]] = {}
    for name, rules in _BEFORE_QUOTING.items():
        for one in audit(context.study):
            is_meant = one.rule in rules and (name != "contradict" or one.severity == "contradiction")
            if one.figures and is_meant and is_quoted(context, one.figures[0]):
                found.setdefault(name, []).append(context.study.figures[one.figures[0]].label)
    return {name: list(dict.fromkeys(labels)) for name, labels in found.items()}


def quoting(context: Context) -> Iterator[Paragraph]:
    """One line of what a reader must know before quoting a number; nothing where the audit found nothing."""
    told = []
    for name, names in before_quoting(context).items():
        more = context.text("list.more") if len(names) > _MOST_NAMED else ""
        told.append(context.text(f"quoting.{name}", names=context.listed(names[:_MOST_NAMED]) + more))
    if told:
        yield context.say("quoting.said", "note", parts=context.text("list.semicolon").join(told))
