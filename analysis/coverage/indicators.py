"""What a briefing asks of a study: coverage over every base, by district, category and size, and the coverage cascade."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from analysis.coverage.base_names import base_label
from analysis.coverage.counting import Counter
from analysis.coverage.returned import bands_of
from analysis.coverage.selection import EVERYTHING, Selection
from analysis.errors import among
from analysis.quantities import Label, Quantity, Rate, Status, computed
from analysis.study import Study
from analysis.study_models import Base


@dataclass(frozen=True)
class Rung:
    """One base of the ladder and the coverage over it.

    Parameters
    ----------
    is_upper_bound
        True when those covered need not all lie inside the base, so that the rate is only an upper bound.
    counted
        Coverage counted inside the base, where the rate is an upper bound and there are cells to count.
    """

    id: str
    label: Label
    short: Label
    rate: Rate
    is_upper_bound: bool = False
    counted: Rate | None = None


@dataclass(frozen=True)
class Part:
    """One district, category or size band with its coverage."""

    id: str
    label: Label
    rate: Rate


Outcome = Literal["organisation", "instructor"]
EVIDENCE = "secretary_chairs"  # what measures name as their evidence: a published figure, or this count
OUTCOMES: tuple[Outcome, ...] = ("organisation", "instructor")


@dataclass(frozen=True)
class Step:
    """One step of the cascade: how many reach it, as a share of the first, and what is lost on the way to it."""

    id: str
    label: Label
    reached: Quantity
    rate: Rate
    drop: Quantity | None  # share lost since the step before, in percentage points; negative where more reach this one


def base_of(study: Study, name: str) -> Base:
    """A base of the study by its id."""
    bases = {base.id: base for base in study.settings.bases}
    return bases[among(name, bases, what="base")]


def base_selection(base: Base, within: Selection) -> Selection:
    """The enterprises of a base inside a selection: its categories, narrowed to those selected."""
    categories = tuple(name for name in base.categories if not within.categories or name in within.categories)
    return within.but(
        categories=categories,
        staff_from=max(base.staff_from, within.staff_from),
        full_members_from=max(base.full_members_from, within.full_members_from),
    )


def ladder(counter: Counter, within: Selection = EVERYTHING) -> tuple[Rung, ...]:
    """Coverage by party organisations over every base of the study, the widest base first.

    A base that is a published figure of the whole place stands only where the whole place is selected.

    Source: Tanahashi 1978, Bulletin of the WHO 56:295 (coverage is a rate over a named base).

    Examples
    --------
    >>> from analysis.study import open_study
    >>> first = ladder(Counter(open_study("suzhou-2003"), None))[0]
    >>> print(first.rate)
    3.64% (10,547 of 289,513 registered non-public enterprises)
    """
    rungs = (_rung(counter, base, within) for base in counter.study.settings.bases)
    return tuple(rung for rung in rungs if rung is not None and not _was_published(counter.study, rung))


def _was_published(study: Study, rung: Rung) -> bool:
    """Whether the rate over an approximate base was published itself: then none that is computed stands in its place."""
    base = rung.rate.base
    return bool(base.approximate) and any(
        row.indicator == "coverage_rate" and f"figure:{row.base}" == base.address and study.is_own(row)
        for row in study.figures.values()
    )


def unknown_bases(counter: Counter, within: Selection = EVERYTHING) -> tuple[str, ...]:
    """The attributes for want of which a base, or coverage over all of them, is not in the ladder."""
    counted = (base_selection(base, within) for base in counter.study.settings.bases if base.figure is None)
    asked = (within.but(organisation="any"), *(chosen for chosen in counted if chosen.categories))
    return tuple(dict.fromkeys(name for chosen in asked for name in counter.lacking("enterprises", chosen)))


def _rung(counter: Counter, base: Base, within: Selection) -> Rung | None:
    covered = within.but(organisation="any")
    if not counter.knows("enterprises", covered):
        return None
    reached = counter.count("enterprises", covered)
    if base.figure is not None:
        rate = Rate(reached, counter.study.quantity(base.figure), base.label)
        return Rung(base.id, base.label, base.short_label, rate) if within == EVERYTHING else None
    chosen = base_selection(base, within)
    if not chosen.categories or not counter.knows("enterprises", chosen):
        return None
    whole, inside = counter.count("enterprises", chosen), chosen.but(organisation="any")
    counted = counter.rate(inside, base=chosen) if counter.knows("enterprises", inside) else None
    name = base.label if within == EVERYTHING else base_label(counter.study, chosen)
    if _is_everything(counter.study, chosen, within):
        return Rung(base.id, name, base.short_label, Rate(reached, whole, name))
    if reached.status is Status.PUBLISHED and whole.status <= Status.DERIVED:
        ceiling = Rate(computed("min", reached, whole, label=reached.label), whole, name)
        return Rung(base.id, name, base.short_label, ceiling, is_upper_bound=True, counted=counted)
    return Rung(base.id, name, base.short_label, counted) if counted is not None else None


def _is_everything(study: Study, chosen: Selection, within: Selection) -> bool:
    known = within.categories or tuple(row.id for row in study.settings.categories)
    return set(chosen.categories) == set(known) and chosen.but(categories=within.categories) == within


def coverage_by(
    counter: Counter,
    attribute: Literal["districts", "categories"],
    within: Selection = EVERYTHING,
    *,
    base: Base | None = None,
    outcome: Outcome = "organisation",
) -> tuple[Part, ...]:
    """Coverage of each district or category over a base, in the study's order.

    Returns
    -------
    tuple of Part
        Counts are summed first and divided once; a part with an empty base has a rate that is not a number.
    """
    among(attribute, ("districts", "categories"), what="attribute")
    among(outcome, get_args(Outcome), what="outcome")
    study, chosen = counter.study, getattr(within, attribute)
    parts = []
    for row in study.districts if attribute == "districts" else study.settings.categories:
        narrowed = within.but(**{attribute: (row.id,)})
        whole = base_selection(base, narrowed) if base is not None else narrowed
        if (not chosen or row.id in chosen) and (base is None or whole.categories):
            parts.append(Part(row.id, row.label, _share(counter, whole, outcome)))
    return tuple(parts)


def coverage_by_band(counter: Counter, within: Selection = EVERYTHING) -> tuple[tuple[Part, ...], ...]:
    """Coverage of each category (outer) and staff band (inner)."""
    rows = []
    for row in counter.study.settings.categories:
        if within.categories and row.id not in within.categories:
            continue
        cells = []
        for low, high in bands_of(counter.study):
            whole = within.but(categories=(row.id,), staff_from=low, staff_to=high)
            cells.append(Part(f"{row.id}-{low}", row.label, _share(counter, whole, "organisation")))
        rows.append(tuple(cells))
    return tuple(rows)


def having(whole: Selection, outcome: Outcome) -> Selection:
    """The enterprises of a selection that are covered: by an organisation, or by an instructor."""
    return whole.but(organisation="any") if outcome == "organisation" else whole.but(instructor="yes")


def _share(counter: Counter, whole: Selection, outcome: Outcome) -> Rate:
    return counter.rate(having(whole, outcome), base=whole)


def cascade(counter: Counter, within: Selection = EVERYTHING, *, full_members_from: int = 3) -> tuple[Step, ...]:
    """From registered to five-good: how many enterprises reach each step, over the first.

    A step that the data does not have is left out: `cascade_steps` names all of them.

    Source: Tanahashi 1978, Bulletin of the WHO 56:295. A step may be reached by more than the one before it: a joint
    organisation also covers enterprises with too few members for one of their own.
    """
    study = counter.study
    reached: list[tuple[str, Label, Quantity]] = []
    base_name = base_label(study, within)
    widest = study.settings.bases[0] if study.settings.bases else None
    if widest is not None and widest.figure is not None and within == EVERYTHING:
        base_name = widest.label
        reached.append(("registered", base_name, study.quantity(widest.figure)))
    for name, (label, chosen) in cascade_steps(within, full_members_from=full_members_from).items():
        if not counter.lacking("enterprises", chosen):
            reached.append((name, label, counter.count("enterprises", chosen)))
    rates = [Rate(quantity, reached[0][2], base_name) for _, _, quantity in reached]
    return tuple(
        Step(name, label, quantity, rates[position], _drop(rates[position - 1], rates[position]) if position else None)
        for position, (name, label, quantity) in enumerate(reached)
    )


def cascade_steps(within: Selection, *, full_members_from: int) -> dict[str, tuple[Label, Selection]]:
    """The steps of the cascade that are counted, in order: what each is called, and which enterprises reach it."""
    least = max(within.but(full_members_from=full_members_from).full_members_from, within.full_members_from)
    return {
        "operating": (Label("实际开业投产", "operating"), within),
        "members": (Label("有党员", "with a member"), within.but(members_from=max(1, within.members_from))),
        "full_members": (step_label(full_members_from), within.but(full_members_from=least)),
        "covered": (Label("党组织覆盖", "covered by an organisation"), within.but(organisation="any")),
        "five_good": (
            Label("党组织达到“五个好”", "with a five-good organisation"),
            within.but(organisation="any", five_good="yes"),
        ),
    }


def step_label(full_members_from: int) -> Label:
    """The name of the step at which an enterprise has members enough for an organisation of its own."""
    return Label(f"有{full_members_from}名以上正式党员", f"with {full_members_from} or more full members")


def _drop(before: Rate, after: Rate) -> Quantity:
    label = Label("与上一步相差", "difference from the step before")
    lost = computed("−", before.share, after.share, unit="share", base=before.base_name)
    return in_points(lost, label, after.status)


def in_points(share: Quantity, label: Label, status: Status) -> Quantity:
    """A difference of shares in percentage points; the status is that of what it is a difference from."""
    hundred = Quantity(100, "points", status, Label("百分点", "percentage points"), address="constant:100")
    return computed("×", share, hundred, unit="points", decimals=2, label=label)


def secretary_chairs(counter: Counter, within: Selection = EVERYTHING) -> Rate | None:
    """Enterprises where the organisation's secretary also chairs the trade union.

    Returns
    -------
    Rate or None
        Over the enterprises with an organisation, and with a union where the register has that column: its base says
        which. None where the register has no column `secretary_chairs_union`, or nothing is counted row by row.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> secretary_chairs(Counter(open_study("suzhou-2003"), None)) is None
    True
    """
    held = within.but(organisation="any")
    base = held.but(union="yes") if counter.knows("enterprises", held.but(union="yes")) else held
    chosen = base.but(secretary_chairs_union="yes")
    return counter.rate(chosen, base=base) if counter.knows("enterprises", chosen) else None
