"""Freeze what is on the screen to a parameters file, and print the paper of it without leaving the notebook.

The paper is written in a process of its own, told line by line: `python -m analysis.briefing.save_and_print FILE`.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
import threading
from base64 import b64encode
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from analysis.briefing.folder import write_whole
from analysis.briefing.parameters import SourcesParameters, checked, from_file, to_toml
from analysis.briefing.run_store import MEDIA_TYPES
from analysis.errors import WorkbookError, reason_of
from analysis.messages import said, speaking
from analysis.quantities import Label, Language
from analysis.study import ROOT, open_study

REPORTS = ROOT / "reports"
NAME = Label("文件名", "File name")
UNNAMED = Label("不填则按所选内容命名", "named after the selection")
FREEZE = Label("保存当前选择", "Freeze this view")
PRINT = Label("打印简报", "Print the briefing")
FROZEN = Label("已保存：{path}。打印用的命令：", "Frozen: {path}. The command that prints it:")
DONE = Label("已写成：", "Written:")
FAULT = Label("未能打印：", "Not printed: ")
FAILED = "exit code {code}"
UNUSABLE = 2  # what `main` ends with where it says what is wrong
MOST_LINES = 8
ALLOWED = Label(
    "文件名可用字母、数字、汉字、点、短横和下划线，至多60个", "up to 60 letters, digits, dots, hyphens and underscores"
)


def freeze(parameters: SourcesParameters, name: str) -> Path:
    """Write parameters to `reports/<study>/frozen/<name>.toml`; the file is there whole, or as it was before.

    Raises
    ------
    WorkbookError
        When the name cannot be a file's.
    OutputError
        When the file cannot be written.
    """
    if not re.fullmatch(r"\w[\w.\-]{0,59}", name):
        raise WorkbookError(said('"{name}": {allowed}', name=name, allowed=ALLOWED))
    path = REPORTS / open_study(parameters.study).id / "frozen" / f"{name}.toml"
    return write_whole(path, to_toml(parameters).encode())


def command(path: Path) -> str:
    """The command line that prints a frozen file, from the top of the project.

    Examples
    --------
    >>> command(ROOT / "reports" / "suzhou-2003" / "frozen" / "kunshan.toml")
    'workbook briefing --parameters reports/suzhou-2003/frozen/kunshan.toml'
    """
    near = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    return f"workbook briefing --parameters {shlex.quote(near.as_posix())}"


def name_for(parameters: SourcesParameters) -> str:
    """A name for what is on the screen: what is chosen, or the language alone.

    Examples
    --------
    >>> from analysis.briefing.parameters import BriefingParameters
    >>> name_for(BriefingParameters(district="320583", category="private", staff_threshold=50))
    'zh_320583_private_50'
    """
    parts: list[str] = [parameters.language]
    chosen = [str(getattr(parameters, name, "all")) for name in ("district", "category")]
    parts += [ids.replace(",", "-") for ids in chosen if ids != "all"]
    parts += [str(staff)] if (staff := getattr(parameters, "staff_threshold", 0)) else []
    return re.sub(r"[^\w.\-]", "-", "_".join(parts))[:60]


def freezer(current: Callable[[], SourcesParameters], *, language: Language) -> Any:
    """The buttons that freeze and print, with a bar for the run's progress and links to what it wrote."""
    import ipywidgets

    name = ipywidgets.Text(
        description=NAME.of(language), placeholder=UNNAMED.of(language), style={"description_width": "initial"}
    )
    buttons = [ipywidgets.Button(description=label.of(language), layout={"width": "auto"}) for label in (FREEZE, PRINT)]
    bar = ipywidgets.IntProgress(layout={"width": "220px", "visibility": "hidden"})
    said = ipywidgets.Output(layout={"width": "100%"})

    def frozen(_button: Any) -> Path | None:
        parameters = current()
        try:
            path = freeze(parameters, name.value.strip() or name_for(parameters))
        except WorkbookError as error:
            say(said, f"<p role='alert'>{escape(error.told(speaking()))}</p>")
            return None
        near = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
        told = FROZEN.of(language).format(path=escape(near))
        say(said, f"<p role='status'>{told} <code>{escape(command(path))}</code></p>")
        return path

    def printed(button: Any) -> None:
        path = frozen(button)
        if path is not None:
            button.disabled = True
            bar.layout.visibility = "visible"
            threading.Thread(target=_print, args=(path, language, bar, said, button), daemon=True).start()

    buttons[0].on_click(frozen)
    buttons[1].on_click(printed)
    row = ipywidgets.HBox([name, *buttons, bar], layout={"flex_flow": "row wrap", "align_items": "center"})
    return ipywidgets.VBox([row, said], layout={"width": "100%"})


def _print(path: Path, language: Language, bar: Any, said: Any, button: Any) -> None:
    """Run the briefing in a process of its own, and say what it wrote or why it could not."""
    try:
        documents, fault = _run(path, bar)
    except OSError as error:
        documents, fault = [], reason_of(error)
    if fault:
        say(said, f"<p role='alert' style='white-space: pre-line'>{FAULT.of(language)}{escape(fault)}</p>", more=True)
    else:
        import ipywidgets

        links = " · ".join(map(link, documents))
        # a widget: what Lab displays as HTML opens documents in itself, which it cannot read
        written = f"<p role='status' class='cw-written'>{DONE.of(language)} {links}</p>"
        said.append_display_data(ipywidgets.HTML(written))
    button.disabled = False
    bar.layout.visibility = "hidden"


def _run(path: Path, bar: Any) -> tuple[list[Path], str]:
    """The documents of the run, and its fault: every line it prints is `done of whole` or a document."""
    documents: list[Path] = []
    with tempfile.TemporaryFile("w+", encoding="utf-8") as faults:  # a pipe that nobody reads would fill
        command_line = [sys.executable, "-m", "analysis.briefing.save_and_print", str(path)]
        with subprocess.Popen(
            command_line, cwd=ROOT, stdout=subprocess.PIPE, stderr=faults, text=True, encoding="utf-8"
        ) as run:
            assert run.stdout is not None
            for line in run.stdout:
                kind, _, rest = line.rstrip("\n").partition("\t")
                if kind == "progress":
                    done, whole = (int(part) for part in rest.split("\t"))
                    bar.max, bar.value = max(whole, 1), done
                elif kind == "document":
                    documents.append(Path(rest))
        faults.seek(0)
        told = faults.read().strip()
    return documents, "" if run.returncode == 0 else _fault(run.returncode, told)


def _fault(code: int, told: str) -> str:
    """Why a run failed: its own message, or the last line of what it did not foresee."""
    lines = told.splitlines() or [FAILED.format(code=code)]
    if code != UNUSABLE:
        return lines[-1]
    more = [f"… ({len(lines) - MOST_LINES})"] if len(lines) > MOST_LINES else []
    return "\n".join([*lines[:MOST_LINES], *more])


def link(path: Path) -> str:
    """A link to a document that whoever shows the notebook can open: Voilà serves it, in JupyterLab the link holds it."""
    served = os.environ.get("VOILA_BASE_URL")  # Voilà says so to its kernels
    if served is not None:
        near = f"{served.rstrip('/')}/voila/files/{quote(path.relative_to(ROOT).as_posix())}"
        return f'<a href="{escape(near)}" target="_blank">{escape(path.name)}</a>'
    content = b64encode(path.read_bytes()).decode()
    return f'<a href="data:{MEDIA_TYPES[path.suffix]};base64,{content}" download="{escape(path.name)}">{escape(path.name)}</a>'


def say(said: Any, html: str, *, more: bool = False) -> None:
    """Show HTML in an output, in place of what it showed or after it."""
    from IPython.display import HTML

    if not more:
        said.outputs = ()
    said.append_display_data(HTML(html))


def main(file: str) -> int:
    """Run the briefing of a parameters file; progress and documents go to standard output, tab-separated."""
    from analysis.briefing.runner import run

    done: dict[str, tuple[int, int]] = {}

    def tell(what: str, so_far: int, whole: int) -> None:
        done[what] = (so_far, whole)
        shares = [done.get(name, (0, 1)) for name in ("notebook", "documents")]
        percent = sum(part * weight // max(top, 1) for (part, top), weight in zip(shares, (70, 30), strict=True))
        print("progress", percent, 100, sep="\t", flush=True)

    try:
        folder = run(checked("4_briefing", from_file(Path(file))), progress=tell)
    except WorkbookError as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    for path in sorted(folder.glob("briefing.*")):
        print("document", path, sep="\t", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
