"""The two sides that the parameters of a comparison name: checked, each against its own study."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.briefing.parameter_models import ComparisonParameters, SourcesParameters, parts_of
from analysis.errors import WorkbookError, one_of
from analysis.messages import said
from analysis.study import Study, open_study


def faults_of(study: Study, parameters: ComparisonParameters) -> list[str]:
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
        faults += not_among(of, parameters, allowed)
    return faults


def not_among(study: Study, parameters: SourcesParameters, allowed: Mapping[str, list[str]]) -> list[str]:
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
