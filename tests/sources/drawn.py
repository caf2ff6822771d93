"""Studies changed in memory, to draw registers from; and whether a register has what its study publishes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from analysis.sources.register import COLUMNS, ORGANISATION
from analysis.sources.synthetic_totals import large_figure
from analysis.study import Study


def with_figures(study: Study, **values: float | None) -> Study:
    """The study with other values of its figures; `None` takes a figure out."""
    changed = {name: row for name, row in study.figures.items() if values.get(name, 0) is not None}
    changed |= {
        name: study.figures[name].model_copy(update={"value": float(value)})
        for name, value in values.items()
        if value is not None
    }
    return replace(study, figures=changed)


def with_assumptions(study: Study, **values: float | None) -> Study:
    """The study with other values of its assumptions; `None` takes one out."""
    changed = {name: row for name, row in study.assumptions.items() if values.get(name, 0) is not None}
    changed |= {
        name: study.assumptions[name].model_copy(update={"value": float(value)})
        for name, value in values.items()
        if value is not None
    }
    return replace(study, assumptions=changed)


def small(study: Study, *, districts: int = 4, **values: float | None) -> Study:
    """The same kinds of figures over a few hundred enterprises in the first districts; rates of members do not matter."""
    counts: dict[str, float | None] = {
        "registered": 400, "operating": 300, "private": 120, "foreign": 20, "individual": 160,
        "organisations": 14, "independent": 8, "joint": 6, "covered": 40,
        "instructed": 90, "instructed_25": 45, "members": 160, "new_members": 9,
    }  # fmt: skip
    fewer = replace(study, districts=study.districts[:districts])
    return with_assumptions(with_figures(fewer, **(counts | values)), staff_largest=500)


def check(register: pd.DataFrame, study: Study) -> None:
    """See that a register keeps the contract and names only the study's districts and categories."""
    assert list(register.columns) == list(COLUMNS)
    assert len(register)
    assert not register.isna().any(axis=None)
    allowed = {
        "district": [row.id for row in study.districts],
        "category": [row.id for row in study.settings.categories],
        "organisation": list(ORGANISATION),
        **dict.fromkeys(("joint_lead", "instructor", "five_good", "directly_managed"), (0, 1)),
    }
    assert [name for name, values in allowed.items() if not register[name].isin(values).all()] == []
    assert register["enterprise"].is_unique
    assert (register[["staff", "members", "full_members"]] >= 0).all(axis=None)
    joint, leads = register["organisation"] == "joint", register["joint_lead"] == 1
    assert (register["full_members"] <= register["members"]).all()
    assert joint[leads].all()
    assert ((register["organisation"] == "independent") | leads)[register["five_good"] == 1].all()
    assert joint.sum() >= 2 * leads.sum()
    assert leads.any() or not joint.any()


def validate(register: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Each published total beside its count in a register.

    Returns
    -------
    pandas.DataFrame
        Columns `figure` (the figure's id), `published`, `counted`, `difference` (counted less published); a row for
        each figure of the study that a register shows. Figures that rest on an assumption besides (members admitted in
        the year, as probationary members) stand at the end.
    """
    led = (register["organisation"] == "independent") + register["joint_lead"]
    counted: dict[tuple[str, str], pd.Series[Any]] = {
        ("enterprises_operating", "all"): pd.Series(1, index=register.index),
        **{("enterprises_operating", row.id): register["category"] == row.id for row in study.settings.categories},
        ("organisations_independent", "all"): register["organisation"] == "independent",
        ("organisations_joint", "all"): register["joint_lead"],
        ("organisations", "all"): led,
        ("enterprises_with_organisation", "all"): register["organisation"] != "none",
        ("enterprises_with_instructor", "all"): register["instructor"],
    }
    if (large := large_figure(study)) is not None:
        reached = register["staff"] >= large[1]
        counted[large[0].indicator, large[0].category] = register["instructor"] * reached
    counted["members", "all"] = register["members"]
    counted["new_members", "all"] = register["members"] - register["full_members"]
    table = pd.DataFrame(
        [
            (figure.id, int(figure.value), int(column.sum()))
            for meaning, column in counted.items()
            if (figure := study.published(*meaning)) is not None
        ],
        columns=["figure", "published", "counted"],
    )
    return table.assign(difference=table["counted"] - table["published"])
