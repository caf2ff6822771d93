"""The parameters of each notebook: names, types, ranges, defaults, and what forms and files say of them.

A parameter is described once, as a type; a notebook's model says which it has, in what order, with what default.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from analysis.coverage.cells import MEMBERS_CAP, STAFF_CAP
from analysis.scenarios.scenario import OWN
from analysis.study_models import HIGHEST_DISCLOSURE_THRESHOLD as HIGHEST


def _form(zh: str, en: str, **more: str) -> dict[str, Any]:
    """What a form calls a parameter in each language, its unit and its help."""
    return {"zh": zh, "en": en, **more}


StudyName = Annotated[str, Field(description="a study's name in data/, or its folder", min_length=1)]
PaperLanguage = Annotated[
    Literal["zh", "en"],
    Field(description="language of the results: zh or en", json_schema_extra=_form("语言", "Language")),
]
Threshold = Annotated[
    int,
    Field(
        ge=0,
        le=HIGHEST,
        description="counts of fewer enterprises are withheld where counted; 0 for the study's own threshold",
    ),
]
CompareSynthetic = Annotated[
    bool, Field(description="compare places although their numbers are synthetic: an exercise")
]
District = Annotated[
    str, Field(description='district id, ids with commas, or "all"', json_schema_extra=_form("区域", "District"))
]
Category = Annotated[
    str, Field(description='category id, ids with commas, or "all"', json_schema_extra=_form("类别", "Category"))
]
Base = Annotated[
    str,
    Field(
        description="base of coverage by district and category: one of the study's bases",
        json_schema_extra=_form("基数", "Out of", help_zh="分区域、分类别覆盖率的分母"),
    ),
]
StaffThreshold = Annotated[
    int,
    Field(
        ge=0,
        le=STAFF_CAP,
        description="regular staff from; 0 for every size",
        json_schema_extra=_form("正式职工不少于", "Regular staff, at least", unit_zh="人", help_zh="0 为不限规模"),
    ),
]
MemberThreshold = Annotated[
    int,
    Field(
        ge=0,
        le=MEMBERS_CAP,
        description="full members from, for an organisation of its own",
        json_schema_extra=_form(
            "正式党员不少于", "Full members, at least", unit_zh="名", help_zh="可以单独建立党组织的正式党员人数"
        ),
    ),
]
DirectlyManaged = Annotated[
    Literal["any", "yes", "no"],
    Field(
        description="only enterprises managed directly by industry systems: any, yes or no",
        json_schema_extra=_form("市区行业系统直管", "Directly managed", help_zh="纪要指出其中选派指导员起步缓慢"),
    ),
]
Certainty = Annotated[
    int,
    Field(
        ge=50,
        le=99,
        description="share of the draws that must meet a target, per cent",
        json_schema_extra=_form("把握程度", "Certainty", unit_zh="%"),
    ),
]
DrawCount = Annotated[
    int,
    Field(
        ge=1,
        le=20_000,
        description="draws over chance and over the assumptions",
        json_schema_extra=_form("抽样次数", "Draws", unit_zh="次"),
    ),
]
Seed = Annotated[
    int, Field(ge=0, le=2**31 - 1, description="seed of the draws", json_schema_extra=_form("随机种子", "Seed"))
]
Years = Annotated[int, Field(ge=1, le=30, description="years for targets without a deadline of their own")]
Annex = Annotated[bool, Field(description="the ledger of numbers in Word and PDF too, and not only beside them")]
Depth = Annotated[
    Literal["brief", "full"],
    Field(description="Word and PDF in brief, or in full: brief or full; the HTML has both"),
]
_SCENARIO = _form("情景", "Scenario")
_OUTCOMES = "organisation, independent, five_good or instructor"


class SourcesParameters(BaseModel):
    """Parameters of notebook 1."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    study: StudyName = "suzhou-2003"
    language: PaperLanguage = "zh"
    disclosure_threshold: Threshold = 0
    annex: Annex = False

    @property
    def house(self) -> SourcesParameters:
        """Those of them that are the house's: all, but for a notebook of one's own."""
        return self


class CoverageParameters(SourcesParameters):
    """Parameters of notebook 2."""

    district: District = "all"
    category: Category = "all"
    base: Base = "operating"
    staff_threshold: StaffThreshold = 100
    member_threshold: MemberThreshold = 3
    directly_managed: DirectlyManaged = "any"
    compare_synthetic: CompareSynthetic = False


class BriefingParameters(CoverageParameters):
    """Parameters of notebook 4."""

    depth: Depth = "brief"
    as_of: str = Field("", description="date from which deadlines count, YYYY-MM-DD; empty for the study's own")
    years: Years = 3
    scenario: str = Field(
        OWN,
        description=f'a scenario of the study, "{OWN}" for the one study.toml names, empty for no look ahead',
        json_schema_extra=_SCENARIO,
    )
    certainty: Certainty = 90
    draws: DrawCount = 1000
    seed: Seed = 1


class ConferenceParameters(SourcesParameters):
    """Parameters of notebook 6."""

    as_of: str = Field("", description="date on which one asks, YYYY-MM-DD; empty for the study's own")
    years: Years = 3


class DepartmentParameters(ConferenceParameters):
    """Parameters of notebook 7."""

    department: str = Field("", description="a department's id; empty for the study's first")
    scenario: str = Field(
        OWN,
        description=f'the scenario from which one asks backwards, or "{OWN}" for the one study.toml names',
        min_length=1,
    )
    certainty: Certainty = 90
    seed: Seed = 1


class ScenarioParameters(SourcesParameters):
    """Parameters of notebook 3."""

    scenario: str = Field(
        OWN,
        description=f'a scenario of the study, or "{OWN}" for the one study.toml names',
        min_length=1,
        json_schema_extra=_SCENARIO,
    )
    years: int = Field(
        3,
        ge=1,
        le=30,
        description="years to look ahead, and for targets without a deadline of their own",
        json_schema_extra=_form("推算年数", "Years", unit_zh="年"),
    )
    certainty: Certainty = 90
    draws: DrawCount = 1000
    seed: Seed = 1


class ComparisonParameters(SourcesParameters):
    """Parameters of notebook 5."""

    district: str = Field(
        "auto",
        description='district id, ids with commas, or "all"; "auto": the lowest of one study, all of two',
        json_schema_extra=_form("区域", "District"),
    )
    other_study: str = Field("", description="another study, of another period or place; empty for the same one")
    other_district: str = Field(
        "auto",
        description='what it is compared with: as above, or "rest"; "auto": the highest of one study, all of two',
        json_schema_extra=_form("对比区域", "Compared with"),
    )
    category: Category = "all"
    base: str = Field("operating", description="base of the rates: one of the study's bases")
    outcome: Literal["organisation", "independent", "five_good", "instructor"] = Field(
        "organisation", description=f"what counts as covered: {_OUTCOMES}"
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
    member_threshold: MemberThreshold = 3
    directly_managed: DirectlyManaged = "any"
    series: str = Field("national", description="a study with a published series; empty for none")
    compare_synthetic: CompareSynthetic = False


MODELS: Mapping[str, type[SourcesParameters]] = {
    "1_sources": SourcesParameters,
    "2_coverage": CoverageParameters,
    "3_scenarios": ScenarioParameters,
    "4_briefing": BriefingParameters,
    "5_comparison": ComparisonParameters,
    "6_conference": ConferenceParameters,
    "7_department": DepartmentParameters,
}


def text_of(value: object) -> str:
    """A parameter's value as it is typed.

    Examples
    --------
    >>> text_of(True), text_of(25)
    ('true', '25')
    >>> text_of(["a", "b"])
    'a,b'
    """
    if isinstance(value, list | tuple):
        return ",".join(map(text_of, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
