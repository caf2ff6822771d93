"""The enterprise register's contract: one row per operating enterprise, enterprises and counts, never persons.

| column | type | meaning |
|---|---|---|
| enterprise | int | a running number; identifies nobody |
| district | str | id of districts.csv |
| category | str | id of study.toml's categories |
| staff | int | regular staff |
| members | int | party members, full and probationary |
| full_members | int | full members, at most members |
| organisation | str | `none`, `independent` or `joint` |
| joint_lead | int | 1 at one enterprise of each joint organisation: counting leads counts joint organisations |
| instructor | int | 1 where an instructor is assigned |
| five_good | int | 1 where the enterprise leads or has an organisation that is five-good |
| directly_managed | int | 1 where a city industry system manages the enterprise directly (市区行业系统直管) |

A `str` column holds text, or a pandas categorical of text. Any other column is refused: a register that names persons
stops at the door.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from analysis.quantities import Label, Language

COLUMNS: dict[str, str] = {
    "enterprise": "int64",
    "district": "str",
    "category": "str",
    "staff": "int32",
    "members": "int32",
    "full_members": "int32",
    "organisation": "str",
    "joint_lead": "int8",
    "instructor": "int8",
    "five_good": "int8",
    "directly_managed": "int8",
}
ROWS = "rows of this kind"  # a column that says for how many rows each row of a table stands
ORGANISATION = ("none", "independent", "joint")
LABELS: Mapping[str, Label] = {  # what papers and views call a column, those that a register may have beside these too
    "enterprise": Label("企业编号", "enterprise"),
    "district": Label("区域", "district"),
    "township": Label("乡镇（街道）", "township"),
    "category": Label("类别", "category"),
    "staff": Label("职工人数", "staff"),
    "members": Label("党员人数", "party members"),
    "full_members": Label("正式党员人数", "full members"),
    "organisation": Label("党组织", "party organisations"),
    "organised": Label("是否建立党组织", "whether there is an organisation"),
    "joint_lead": Label("联合党组织牵头企业", "lead of a joint organisation"),
    "instructor": Label("党建工作指导员", "instructors"),
    "five_good": Label("“五个好”", "five-good"),
    "directly_managed": Label("行业系统直管", "directly managed"),
    "union": Label("工会", "trade union"),
    "secretary_chairs_union": Label("书记兼任工会主席", "secretary chairs the union"),
}

_GO_WITH = {"joint_lead": "organisation", "five_good": "organisation", "full_members": "members"}


def names_of(columns: Iterable[str], language: Language) -> str:
    """Columns by name, each once, without those that go with one named already.

    Examples
    --------
    >>> names_of(["five_good", "organisation", "instructor"], "en")
    'party organisations, instructors'
    """
    named = set(columns)
    kept = (label.of(language) for name, label in LABELS.items() if name in named and _GO_WITH.get(name) not in named)
    return Label("、", ", ").of(language).join(kept)
