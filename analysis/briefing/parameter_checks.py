"""Parameters against the study they name, or the two studies of a comparison: what is not there, and what is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from analysis.briefing.parameter_models import (
    BriefingParameters,
    ComparisonParameters,
    ConferenceParameters,
    CoverageParameters,
    DepartmentParameters,
    ScenarioParameters,
    SourcesParameters,
    parts_of,
)
from analysis.coverage.returned import Limits, limits_of
from analysis.errors import WorkbookError, one_of
from analysis.messages import any_of, said
from analysis.scenarios.scenario import OWN, own_scenario, scenario_names
from analysis.study import Study, open_study
from analysis.study_models import HIGHEST_DISCLOSURE_THRESHOLD as HIGHEST


def _comparison_faults(study: Study, parameters: ComparisonParameters) -> list[str]:
    """The faults of a comparison: each side's names against its own study."""
    faults, others = [], {"other_study": study, "series": study}
    for name in others:
        if asked := getattr(parameters, name):
            try:
                others[name] = open_study(asked)
            except WorkbookError as error:
                faults.append(f"{name}: {error}")
    sides = {"": study, "other_": others["other_study"]}
    for side, of in sides.items():
        if of.settings.input == "none":
            what = (
                "has published figures only, nothing to compare by group; allowed: a study with a register or returns"
            )
            faults.append(f"{side}study: {of.id} {what}")
            continue
        bases = [row.id for row in of.settings.bases if row.figure is None]
        districts = ["auto", "all", *(["rest"] if side else []), *(row.id for row in of.districts)]
        allowed = {f"{side}district": districts, f"{side}base": [*bases, *([""] if side else [])]}
        allowed |= {} if side else {"category": ["all", *(row.id for row in of.settings.categories)]}
        faults += _not_among(of, parameters, allowed)
    return faults


def _not_among(study: Study, parameters: SourcesParameters, allowed: Mapping[str, list[str]]) -> list[str]:
    """What a study does not have of the names that parameters hold, each with those that it has; an empty name is none."""
    return [
        said(
            '{name}: "{part}" is not in {study}; allowed: {allowed}',
            name=name,
            part=part,
            study=study.id,
            allowed=one_of([one for one in names if one], seen=part, most=20),
        )
        for name, names in allowed.items()
        for part in parts_of(names, getattr(parameters, name), is_list=not name.endswith("base"))
        if part not in names
    ]


def with_a_base(study: Study, parameters: SourcesParameters) -> SourcesParameters:
    """The first base that is counted, where the default is not one of the study's."""
    default = CoverageParameters.model_fields["base"].default
    counted = [row.id for row in study.settings.bases if row.figure is None]
    if isinstance(parameters, CoverageParameters) and parameters.base == default and default not in counted and counted:
        return parameters.model_copy(update={"base": counted[0]})
    return parameters


def faults_against(study: Study, parameters: SourcesParameters) -> list[str]:
    """What the study does not have or allow, one line a fault, each with what is allowed."""
    return [*_lowered(study, parameters.disclosure_threshold), *_unknown(study, parameters)]


def _lowered(study: Study, threshold: int) -> list[str]:
    """A paper may protect more than its study asks, and not less: two papers of one register keep one rule."""
    own = study.settings.disclosure_threshold
    if not 0 < threshold < own:
        return []
    return [
        said(
            'disclosure_threshold: "{threshold}" is lower than that of {study}; allowed: {own} to {highest}, or 0 for '
            "the study's own. To publish smaller counts, change disclosure_threshold in study.toml",
            threshold=threshold,
            study=study.id,
            own=own,
            highest=HIGHEST,
        )
    ]


def _unknown(study: Study, parameters: SourcesParameters) -> list[str]:
    if isinstance(parameters, ScenarioParameters):
        return _scenario_faults(study, parameters.scenario)
    if isinstance(parameters, ComparisonParameters):
        return _comparison_faults(study, parameters)
    if isinstance(parameters, DepartmentParameters):
        faults = [*_dated(parameters.as_of), *_unknown_department(study, parameters.department)]
        return faults + (_scenario_faults(study, parameters.scenario) if _asks_for_scenario(study, parameters) else [])
    faults = _dated(parameters.as_of) if isinstance(parameters, BriefingParameters | ConferenceParameters) else []
    if not isinstance(parameters, CoverageParameters):
        return faults
    settings, limits = study.settings, limits_of(study)
    allowed = {
        "district": ["all", *(row.id for row in study.districts)],
        "category": ["all", *(row.id for row in settings.categories)],
        "base": [row.id for row in settings.bases if row.figure is None] or ["operating"],
    }
    faults += _not_among(study, parameters, allowed)
    if limits is not None:
        faults += _inside_bands(limits, parameters)
    if isinstance(parameters, BriefingParameters) and _asks_for_scenario(study, parameters):
        faults += _scenario_faults(study, parameters.scenario)
    return faults


def _dated(text: str) -> list[str]:
    if not text:
        return []
    try:
        date.fromisoformat(text)
    except ValueError:
        return [said('as_of: "{text}" is not a date; allowed: YYYY-MM-DD, for example 2003-12-31', text=text)]
    return []


def _unknown_department(study: Study, name: str) -> list[str]:
    known = [row.id for row in study.departments]
    if not name or name in known:
        return []
    allowed = one_of(known, seen=name, most=30) or "none, the study has no departments"
    return [
        said('department: "{name}" is not in {study}; allowed: {allowed}', name=name, study=study.id, allowed=allowed)
    ]


def _inside_bands(limits: Limits, parameters: CoverageParameters) -> list[str]:
    """Thresholds that returns do not answer at, with those at which they do."""
    faults: list[str] = [
        said(
            "{name}: {value} lies inside a band of the returns; allowed: {allowed}",
            name=name,
            value=value,
            allowed=any_of(allowed),
        )
        for name, value, allowed in (
            ("staff_threshold", parameters.staff_threshold, limits.staff),
            ("member_threshold", parameters.member_threshold, limits.full_members),
        )
        if value not in allowed
    ]
    if parameters.directly_managed != "any" and not limits.directly_managed:
        faults.append(
            said(
                'directly_managed: "{directly_managed}" is not in the returns; allowed: any',
                directly_managed=parameters.directly_managed,
            )
        )
    return faults


def _asks_for_scenario(study: Study, parameters: BriefingParameters | DepartmentParameters) -> bool:
    """Whether a paper names a scenario; a study's own may be none."""
    return bool(own_scenario(study) if parameters.scenario == OWN else parameters.scenario)


def _scenario_faults(study: Study, name: str) -> list[str]:
    names, named = scenario_names(study), own_scenario(study) if name == OWN else name
    if named in names:
        return []
    known = one_of([OWN, *names], seen=named) if names else "none, the study has no scenarios"
    return [
        said(
            'scenario: "{value}" is not in {study}; allowed: {known}', value=named or name, study=study.id, known=known
        )
    ]
