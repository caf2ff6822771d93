"""One schema for a notebook's parameters: its cell, its file, its form and its command line are all this model."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analysis.coverage.cells import MEMBERS_CAP, STAFF_CAP
from analysis.coverage.disclosure import HIGHEST
from analysis.coverage.limits import Limits, limits_of, listed
from analysis.errors import ParameterError, one_of, reason_of
from analysis.scenarios.scenario import OWN, own_scenario, scenario_names
from analysis.study import Study, open_study

NOTEBOOKS_FOLDER = Path(__file__).resolve().parent.parent.parent / "notebooks"


class SourcesParameters(BaseModel):
    """Parameters of notebook 1."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    study: str = Field("suzhou-2003", description="a study's name in data/, or its folder", min_length=1)
    language: Literal["zh", "en"] = Field(
        "zh", description="language of the results: zh or en", json_schema_extra={"zh": "语言", "en": "Language"}
    )
    disclosure_threshold: int = Field(
        0,
        ge=0,
        le=HIGHEST,
        description="counts of fewer enterprises are withheld where counted; 0 for the study's own threshold",
    )


class CoverageParameters(SourcesParameters):
    """Parameters of notebook 2."""

    district: str = Field(
        "all", description='district id, ids with commas, or "all"', json_schema_extra={"zh": "区域", "en": "District"}
    )
    category: str = Field(
        "all", description='category id, ids with commas, or "all"', json_schema_extra={"zh": "类别", "en": "Category"}
    )
    base: str = Field(
        "operating",
        description="base of coverage by district and category: one of the study's bases",
        json_schema_extra={"zh": "基数", "en": "Out of", "help_zh": "分区域、分类别覆盖率的分母"},
    )
    staff_threshold: int = Field(
        100,
        ge=0,
        le=STAFF_CAP,
        description="regular staff from; 0 for every size",
        json_schema_extra={
            "zh": "正式职工不少于",
            "en": "Regular staff, at least",
            "unit_zh": "人",
            "help_zh": "0 为不限规模",
        },
    )
    member_threshold: int = Field(
        3,
        ge=0,
        le=MEMBERS_CAP,
        description="full members from, for an organisation of its own",
        json_schema_extra={
            "zh": "正式党员不少于",
            "en": "Full members, at least",
            "unit_zh": "名",
            "help_zh": "可以单独建立党组织的正式党员人数",
        },
    )
    directly_managed: Literal["any", "yes", "no"] = Field(
        "any",
        description="only enterprises managed directly by industry systems: any, yes or no",
        json_schema_extra={
            "zh": "市区行业系统直管",
            "en": "Directly managed",
            "help_zh": "纪要指出其中选派指导员起步缓慢",
        },
    )


Certainty = Annotated[
    int,
    Field(
        ge=50,
        le=99,
        description="share of the draws that must meet a target, per cent",
        json_schema_extra={"zh": "把握程度", "en": "Certainty", "unit_zh": "%"},
    ),
]
DrawCount = Annotated[
    int,
    Field(
        ge=1,
        le=20_000,
        description="draws over chance and over the assumptions",
        json_schema_extra={"zh": "抽样次数", "en": "Draws", "unit_zh": "次"},
    ),
]
Seed = Annotated[
    int,
    Field(ge=0, le=2**31 - 1, description="seed of the draws", json_schema_extra={"zh": "随机种子", "en": "Seed"}),
]


class BriefingParameters(CoverageParameters):
    """Parameters of notebook 4."""

    as_of: str = Field("", description="date from which deadlines count, YYYY-MM-DD; empty for the study's own")
    years: int = Field(3, ge=1, le=30, description="years for targets without a deadline of their own")
    scenario: str = Field(
        OWN,
        description=f'a scenario of the study, "{OWN}" for the one study.toml names, empty for no look ahead',
        json_schema_extra={"zh": "情景", "en": "Scenario"},
    )
    certainty: Certainty = 90
    draws: DrawCount = 1000
    seed: Seed = 1


class ConferenceParameters(SourcesParameters):
    """Parameters of notebook 6."""

    as_of: str = Field("", description="date on which one asks, YYYY-MM-DD; empty for the study's own")
    years: int = Field(3, ge=1, le=30, description="years for targets without a deadline of their own")


class DepartmentParameters(ConferenceParameters):
    """Parameters of notebook 7."""

    department: str = Field("", description="a department's id; empty for the study's first")
    scenario: str = Field(
        OWN,
        description=f'the scenario from which one asks backwards, or "{OWN}" for the one study.toml names',
        min_length=1,
    )
    certainty: int = Field(90, ge=50, le=99, description="share of the draws that must meet a target, per cent")
    seed: int = Field(1, ge=0, le=2**31 - 1, description="seed of the draws")


class ScenarioParameters(SourcesParameters):
    """Parameters of notebook 3."""

    scenario: str = Field(
        OWN,
        description=f'a scenario of the study, or "{OWN}" for the one study.toml names',
        min_length=1,
        json_schema_extra={"zh": "情景", "en": "Scenario"},
    )
    years: int = Field(
        3,
        ge=1,
        le=30,
        description="years to look ahead, and for targets without a deadline of their own",
        json_schema_extra={"zh": "推算年数", "en": "Years", "unit_zh": "年"},
    )
    certainty: Certainty = 90
    draws: DrawCount = 1000
    seed: Seed = 1


class ComparisonParameters(SourcesParameters):
    """Parameters of notebook 5."""

    district: str = Field(
        "auto",
        description='district id, ids with commas, or "all"; "auto": the lowest of one study, all of two',
        json_schema_extra={"zh": "区域", "en": "District"},
    )
    other_study: str = Field("", description="another study, of another period or place; empty for the same one")
    other_district: str = Field(
        "auto",
        description='what it is compared with: as above, or "rest"; "auto": the highest of one study, all of two',
        json_schema_extra={"zh": "对比区域", "en": "Compared with"},
    )
    category: str = Field("all", description='category id, ids with commas, or "all"')
    base: str = Field("operating", description="base of the rates: one of the study's bases")
    outcome: Literal["organisation", "independent", "five_good", "instructor"] = Field(
        "organisation", description="what counts as covered: organisation, independent, five_good or instructor"
    )
    other_base: str = Field("", description="base of the other side; empty for the same")
    other_outcome: Literal["", "organisation", "independent", "five_good", "instructor"] = Field(
        "", description="what counts as covered on the other side; empty for the same"
    )
    change_of_base: Literal["refuse", "term"] = Field(
        "refuse", description="two bases or definitions: refuse them, or show the change as a term"
    )
    groups: Literal["category", "size", "category_size"] = Field(
        "category", description="what the mix is a mix of: category, size or category_size"
    )
    member_threshold: int = Field(
        3, ge=0, le=MEMBERS_CAP, description="full members from, for an organisation of its own"
    )
    directly_managed: Literal["any", "yes", "no"] = Field(
        "any", description="only enterprises managed directly by industry systems: any, yes or no"
    )
    series: str = Field("national", description="a study with a published series; empty for none")


MODELS: Mapping[str, type[SourcesParameters]] = {
    "1_sources": SourcesParameters,
    "2_coverage": CoverageParameters,
    "3_scenarios": ScenarioParameters,
    "4_briefing": BriefingParameters,
    "5_comparison": ComparisonParameters,
    "6_conference": ConferenceParameters,
    "7_department": DepartmentParameters,
}


def model_of(notebook: str) -> type[SourcesParameters]:
    """The model of a notebook's parameters.

    Raises
    ------
    ParameterError
        When there is no such notebook.
    """
    if notebook not in MODELS:
        raise ParameterError(f'no notebook "{notebook}"; allowed: {one_of(list(MODELS), seen=notebook)}')
    return MODELS[notebook]


def checked(
    notebook: str, values: Mapping[str, Any], *, study: Callable[[str], Study] = open_study
) -> SourcesParameters:
    """Parameters of a notebook, checked against its model and against the study they name.

    Parameters
    ----------
    notebook
        A key of `MODELS`.
    values
        By name; what is left out takes the default.
    study
        Opens a study by its name; a caller with many papers gives one that opens each once.

    Raises
    ------
    ParameterError
        With every fault: an unknown name (the nearest is named), a wrong type, a value out of range, an unknown study,
        district, category or base.

    Examples
    --------
    >>> checked("4_briefing", {"district": "320583"}).language
    'zh'
    """
    model = model_of(notebook)
    try:
        parameters = model.model_validate(dict(values))
    except ValidationError as error:
        raise ParameterError("\n".join(_fault(model, fault) for fault in error.errors())) from None
    opened = study(parameters.study)
    parameters = _with_a_base(opened, parameters)
    if faults := _against(opened, parameters):
        raise ParameterError("\n".join(faults))
    return parameters


def disclosure_threshold(parameters: SourcesParameters, *studies: Study) -> int:
    """The smallest count that may be shown: the highest of the studies' own, or more where the parameter asks for it."""
    return max(parameters.disclosure_threshold, *(study.settings.disclosure_threshold for study in studies))


def from_file(path: Path) -> dict[str, Any]:
    """Parameters from a TOML file of names and values.

    Raises
    ------
    ParameterError
        When the file is missing or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ParameterError(f"{path}: cannot be read as a parameters file: {reason_of(error)}") from None


def from_text(notebook: str, name: str, text: str) -> Any:
    """A value typed on the command line, in the type of its parameter.

    Examples
    --------
    >>> from_text("4_briefing", "staff_threshold", "50")
    50
    """
    model = model_of(notebook)
    if name in model.model_fields and model.model_fields[name].annotation is int:
        try:
            return int(text)
        except ValueError:
            raise ParameterError(f'{name}: "{text}" is not a whole number; {_allowed(model, name)}') from None
    return text


def to_toml(parameters: SourcesParameters) -> str:
    """The parameters as a TOML file, one commented line each.

    Examples
    --------
    >>> print(to_toml(SourcesParameters()).splitlines()[1])
    language = "zh"  # language of the results: zh or en
    """
    lines = []
    for name, field in type(parameters).model_fields.items():
        lines.append(f"{name} = {literal(getattr(parameters, name))}  # {field.description}\n")
    return "".join(lines)


def cell(notebook: str) -> str:
    """The source of a notebook's parameters cell, made from its model."""
    lines = []
    for name, field in MODELS[notebook].model_fields.items():
        kind = "int" if field.annotation is int else "str"
        lines.append(f"{name}: {kind} = {literal(field.default)}  # {field.description}")
    return "\n".join(lines)


def literal(value: str | int) -> str:
    """A value as it is written in TOML and in Python alike."""
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else _escape(ord(char)) for char in escaped) + '"'


def _escape(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _with_a_base(study: Study, parameters: SourcesParameters) -> SourcesParameters:
    """The first base that is counted, where the default is not one of the study's."""
    default = CoverageParameters.model_fields["base"].default
    counted = [row.id for row in study.settings.bases if row.figure is None]
    if isinstance(parameters, CoverageParameters) and parameters.base == default and default not in counted and counted:
        return parameters.model_copy(update={"base": counted[0]})
    return parameters


def _against(study: Study, parameters: SourcesParameters) -> list[str]:
    return [*_lowered(study, parameters.disclosure_threshold), *_unknown(study, parameters)]


def _lowered(study: Study, threshold: int) -> list[str]:
    """A paper may protect more than its study asks, and not less: two papers of one register keep one rule."""
    own = study.settings.disclosure_threshold
    if not 0 < threshold < own:
        return []
    return [
        f'disclosure_threshold: "{threshold}" is lower than that of {study.id}; allowed: {own} to {HIGHEST}, or 0 for the '
        f"study's own. To publish smaller counts, change disclosure_threshold in study.toml"
    ]


def _unknown(study: Study, parameters: SourcesParameters) -> list[str]:
    if isinstance(parameters, ScenarioParameters):
        return _scenario_faults(study, parameters.scenario)
    if isinstance(parameters, ComparisonParameters):
        from analysis.briefing.two_sides import faults_of

        return faults_of(study, parameters)
    if isinstance(parameters, DepartmentParameters):
        faults = [*_dated(parameters.as_of), *_unknown_department(study, parameters.department)]
        return faults + (_scenario_faults(study, parameters.scenario) if _asks_for_scenario(study, parameters) else [])
    faults = _dated(parameters.as_of) if isinstance(parameters, BriefingParameters | ConferenceParameters) else []
    if not isinstance(parameters, CoverageParameters):
        return faults
    settings, limits = study.settings, limits_of(study)
    districts = {"all": "", **{row.id: row.name_en for row in study.districts}}
    allowed = {
        "district": list(districts),
        "category": ["all", *(row.id for row in settings.categories)],
        "base": [row.id for row in settings.bases if row.figure is None] or ["operating"],
    }
    faults += [
        f'{name}: "{part}" is not in {study.id}; allowed: {one_of(names, seen=part, most=20)}'
        for name, names in allowed.items()
        for part in parts_of(names, getattr(parameters, name), is_list=name != "base")
        if part not in names
    ]
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
        return [f'as_of: "{text}" is not a date; allowed: YYYY-MM-DD, for example 2003-12-31']
    return []


def _unknown_department(study: Study, name: str) -> list[str]:
    known = [row.id for row in study.departments]
    if not name or name in known:
        return []
    allowed = one_of(known, seen=name, most=30) or "none, the study has no departments"
    return [f'department: "{name}" is not in {study.id}; allowed: {allowed}']


def _inside_bands(limits: Limits, parameters: CoverageParameters) -> list[str]:
    """Thresholds that returns do not answer at, with those at which they do."""
    faults = [
        f"{name}: {value} lies inside a band of the returns; allowed: {listed(allowed)}"
        for name, value, allowed in (
            ("staff_threshold", parameters.staff_threshold, limits.staff),
            ("member_threshold", parameters.member_threshold, limits.full_members),
        )
        if value not in allowed
    ]
    if parameters.directly_managed != "any" and not limits.directly_managed:
        faults.append(f'directly_managed: "{parameters.directly_managed}" is not in the returns; allowed: any')
    return faults


def _asks_for_scenario(study: Study, parameters: BriefingParameters | DepartmentParameters) -> bool:
    """Whether a paper names a scenario; a study's own may be none."""
    return bool(own_scenario(study) if parameters.scenario == OWN else parameters.scenario)


def _scenario_faults(study: Study, name: str) -> list[str]:
    names, named = scenario_names(study), own_scenario(study) if name == OWN else name
    if named in names:
        return []
    known = one_of([OWN, *names], seen=named) if names else "none, the study has no scenarios"
    return [f'scenario: "{named or name}" is not in {study.id}; allowed: {known}']


def parts_of(names: list[str], value: str, *, is_list: bool) -> list[str]:
    """The ids of a value: several with commas between them, or one."""
    return value.split(",") if is_list and value not in names else [value]


def _fault(model: type[SourcesParameters], fault: Any) -> str:
    name = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"{name}: no such parameter; allowed: {one_of(list(model.model_fields), seen=name)}"
    return f'{name}: "{fault["input"]}" cannot be used; {_allowed(model, name)}'


def _allowed(model: type[SourcesParameters], name: str) -> str:
    schema = model.model_json_schema()["properties"][name]
    if "enum" in schema:
        kind = ", ".join(schema["enum"])
    elif schema["type"] == "integer":
        kind = f"a whole number from {schema.get('minimum')} to {schema.get('maximum')}"
    else:
        kind = "a text"
    return f"allowed: {kind} ({schema['description']})"
