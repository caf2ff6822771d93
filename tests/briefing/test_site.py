"""The site of docstrings and notebooks: whole or not at all, and nothing in it leads outside."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analysis.briefing import site
from analysis.errors import OutputError, WorkbookError

FEW = ("analysis.coverage.decomposition", "analysis.coverage.groups")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return site.build(tmp_path_factory.mktemp("docs") / "site", notebooks=["1_sources"], modules=FEW)


def test_it_shows_the_methods_with_their_examples_and_the_executed_notebook(built: Path) -> None:
    page = (built / "api" / "analysis" / "coverage" / "decomposition.html").read_text(encoding="utf-8")
    assert "Kitagawa 1955" in page
    assert "das_gupta" in page
    assert "252,963" in (built / "1_sources.html").read_text(encoding="utf-8")
    assert "api/analysis/coverage/decomposition.html" in (built / "index.html").read_text(encoding="utf-8")


def test_no_page_leads_outside(built: Path) -> None:
    pages = sorted(built.rglob("*.html"))
    assert len(pages) >= 5
    for page in pages:
        assert not re.findall(r"""(?:src|href)=["']https?://""", page.read_text(encoding="utf-8")), page


def test_a_site_is_replaced_and_what_is_no_site_is_left(built: Path, tmp_path: Path) -> None:
    (built / "index.html").write_text("old", encoding="utf-8")
    assert "<h1>" in (site.build(built, modules=FEW[1:]) / "index.html").read_text(encoding="utf-8")
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="holds something that is no site"):
        site.build(tmp_path, modules=FEW[1:])
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_site_that_would_lead_outside_is_not_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "_index", lambda _: '<a href="https://example.org/">out</a>')
    with pytest.raises(WorkbookError, match=r"index\.html.*example\.org"):
        site.build(tmp_path / "site", modules=FEW[1:])
    assert list(tmp_path.iterdir()) == []
