"""Parameters against the study they name, or the two studies of a comparison: what is not there, and what is allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from analysis.briefing.parameter_models import (
    ComparisonParameters,
    CoverageParameters,
    ScenarioParameters,
    SourcesParameters,
)
from analysis.coverage.returned import limits_of
from analysis.errors import WorkbookError, one_of
from analysis.messages import any_of, said
from analysis.scenarios.scenario import OWN, own_scenario, scenario_names
from analysis.study import Study, open_study
from analysis.study_models import HIGHEST_DISCLOSURE_THRESHOLD as HIGHEST


def with_a_base(study: Study, parameters: SourcesParameters) -> SourcesParameters:
    """The first base that is counted, where the default is not one of the study's."""
    default, counted = CoverageParameters.model_fields["base"].default, _counted_bases(study)
    if isinstance(parameters, CoverageParameters) and parameters.base == default and default not in counted and counted:
        return parameters.model_copy(update={"base": counted[0]})
    return parameters


def faults_against(study: Study, parameters: SourcesParameters) -> list[str]:
    """What the study does not have or allow, one line a fault, each with what is allowed."""
    faults = [*_lowered(study, parameters.disclosure_threshold)]
    if isinstance(parameters, ComparisonParameters):
        return [*faults, *_comparison(study, parameters)]
    asked = [check for name, check in _CHECKS.items() if name in type(parameters).model_fields]
    return faults + [fault for check in asked for fault in check(study, parameters)]


def _lowered(study: Study, threshold: int) -> Iterator[str]:
    """A paper may protect more than its study asks, and not less: two papers of one register keep one rule."""
    own = study.settings.disclosure_threshold
    if 0 < threshold < own:
        what = (
            'disclosure_threshold: "{threshold}" is lower than that of {study}; allowed: {own} to {highest}, or 0 for '
            "the study's own. To publish smaller counts, change disclosure_threshold in study.toml"
        )
        yield said(what, threshold=threshold, study=study.id, own=own, highest=HIGHEST)


def _dated(study: Study, parameters: Any) -> Iterator[str]:
    try:
        date.fromisoformat(parameters.as_of or "2003-12-31")
    except ValueError:
        what = 'as_of: "{text}" is not a date; allowed: YYYY-MM-DD, for example 2003-12-31'
        yield said(what, text=parameters.as_of)


def _department(study: Study, parameters: Any) -> Iterator[str]:
    known, name = [row.id for row in study.departments], parameters.department
    if name and name not in known:
        allowed = one_of(known, seen=name, most=30) or "none, the study has no departments"
        what = 'department: "{name}" is not in {study}; allowed: {allowed}'
        yield said(what, name=name, study=study.id, allowed=allowed)


def _selected(study: Study, parameters: Any) -> Iterator[str]:
    allowed = {
        "district": ["all", *(row.id for row in study.districts)],
        "category": ["all", *(row.id for row in study.settings.categories)],
        "base": _counted_bases(study) or ["operating"],
    }
    yield from _not_among(study, parameters, allowed)


def _in_bands(study: Study, parameters: Any) -> Iterator[str]:
    """Thresholds that returns do not answer at, with those at which they do."""
    if (limits := limits_of(study)) is None:
        return
    for name, allowed in (("staff_threshold", limits.staff), ("member_threshold", limits.full_members)):
        if (value := getattr(parameters, name)) not in allowed:
            what = "{name}: {value} lies inside a band of the returns; allowed: {allowed}"
            yield said(what, name=name, value=value, allowed=any_of(allowed))
    if parameters.directly_managed != "any" and not limits.directly_managed:
        what = 'directly_managed: "{directly_managed}" is not in the returns; allowed: any'
        yield said(what, directly_managed=parameters.directly_managed)


def _scenario(study: Study, parameters: Any) -> Iterator[str]:
    """A scenario that is not there. But for the notebook of scenarios, a paper need have none, as a study's own may be."""
    names, name = scenario_names(study), parameters.scenario
    named = own_scenario(study) if name == OWN else name
    if named not in names and (named or isinstance(parameters, ScenarioParameters)):
        known = one_of([OWN, *names], seen=named) if names else "none, the study has no scenarios"
        what = 'scenario: "{value}" is not in {study}; allowed: {known}'
        yield said(what, value=named or name, study=study.id, known=known)


_CHECKS: Mapping[str, Callable[[Study, Any], Iterator[str]]] = {  # by a parameter that notebooks have which need them
    "as_of": _dated,
    "department": _department,
    "district": _selected,
    "staff_threshold": _in_bands,
    "scenario": _scenario,
}


def _comparison(study: Study, parameters: ComparisonParameters) -> Iterator[str]:
    """The faults of a comparison: each side's names against its own study."""
    others = {"other_study": study, "series": study}
    for name in others:
        if asked := getattr(parameters, name):
            try:
                others[name] = open_study(asked)
            except WorkbookError as error:
                yield f"{name}: {error}"
    for side, of in {"": study, "other_": others["other_study"]}.items():
        if of.settings.input == "none":  # its figures stand beside the other side's: there is nothing to choose of
            yield from _not_among(of, parameters, {f"{side}district": ["auto", "all"]})
            continue
        districts = ["auto", "all", *(["rest"] if side else []), *(row.id for row in of.districts)]
        names = {f"{side}district": districts, f"{side}base": [*_counted_bases(of), *([""] if side else [])]}
        names |= {} if side else {"category": ["all", *(row.id for row in of.settings.categories)]}
        yield from _not_among(of, parameters, names)


def _counted_bases(study: Study) -> list[str]:
    return [row.id for row in study.settings.bases if row.figure is None]


def _not_among(study: Study, parameters: SourcesParameters, allowed: Mapping[str, list[str]]) -> Iterator[str]:
    """What a study does not have of the names that parameters hold, each with those that it has; an empty name is none."""
    for name, names in allowed.items():
        value = getattr(parameters, name)
        parts = value.split(",") if value not in names and not name.endswith("base") else [value]
        for part in (one for one in parts if one not in names):
            known = one_of([one for one in names if one], seen=part, most=20)
            what = '{name}: "{part}" is not in {study}; allowed: {allowed}'
            yield said(what, name=name, part=part, study=study.id, allowed=known)
