"""Faults of relations.toml are told with key, value and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.errors import DataError
from analysis.sources.audit.relations import declared_of, relations_of, unpublished
from analysis.study import Study
from tests.sources.small import SETS, small_study


@pytest.mark.parametrize(
    ("relations", "message"),
    [
        ('[[totals]]\nid = "a"\ntotal = "firms"\nparts = ["shops"]\n', r"relations.toml, totals a, parts"),
        ("[[sums]]\n", r"relations.toml, sums"),
        ('[[subsets]]\nid = "a"\npart = "b"\n', r"subsets a, whole"),
        (SETS.replace('id = "mentor"', 'id = "mentor"\ninside = ["cels"]'), r"inside.*cels.*did you mean cell"),
        (SETS.replace('id = "mentor"', 'id = "cell"'), r"stands more than once.*cell"),
        ("[[sets]]" + SETS.partition("[[sets]]")[2].partition("[[totals]]")[0], r"universe: is missing"),
        ('[[each]]\nid = "a"\nzh = ""\nen = ""\neach = "x"\nleast = 0\nof = "y"\n', r"each a, least.*seen .0"),
    ],
)
def test_a_fault_is_told_where_it_is(tmp_path: Path, relations: str, message: str) -> None:
    study = small_study(tmp_path, relations=relations)
    with pytest.raises(DataError, match=message):
        relations_of(study)


def test_the_relations_that_ship_name_nothing_unknown(suzhou: Study, national: Study) -> None:
    for study in (suzhou, national):
        assert unpublished(study, declared_of(study)) == ()
