"""What the figures tell and do not tell: whether they agree, what they leave open, what was assumed, the problems named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from analysis.briefing.composing import Cell, Row
from analysis.briefing.context import Context
from analysis.briefing.texts import label
from analysis.coverage.problems import problems
from analysis.quantities import Label, Language, Quantity, Rate
from analysis.sources.audit import audit
from analysis.sources.audit.bounds import Bound, bounds
from analysis.sources.audit.finding import SEVERITIES, Finding
from analysis.study import Study
from analysis.study_models import Assumption, Level
from analysis.views.blocks import Block, Inlines, Paragraph, Table
from analysis.views.charts import intervals
from analysis.views.rows import spread_of
from analysis.views.wording import capital, fill, plain, rate

CHECKING = frozenset({"total", "subset", "share", "each", "contrast"})  # rules that hold figures against one another
LEVELS: tuple[Level, ...] = ("high", "medium", "low")
End = Literal["value", "low", "high"]
ENDS: tuple[End, ...] = ("value", "low", "high")


def findings(context: Context) -> tuple[Block, ...]:
    """What the audit of the published figures finds: a lead and a table, what matters most first."""
    if not context.study.figures:
        return ()
    found, language = audit(context.study), context.language
    rows = ((label(f"audit.severity.{one.severity}"), *_texts(one, language)) for one in found)
    table = (context.table("audit", rows),) if found else ()
    lead = Paragraph((_lead(found).of(language),), "lead")
    return context.head("audit"), *context.of_the_whole(), lead, *table


def audit_text(study: Study, *, language: Language) -> str:
    """What the audit found, as plain text: a lead, then each finding with its derivation under it."""
    found = audit(study)
    lines = [study.settings.title.label.of(language), _lead(found).of(language)]
    for severity in SEVERITIES:
        told = [finding for finding in found if finding.severity == severity]
        if told:
            lines += ["", capital(label(f"audit.severity.{severity}").of(language))]
        for finding in told:
            statement, derivation = _texts(finding, language)
            lines += [f"  • {plain(statement)}", f"    {plain(derivation)}"]
    return "\n".join(lines)


def agreement(findings: Sequence[Finding]) -> Label:
    """Whether the figures agree, as far as any can be held against another."""
    severities = {finding.severity for finding in findings}
    if "contradiction" in severities:
        return label("audit.contradiction")
    if not any(finding.rule in CHECKING for finding in findings):
        return label("audit.unchecked")
    return label("audit.tension" if "tension" in severities else "audit.agree")


def _lead(findings: Sequence[Finding]) -> Label:
    """Whether the figures agree, and the order in which the findings stand."""
    if not findings:
        return label("audit.unrelated")
    severities = {finding.severity for finding in findings}
    if "contradiction" in severities:
        return label("audit.contradiction_first", agree=agreement(findings))
    return agreement(findings) if severities <= {"note", "ok"} else label("audit.to_quote", agree=agreement(findings))


def _texts(finding: Finding, language: Language) -> tuple[Inlines, Inlines]:
    return fill(finding.statement, finding.values, language), fill(finding.derivation, finding.values, language)


def unknowns(context: Context) -> tuple[Block, ...]:
    """Ranges of what was not published, and the tensions between the figures."""
    known = [bound for bound in bounds(context.study) if bound.interval.low.value > 0]
    worth = disagreements(context) if context.has_cells else []  # the paper of figures alone has a section on them
    if not known and not worth:
        return ()
    blocks: list[Block] = [context.head("unknowns"), *context.of_the_whole()]
    if known:
        blocks += [context.say("unknowns.confined"), _bounds(context, known)]
    if worth:
        blocks.append(context.say("unknowns.to_quote"))
    blocks += [context.stated(finding, "item") for finding in worth]
    ranges = [
        spread_of(bound.interval, id=bound.name, name=context.name(_named(bound)), language=context.language)
        for bound in known
        if not bound.interval.is_exact and not bound.is_open
    ]
    if len(ranges) > 1:  # one range needs no chart
        blocks.append(context.chart("ranges", intervals(ranges, language=context.language, log=True), width=0.75))
    return tuple(blocks)


def disagreements(context: Context) -> list[Finding]:
    """What the audit found that cannot all be right or needs explaining, and sums that are not their total."""
    return [one for one in audit(context.study) if one.severity in ("contradiction", "tension") or _is_off(one)]


def _is_off(finding: Finding) -> bool:
    """Whether a sum is not its total, if only within what was rounded: a reader who adds up will ask."""
    return finding.rule == "total" and finding.severity == "caution"


def _named(bound: Bound) -> Label:
    """What a range is of; one that a hypothesis narrows says so."""
    return label("unknowns.on_one_reading", name=bound.label) if bound.name.startswith("if.") else bound.label


def _at_most(context: Context, bound: Bound) -> Cell:
    if bound.is_open:
        return None
    if bound.interval.is_exact:
        return context.text("unknowns.same")
    return bound.interval.high


def _bounds(context: Context, known: Sequence[Bound]) -> Table:
    """The ranges, with what they assume as letters that the note explains."""
    language, stop = context.language, context.text("list.semicolon")
    taken = {bound.name: [part for part in bound.assumes.of(language).split(stop) if part] for bound in known}
    different = dict.fromkeys(part for parts in taken.values() for part in parts)
    letters = {part: chr(ord("a") + position) for position, part in enumerate(different)}
    rows: list[Row] = [
        (
            _named(bound),
            bound.interval.low,
            _at_most(context, bound),
            context.listed(sorted(letters[part] for part in taken[bound.name])),
        )
        for bound in known
    ]
    note = stop.join(f"({letter}) {part}" for part, letter in letters.items())
    return context.table("bounds", rows, note=context.words("unknowns.assumes", assumed=note) if note else ())


def assumptions(context: Context) -> tuple[Block, ...]:
    """The assumptions behind the synthetic numbers, those that matter most and are known worst first."""
    study = context.study
    if context.origin.is_counted or not study.assumptions or not context.has_cells:
        return ()
    rows = study.assumptions.values()
    table = assumption_table(context, "assumptions", rows, lambda row, end: study.assumption(row.id, end))
    return context.head("assumptions"), context.say("assumptions.rest"), table


def assumption_table(
    context: Context, id: str, rows: Iterable[Assumption], number: Callable[[Assumption, End], Quantity]
) -> Table:
    """The assumptions in the order of their impact; of the same impact, the worst known first.

    Parameters
    ----------
    id
        Of the table, and of the group of texts with its title.
    number
        Gives an assumption's value, or an end of its range, as a quantity.
    """
    ordered = sorted(rows, key=lambda row: (LEVELS.index(row.impact), -LEVELS.index(row.quality)))
    body: Iterable[Row] = (
        (
            row.label,
            *(number(row, end) for end in ENDS),
            *(context.text(f"level.{level}") for level in (row.impact, row.quality)),
            Label(row.why_zh, row.why_en).of(context.language),
        )
        for row in ordered
    )
    return context.table("assumptions", body, id=id, title=context.text(f"{id}.title"))


def diagnoses(context: Context) -> tuple[Block, ...]:
    """Each problem with its own indicators: measured, or not in the data, and what would measure it."""
    rows: list[Row] = [
        (
            "" if place else problem.label,
            one.label,
            rate(one.value, context.language) if isinstance(one.value, Rate) else one.value,
            context.text("problems.measured" if one.is_measured else "problems.not_measured"),
            None if one.is_measured else one.needs.of(context.language),
        )
        for problem in problems(context.counter)
        for place, one in enumerate(problem.indicators)
    ]
    return context.head("problems"), context.say("problems.each"), context.table("problems", rows)
