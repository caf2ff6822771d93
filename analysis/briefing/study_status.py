"""What a study can produce with the files it has, and what each thing it cannot produce needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from analysis.quantities import Label
from analysis.study import Study


@dataclass(frozen=True)
class Ability:
    """Something that can be made of a study.

    Parameters
    ----------
    can
        Whether it can be made of the files that are there.
    needs
        The files it needs, as they are called in the study's folder.
    """

    name: Label
    can: bool
    needs: Label


def status_of(study: Study) -> tuple[Ability, ...]:
    """What a study can produce, in the order in which researchers ask for it.

    Whether a register or returns that are there can be read says `workbook check`.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> [one.name.en for one in status_of(open_study("national")) if one.can]
    ['audit of the published figures', 'briefing paper of published figures', 'figures of several years side by side']
    """
    return tuple(Ability(name, can(study), needs) for name, can, needs in _ABILITIES)


def _has_counts(study: Study) -> bool:
    settings, register = study.settings, study.settings.register_input
    if settings.input == "register" and register is not None:
        return bool(register.url) or (study.folder / register.path).exists()
    if settings.input == "returns":
        return any((study.folder / "returns").glob("*.xlsx"))
    return settings.input == "synthetic"


def _figures(study: Study) -> bool:
    return bool(study.figures)


def _districts(study: Study) -> bool:
    return _has_counts(study) and len(study.districts) > 1


def _looks_ahead(study: Study) -> bool:
    return _has_counts(study) and bool(study.targets) and (study.folder / "dynamics.toml").exists()


def _series(study: Study) -> bool:
    return len({(figure.place, figure.period) for figure in study.figures.values()}) > 1


_COUNTS = Label(
    "register/（登记簿）或returns/（各区域报表），并在study.toml写明input",
    "register/ or returns/, and input in study.toml",
)
_ABILITIES: tuple[tuple[Label, Callable[[Study], bool], Label], ...] = (
    (
        Label("已公布数字的核对", "audit of the published figures"),
        _figures,
        Label("published.csv中的数字（workbook import-figures）", "figures in published.csv (workbook import-figures)"),
    ),
    (
        Label("已公布数字的简报", "briefing paper of published figures"),
        _figures,
        Label("published.csv中的数字", "figures in published.csv"),
    ),
    (
        Label("不同年份的数字并列", "figures of several years side by side"),
        _series,
        Label("published.csv中另一年的数字", "figures of another year in published.csv"),
    ),
    (Label("分类别、分规模的覆盖率", "coverage by category and size"), _has_counts, _COUNTS),
    (
        Label("分区域的覆盖率和各区域比较", "coverage by district, and districts compared"),
        _districts,
        Label("districts.csv和逐企业或逐区域的数字", "districts.csv, and counts by enterprise or district"),
    ),
    (
        Label("目标与差距", "targets and gaps"),
        lambda study: _has_counts(study) and bool(study.targets),
        Label("targets.toml和登记簿或报表", "targets.toml, and a register or returns"),
    ),
    (
        Label("情景推算", "scenarios of the years to come"),
        _looks_ahead,
        Label("dynamics.toml、targets.toml和登记簿或报表", "dynamics.toml, targets.toml, and a register or returns"),
    ),
    (
        Label("场所和经费的安排", "plans of venues and funds"),
        lambda study: _looks_ahead(study) and bool(study.support),
        Label("support.toml，以及情景推算所需的文件", "support.toml, and what scenarios need"),
    ),
    (
        Label("联系会议的整套文件和成员单位工作单", "the conference's folder, and department sheets"),
        lambda study: bool(study.departments) and bool(study.duties or study.decisions),
        Label("departments.csv，以及duties.toml或decisions.toml", "departments.csv, and duties.toml or decisions.toml"),
    ),
)
