"""The lines of a return's tables: every enterprise in exactly one of them, and the sums that follow."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.quantities import Label

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

    Parameters
    ----------
    full_members
        Full members from which each class of enterprises begins.
    """
    return tuple(table for group in groups for table in (_enterprises(group, full_members), _members(group)))


def classes_of(full_members: tuple[int, ...]) -> tuple[str, ...]:
    """Classes of enterprises by their members, the most members first.

    Examples
    --------
    >>> classes_of((3, 50))
    ('full50', 'full3', 'some', 'none')
    """
    return (*(f"full{least}" for least in reversed(full_members)), "some", "none")


def class_label(name: str, full_members: tuple[int, ...]) -> Label:
    """A class of enterprises by their members, in words."""
    if name == "none":
        return Label("没有党员", "no member")
    if name == "some":
        least = full_members[0]
        return Label(f"有党员、正式党员不足{least}名", f"members, but fewer than {least} full ones")
    least = int(name.removeprefix("full"))
    above = [other for other in full_members if other > least]
    if above:
        return Label(f"正式党员{least}至{above[0] - 1}名", f"{least} to {above[0] - 1} full members")
    return Label(f"正式党员{least}名以上", f"{least} or more full members")


def band_label(low: int, high: int) -> Label:
    """A band of staff, in words."""
    if not high:
        return Label(f"{low}人以上", f"{low} or more")
    return Label(f"{low}至{high}人", f"{low} to {high}")


_GROUPS = {
    "all": (Label("", ""), Label("", "")),
    "no": (Label("（不含直管）", " (other)"), Label("（不含行业系统直管的企业）", " (without directly managed ones)")),
    "yes": (Label("（直管）", " (managed)"), Label("（行业系统直管的企业）", " (directly managed ones)")),
}


def _joined(one: Label, other: Label) -> Label:
    return Label(one.zh + other.zh, one.en + other.en)


def _enterprises(group: str, full_members: tuple[int, ...]) -> Table:
    classes = classes_of(full_members)
    lines = [Line("enterprises", Label("实际开业投产的企业总数", "Operating enterprises, in all"))]
    for instructor, name in INSTRUCTORS.items():
        lines.append(Line(instructor, name, 0, tuple(f"{instructor}.{which}" for which in ORGANISATIONS)))
        for which, label in ORGANISATIONS.items():
            inner = tuple(f"{instructor}.{which}.{members}" for members in classes)
            lines.append(Line(f"{instructor}.{which}", label, 1, inner))
            lines += [
                Line(key, class_label(members, full_members), 2) for key, members in zip(inner, classes, strict=True)
            ]
    covered = tuple(f"{instructor}.{which}" for instructor in INSTRUCTORS for which in ("independent", "joint"))
    lines.append(Line("covered", Label("其中：有党组织的企业", "Of these: covered by an organisation"), 0, covered))
    for least in full_members:
        reached = [name for name in classes if name.startswith("full") and int(name[4:]) >= least]
        label = Label(f"其中：正式党员{least}名以上的企业", f"Of these: with {least} or more full members")
        lines.append(Line(f"full{least}_or_more", label, 0, _across(reached)))
    have = Label("其中：有党员的企业", "Of these: with a member")
    lines.append(Line("with_member", have, 0, _across([name for name in classes if name != "none"])))
    check = Label("核对：各部分之和减总数（应为0）", "Check: the parts less the total (must be 0)")
    lines.append(Line("check", check, 0, tuple(INSTRUCTORS), less="enterprises"))
    short, words = _GROUPS[group]
    name, title = (
        Label("表一 企业", "1 Enterprises"),
        Label(
            "表一　企业及其党组织、指导员、党员", "Table 1. Enterprises, their organisations, instructors and members"
        ),
    )
    return Table(group, _joined(name, short), _joined(title, words), tuple(lines))


def _across(classes: list[str]) -> tuple[str, ...]:
    return tuple(
        f"{instructor}.{which}.{name}" for instructor in INSTRUCTORS for which in ORGANISATIONS for name in classes
    )


def _members(group: str) -> Table:
    of = {
        "independent": Label("在有独立党组织的企业", "in enterprises with an independent organisation"),
        "joint": Label("在联合党组织覆盖的企业", "in enterprises under a joint organisation"),
        "none": Label("在没有党组织的企业", "in enterprises without an organisation"),
    }
    lines = [Line("staff", Label("职工总数", "Staff, in all"))]
    for kind, label in (
        ("members", Label("党员（正式和预备）", "Party members, full and probationary")),
        ("full_members", Label("其中：正式党员", "Of these: full members")),
    ):
        lines.append(Line(kind, label, 0, tuple(f"{kind}.{which}" for which in of)))
        lines += [Line(f"{kind}.{which}", words, 1) for which, words in of.items()]
    lines += [
        Line(
            "organisations", Label("党组织", "Organisations"), 0, ("yes.independent", "no.independent", "joint_organisations")
        ),
        Line("joint_organisations", Label("联合党组织（记在牵头企业）", "joint ones, each at the enterprise that leads it"), 1),
        Line("five_good", Label("其中：“五个好”党组织", "Of these: five-good organisations"), 0,
             ("five_good.independent", "five_good.joint")),
        Line("five_good.independent", Label("独立党组织", "independent ones"), 1),
        Line("five_good.joint", Label("联合党组织（记在牵头企业）", "joint ones, each at the enterprise that leads it"), 1),
    ]  # fmt: skip
    short, words = _GROUPS[group]
    name, title = (
        Label("表二 党员和党组织", "2 Members"),
        Label("表二　职工、党员和党组织", "Table 2. Staff, members, organisations"),
    )
    return Table(group, _joined(name, short), _joined(title, words), tuple(lines))
