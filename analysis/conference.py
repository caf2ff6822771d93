"""Who answers for what, what was agreed and what is supported: the contract of duties.toml, decisions.toml and support.toml."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from analysis.file_values import Id, Named, Number, Strict, Whole
from analysis.messages import said
from analysis.study_models import Between

Part = Literal["leads", "helps"]
Origin = Literal["minutes", "proposed"]


class Sourced(Strict):
    """Something that the minutes say, with its paragraph; or that is proposed, and stands nowhere in them."""

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


class DutiesFile(Strict):
    """duties.toml."""

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
            days = {"due": self.due.isoformat(), "agreed": self.agreed.isoformat()}
            raise ValueError(said("is due on {due}, before it was agreed on {agreed}", **days))
        return self


class DecisionsFile(Strict):
    """decisions.toml."""

    decisions: tuple[Decision, ...] = ()


class Ranged(Between):
    """A number above 0 that nobody published, and the range it may lie in."""

    value: Number = Field(gt=0)
    low: Number = Field(gt=0)
    high: Number = Field(gt=0)


class Support(Named):
    """A kind of support that is planned: how many organisations one of it serves, and what one costs a year."""

    id: Id
    measure: Id
    reach: Ranged  # organisations that one serves
    unit_cost: Ranged  # yuan a year
    planned: Whole = Field(0, ge=0)  # how many are planned: the lever
    why_zh: str = Field(min_length=1)
    why_en: str = Field(min_length=1)


class SupportFile(Strict):
    """support.toml."""

    support: tuple[Support, ...] = ()
