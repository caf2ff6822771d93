"""Made-up counts that keep every rule of a return, for its filled-in example."""

from __future__ import annotations

from analysis.sources.returns.form import Form, Place
from analysis.sources.returns.lines import INSTRUCTORS, ORGANISATIONS


def example_counts(form: Form) -> dict[Place, int]:
    """A count for every cell of a form; larger enterprises are fewer, and have organisations more often.

    Examples
    --------
    >>> from analysis.sources.returns.edits import edits_of
    >>> from analysis.sources.returns.form import form_of
    >>> from analysis.study import open_study
    >>> form = form_of(open_study("suzhou-2003"))
    >>> any(edit.is_broken(example_counts(form)) for edit in edits_of(form))
    False
    """
    counts: dict[Place, int] = {}
    for group in form.groups:
        for category, band in form.filled_columns:
            counts |= _column(form, group, category, band)
    return counts


def _column(form: Form, group: str, category: str, band: int) -> dict[Place, int]:
    size = [low for low, _ in form.bands].index(band)
    found = {key: _enterprises(form, key, size) for key in form.parts()}
    found["enterprises"] = sum(found.values())
    low, high = form.bands[size]
    each = (low + high) // 2 if high else low * 2 + 40
    found["staff"] = found["enterprises"] * (min(each, 9) if not low else each)
    for which in ORGANISATIONS:
        inside = {name: sum(found[f"{yes}.{which}.{name}"] for yes in INSTRUCTORS) for name in form.classes}
        full = sum(int(name[4:]) * number for name, number in inside.items() if name.startswith("full"))
        found[f"full_members.{which}"] = full
        found[f"members.{which}"] = full + sum(number for name, number in inside.items() if name != "none")
    joint, alone = (
        sum(found[f"{yes}.{which}.{name}"] for yes in INSTRUCTORS for name in form.classes)
        for which in ("joint", "independent")
    )
    found |= {"joint_organisations": joint // 3, "five_good.independent": alone // 3, "five_good.joint": joint // 9}
    return {Place(group, key, category, band): number for key, number in found.items()}


def _enterprises(form: Form, key: str, size: int) -> int:
    instructor, which, members = key.split(".")
    smaller = len(form.edges) - size  # how many bands are larger
    if which == "independent":
        number = 2 + 3 * size if members.startswith("full") else 0
    elif which == "joint":
        number = {"some": 3 + 2 * smaller, "none": 2 + smaller}.get(members, 1)
    else:
        number = {"some": 2 + 4 * smaller, "none": 5 + 30 * smaller}.get(members, 0)
    return number if instructor == "yes" else number // 2 + (4 * smaller if (which, members) == ("none", "none") else 0)
