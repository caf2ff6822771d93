"""The audit as a section of the paper, and as text for the terminal."""

from __future__ import annotations

from analysis.quantities import Label, Language
from analysis.sources.audit import audit
from analysis.sources.audit.finding import Finding, Severity
from analysis.study import Study
from analysis.views.blocks import Block, Inlines, Paragraph, Section, Table
from analysis.views.tables import columns
from analysis.views.wording import capital, fill, plain

SEVERITY: dict[Severity, Label] = {
    "contradiction": Label("不一致", "does not agree"),
    "tension": Label("须说明", "needs explaining"),
    "caution": Label("须留意", "read with care"),
    "note": Label("可推知", "follows"),
    "ok": Label("相符", "agrees"),
}

CHECKING = frozenset(
    {"total", "subset", "share", "each", "contrast"}
)  # the rules that hold figures against one another


def audit_section(study: Study, *, language: Language) -> Section:
    """What the audit found, what matters most first: a lead and a table.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> section = audit_section(open_study("suzhou-2003"), language="en")
    >>> [type(block).__name__ for block in section.blocks]
    ['Paragraph', 'Table']
    """
    findings = audit(study)
    blocks: tuple[Block, ...] = (Paragraph((_lead(findings).of(language),), "lead"),)
    if findings:
        blocks += (_table(findings, language),)
    return Section("audit", language, blocks)


def audit_text(study: Study, *, language: Language) -> str:
    """What the audit found, as plain text: a lead, then each finding with its derivation under it."""
    findings = audit(study)
    lines = [study.settings.title.label.of(language), _lead(findings).of(language)]
    for severity, word in SEVERITY.items():
        told = [finding for finding in findings if finding.severity == severity]
        if told:
            lines += ["", word.of(language)[:1].upper() + word.of(language)[1:]]
        for finding in told:
            statement, derivation = _texts(finding, language)
            lines += [f"  • {plain(statement)}", f"    {plain(derivation)}"]
    return "\n".join(lines)


def _lead(findings: tuple[Finding, ...]) -> Label:
    found = {finding.severity for finding in findings}
    if not findings:
        return Label(
            "这些数字之间没有可供核对的关系。",
            "Nothing relates these figures to one another, so there is nothing to check.",
        )
    if "contradiction" in found:
        return Label(
            "已公布的数字中有互不一致之处，列在表首，请先核对原文；其余各项按轻重排列。",
            "Some of the published figures do not agree with one another. They stand first; please check them against "
            "the document. The other findings follow, what matters most first.",
        )
    checked = any(finding.rule in CHECKING for finding in findings)
    agree = Label(
        "能够相互核对的已公布数字都相符。", "The published figures that could be held against one another agree."
    )
    if not checked:
        agree = Label(
            "这些数字之间没有可供核对的关系，是否相符无从判断。",
            "Nothing relates these figures to one another, so whether they agree could not be checked.",
        )
    elif "tension" in found:
        agree = Label(
            "能核对的数字之间没有算术上的矛盾，但有须说明之处。",
            "Where the published figures could be checked they do not contradict one another, but some need explaining.",
        )
    if found <= {"note", "ok"}:
        return agree
    return Label(
        f"{agree.zh}引用时须说明或留意的列在前面，其后是由这些数字可以推知的结果。",
        f"{agree.en} What needs a word when they are quoted stands first, followed by what can be concluded from them.",
    )


def _table(findings: tuple[Finding, ...], language: Language) -> Table:
    title = Label("已公布数字的核对", "The published figures, checked")
    labels = Label("结论", "Finding"), Label("内容", "Statement"), Label("依据", "Derivation")
    head = columns(language, *labels, widths=(1.0, 2.9, 2.9), align="lll")
    rows = tuple(
        ((capital(SEVERITY[finding.severity].of(language)),), *_texts(finding, language)) for finding in findings
    )
    return Table("audit", title.of(language), head, rows, size="small")


def _texts(finding: Finding, language: Language) -> tuple[Inlines, Inlines]:
    return (
        fill(finding.statement, finding.values, language),
        fill(finding.derivation, finding.values, language),
    )
