"""Studies changed in memory, to draw registers from."""

from __future__ import annotations

from dataclasses import replace

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
