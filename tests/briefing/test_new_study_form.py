"""The form that begins a study: the same files as the command's, shown, and checked as one goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analysis import new_study
from analysis.briefing import new_study as beginning
from analysis.briefing import new_study_form
from analysis.study import open_study


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for module in (beginning, new_study_form):
        monkeypatch.setattr(module, "DATA", tmp_path)
    return tmp_path


def filled(**values: str) -> tuple[Any, Any, Any]:
    """The form with its fields filled in, in their order: how to press its buttons, and what it shows."""
    form = new_study("en")
    texts = dict(zip(new_study_form._FIELDS, form.children, strict=False))
    for name, value in values.items():
        texts[name].value = value
    write, check = form.children[-2].children
    return write, check, lambda: "".join(one["data"]["text/html"] for one in form.children[-1].outputs)


def test_it_writes_what_the_command_writes_shows_it_and_says_what_comes_next(data: Path) -> None:
    write, check, shown = filled(
        name="jia", place="甲市", place_en="Jia <City>", document="总结", document_en="Report", as_of="unknown"
    )
    check.click()
    assert "no study" in shown()
    write.click()
    assert sorted(path.name for path in (data / "jia").iterdir()) == [
        ".gitignore",
        "README.md",
        "published.csv",
        "study.toml",
    ]
    assert "workbook import-figures FILE --place &quot;甲市&quot;" in shown()
    assert "Jia &lt;City&gt;" in shown()
    assert "id,indicator,category" in shown()
    check.click()
    assert "published.csv: holds no figure" in shown()
    with (data / "jia" / "published.csv").open("a", encoding="utf-8") as published:
        published.write("all,enterprises_operating,all,甲市,,企业,firms,9,enterprises,0,no,,原文,总结,¶1,\n")
    check.click()
    assert "yes: briefing paper of published figures" in shown()
    assert "no: targets and gaps (needs targets.toml" in shown()
    assert open_study(data / "jia").settings.place.en == "Jia <City>"


def test_what_it_cannot_write_is_told_and_nothing_is_there(data: Path) -> None:
    write, _, shown = filled(name="wu", as_of="2024-13-01")
    write.click()
    assert "is no date; allowed: YYYY-MM-DD, a year, or unknown" in shown()
    assert not (data / "wu").exists()
    write, _, shown = filled(name="../wu")
    write.click()
    assert "cannot be a study" in shown()
