"""A small static site from docstrings and notebooks: `python -m analysis.briefing.site FOLDER`, or `make docs`.

It is built without a network and links to nothing outside itself; the folder appears whole or not at all.
"""

from __future__ import annotations

import html
import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from analysis.briefing.documents.templates import filled
from analysis.briefing.folder import whole_folder
from analysis.errors import OutputError, WorkbookError
from analysis.messages import said
from analysis.study import ROOT
from analysis.views.blocks import Figure
from analysis.views.page import shell, svg_html

MARK = ".workbook-site"  # a folder that holds it is an earlier site
FOLDER = ROOT / "build" / "docs"
_TEMPLATES = Path(__file__).resolve().parent / "assets" / "site"
_OUTSIDE = re.compile(
    r"""<(?:script|link|img|iframe|a)\b[^>]*\b(?:src|href)\s*=\s*["'](?:[a-z]+:)?//[^"']*["'][^>]*>""", re.I
)
_METHODS = ("groups", "decomposition", "standardisation", "inequality", "funnel")


def build(target: Path = FOLDER, *, notebooks: Sequence[str] = (), modules: Sequence[str] = ("analysis",)) -> Path:
    """Build the site.

    Parameters
    ----------
    target
        Its folder; an earlier site there is replaced.
    notebooks
        Names of notebooks to execute with their defaults, in English, and to show.
    modules
        Packages and modules whose docstrings are shown.

    Raises
    ------
    OutputError
        When the folder cannot be written or holds anything but a site.
    WorkbookError
        When a notebook stops, or a page would link to something outside.
    """
    with whole_folder(target, refuse=_refuse_what_is_no_site) as work:
        _write_reference(work / "api", modules)
        pages = {f"{notebook}.html": _page_of(notebook) for notebook in notebooks}
        pages |= {
            "charts.html": gallery(),
            **{name: guide(name) for name in GUIDES},
            "index.html": _index(notebooks),
            MARK: "",
        }
        for name, text in pages.items():
            (work / name).write_text(text, encoding="utf-8")
        if outside := list(_outside_links(work)):
            raise WorkbookError(
                said("the site would link outside itself: {outside}; allowed: pages of its own", outside=outside[0])
            )
    return target


def _refuse_what_is_no_site(target: Path) -> None:
    if target.exists() and not (target.is_dir() and ((target / MARK).exists() or not any(target.iterdir()))):
        what = "{target}: holds something that is no site; allowed: a new or empty folder, or an earlier site"
        raise OutputError(said(what, target=target))


def _write_reference(folder: Path, modules: Sequence[str]) -> None:
    """The pages of the docstrings, with a search that runs in the page."""
    import pdoc
    import pdoc.render

    pdoc.render.configure(docformat="numpy", show_source=False, template_directory=_TEMPLATES)
    pdoc.pdoc(*modules, output_directory=folder)


def _page_of(notebook: str) -> str:
    """A notebook, executed and shown with its code."""
    import nbformat
    from nbconvert import HTMLExporter

    from analysis.briefing.engine import execute
    from analysis.briefing.parameters import checked

    executed = execute(
        checked(notebook, {"language": "en"}), notebook=notebook, progress=lambda _what, _done, _whole: None
    )
    exporter: Any = HTMLExporter(  # type: ignore[no-untyped-call]
        mathjax_url="", require_js_url="", jquery_url="", mermaid_js_url=""
    )
    page: str = exporter.from_notebook_node(nbformat.from_dict(executed))[0]
    return page


GUIDES = {  # pages of the site: the text of each
    "papers.html": "reports/README.md",
    "papers.zh.html": "reports/README.zh-CN.md",
    "data.html": "data/README.md",
    "data.zh.html": "data/README.zh-CN.md",
    "architecture.html": "ARCHITECTURE.md",
    "architecture.zh.html": "ARCHITECTURE.zh-CN.md",
}


def guide(name: str) -> str:
    """A text of the project as a page of the site; what it leads to outside the site is left as words."""
    from markdown_it import MarkdownIt

    path = ROOT / GUIDES[name]
    pages = {(ROOT / text).resolve(): page for page, text in GUIDES.items()}

    def led(link: re.Match[str]) -> str:
        file, mark, part = link[2].partition("#")
        page = pages.get((path.parent / file).resolve()) if file else name
        return f"[{link[1]}]({page}{mark}{part})" if page else link[1]

    text = re.sub(r"(?<!!)\[([^]]+)\]\(([^)]+)\)", led, path.read_text(encoding="utf-8"))
    title = text.splitlines()[0].lstrip("# ")
    body = MarkdownIt("commonmark").enable("table").render(text)
    return shell(body, title=title, language="zh" if ".zh." in name else "en")


def _guides() -> list[tuple[str, str, str]]:
    return [
        (name, (ROOT / text).read_text(encoding="utf-8").splitlines()[0].lstrip("# "), "")
        for name, text in GUIDES.items()
    ]


CHARTS = (  # every chart, by the line that gives it
    "study.ladder()",
    'study.coverage(by="category")',
    'study.rate(instructor="yes", by="category")',
    "study.cascade()",
    "study.targets()",
    "study.bounds()",
    'study.simulate("conference")',
    'study.simulate("every")',
    'study.compare("{one}", "{two}", compare_synthetic=True)',
    "study.rank(compare_synthetic=True)",
    "study.funnel(compare_synthetic=True)",
    "study.series()",
)


def gallery() -> str:
    """A page with the charts of the house, each under the line of code that makes it."""
    from analysis import open_study

    study = open_study(language="en")
    one, two = (row.id for row in study.study.districts[:2])
    parts = ["<h1>Charts</h1><p>Each is printed by the line above it, and its <code>.chart</code> is for altair.</p>"]
    for template in CHARTS:
        line = template.format(one=one, two=two)
        blocks = eval(line, {"study": study}).section.blocks
        parts.append(f"<h2><code>{html.escape(line)}</code></h2>\n")
        parts += [
            f"<figure>{svg_html(block)}<figcaption>{html.escape(block.title)}</figcaption></figure>\n"
            for block in blocks
            if isinstance(block, Figure)
        ]
    return shell("".join(parts), title="Charts", language="en")


def _index(notebooks: Sequence[str]) -> str:
    """The first page: the public names, the notebooks, the methods of comparison, and all modules by package."""
    from analysis.briefing.executed import read_executed
    from analysis.briefing.parameters import NOTEBOOKS_FOLDER

    shown = []
    for name in notebooks:
        first = "".join(read_executed(NOTEBOOKS_FOLDER / f"{name}.ipynb")["cells"][0]["source"])
        shown.append((f"{name}.html", name, first.splitlines()[0].lstrip("# ")))
    parts = {
        "Charts": [("charts.html", "Charts", "every chart, and the line of code that makes it")],
        "Guides": _guides(),
        "What one imports: from analysis import …": [*_public()],
        "What a study answers: study = open_study(…)": [*_questions()],
        "Notebooks": shown,
        "Methods of comparison, on plain tables": [_listed(f"analysis.coverage.{name}") for name in _METHODS],
        "Packages": [_listed(name) for name in _packages()],
    }
    return filled("pages/site.html", parts=parts)


def _public() -> Iterator[tuple[str, str, str]]:
    """The names of the package, each with the page that has its example."""
    import analysis

    for name in analysis.__all__:
        module = analysis._WHERE[name]
        yield f"api/{module.replace('.', '/')}.html#{name}", name, _first_line(getattr(analysis, name))


def _questions() -> Iterator[tuple[str, str, str]]:
    """What can be asked of a study, in the order of its modules."""
    import analysis

    for owner in (*analysis.OpenStudy.__bases__, analysis.OpenStudy):
        page = f"api/{owner.__module__.replace('.', '/')}.html"
        for name, found in vars(owner).items():
            if not name.startswith("_") and (callable(found) or isinstance(found, property)):
                yield f"{page}#{owner.__name__}.{name}", name, _first_line(found)


def _first_line(documented: object) -> str:
    return ((documented.__doc__ or "").strip().splitlines() or [""])[0]


def _listed(module: str) -> tuple[str, str, str]:
    said = (importlib.import_module(module).__doc__ or "").strip().splitlines()
    return f"api/{module.replace('.', '/')}.html", module, said[0] if said else ""


def _packages() -> list[str]:
    import analysis

    return [f"analysis.{found.name}" for found in pkgutil.iter_modules(analysis.__path__)]


def _outside_links(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.html")):
        for found in _OUTSIDE.finditer(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(folder)}: {found[0][:120]}"


def main(arguments: Sequence[str]) -> int:
    """Build the site of all notebooks and modules into a folder."""
    from analysis.briefing.parameters import MODELS

    try:
        print(build(Path(arguments[0]) if arguments else FOLDER, notebooks=list(MODELS)))
    except WorkbookError as error:
        print(f"docs: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
