"""What one briefing is about: the study, the selection, the language, and the counts that answer for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from analysis.briefing.composing import Composing
from analysis.briefing.number_provenance import NUMBER, Names, constants_in, names_of
from analysis.briefing.origins import Origin, origin_of
from analysis.briefing.parameters import (
    MODELS,
    BriefingParameters,
    ComparisonParameters,
    SourcesParameters,
    checked,
    disclosure_threshold,
)
from analysis.briefing.texts import label
from analysis.coverage.base_names import base_label, kind_label, part_label, place_label
from analysis.coverage.cells import Cells
from analysis.coverage.comparing import Measure, groups_of
from analysis.coverage.counting import Counter
from analysis.coverage.indicators import base_of, base_selection, step_label
from analysis.coverage.selection import EVERYTHING, Selection
from analysis.coverage.sources import cells_of, reporting
from analysis.errors import ParameterError, WorkbookError, among, one_of
from analysis.messages import said
from analysis.quantities import Label, Language, Quantity, Status, day_label
from analysis.scenarios.targets import Gap, gaps
from analysis.sources.returns import read_returns
from analysis.study import Study, open_study
from analysis.study_models import Base, Department
from analysis.views.blocks import Paragraph

UNITS = {"years": "years", "certainty": "per cent", "draws": "draws", "seed": "seed", "member_threshold": "persons"}


@dataclass(frozen=True, eq=False)
class Context(Composing):
    """The study, parameters and counts of one briefing.

    Parameters
    ----------
    kept
        What is computed once for a paper, whatever of it may be published.
    brought
        Whether the register was brought to this session alone: nobody else can count it again, so nothing of it is printed.
    changed
        Parameters that a question changes for itself: in this context alone they are not those of the paper.

    Examples
    --------
    >>> from analysis.briefing.parameters import BriefingParameters
    >>> Context.of(BriefingParameters(district="320583")).place.en
    'Kunshan'
    """

    parameters: SourcesParameters
    study: Study
    counter: Counter
    kept: dict[str, Any] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    brought: bool = False

    @classmethod
    def of(cls, parameters: SourcesParameters) -> Context:
        """Open the study that the parameters name and make its counts ready."""
        parameters = parameters.house
        study = open_study(parameters.study)
        cells = _cells(parameters, study)
        part = reporting(study, cells)
        _refuse_absent(parameters, part)
        return cls(parameters, part, Counter(part, cells))

    @classmethod
    def made_with(cls, plain: Mapping[str, Any]) -> Context:
        """The context of a paper from what its sections were `made_with`.

        Raises
        ------
        WorkbookError
            When they do not say it, its study is no longer there, or has no such parameters any more.
        """
        values = {name: value for name, value in plain.items() if name != "unprotected"}
        if values.pop("brought", False):
            raise WorkbookError(
                "the register was given to open_study in the notebook, and nobody else can count it again; to print its numbers, "
                "allowed: the file in the study's register/, and [register] in study.toml"
            )
        if not (notebook := values.pop("notebook", "")):
            raise WorkbookError("the notebook does not say which study its sections are of; execute it again")
        return cls.of(checked(notebook, values))

    @property
    def notebook(self) -> str:
        """The notebook that the parameters are of."""
        return next(name for name, model in MODELS.items() if model is type(self.parameters))

    @cached_property
    def plain(self) -> dict[str, Any]:
        """The notebook that the parameters are of, and the parameters: with them, the same context is made again."""
        found = {"notebook": self.notebook, **self.parameters.model_dump()}
        return found | ({"brought": True} if self.brought else {})

    @property
    def part(self) -> Label:
        """Of how many districts the counts are, as it stands behind a name; empty where all have reported."""
        return part_label(self.study)

    @property
    def whole(self) -> Study:
        """The study with all its districts, whether or not they have reported."""
        return open_study(self.study.folder) if self.study.absent else self.study

    @property
    def language(self) -> Language:
        """The language of the paper."""
        return self.parameters.language

    @cached_property
    def others(self) -> dict[str, Study]:
        """The other studies that a comparison reads, by the word that stands before their addresses."""
        if not isinstance(self.parameters, ComparisonParameters):
            return {}
        named = {"other": self.parameters.other_study, "series": self.parameters.series}
        return {role: open_study(name) for role, name in named.items() if name}

    @cached_property
    def other_counter(self) -> Counter:
        """The counts of the other study; of this one where there is no other."""
        if "other" not in self.others:
            return self.counter
        study = self.others["other"]
        cells = cells_of(study)
        return Counter(reporting(study, cells), cells)

    def noting(self) -> Context:
        """The same paper, with a note of every count that it asks for."""
        found = self._with(replace(self.counter, asked=set()))
        if "other" in self.others:
            vars(found)["other_counter"] = replace(self.other_counter, asked=set())
        return found

    def withholding(self, withheld: Mapping[str, frozenset[str]]) -> Context:
        """The same paper, its counts without those that may not be published: of its study, and of the `other:` one."""
        found = self._with(replace(self.counter, withheld=withheld.get("", self.counter.withheld)))
        if "other" in self.others:
            other = self.other_counter
            vars(found)["other_counter"] = replace(other, withheld=withheld.get("other:", other.withheld))
        return found

    def keeping(self, **kept: Any) -> Context:
        """The same paper with something of its own to compute from."""
        return replace(self, kept=kept)

    def _with(self, counter: Counter) -> Context:
        """The same context with other counts; names are those that they were."""
        found = replace(self, counter=counter)
        vars(found)["names"] = self.names
        return found

    @cached_property
    def within(self) -> Selection:
        """The enterprises the paper is about."""
        district, category, managed = (self.setting(name) for name in ("district", "category", "directly_managed"))
        if isinstance(self.parameters, ComparisonParameters):
            district = "all"  # its districts are the two sides
        return Selection(
            districts=() if district == "all" else tuple(district.split(",")),
            categories=() if category == "all" else tuple(category.split(",")),
            directly_managed="" if managed == "any" else managed,
        )

    @property
    def is_whole(self) -> bool:
        """Whether the paper is about the whole place and every category."""
        return self.within == EVERYTHING

    @property
    def has_cells(self) -> bool:
        """Whether there is anything to count below the published totals."""
        return self.counter.cells is not None

    @cached_property
    def origin(self) -> Origin:
        """What the numbers below the published totals were counted from."""
        return origin_of(self.study, self.counter.cells)

    @cached_property
    def base(self) -> Base:
        """The base of coverage by district and category."""
        return base_of(self.study, self.setting("base"))

    @cached_property
    def place(self) -> Label:
        """Where the enterprises are: the study's place, or the districts; with the kind of management that was chosen."""
        place, managed = place_label(self.study, self.within), self.within.directly_managed
        kinds = {"yes": "place.managed", "no": "place.not_managed"}
        return label(kinds[managed], place=place) if managed else place

    @cached_property
    def category(self) -> Label | None:
        """The category or categories the paper is about; none for all."""
        if not self.within.categories:
            return None
        chosen = [row.label for row in self.study.settings.categories if row.id in self.within.categories]
        return Label("和".join(name.zh for name in chosen), " and ".join(name.en for name in chosen))

    @property
    def narrowed(self) -> Label:
        """The place, with the categories that the paper is narrowed to."""
        if self.category is None:
            return self.place
        return label("place.narrowed", place=self.place, category=self.category)

    @property
    def when(self) -> Label:
        """The time that the figures are of, at the head of a sentence; empty where the document does not say."""
        as_of, period = self.study.settings.as_of, self.study.settings.period
        if as_of is None:
            return Label("", "") if period is None else label("when.year", year=str(period))
        if (as_of.month, as_of.day) == (12, 31):
            return label("when.end_of_year", year=str(as_of.year))
        return label("when.day", day=day_label(as_of))

    @cached_property
    def day(self) -> date:
        """The day on which the paper asks, and from whose year deadlines count: the parameter's, or the study's own."""
        as_of = self.setting("as_of")
        return date.fromisoformat(as_of) if as_of else self.study.as_of

    @cached_property
    def disclosure_threshold(self) -> int:
        """The smallest count that the paper may print: its studies' own, or more where the parameter asks for it."""
        compared = [self.others["other"]] if "other" in self.others else []
        return disclosure_threshold(self.parameters, self.study, *compared)

    @property
    def years(self) -> int:
        """Years for targets without a deadline of their own."""
        return int(self.setting("years"))

    @cached_property
    def names(self) -> Names:
        """Texts with numbers in them, and where they come from: the study's files, and thresholds in use."""
        step = step_label(self.setting("member_threshold"))
        elsewhere = {
            text: f"{role}:{address}"
            for role, study in self.others.items()
            for text, address in names_of(study.folder).items()
        }
        part = {self.part.zh: "return:all,in", self.part.en: "return:in,all"} if self.study.absent else {}
        return {
            **elsewhere,
            **self._bands,
            **self._bases,
            **names_of(self.study.folder),
            **part,
            **dict.fromkeys((step.zh, step.en), self.address_of("member_threshold")),
        }

    @cached_property
    def large(self) -> Selection:
        """The enterprises the paper is about, at or above the staff threshold."""
        return self.within.but(staff_from=self.setting("staff_threshold"))

    def called(self, base: Selection) -> str:
        """The name of a base; a threshold in it is traced as `names` says."""
        return base_label(self.study, base).of(self.language)

    @cached_property
    def _bases(self) -> Names:
        """The names of bases with a threshold in them: the parameter's, or one that the study draws."""
        everywhere = self.within.but(districts=())
        drawn = [base_selection(base, everywhere) for base in self.study.settings.bases if base.figure is None]
        found = constants_in(kind_label(self.study, base, named=True) for base in drawn)
        large = kind_label(self.study, everywhere.but(staff_from=self.setting("staff_threshold")), named=True)
        named = [text for text in (large.zh, large.en) if NUMBER.search(text)]
        return found | dict.fromkeys(named, self.address_of("staff_threshold"))

    @cached_property
    def _bands(self) -> Names:
        """The names of groups by size, whose limits are constants."""
        if not isinstance(self.parameters, ComparisonParameters):
            return {}
        grouped = (groups_of(self.counter, Measure(groups=kind)) for kind in ("size", "category_size"))
        return constants_in(told for groups in grouped for _, told, _ in groups)

    def setting(self, name: str) -> Any:
        """A parameter's value; its default where the notebook has no such parameter."""
        if name in type(self.parameters).model_fields:
            return getattr(self.parameters, name)
        return (ComparisonParameters.model_fields | BriefingParameters.model_fields)[name].default

    def parameter(self, name: str) -> Quantity:
        """A parameter as a quantity, so that a threshold in a sentence is traced to where it was set."""
        told, address = label(f"parameter.{name}"), self.address_of(name)
        return Quantity(self.setting(name), UNITS[name], Status.PUBLISHED, told, address=address)

    def address_of(self, name: str) -> str:
        """Where a parameter's value is found: in the paper's parameters, or said in the question that changed it."""
        return f"constant:{self.setting(name)}" if name in self.changed else f"parameter:{name}"

    def gaps(self, within: Selection = EVERYTHING) -> tuple[Gap, ...]:
        """Every target against the present, of the whole place or inside a selection; none in a study without targets."""
        return gaps(self.counter, within, year=self.day.year, years=self.years) if self.study.targets else ()

    def of_the_whole(self) -> tuple[Paragraph, ...]:
        """What stands over figures of the whole place in a paper on a part of it; nothing in a paper on the whole."""
        return () if self.is_whole else (self.say("place.whole", "note", place=self.study.settings.place.label),)


def _cells(parameters: SourcesParameters, study: Study) -> Cells | None:
    """The cells; none for the paper on sources where returns have faults, which is there to say so.

    Where they hold what belongs to persons no paper is written: its folder would keep the returns as they came.
    """
    if type(parameters) is SourcesParameters and study.settings.input == "returns":
        returns = read_returns(study)
        if returns.problems and not returns.holds_persons:
            return None
    return cells_of(study)


def _refuse_absent(parameters: SourcesParameters, study: Study) -> None:
    """Refuse a paper on a district that has not reported.

    Raises
    ------
    ParameterError
        With those that have.
    """
    for name in ("district", "other_district"):
        chosen = str(getattr(parameters, name, "")).split(",")
        if gone := [row for row in study.absent if row.id in chosen]:
            what = "{name}: no return of {district} ({id}) is in; allowed: {allowed}"
            allowed = one_of([row.id for row in study.districts])
            raise ParameterError(said(what, name=name, district=gone[0].label, id=gone[0].id, allowed=allowed))


def department_of(context: Context) -> Department | None:
    """The department of the paper: the parameter's, or the study's first; none where the study has none."""
    known = {row.id: row for row in context.study.departments}
    name = context.setting("department")
    return known[among(name, known, what="department")] if name else next(iter(known.values()), None)
