"""The lines of a return's tables: every enterprise in exactly one of them, and the sums that follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from analysis.quantities import Label
from analysis.sources.returns.words import label

ORGANISATIONS = {
    "independent": Label("有独立党组织", "with an independent organisation"),
    "joint": Label("由联合党组织覆盖", "under a joint organisation"),
    "none": Label("没有党组织", "without an organisation"),
}
INSTRUCTORS = {
    "yes": Label("有党建工作指导员", "With an instructor"),
    "no": Label("没有指导员", "Without an instructor"),
}


@dataclass(frozen=True)
class Line:
    """A line of a table: filled in, or the sum of other lines (of any table of the group)."""

    key: str
    label: Label
    level: int = 0
    parts: tuple[str, ...] = ()
    less: str = ""  # a check: the sum less this line must be nought

    @property
    def is_filled_in(self) -> bool:
        """Whether the district fills it in."""
        return not self.parts


@dataclass(frozen=True)
class Table:
    """A sheet with counts."""

    group: str
    name: Label
    title: Label
    lines: tuple[Line, ...]


def tables_of(groups: tuple[str, ...], full_members: tuple[int, ...]) -> tuple[Table, ...]:
    """The two tables of each group: enterprises; staff, members and organisations.

    Each class of enterprises begins at one of the numbers of full members.
    """
    lines = {"enterprises": tuple(_enterprises(full_members)), "members": tuple(_members())}
    return tuple(
        Table(group, _joined(kind, group), _joined(f"{kind}_title", f"{group}_title"), lines[kind])
        for group in groups
        for kind in lines
    )


def _joined(one: str, other: str) -> Label:
    first, second = label(one, "tables"), label(other, "tables")
    return Label(first.zh + second.zh, first.en + second.en)


def classes_of(full_members: tuple[int, ...]) -> tuple[str, ...]:
    """Classes of enterprises by their members, the most members first.

    Examples
    --------
    >>> classes_of((3, 50))
    ('full50', 'full3', 'some', 'none')
    """
    return (*(f"full{least}" for least in reversed(full_members)), "some", "none")


def band_label(low: int, high: int) -> Label:
    """A band of staff, in words."""
    return label("band_between" if high else "band_or_more", "classes", least=low, most=high)


def _class_label(name: str, full_members: tuple[int, ...]) -> Label:
    """A class of enterprises by their members, in words."""
    if not name.startswith("full"):
        return label(name, "classes", least=full_members[0])
    least = int(name.removeprefix("full"))
    above = [other - 1 for other in full_members if other > least]
    return label("between" if above else "or_more", "classes", least=least, most=above[0] if above else 0)


def _enterprises(full_members: tuple[int, ...]) -> Iterator[Line]:
    classes = classes_of(full_members)
    yield Line("enterprises", label("enterprises", "lines"))
    for instructor, name in INSTRUCTORS.items():
        yield Line(instructor, name, 0, tuple(f"{instructor}.{which}" for which in ORGANISATIONS))
        for which, words in ORGANISATIONS.items():
            inner = {f"{instructor}.{which}.{members}": members for members in classes}
            yield Line(f"{instructor}.{which}", words, 1, tuple(inner))
            yield from (Line(key, _class_label(members, full_members), 2) for key, members in inner.items())
    covered = tuple(f"{instructor}.{which}" for instructor in INSTRUCTORS for which in ("independent", "joint"))
    yield Line("covered", label("covered", "lines"), 0, covered)
    for least in full_members:
        reached = [name for name in classes if name.startswith("full") and int(name[4:]) >= least]
        yield Line(f"full{least}_or_more", label("full_or_more", "lines", least=least), 0, _across(reached))
    yield Line("with_member", label("with_member", "lines"), 0, _across([one for one in classes if one != "none"]))
    yield Line("check", label("check", "lines"), 0, tuple(INSTRUCTORS), less="enterprises")


def _across(classes: list[str]) -> tuple[str, ...]:
    return tuple(map(".".join, product(INSTRUCTORS, ORGANISATIONS, classes)))


def _members() -> Iterator[Line]:
    yield Line("staff", label("staff", "lines"))
    for kind in ("members", "full_members"):
        yield Line(kind, label(kind, "lines"), 0, tuple(f"{kind}.{which}" for which in ORGANISATIONS))
        yield from (Line(f"{kind}.{which}", label(f"in_{which}", "lines"), 1) for which in ORGANISATIONS)
    organisations = ("yes.independent", "no.independent", "joint_organisations")
    yield Line("organisations", label("organisations", "lines"), 0, organisations)
    yield Line("joint_organisations", label("joint", "lines"), 1)
    yield Line("five_good", label("five_good", "lines"), 0, ("five_good.independent", "five_good.joint"))
    yield Line("five_good.independent", label("independent", "lines"), 1)
    yield Line("five_good.joint", label("joint", "lines"), 1)
