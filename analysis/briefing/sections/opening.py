"""Page one: what the paper is; the ladder of bases, and the cascade from registered to five-good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from analysis.briefing.context import Context, department_of
from analysis.briefing.parameters import BriefingParameters, DepartmentParameters
from analysis.briefing.sections.finding import quoting
from analysis.briefing.sections.suppressed_section import not_in_data
from analysis.briefing.texts import label
from analysis.coverage.indicators import Step, cascade, cascade_steps, ladder, secretary_chairs, unknown_bases
from analysis.errors import NotInDataError
from analysis.quantities import Quantity, Status, day_label
from analysis.sources.returns import read_returns, score_at
from analysis.views import charts
from analysis.views.blocks import Block, Figure, Heading, Paragraph, Title
from analysis.views.rows import Step as ChartStep
from analysis.views.tables import cascade_table, ladder_table, reversed_sign
from analysis.views.wording import slots_of


def title(context: Context) -> tuple[Block, ...]:
    """The head of the paper, and what the marks mean."""
    settings, text = context.study.settings, context.text
    kind = text("title.everyone") if context.category is None else context.category.of(context.language)
    details: tuple[tuple[str, str], ...] = (
        (text("title.scope"), f"{context.place.of(context.language)} · {kind}"),
        (text("title.as_of"), _as_of(context)),
        (text("title.source"), settings.document.label.of(context.language)),
        (text("title.data"), _data(context)),
    )
    head = Title(settings.title.label.of(context.language), _subtitle(context), details)
    missing = told_first(context)
    if isinstance(context.parameters, DepartmentParameters):
        return (replace(head, details=(details[1], details[3]), page="sheet"), *missing)
    before = quoting(context) if isinstance(context.parameters, BriefingParameters) else ()
    return head, *missing, *before


def _as_of(context: Context) -> str:
    """The day of the figures, or their year where no more is known."""
    as_of, period = context.study.settings.as_of, context.study.settings.period
    if as_of is not None:
        return day_label(as_of).of(context.language)
    return context.text("title.unstated") if period is None else context.text("title.year", year=str(period))


def _subtitle(context: Context) -> str:
    kind = context.text(f"title.kind.{context.notebook}")
    if own := called(context):
        return f"{kind} · {own}"
    return kind if context.is_whole else f"{kind} · {context.narrowed.of(context.language)}"


def called(context: Context) -> str:
    """The department a sheet is for; empty in any other paper, and in a study without departments."""
    if not isinstance(context.parameters, DepartmentParameters):
        return ""
    own = department_of(context)
    return "" if own is None else own.label.of(context.language)


def _data(context: Context) -> str:
    study, name = context.study, context.origin.name
    if not context.has_cells:
        is_faulty = study.settings.input == "returns"
        return context.text("title.data_of.faulty_returns" if is_faulty else "title.data_of.published")
    if not context.origin.is_counted:
        return context.text("title.data_of.synthetic")
    is_alone = not study.figures or study.absent
    return context.text("title.data_of.counted" if is_alone else "title.data_of.counted_beside_published", name=name)


def told_first(context: Context) -> tuple[Block, ...]:
    """Which districts are missing, or that returns cannot be used yet; nothing where all is in order."""
    if context.study.absent:
        names = context.listed(row.label for row in context.study.absent)
        return (context.say("missing.absent", "lead", names=names, **_reported(context)),)
    if context.study.settings.input == "returns" and not context.has_cells:
        faults = number_of_returns(context, "faults")
        return (context.say("missing.faulty", "lead", faults=faults, **_reported(context)),)
    return ()


def _reported(context: Context) -> dict[str, Quantity]:
    return {"all": number_of_returns(context, "all"), "own": number_of_returns(context, "in")}


def number_of_returns(context: Context, key: str) -> Quantity:
    """How many districts there are (`all`) or have reported (`in`), or how many `faults` their returns have."""
    value = score_at(read_returns(context.whole), key)
    unit = "faults" if key == "faults" else "districts"
    return Quantity(value, unit, Status.COUNTED, label(f"missing.{key}"), address=f"return:{key}")


def bases(context: Context) -> tuple[Block, ...]:
    """The ladder of bases."""
    found = ladder(context.counter, context.within)
    # inside one category some bases are the same enterprises
    different = {rung.rate.base.value: rung for rung in reversed(found)} if context.category else {}
    rungs = [rung for rung in found if not different or different[rung.rate.base.value] is rung]
    lacking = unknown_bases(context.counter, context.within)
    if not rungs and lacking:
        raise NotInDataError("coverage over each base", lacking)
    if not rungs:
        return ()
    rates = [(rung, rung.counted if rung.is_upper_bound else rung.rate) for rung in rungs]
    bars = [context.bar(rate, rung.id, rung.label) for rung, rate in rates if rate is not None]
    return (
        context.head("bases"),
        ladder_table(rungs, context.language, counted_in=context.origin.name),
        *not_in_data(context, lacking),
        context.chart("ladder", charts.ladder(bars, language=context.language)),
    )


def steps(context: Context) -> tuple[Block, ...]:
    """The coverage cascade."""
    if not context.has_cells:
        return ()
    least = context.setting("member_threshold")
    found = {step.id: step for step in cascade(context.counter, context.within, full_members_from=least)}
    asked = cascade_steps(context.within, full_members_from=least)
    lacking = [name for _, chosen in asked.values() for name in context.counter.lacking("enterprises", chosen)]
    if lacking and not set(found) - {"registered", "operating"}:
        raise NotInDataError("no step of the cascade is in the data", lacking)
    wide, operating = next(iter(found.values())), found["operating"]
    if wide is operating:
        title, start = "cascade.from_operating", context.say("cascade.operating_only", place=context.place)
    else:
        idle = (wide.reached - operating.reached).named(label("cascade.idle_number"))
        title, start = "cascade.from_registered", context.say("cascade.idle", idle=idle)
    return (
        Heading(context.text(title)),
        _stepwise(context, found, wide),
        start,
        *_chairs(context),
        *not_in_data(context, lacking),
        _cascade_chart(context, found.values(), title=context.text(title)),
        cascade_table(tuple(found.values()), context.language, title=context.text(title)),
    )


def _stepwise(context: Context, found: Mapping[str, Step], wide: Step) -> Paragraph:
    """The steps in a sentence, as far as they are known; one by a five-good organisation is covered, so that it is last."""
    least = context.parameter("member_threshold")
    reached = [
        context.words(f"cascade.step.{name}", n=found[name].reached, least=least)
        for name in ("members", "full_members", "covered", "five_good")
        if name in found
    ]
    can_rise = "covered" in found and {"members", "full_members"} & set(found)
    return context.say(
        "cascade.told_not_nesting" if can_rise else "cascade.told",
        first=wide.rate.base_name,
        base=wide.reached,
        steps=context.enumerated(reached, by="list.clause", last="list.clause_and"),
    )


def _chairs(context: Context) -> tuple[Paragraph, ...]:
    """Of the enterprises with an organisation, where its secretary chairs the union too; none where nobody counts it."""
    found = secretary_chairs(context.counter, context.within)
    return () if found is None else (context.say("cascade.chairs", **slots_of("name", found.base_name, found)),)


def _cascade_chart(context: Context, found: Iterable[Step], *, title: str) -> Figure:
    """The steps, each with how far it lies from the one before, without a sign: the chart's arrow says which way."""
    rows: list[ChartStep] = []
    for position, step in enumerate(found):
        drop = step.drop
        rises = drop is not None and drop.value < 0
        distance = None if drop is None else context.claim(drop if drop.value >= 0 else reversed_sign(drop))
        reached, share = context.claim(step.reached), context.claim(step.rate.share)
        name = context.name(step.label)
        rows.append(ChartStep(f"step{position}", name, reached, share, distance, rises=rises))
    return context.chart("cascade", charts.cascade(rows, language=context.language), title=title, width=0.8)
