"""What stands in place of numbers that are withheld, not in the data, or no ground for comparing places."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from analysis.briefing.context import Context
from analysis.briefing.texts import known
from analysis.errors import NotInDataError
from analysis.quantities import Status
from analysis.sources.register import names_of
from analysis.views import wording
from analysis.views.blocks import Block, Paragraph

COMPARING = frozenset(
    {"said", "difference", "chain", "standardised", "outliers", "small", "unequal", "fairly", "then_and_now"}
)


def left_out(context: Context, name: str) -> tuple[Block, ...]:
    """Says which section is left out, as it needs what is withheld."""
    return (context.say("omitted.withheld", "note", title=_title(context, name)),)


def section_not_in_data(context: Context, name: str, error: NotInDataError) -> tuple[Block, ...]:
    """Says which section is left out, and what is not in the data."""
    names = names_of(error.attributes, context.language) or context.text("omitted.asked")
    return (context.say("omitted.not_in_data", "note", title=_title(context, name), names=names),)


def _title(context: Context, name: str) -> str:
    return context.text(f"{name}.head" if known(f"{name}.head") else "omitted.section")


def not_in_data(context: Context, attributes: Iterable[str]) -> tuple[Block, ...]:
    """One sentence on what is not in the data; nothing where all is."""
    told = wording.not_in_data(attributes, context.language)
    return (Paragraph((told,), "note"),) if told else ()


def where_known(
    context: Context, *make: Callable[[Context], Block | None], lacking: Iterable[str] = ()
) -> tuple[Block, ...]:
    """The blocks whose numbers are in the data; then one sentence on what is not.

    Parameters
    ----------
    lacking
        What is known to be missing besides.
    """
    found: list[Block] = []
    lacking = list(lacking)
    for one in make:
        try:
            block = one(context)
        except NotInDataError as error:
            lacking += error.attributes
        else:
            found += [] if block is None else [block]
    return (*found, *not_in_data(context, lacking))


def is_made_up(context: Context) -> bool:
    """Whether what would be compared comes from a synthetic register, on either side."""
    counters = [context.counter, *([context.other_counter] if "other" in context.others else [])]
    return any(one.cells is not None and one.cells.status is Status.SYNTHETIC for one in counters)


def compares(context: Context) -> bool:
    """Whether places may be compared: their numbers are no synthetic ones, or the reader asks for the exercise."""
    return bool(context.setting("compare_synthetic")) or not is_made_up(context)


def not_compared(context: Context) -> Block:
    """Says that what compares places is left out, and why."""
    can_ask = "compare_synthetic" in type(context.parameters).model_fields
    return context.say("omitted.not_compared_unless_asked" if can_ask else "omitted.not_compared", "note")


def exercise(context: Context) -> Block:
    """Marks a comparison of synthetic numbers as what it is."""
    return context.say("omitted.exercise", "note")


def comparison(context: Context, blocks: Callable[[], tuple[Block, ...]], *, is_told: bool) -> tuple[Block, ...]:
    """A section that compares places: as it is, marked as an exercise, or left out.

    Parameters
    ----------
    is_told
        Whether the paper has said already that it leaves out what compares.
    """
    if not is_made_up(context):
        return blocks()
    if compares(context):
        first, *rest = blocks() or (None,)
        return () if first is None else (first, exercise(context), *rest)
    return () if is_told else (not_compared(context),)
