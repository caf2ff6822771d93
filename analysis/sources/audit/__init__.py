"""Do the published figures agree, and what follows from them? General rules over the relations that a study declares."""

from __future__ import annotations

from functools import lru_cache

from analysis.sources.audit import caveats, checks, implications
from analysis.sources.audit.finding import SEVERITIES, Figures, Finding, Rule
from analysis.sources.audit.relations import relations_of
from analysis.study import Study

RULES: tuple[Rule, ...] = (
    checks.totals,
    checks.subsets,
    checks.shares,
    checks.each,
    checks.possible,
    checks.contrasts,
    checks.said,
    checks.reach,
    implications.ladders,
    checks.changes,
    checks.moving_bases,
    checks.alternatives,
    caveats.without_base,
    caveats.partial_base,
    caveats.not_taken,
    caveats.approximations,
    implications.hidden,
    implications.ratios,
    caveats.not_published,
)


@lru_cache(maxsize=4)  # a paper asks several times, and a study that was opened stays as it is
def audit(study: Study) -> tuple[Finding, ...]:
    """Everything that the rules find in a study's published figures, what matters most first.

    Balance edits, rounding intervals and Fréchet bounds after Fellegi and Holt 1976 and Dobra and Fienberg 2000.
    Figures that contradict one another are findings, never errors.

    Raises
    ------
    DataError
        When relations.toml is at fault.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> findings = audit(open_study("suzhou-2003"))
    >>> [finding.about for finding in findings if finding.rule == "total"]
    ['operating.categories', 'organisations.kinds']
    """
    figures = Figures(study, relations_of(study))
    findings = [finding for rule in RULES for finding in rule(figures)]
    told = {name for one in findings if _contradicts(one) for name in one.figures}
    findings = [one for one in findings if one.rule != "possible" or told.isdisjoint(one.figures)]  # once is enough
    return tuple(sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity)))


def _contradicts(finding: Finding) -> bool:
    """Whether a rule of its own tells that figures cannot all be right, or do not keep what is taken for granted."""
    return (finding.rule in ("each", "total") and finding.severity == "tension") or (
        finding.rule != "possible" and finding.severity == "contradiction"
    )
