"""Which published figures say what cells can count: the address in the cells for each."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.coverage.selection import Selection
from analysis.study import Study
from analysis.study_models import Figure

COUNTED: Mapping[str, tuple[str, Selection]] = {
    "enterprises_operating": ("enterprises", Selection()),
    "enterprises_with_organisation": ("enterprises", Selection(organisation="any")),
    "enterprises_with_instructor": ("enterprises", Selection(instructor="yes")),
    "members": ("members_total", Selection()),
    "organisations": ("organisations", Selection()),
}
COUNTED_TOO: Mapping[str, tuple[str, Selection]] = {
    "organisations_independent": ("organisations", Selection(organisation="independent")),
    "organisations_joint": ("organisations", Selection(organisation="joint")),
    "organisations_five_good": ("five_good_organisations", Selection()),
    "staff": ("staff_total", Selection()),
    "full_members": ("full_members_total", Selection()),
}


def addresses_of(study: Study, counted: Mapping[str, tuple[str, Selection]]) -> dict[str, str]:
    """Addresses in the cells for which a figure of the study's own place and period was published, with the figure's id.

    Parameters
    ----------
    counted
        By indicator, what it counts.
    """
    found: dict[str, str] = {}
    for figure in study.figures.values():
        if figure.indicator in counted and study.is_own(figure):
            measure, selection = counted[figure.indicator]
            narrowed = _narrowed(study, figure, selection)
            if narrowed is not None:
                found[narrowed.address(measure)] = figure.id
    return found


def _narrowed(study: Study, figure: Figure, selection: Selection) -> Selection | None:
    if figure.category == "all":
        return selection
    if figure.category in {row.id for row in study.settings.categories}:
        return selection.but(categories=(figure.category,))
    return None if figure.staff_from is None else selection.but(staff_from=figure.staff_from)
