"""Who answers for what, and what was agreed: the contract of duties.toml and decisions.toml, and what must hold between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from analysis.errors import Problem, one_of
from analysis.file_values import Id, Number, Whole
from analysis.messages import said
from analysis.study_models import Department, Named, Target

Part = Literal["leads", "helps"]
Origin = Literal["minutes", "proposed"]


class Sourced(BaseModel):
    """Something that the minutes say, with its paragraph; or that is proposed, and stands nowhere in them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    origin: Origin
    locator: str = ""

    @model_validator(mode="after")
    def _has_its_place(self) -> Sourced:
        if (self.origin == "minutes") != bool(self.locator):
            raise ValueError("what is from the minutes has a locator, and what is proposed has none")
        return self


class Measure(Named, Sourced):
    """Something to be done: what it is, what would show that it was, and the lever of a scenario that it moves."""

    id: Id
    evidence: Id | None = None  # a figure of published.csv, once reported, or `concurrency.EVIDENCE`
    lever: Id | None = None


class Duty(Sourced):
    """A department's part in a target, a figure or a measure."""

    department: Id
    about: Id
    part: Part


class DutiesFile(BaseModel):
    """duties.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    measures: tuple[Measure, ...] = ()
    duties: tuple[Duty, ...] = Field(min_length=1)


class Decision(Named, Sourced):
    """What was agreed: by whom it is done, by when, and what shows it. Whether it is done is computed, never typed."""

    id: Id
    owner: Id
    agreed: date
    due: date
    about: Id  # a target or a measure
    reading: Whole = Field(0, ge=0)  # of the target
    at_least: Number = Field(1, ge=0)  # of the measure's evidence

    @model_validator(mode="after")
    def _due_after_it_was_agreed(self) -> Decision:
        if self.due < self.agreed:
            raise ValueError(
                said(
                    "is due on {due}, before it was agreed on {agreed}",
                    due=self.due.isoformat(),
                    agreed=self.agreed.isoformat(),
                )
            )
        return self


class DecisionsFile(BaseModel):
    """decisions.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decisions: tuple[Decision, ...] = ()


class Ranged(BaseModel):
    """A number nobody published: its value and the range it may lie in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: Number = Field(gt=0)
    low: Number = Field(gt=0)
    high: Number = Field(gt=0)

    @model_validator(mode="after")
    def _inside_its_range(self) -> Ranged:
        if not self.low <= self.value <= self.high:
            raise ValueError(
                said("value {value:g} lies outside {low:g} to {high:g}", value=self.value, low=self.low, high=self.high)
            )
        return self


class Support(Named):
    """A kind of support that is planned: how many organisations one of it serves, and what one costs a year."""

    id: Id
    measure: Id
    reach: Ranged  # organisations that one serves
    unit_cost: Ranged  # yuan a year
    planned: Whole = Field(0, ge=0)  # how many are planned: the lever
    why_zh: str = Field(min_length=1)
    why_en: str = Field(min_length=1)


class SupportFile(BaseModel):
    """support.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    support: tuple[Support, ...] = ()


def support_problems(support: Sequence[Support], *, measures: Sequence[str]) -> Iterator[Problem]:
    """Support for a measure that duties.toml does not know, and ids that stand twice."""
    ids = [row.id for row in support]
    for row in support:
        if ids.count(row.id) > 1:
            yield Problem(said("support.toml, {row}", row=row.id), "stands twice", allowed="each id once")
        if row.measure not in measures:
            allowed = one_of(list(measures), seen=row.measure, most=30) or "none, the study has no measures"
            yield Problem(
                said("support.toml, {row}, measure", row=row.id), "is no measure of duties.toml", row.measure, allowed
            )


def duty_problems(
    file: DutiesFile, *, departments: Sequence[Department], targets: Sequence[Target], figures: Sequence[str]
) -> Iterator[Problem]:
    """What does not fit: unknown departments and subjects, targets nobody leads, departments with nothing to do."""
    known = [row.id for row in departments]
    subjects = {*(row.id for row in targets), *figures, *(row.id for row in file.measures)}
    yield from _repeated(file)
    for number, duty in enumerate(file.duties, start=1):
        where = said("duties.toml, duty {number}", number=number)
        if duty.department not in known:
            yield Problem(
                said("{where}, department", where=where),
                "has no such owner",
                duty.department,
                one_of(known, seen=duty.department),
            )
        if duty.about not in subjects:
            what = "names no target, no published figure and no measure"
            yield Problem(
                said("{where}, about", where=where), what, duty.about, one_of(sorted(subjects), seen=duty.about)
            )
    led = {duty.about for duty in file.duties if duty.part == "leads"}
    for name in [row.id for row in targets] + [row.id for row in file.measures]:
        if name not in led:
            yield Problem(
                said("duties.toml, {name}", name=name),
                "has no department that leads it",
                allowed='a duty with part = "leads"',
            )
    busy = {duty.department for duty in file.duties}
    for name in known:
        if name not in busy:
            yield Problem(
                said("duties.toml, {name}", name=name),
                "is a department without a duty",
                allowed="one duty at the least",
            )


def _repeated(file: DutiesFile) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for number, duty in enumerate(file.duties, start=1):
        pair = (duty.department, duty.about)
        if pair in seen:
            yield Problem(
                said("duties.toml, duty {number}", number=number),
                "stands twice",
                " ".join(pair),
                "each department once a subject",
            )
        seen.add(pair)


def decision_problems(
    decisions: Sequence[Decision],
    *,
    departments: Sequence[Department],
    targets: Mapping[str, Target],
    measures: Mapping[str, Measure],
) -> Iterator[Problem]:
    """What does not fit: unknown owners and subjects, readings that a target does not have, ids that stand twice."""
    known, subjects = [row.id for row in departments], [*targets, *measures]
    ids = [row.id for row in decisions]
    for decision in decisions:
        where = said("decisions.toml, {decision}", decision=decision.id)
        if ids.count(decision.id) > 1:
            yield Problem(where, "stands twice", allowed="each id once")
        if decision.owner not in known:
            yield Problem(
                said("{where}, owner", where=where),
                "is no department",
                decision.owner,
                one_of(known, seen=decision.owner),
            )
        if decision.about not in subjects:
            yield Problem(
                said("{where}, about", where=where),
                "names nothing that the data can tell: no target and no measure",
                decision.about,
                one_of(subjects, seen=decision.about, most=30),
            )
        target = targets.get(decision.about)
        if target is not None and decision.reading >= len(target.readings):
            allowed = said("0 to {number}", number=len(target.readings) - 1)
            yield Problem(
                said("{where}, reading", where=where),
                said("{about} has no such reading", about=decision.about),
                decision.reading,
                allowed,
            )
