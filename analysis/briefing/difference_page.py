"""The difference of two runs told: as a page in Chinese or English, as JSON, and in a few lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from itertools import groupby
from operator import attrgetter
from typing import Any

from analysis.briefing.change_attribution import Difference, Moved
from analysis.briefing.documents.templates import filled
from analysis.briefing.run_reader import PARTS, Part
from analysis.ledger import Claim
from analysis.quantities import Label, Language, Number, weakest
from analysis.views.page import shell

NAMES: Mapping[Part, Label] = {
    "data": Label("数据", "data"),
    "assumptions": Label("假设", "assumptions"),
    "definition": Label("口径", "definitions"),
    "parameters": Label("参数", "parameters"),
    "code": Label("代码", "code"),
    "environment": Label("环境", "environment"),
}
_TITLE = Label("数字为什么变了", "Why the numbers changed")
_NOT_KEPT = Label(
    "名册不随结果保存（{}）：两份之间无法逐步重算，全部改动合并计为一步。",
    "The register is not kept with a run ({}): nothing between the two papers can be computed again, so all that changed "
    "is counted as one step.",
)
_TOGETHER = Label(
    "代码和环境都变了，合为一步：要分开，须用当时的代码配现在的软件包，或现在的代码配当时的软件包，再算一遍。当时的软件包没有保存，只保存了清单（lock）；当时的代码虽随结果保存，但比较时从不执行随结果带来的代码，因为它可能来自他人。",
    "Code and environment both changed and are one step: to part them, the paper would have to be computed by the code of then "
    "with the packages of now, or the other way round. The packages of then are not kept, only their list (the lock); the code "
    "of then is kept with the run, but a comparison never executes code that came with a run, which may be somebody else's.",
)


def to_json(found: Difference) -> dict[str, Any]:
    """The difference as plain values; terms and changes are exact fractions as texts, so that they sum exactly."""
    return {
        "runs": [{"folder": run.folder.name, "key": run.manifest["key"]} for run in (found.one, found.other)],
        "changes": [vars(change) for change in found.changes],
        "steps": [{"parts": list(step.parts), "names": list(step.names)} for step in found.steps],
        "registers_not_kept": list(found.not_kept),
        "notes": [{"zh": note.zh, "en": note.en} for note in notes(found)],
        "unchanged": found.unchanged,
        "moved": [_moved(moved) for moved in found.moved],
        "only_before": [_said(said.section, said.claim) for said in found.only_before],
        "only_after": [_said(said.section, said.claim) for said in found.only_after],
    }


def in_lines(found: Difference, language: Language, *, most: int = 20, of_a_part: int = 8) -> Iterator[str]:
    """The difference in a few lines for a terminal: no more changes of one part, and claims, than one reads there."""
    told = filled(
        "pages/difference.txt",
        language=language,
        changes=[(NAMES[part].of(language), list(group)) for part, group in groupby(found.changes, attrgetter("part"))],
        notes=[note.of(language) for note in notes(found)],
        found=found,
        steps=[(" + ".join(NAMES[part].of(language) for part in step.parts), step.names) for step in found.steps],
        moves=[sum(1 for moved in found.moved if moved.terms[place]) for place in range(len(found.steps))],
        moved=[(moved, *_change_and_cause(moved, found, language)) for moved in found.moved[:most]],
        most=most,
        of_a_part=of_a_part,
    )
    yield from told.splitlines()


def _change_and_cause(moved: Moved, found: Difference, language: Language) -> tuple[str, str]:
    """A claim's change, and how much of it each step is the cause of."""
    change, *terms = printed(moved)
    causes = (
        f"{' + '.join(NAMES[part].of(language) for part in step.parts)} {term}"
        for step, term in zip(found.steps, terms, strict=True)
        if term not in ("0", "…")
    )
    return change, ("，" if language == "zh" else ", ").join(causes)


def notes(found: Difference) -> tuple[Label, ...]:
    """Why some changes are not told apart."""
    said = []
    if names := found.not_kept:
        said.append(Label(_NOT_KEPT.zh.format("、".join(names)), _NOT_KEPT.en.format(", ".join(names))))
    if any({"code", "environment"} <= set(step.parts) for step in found.steps):
        said.append(_TOGETHER)
    return tuple(said)


def page(found: Difference, language: Language) -> str:
    """The difference as an HTML page."""
    names = [" + ".join(NAMES[part].of(language) for part in step.parts) for step in found.steps]
    title = _TITLE.of(language)
    body = filled(
        "pages/difference.html",
        language=language,
        title=title,
        runs=[run.folder.name for run in (found.one, found.other)],
        changes=[
            (NAMES[change.part].of(language), change.where, change.before or "—", change.after or "—")
            for change in sorted(found.changes, key=lambda change: PARTS.index(change.part))
        ],
        steps=tuple(
            f"{name}\n{', '.join(step.names)}" if names.count(name) > 1 else name
            for name, step in zip(names, found.steps, strict=True)
        ),
        moved=[
            (moved.after.quantity.label.of(language), moved.before.marked, moved.after.marked, *printed(moved))
            for moved in found.moved
        ],
        notes=[note.of(language) for note in notes(found)],
        only_before=[(one.claim.quantity.label.of(language), one.claim.marked) for one in found.only_before],
        only_after=[(one.claim.quantity.label.of(language), one.claim.marked) for one in found.only_after],
    )
    return shell(body, title=title, language=language)


def printed(moved: Moved) -> tuple[str, ...]:
    """A claim's change and its terms, rounded so that the terms as printed sum to the change as printed.

    Examples
    --------
    >>> from analysis.quantities import Quantity, Status
    >>> def said(value): return Claim(Quantity(value, "enterprises", Status.COUNTED, Label("", "a"), address="a:a"), "")
    >>> printed(Moved("a", said(10), said(13), (10, 9, 13)))
    ('+3', '−1', '+4')
    """
    if moved.change is None:
        return "—", *("…" for _ in moved.terms)
    quantity = moved.after.quantity
    scale = 100 if quantity.unit == "share" else 1
    mark = weakest(moved.before.status, moved.after.status).mark
    for decimals in range(quantity.decimals, 7):
        stages = [None if value is None else _rounded(value, scale, decimals) for value in moved.values]
        terms = _differences(stages)
        if all(term for term, exact in zip(terms, moved.terms, strict=True) if exact):
            break
    first, last = stages[0], stages[-1]
    assert first is not None
    assert last is not None
    return tuple(_signed(term, mark) for term in (last - first, *terms))


def _differences(stages: list[Decimal | None]) -> list[Decimal | None]:
    found: list[Decimal | None] = []
    known = stages[0]
    for stage in stages[1:]:
        found.append(None if stage is None or known is None else stage - known)
        known = known if stage is None else stage
    return found


def _rounded(value: Number, scale: int, decimals: int) -> Decimal | None:
    if isinstance(value, float) and value != value:
        return None
    return (Decimal(value) * scale).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)


def _signed(term: Decimal | None, mark: str) -> str:
    if term is None:
        return "…"
    return f"{term:+,}".replace("-", "−") + mark if term else "0"


def _moved(moved: Moved) -> dict[str, Any]:
    def exact(value: Fraction | None) -> str | None:
        return None if value is None else str(value)

    return {
        **_said(moved.section, moved.after),
        "before": {"text": moved.before.marked, "value": moved.before.quantity.value},
        "after": {"text": moved.after.marked, "value": moved.after.quantity.value},
        "values": list(moved.values),
        "change": exact(moved.change),
        "terms": [exact(term) for term in moved.terms],
    }


def _said(section: str, claim: Claim) -> dict[str, Any]:
    label = claim.quantity.label
    return {"section": section, "label": {"zh": label.zh, "en": label.en}, "text": claim.marked}
