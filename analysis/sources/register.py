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
"""

from __future__ import annotations

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
ORGANISATION = ("none", "independent", "joint")
