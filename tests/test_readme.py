"""What the README says of the study that ships is what the study says; both languages say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analysis.briefing.parameters import MODELS
from analysis.coverage.counting import Counter
from analysis.coverage.indicators import ladder
from analysis.input_models import RegisterInput
from analysis.sources.registers.columns import DECLARABLE, NEEDED, OPTIONAL
from analysis.study import ROOT, Study
from analysis.views.wording import number
from tests.counted import rows

READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
PAIRS = [("README.md", "README.zh-CN.md"), ("reports/README.md", "reports/README.zh-CN.md")]


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_the_figures_of_the_introduction_are_the_study_s(suzhou: Study, path: Path) -> None:
    opening = path.read_text(encoding="utf-8").split("##")[0]
    shares = [number(rung.rate.share.value, "share", "en", decimals=2) for rung in ladder(Counter(suzhou, None))]
    assert re.findall(r"\d+\.\d+%", opening) == shares
    assert number(suzhou.quantity("covered").value, "enterprises", "en") in opening


def snippets(path: Path) -> list[str]:
    """The lines of Python that a README shows, without what it says of them."""
    blocks = re.findall(r"```python\n(.*?)```", path.read_text(encoding="utf-8"), flags=re.S)
    return [line.split("  #")[0].rstrip() for block in blocks for line in block.splitlines() if line]


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_every_snippet_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suzhou: Study) -> None:
    monkeypatch.chdir(tmp_path)
    register = rows(1000, [row.id for row in suzhou.districts[:4]])
    register.assign(exports=["是", "否"] * 500).to_csv("register.csv", index=False)
    found: dict[str, object] = {}
    lines = snippets(path)
    assert len(lines) >= 10
    for line in lines:
        exec(line, found)
    assert (tmp_path / "coverage.png").stat().st_size > 5000


def test_both_languages_show_the_same_snippets() -> None:
    one, other = ([re.sub(r'language="\w+"', "", line) for line in snippets(path)] for path in READMES)
    assert one == other


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_every_notebook_and_picture_it_names_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert set(MODELS) <= set(re.findall(r"`(\d_\w+)`", text))


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[0])
def test_both_languages_show_the_same_commands(pair: tuple[str, str]) -> None:
    commands = [
        [
            re.sub(r"--language \w+", "--language", line.split("#")[0]).strip()
            for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
            if re.match(r"(workbook|papermill|make) ", line)
        ]
        for name in pair
    ]
    assert commands[0] == commands[1]
    assert commands[0]


def test_the_readme_is_for_a_researcher_who_has_ten_minutes() -> None:
    for path in READMES:
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 120
        assert {"make briefing", "make test"} <= {line.split("#")[0].strip() for line in text.splitlines()}


@pytest.mark.parametrize("text", ["README", "data/README", "reports/README", "ARCHITECTURE"])
@pytest.mark.parametrize("ending", [".md", ".zh-CN.md"])
def test_what_a_text_leads_to_is_there(text: str, ending: str) -> None:
    path = ROOT / (text + ending)
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_both_languages_of_the_data_s_contract_name_the_same_files_keys_and_columns() -> None:
    texts = [(ROOT / "data" / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")]
    texts = [re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL) for text in texts]
    heads = [re.findall(r"^\| (.*?) \|", text, flags=re.M) for text in texts]
    names = [[re.findall(r"`([^`]+)`", head) for head in one] for one in heads]
    assert names[0] == names[1]
    parts = [[set(re.findall(r"`([^`]+)`", part)) for part in re.split(r"^## ", text, flags=re.M)] for text in texts]
    assert parts[0] == parts[1]


def test_the_contract_of_a_register_names_every_key_and_column_there_is() -> None:
    text = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    part = text.partition("## A register of enterprises")[2].partition("\n## ")[0]
    named = set(re.findall(r"`([a-z_]+)`", part))
    assert {*RegisterInput.model_fields, *NEEDED, *DECLARABLE, *OPTIONAL} <= named
