"""The statistical paragraph of the minutes, composed anew in our own words; and every published figure with its phrase."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analysis.briefing.composing import Row
from analysis.briefing.context import Context
from analysis.briefing.texts import label
from analysis.coverage.counting import COUNTABLE
from analysis.coverage.selection import parsed
from analysis.ledger import Claim
from analysis.quantities import Language, Quantity, Status, constant
from analysis.sources.audit.finding import measure
from analysis.study import Study
from analysis.study_models import Figure
from analysis.views.blocks import Block, Heading, Inlines, Paragraph
from analysis.views.wording import Slot, opened

NEEDED = (
    "enterprises_registered", "enterprises_operating", "organisations", "enterprises_with_organisation", "built_rate",
    "instructors", "enterprises_with_instructor", "members", "members_share", "new_members", "new_members_share",
)  # fmt: skip


def statistics(context: Context) -> tuple[Block, ...]:
    """Enterprises, organisations, instructors and members, published or counted; what is missing is named as missing."""
    parts = (_enterprises(context), _organisations(context), _instructors(context), _members(context))
    sentences = [part for part in parts if part is not None]
    if not sentences:
        return published(context)
    missing = [name for name in NEEDED if _number(context, name) is None]
    counted = any(
        name in COUNTABLE and (context.counter.counts_first or context.study.published(name) is None)
        for name in NEEDED
        if name not in missing
    )
    gap: tuple[Block, ...] = ()
    if not context.has_cells:  # figures are all there is: each stands with its base and phrase, and none is asked for
        others = others_of(context.study)
        own = [row for row in context.study.figures.values() if row not in others]
        gap = _listed(context, "published", own)[1:]
        if others:
            number = constant(len(others), "figures", label("elsewhere.title"))
            gap = (*gap, context.say("elsewhere.left_out", "note", number=number))
    elif missing:
        names = context.listed(label(f"statistics.needed.{name}") for name in missing)
        gap = (context.say("statistics.missing", "note", missing=names),)
    head = context.head("statistics") if counted else Heading(context.text("statistics.published"))
    return head, *context.of_the_whole(), *sentences, *gap


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


def _in_words(context: Context, name: str, counted: Quantity, **slots: Slot) -> Inlines:
    """A text that English has in the singular and in the plural."""
    is_one = counted.value == 1 and not counted.approximate
    return context.words(f"statistics.{name}_one" if is_one else f"statistics.{name}_many", **slots)


def _enterprises(context: Context) -> Paragraph | None:
    operating, registered = (_number(context, f"enterprises_{kind}") for kind in ("operating", "registered"))
    if operating is None:
        return None
    categories = [
        context.words("statistics.category", name=row.label, count=count)
        for row in context.study.settings.categories
        if (count := _number(context, "enterprises_operating", row.id)) is not None
    ]
    parts = context.words("statistics.parts", parts=context.enumerated(categories)) if categories else ()
    slots: dict[str, Slot] = {"when": context.when, "place": context.study.settings.place.label, "parts": parts}
    if registered is None:
        return context.say("statistics.operating", operating=operating, **slots)
    return context.say("statistics.registered", registered=registered, operating=operating, **slots)


def _organisations(context: Context) -> Paragraph | None:
    organisations, covered = _number(context, "organisations"), _number(context, "enterprises_with_organisation")
    if covered is None:
        return None
    has_enterprises = _number(context, "enterprises_operating") is not None
    if organisations is None:
        return context.say("statistics.covered_of_these" if has_enterprises else "statistics.covered", covered=covered)
    independent, joint = (_number(context, f"organisations_{kind}") for kind in ("independent", "joint"))
    kinds: Inlines = ()
    if independent is not None and joint is not None:
        kinds = context.words("statistics.kinds", independent=independent, joint=joint)
    place = context.study.settings.place.label
    there = label("statistics.there_these") if has_enterprises else label("statistics.there_place", place=place)
    return Paragraph(
        _in_words(
            context,
            "organisations",
            organisations,
            organisations=organisations,
            there=there,
            kinds=kinds,
            covered=_in_words(context, "enterprises", covered, n=covered),
            built=_built(context),
        )
    )


def _built(context: Context) -> Inlines:
    """The published share of those that should have an organisation, by the study's own name for it, and of how many it is."""
    study, figure = context.study, context.study.published("built_rate")
    if figure is None or (rate := _number(context, "built_rate")) is None:
        return ()
    as_published = context.text("statistics.as_published") if context.counter.counts_first else ""
    slots: dict[str, Slot] = {"as_published": as_published, "name": figure.label, "built": rate}
    if not figure.base:
        return context.words("statistics.built_of_unstated", **slots)
    slots["base"] = study.name_of(figure.base)
    if not study.has(figure.base):
        return context.words("statistics.built_of_uncounted", **slots)
    whole = study.quantity(figure.base)
    return context.words("statistics.built_of", whole=whole, measure=measure(whole), **slots)


def _instructors(context: Context) -> Paragraph | None:
    instructors, instructed = _number(context, "instructors"), _number(context, "enterprises_with_instructor")
    if instructed is None:
        return None
    large = _large(context)
    if instructors is None:
        told = _in_words(context, "instructed", instructed, instructed=instructed, large=large)
    else:
        enterprises = _in_words(context, "enterprises", instructed, n=instructed)
        slots: dict[str, Slot] = {"instructors": instructors, "instructed": enterprises, "large": large}
        told = _in_words(context, "instructors", instructors, **slots)
    return Paragraph(opened(told))


def _large(context: Context) -> Inlines:
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
        name = "statistics.large_all" if share.value == 1 else "statistics.large"
        return context.words(name, large=large, share=share, title=row.label)
    return ()


def _members(context: Context) -> Paragraph | None:
    members, new = _number(context, "members"), _number(context, "new_members")
    if members is None:
        return None
    # it is the share of the published number
    share = () if context.counter.counts_first else _share(context, "members_share")
    admitted: Inlines = ()
    if new is not None:
        admitted = _in_words(context, "new", new, new=new, share=_share(context, "new_members_share"))
    return Paragraph(_in_words(context, "members", members, members=members, share=share, new=admitted))


def _share(context: Context, indicator: str) -> Inlines:
    """A published share, of what the study says it is of."""
    figure, share = context.study.published(indicator), _number(context, indicator)
    if figure is None or share is None:
        return ()
    if figure.base:
        return context.words(f"statistics.{indicator}", share=share, base=context.study.name_of(figure.base))
    return context.words(f"statistics.{indicator}_unstated", share=share, name=figure.label)


_BARE = re.compile(r"(?<![¶\d])(\d+)")  # a number that stands without a word, as a page's


def published(context: Context) -> tuple[Block, ...]:
    """Every published figure with its base, the phrase it stands in and where."""
    return _listed(context, "published", list(context.study.figures.values()))


def published_elsewhere(context: Context) -> tuple[Block, ...]:
    """In a paper of figures alone, those that its paragraph leaves out: of other years and places than the study's own."""
    return () if context.has_cells else _listed(context, "elsewhere", others_of(context.study))


def others_of(study: Study) -> list[Figure]:
    """The figures of other years and places than the study's own; none where it has none of its own."""
    others = [row for row in study.figures.values() if not study.is_own(row)]
    return others if len(others) < len(study.figures) else []


def _listed(context: Context, name: str, figures: Sequence[Figure]) -> tuple[Block, ...]:
    study = context.study
    if not figures:
        return ()
    has_years = len({(row.place, row.period) for row in figures}) > 1
    rows: Iterator[Row] = (
        (
            row.label,
            *((None if row.period is None else str(row.period),) if has_years else ()),
            study.quantity(row.id),
            study.name_of(row.base) if row.base or row.unit == "percent" else None,
            row.phrase,
            _document(row, context.language),
        )
        for row in figures
    )
    heads = {"year": [label("published.year")] if has_years else []}
    table = context.table("published", rows, id=name, title=label(f"{name}.title"), heads=heads)
    return context.head(name), context.say("published.each"), table


def _document(row: Figure, language: Language) -> Inlines:
    """Where a figure is quoted from, and the place in it; no address of a page, which is long and leads off the paper."""
    document, place = row.document.of(language), row.locator
    if place.lower().startswith("http"):
        return (document,)
    if re.search(r"[^\W\d_]", place):  # words of the study's, in which numbers have an account
        return (f"{document} {place}",)
    return (f"{document} ", *(_page(piece) if piece.isdecimal() else piece for piece in _BARE.split(place)))


def _page(number: str) -> Claim:
    address = f"constant:{int(number)}"
    return Claim(Quantity(int(number), "count", Status.PUBLISHED, label("published.place"), address=address), number)
