"""The coverage cascade: from registered to five-good, step by step."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.briefing.context import Context
from analysis.briefing.sections.suppressed_section import not_in_data
from analysis.coverage.indicators import Step, cascade, cascade_steps, secretary_chairs
from analysis.errors import NotInDataError
from analysis.ledger import Claim
from analysis.quantities import Label, Language, Quantity, enumerated
from analysis.views import charts
from analysis.views.blocks import Block, Figure, Heading, Paragraph
from analysis.views.render import drawn
from analysis.views.rows import Step as ChartStep
from analysis.views.tables import cascade_table, reversed_sign
from analysis.views.wording import capital, claim, slots_of


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
    title = (
        context.text("从注册到“五个好”", "From registered to five-good")
        if wide is not operating
        else context.text("从开业到“五个好”", "From operating to five-good")
    )
    return (
        Heading(title),
        _said(context, found, wide),
        context.say(
            "注册而未开业的{idle}家不在任何覆盖工作的范围之内。",
            "The {idle} enterprises that are registered but do not operate are beyond the reach of any work on coverage.",
            idle=(wide.reached - operating.reached).named(Label("注册而未开业", "registered, not operating")),
        )
        if wide is not operating
        else context.say(
            "各级企业数均在{place}实际开业投产的企业之内。",
            "All steps lie inside the operating enterprises of {place}.",
            place=context.place,
        ),
        *_chairs(context),
        *not_in_data(context, lacking),
        _cascade(context, tuple(found.values()), title=title),
        cascade_table(tuple(found.values()), context.language, title=title),
    )


_REACHED = {
    "members": Label("有党员的{members}家", "{members} have a member"),
    "full_members": Label(
        "有{least}名以上正式党员的{full_members}家", "{full_members} have {least} or more full members"
    ),
    "covered": Label("党组织覆盖{covered}家", "{covered} are covered by an organisation"),
    "five_good": Label("达到“五个好”的{five_good}家", "{five_good} by a five-good one"),
}


def _said(context: Context, found: Mapping[str, Step], wide: Step) -> Paragraph:
    """The steps in a sentence, as far as they are known; one by a five-good organisation is covered, so that it is last."""
    known = [label for name, label in _REACHED.items() if name in found]
    zh = "以{first}{base}家为基数逐级看：" + "，".join(label.zh for label in known) + "。"
    en = "Step by step, starting from {base} ({first}): " + enumerated([label.en for label in known]) + "."
    if "covered" in found and {"members", "full_members"} & set(found):
        zh += "各级并不层层包含：联合党组织也覆盖党员不足的企业，所以党组织覆盖数可以多于上一级。"
        en += " The steps do not nest: a joint organisation also covers enterprises with too few members for one of their own."
    reached = {name: found[name].reached for name in _REACHED if name in found}
    return context.say(
        zh,
        en,
        first=wide.rate.base_name,
        base=wide.reached,
        least=context.parameter("member_threshold"),
        **reached,
    )


def _chairs(context: Context) -> tuple[Paragraph, ...]:
    """Of the enterprises with an organisation, where its secretary chairs the union too; none where nobody counts it."""
    found = secretary_chairs(context.counter, context.within)
    if found is None:
        return ()
    said = context.say(
        "{name}{name_base}家，其中{name_part}家由书记兼任工会主席，占{name_share}。",
        "There are {name_base} {name}; in {name_part} of them ({name_share}) the secretary also chairs the trade union.",
        **slots_of("name", found.base_name, found),
    )
    return (said,)


def _distance(drop: Quantity | None, language: Language) -> Claim | None:
    """How far a step lies from the one before, without a sign: the chart's arrow says which way."""
    if drop is None:
        return None
    return claim(drop if drop.value >= 0 else reversed_sign(drop), language)


def _cascade(context: Context, found: tuple[Step, ...], *, title: str) -> Figure:
    language = context.language
    rows = [
        ChartStep(
            f"step{position}",
            capital(step.label.of(language)),
            claim(step.reached, language),
            claim(step.rate.share, language),
            _distance(step.drop, language),
            rises=step.drop is not None and step.drop.value < 0,
        )
        for position, step in enumerate(found)
    ]
    title += context.text("：逐级覆盖", ", step by step")
    return drawn(charts.cascade(rows, language=language), id="cascade", title=title)
