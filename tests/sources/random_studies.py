"""Random places whose every enterprise is known, published as documents publish: with gaps, rounding and vague words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.sources.audit import audit
from analysis.study import Study, open_study
from tests.sources.small import HEADER, STUDY, figure

CATEGORIES = ("private", "foreign", "individual")
HIDDEN = {"city_members": "persons", "list": "enterprises", "all_operating": "enterprises"}


@dataclass(frozen=True)
class Place:
    """A place as it is: which enterprises lie in which set, and its true numbers."""

    sets: Mapping[str, np.ndarray]
    truth: Mapping[str, float]


def place(rng: np.random.Generator) -> Place:
    """Enterprises drawn one by one: members, organisations of their own or joint ones, instructors."""
    size = int(rng.integers(200, 4000))
    kind = rng.choice(3, size, p=rng.dirichlet([3, 1, 5]))
    full = rng.negative_binomial(0.3, 0.25, size)
    members = full + rng.binomial(2, 0.1, size)
    seat = (full >= 3) & (rng.random(size) < rng.uniform(0.3, 1))
    joined = ~seat & (rng.random(size) < rng.uniform(0, 0.4))
    spare = max(int(members.sum()) // 3 - int(seat.sum()), 0)
    joint = min(int(rng.integers(0, max(int(joined.sum()) // 2, 1) + 1)), spare)
    if not joint:
        joined[:] = False
    instructor = rng.random(size) < rng.uniform(0.05, 0.9)
    sets = {
        "organisation": seat | joined, "seat": seat, "under_joint": joined, "instructor": instructor,
        "member": members > 0, "full_3": full >= 3,
    }  # fmt: skip
    counts = {f"operating_{name}": int((kind == place).sum()) for place, name in enumerate(CATEGORIES)}
    covered = {
        f"covered_{name}": int((sets["organisation"] & (kind == place)).sum()) for place, name in enumerate(CATEGORIES)
    }
    truth: dict[str, float] = {
        "operating": size, **counts, "registered": size + int(rng.integers(0, size)),
        "covered": int(sets["organisation"].sum()), **covered, "instructed": int(instructor.sum()),
        "independent": int(seat.sum()), "joint": joint, "organisations": int(seat.sum()) + joint,
        "members": int(members.sum()), "full_members": int(full.sum()), "new_members": int(members.sum() * rng.uniform(0, 0.1)),
        "instructors": int(rng.integers(1, size)), "city_members": int(members.sum() * rng.uniform(1.5, 9)) + 1,
        "all_operating": size,
    }  # fmt: skip
    truth["list"] = int(truth["covered"] + rng.integers(0, size - truth["covered"] + 1)) or 1
    return Place(sets, truth)


COUNTS = {  # id: indicator, category, base, unit
    "registered": ("enterprises_registered", "all", "", "enterprises"),
    "operating": ("enterprises_operating", "all", "registered", "enterprises"),
    **{f"operating_{name}": ("enterprises_operating", name, "operating", "enterprises") for name in CATEGORIES},
    "covered": ("enterprises_with_organisation", "all", "operating", "enterprises"),
    **{f"covered_{name}": ("enterprises_with_organisation", name, "covered", "enterprises") for name in CATEGORIES},
    "instructed": ("enterprises_with_instructor", "all", "", "enterprises"),
    "independent": ("organisations_independent", "all", "organisations", "organisations"),
    "joint": ("organisations_joint", "all", "organisations", "organisations"),
    "organisations": ("organisations", "all", "", "organisations"),
    "members": ("members", "all", "", "persons"),
    "full_members": ("full_members", "all", "members", "persons"),
    "new_members": ("new_members", "all", "members", "persons"),
    "instructors": ("instructors", "all", "", "persons"),
}
RATES = {  # id: indicator, numerator, base
    "coverage": ("coverage_rate", "covered", "operating"),
    "listed": ("coverage_rate", "covered", "list"),
    "reached": ("instructor_rate", "instructed", "all_operating"),
    "share": ("members_share", "members", "city_members"),
}


def published(rng: np.random.Generator, truth: Mapping[str, float], *, gaps: float, vague: float) -> dict[str, str]:
    """Lines of published.csv by their id, each true of the place."""
    kept = {name for name in COUNTS if rng.random() >= gaps}
    lines = {}
    for name in COUNTS:
        if name in kept:
            indicator, category, base, unit = COUNTS[name]
            value, decimals, word = _said(rng, truth[name], vague)
            lines[name] = figure(name, value, indicator=indicator, category=category, unit=unit, approximate=word,
                                 decimals=str(decimals), base=base if base in kept else "")  # fmt: skip
    for name, (indicator, numerator, base) in RATES.items():
        if rng.random() < gaps or not truth[base] or (base in COUNTS and base not in kept):
            continue
        digits = int(rng.integers(0, 3))
        percent = round(100 * truth[numerator] / truth[base], digits)
        lines[name] = figure(name, percent, indicator=indicator, unit="percent", base=base, decimals=str(digits))
    return lines


def _said(rng: np.random.Generator, value: float, vague: float) -> tuple[int, int, str]:
    """A count as a document gives it: the number, its decimals and its word."""
    number = int(value)
    if number < 20 or rng.random() >= vague:
        return number, 0, "no"
    scale = 10 ** int(rng.integers(1, len(str(number))))
    least, most = number // scale * scale, -(-number // scale) * scale
    match rng.choice(["rounded", "about", "over", "at least", "nearly", "at most"]):
        case "rounded":
            return math.floor(number / scale + 0.5) * scale, -len(str(scale)) + 1, "no"
        case "about":
            near = round(number * rng.uniform(0.97, 1.03))
            return near, 0, "about"
        case "over" if least and str(least).rstrip("0")[-1:] and least % (scale * 10):
            return least, 0, "over"
        case "at least":
            return least, 0, "at least"
        case "nearly" if number >= 0.9 * most:
            return most, 0, "nearly"
        case "at most":
            return most, 0, "at most"
    return number, 0, "no"


def write_study(folder: Path, lines: Mapping[str, str]) -> Study:
    """The study of some lines of published.csv: no relations.toml."""
    folder.mkdir(parents=True, exist_ok=True)
    named = "".join(f'[[categories]]\nid = "{name}"\nzh = "{name}"\nen = "{name}"\n' for name in CATEGORIES)
    named += "".join(
        f'[[hidden]]\nid = "{name}"\nzh = "{name}"\nen = "{name}"\nunit = "{unit}"\n' for name, unit in HIDDEN.items()
    )
    (folder / "study.toml").write_text(STUDY + named, encoding="utf-8")
    (folder / "published.csv").write_text("\n".join([HEADER, *lines.values()]), encoding="utf-8")
    return open_study(folder)


def true_value(place: Place, bound: str) -> float | None:
    """What a hidden number really is; none where the place does not say."""
    kind, _, about = bound.partition(".")
    names = about.split(".")
    if kind == "base":
        bases = {name: base for name, (_, _, base) in RATES.items()}
        return place.truth.get(bases.get(about, about))
    if kind == "part" or not set(names) <= place.sets.keys():
        return None
    first, second = place.sets[names[0]], place.sets[names[-1]]
    found = {
        "having": first, "lacking": ~first, "both": first & second, "first_only": first & ~second,
        "second_only": ~first & second, "neither": ~first & ~second, "either": first | second,
    }  # fmt: skip
    return int(found[kind].sum()) if kind in found else None


def alleged(study: Study) -> bool:
    """Whether the audit says that figures cannot all be right, or do not keep what is taken for granted."""
    return any(
        finding.severity == "contradiction"
        or finding.rule == "possible"
        or (finding.severity == "tension" and finding.rule in ("each", "total"))
        for finding in audit(study)
    )


def moved(rng: np.random.Generator, lines: Mapping[str, str]) -> dict[str, str]:
    """The lines with one figure moved by a tenth to a half of itself, far beyond its rounding."""
    name = str(rng.choice([one for one, line in lines.items() if float(line.split(",")[7]) >= 20]))
    cells = lines[name].split(",")
    value = float(cells[7]) * (1 + rng.choice([-1, 1]) * rng.uniform(0.1, 0.5))
    cells[7] = str(min(round(value, int(cells[9])), 100.0) if cells[8] == "percent" else round(value))
    return {**lines, name: ",".join(cells)}
