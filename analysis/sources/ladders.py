"""Coverage over every base: one numerator on each rung of a ladder, and where no rate may be formed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.quantities import Interval, Label, Quantity, Rate, computed
from analysis.sources.finding import Finding, called, figures_of, listed, measure, phrased, unworded, worded
from analysis.sources.relation_models import Ladder, Relations
from analysis.sources.relations import joined
from analysis.sources.rounding import ends_of
from analysis.study import Study


def ladders(study: Study, relations: Relations) -> Iterator[Finding]:
    """One numerator over every base that holds it; at most, where it may reach beyond the base."""
    for row in relations.ladders:
        if study.has(row.numerator):
            rungs = {name: rung_of(study, relations, name) for name in row.rungs}
            given = {
                share.base for share in relations.shares if share.numerator == row.numerator and study.has(share.rate)
            }
            known = {
                name: rung
                for name, rung in rungs.items()
                if rung is not None and not (rung.approximate and name in given)  # its rate was published
            }
            numerator = study.quantity(row.numerator).value
            fitting = {name: rung for name, rung in known.items() if numerator <= rung.value}
            if fitting:
                yield _ladder(study, relations, row, fitting)
            for name in (name for name, rung in known.items() if _outnumbers(study, row, rung)):
                yield _mismatch(study, relations, row, name, known[name])


def rung_of(study: Study, relations: Relations, name: str) -> Quantity | None:
    """The size of a base: a figure, or a base of study.toml that is published or a sum of published parts."""
    if study.has(name):
        return study.quantity(name).named(called(study, name, relations=relations))
    base = next((row for row in study.settings.bases if row.id == name), None)
    if base is None or base.staff_from or base.full_members_from:
        return None
    if base.figure is not None:
        return study.quantity(base.figure).named(base.label)
    parts, universe = _parts_of(study, relations, name), relations.universe
    if universe is None or not parts:
        return None
    if set(parts) == set(universe.parts) and study.has(universe.whole):
        return study.quantity(universe.whole).named(base.label)
    return computed("+", *(study.quantity(part) for part in parts), label=base.label)


def _parts_of(study: Study, relations: Relations, name: str) -> list[str]:
    """The parts of the universe that a base of study.toml is the sum of; none when one is not published."""
    base = next((row for row in study.settings.bases if row.id == name), None)
    if base is None or relations.universe is None:
        return []
    by_category = {study.figures[part].category: part for part in relations.universe.parts if study.has(part)}
    found = [by_category[category] for category in base.categories if category in by_category]
    return found if len(found) == len(base.categories) else []


def _outnumbers(study: Study, row: Ladder, rung: Quantity) -> bool:
    high = sum(ends_of(study, leaf.address.removeprefix("figure:"))[1] for leaf in rung.leaves())
    return ends_of(study, row.numerator)[0] > high


def _lies_in(study: Study, relations: Relations, numerator: str, rung: Quantity) -> bool:
    """Whether the declared relations put the numerator wholly inside the rung."""
    steps = [(row.part, row.whole) for row in relations.subsets]
    steps += [(part, row.total) for row in relations.totals for part in row.parts]
    steps += [(row.id, row.base) for row in study.figures.values() if row.base and row.unit != "percent"]
    if relations.universe is not None:
        steps += [(row.figure, relations.universe.whole) for row in relations.sets if row.figure]
    reached, waiting = set[str](), [numerator]
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting += [whole for part, whole in steps if part == name and whole not in reached]
    return rung.address.removeprefix("figure:") in reached


def _ladder(study: Study, relations: Relations, row: Ladder, rungs: dict[str, Quantity]) -> Finding:
    numerator = study.quantity(row.numerator)
    values: dict[str, Quantity | Rate | Interval] = {"numerator": numerator}
    within: list[Label] = []
    beyond: list[Label] = []
    for name, rung in rungs.items():
        slot = re.sub(r"\W", "_", name)
        share, inside = Rate(numerator, rung, rung.label).share, _lies_in(study, relations, row.numerator, rung)
        values |= {f"base_{slot}": rung, f"share_{slot}": share if inside else unworded(share)}
        (within if inside else beyond).append(
            phrased(
                f"<rung>（{{base_{slot}}}<m>）的{{share_{slot}}}",
                f"{{share_{slot}}} of the {{base_{slot}}} <rung>",
                rung=rung.label,
                m=measure(rung),
            )
        )
    title = called(study, row.numerator, relations=relations)
    zh, en = "<name>{numerator}<m>", "<name> ({numerator}): "
    if within:
        zh, en = f"{zh}，占{listed(*within).zh}", f"{en}{listed(*within).en}"
    if beyond:
        zh += f"，至多占{listed(*beyond).zh}（未必都在该基数之内）"
        en += f"{'; ' if within else ''}at most {listed(*beyond).en}, as some may lie outside that base"
    return Finding(
        "ladder", row.id, "caution" if beyond else "note",
        worded(f"{zh}。", f"{en}.", name=title, m=measure(numerator)),
        _quotients(rungs),
        values,
        (row.numerator, *figures_of(*rungs.values())),
    )  # fmt: skip


def _quotients(rungs: dict[str, Quantity]) -> Label:
    slots = [re.sub(r"\W", "_", name) for name in rungs]
    text = "; ".join(f"{{numerator}} ÷ {{base_{slot}}} = {{share_{slot}}}" for slot in slots)
    return Label(text.replace("; ", "；"), text)


def _mismatch(study: Study, relations: Relations, row: Ladder, name: str, rung: Quantity) -> Finding:
    """A count larger than a base it is compared with: no rate; and what must then lie outside that base."""
    numerator = study.quantity(row.numerator)
    outside = numerator - rung
    universe = relations.universe
    parts = _parts_of(study, relations, name)
    others = [part for part in universe.parts if part not in parts and study.has(part)] if universe and parts else []
    names = {
        "name": called(study, row.numerator, relations=relations),
        "rung": rung.label,
        "others": listed(*(study.name_of(part) for part in others)) if others else Label("", ""),
        "assumes": joined(universe.assumes if universe else None),
        "n": measure(numerator),
        "m": measure(rung),
    }
    more_zh = "如<assumes>，则至少有{outside}<n>属于<others>。" if others else ""
    more_en = " If <assumes>, at least {outside} of them are <others>." if others else ""
    return Finding(
        "mismatch", row.id, "caution",
        worded(
            f"<name>（{{numerator}}<n>）多于<rung>（{{rung}}<m>），两者口径不同，不能相除作为覆盖率。{more_zh}",
            f"<name> ({{numerator}}) outnumber <rung> ({{rung}}): they rest on different bases, and dividing them "
            f"gives no coverage rate.{more_en}",
            **names,
        ),
        worded("{numerator} − {rung} = {outside}", "{numerator} − {rung} = {outside}"),
        {"numerator": numerator, "rung": rung, "outside": outside},
        (row.numerator, *figures_of(rung)),
    )  # fmt: skip
