"""Draws the pictures of README.md: page one of the paper in both languages, a notebook in JupyterLab, the live views.

Run as `python -m tests.gallery`; it needs a browser of the Chromium family and says so when there is none.
"""

from __future__ import annotations

import base64
import shutil
import sys
import tempfile
from pathlib import Path

from analysis.briefing.documents.typesetting import pictures
from analysis.study import ROOT
from analysis.views.layout import lay_out
from tests.browser import hands
from tests.browser.lab import CHROMIUM, MISSING, chromium, lab, run_all
from tests.papers import open_paper

GALLERY = ROOT / "reports" / "gallery"
LANGUAGES = ("zh", "en")
NOTEBOOK, HEADING = "4_briefing", "Which districts?"
_SHEET = """
  body { margin: 0; padding: 28px; background: #e9ebee; display: grid; grid-template-columns: 1fr 1fr; gap: 28px; }
  img { width: 100%; display: block; box-shadow: 0 2px 10px rgb(0 0 0 / 18%); }
"""


def first_page(language: str) -> bytes:
    """Page one of the briefing as a PNG picture."""
    paper = open_paper("4_briefing", language=language)
    sections = [paper.section(name) for name in (*paper.contents, "annex")]
    return pictures(lay_out([section for section in sections if section.blocks]), dots_per_inch=110)[0]


def paper_picture(path: Path) -> None:
    """The first pages side by side."""
    images = "".join(
        f'<img alt="" src="data:image/png;base64,{base64.b64encode(first_page(language)).decode()}">'
        for language in LANGUAGES
    )
    with chromium(width=1600, height=900) as (page, _):
        page.set_content(f"<style>{_SHEET}</style>{images}", wait_until="load")
        page.screenshot(path=path, full_page=True)


def notebook_picture(folder: Path, path: Path) -> None:
    """A notebook in JupyterLab, its cells run, at one of its headings."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    (folder / "home").mkdir()
    with lab(folder / "notebooks", folder / "home") as server, chromium(width=1400, height=1000) as (page, _):
        page.goto(server.url(f"/lab/tree/{NOTEBOOK}.ipynb?reset"))
        page.wait_for_selector('.jp-NotebookPanel [data-status="idle"]', timeout=60_000, state="attached")
        page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.ready")
        page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        panel = page.locator(".jp-WindowedPanel-outer").first
        panel.evaluate("panel => panel.scrollTo(0, 0)")
        # cells out of sight are not laid out until they are scrolled to
        heading = page.locator(".jp-RenderedMarkdown h2", has_text=HEADING)
        for _ in range(60):
            if heading.count() and heading.first.is_visible():
                break
            panel.evaluate("panel => panel.scrollBy(0, 400)")
            page.wait_for_timeout(250)
        heading.first.evaluate("heading => heading.scrollIntoView({block: 'start'})")
        page.wait_for_selector(".cw-cell", timeout=60_000)
        page.wait_for_timeout(3000)
        page.screenshot(path=path)


def explorer_picture(folder: Path, path: Path) -> None:
    """The live views of notebook 2 with a district and a size chosen."""
    home = folder / "explorer-home"
    home.mkdir()
    shutil.copy(ROOT / "notebooks" / "2_coverage.ipynb", folder / "explorer.ipynb")
    with lab(folder, home) as server, chromium(width=1500, height=1800) as (page, _):
        run_all(page, server, "explorer.ipynb")
        hands.wait_for(page, "10,547")
        hands.click(page, "map", "昆山市")
        hands.type_in(page, "staff", 50)
        page.wait_for_function("document.querySelector('.cw-finding').innerText.includes('50')")
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement.blur()")
        page.locator(".widget-vbox", has=page.locator(".cw-live")).first.screenshot(path=path)


def main() -> int:
    """Draw the pictures."""
    if CHROMIUM is None:
        print(f"gallery: {MISSING}", file=sys.stderr)
        return 2
    GALLERY.mkdir(parents=True, exist_ok=True)
    paper_picture(GALLERY / "paper.png")
    with tempfile.TemporaryDirectory() as scratch:
        notebook_picture(Path(scratch), GALLERY / "notebook.png")
        explorer_picture(Path(scratch), GALLERY / "explorer.png")
    for path in sorted(GALLERY.glob("*.png")):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
