"""What a paper says of how its register was counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.briefing.context import Context
from analysis.briefing.number_provenance import accounted, names_of
from analysis.briefing.parameters import BriefingParameters
from analysis.briefing.sections.reconciliation import number_of, register
from analysis.coverage.counting import Counter
from analysis.ledger import Claim
from analysis.messages import said
from analysis.views.blocks import Paragraph, Section
from analysis.views.wording import plain
from tests.counted import counted_study

NOTES = (
    said("{count:,} rows are hidden or filtered out; they were counted", count=1_021),
    said("sheet {title} was read; not read: {others}", title="Sheet1", others="2003, Sheet3"),
    said("{leads} enterprises lead a joint organisation and {enterprises} are under one", leads=3, enterprises=5),
)


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Context:
    """A study whose register was noted much of."""
    study = counted_study(tmp_path_factory.mktemp("counted") / "study", enterprises=200)
    found = Context.of(BriefingParameters(study=str(study), language="en"))
    cells = found.counter.cells
    assert cells is not None
    assert cells.report is not None
    report = replace(cells.report, notes=NOTES, told=(("totals", 4),), looked_for_persons=50)
    return replace(found, counter=Counter(found.study, replace(cells, report=report)))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            ["1,021 rows are hidden or filtered out; they were counted", "left out: totals (4)", "in 50 of its rows", "Sheet1"],
        ),
        ("zh", ["合计行4行，不计入", "只在其中50行查找了个人信息", "一个联合党组织至少覆盖两家企业"]),
    ],
)  # fmt: skip
def test_what_check_notes_stands_in_the_paper_and_each_number_in_it_is_found_again(
    language: str, expected: list[str], context: Context
) -> None:
    spoken = replace(context, parameters=context.parameters.model_copy(update={"language": language}), kept={})
    blocks = register(spoken)
    text = "\n".join(plain(block.content) for block in blocks if isinstance(block, Paragraph))
    for one in expected:
        assert one in text
    section = Section("counted", "en" if language == "en" else "zh", blocks)
    accounted(section, names_of(context.study.folder))  # no number is without a source
    for block in blocks:
        for piece in block.content if isinstance(block, Paragraph) else ():
            if isinstance(piece, Claim):
                assert piece.quantity.address.startswith("register:")
                found = number_of(spoken.counter.cells, piece.quantity.address.removeprefix("register:"))
                assert found == piece.quantity.value


def test_a_note_on_joint_organisations_gives_no_small_count_away(context: Context) -> None:
    text = "\n".join(plain(block.content) for block in register(context) if isinstance(block, Paragraph))
    assert "3 enterprises" not in text
    assert "do not go with the enterprises under one" in text
