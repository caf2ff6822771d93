"""The command `workbook`: every fault of the user is one clear message and exit code 2."""

from __future__ import annotations

import codecs
import io
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analysis.cell_text import in_codes
from analysis.commands import registers, returns, runs, studies
from analysis.commands.telling import LanguageOption, StyleOption, near, progress, say, spoken, tell_unreleased
from analysis.errors import WorkbookError
from analysis.messages import of_machine, prefer, said, speak, speaking

if TYPE_CHECKING:
    from analysis.style import Style
    from analysis.views.blocks import Section

app = typer.Typer(
    help="Who is covered, of how many, and what it would take: briefings on non-public enterprises.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for command in (
    *(studies.audit, studies.share, studies.status),
    *(runs.batch, runs.diff, runs.runs, runs.verify, runs.pack, runs.unpack, runs.conference),
    *(returns.template, registers.new, registers.check, registers.count, registers.releases),
):
    app.command()(command)
app.command("compare-word")(runs.compare_word)
app.command("import-figures")(studies.import_figures)


@app.command()
def briefing(
    study: Annotated[str | None, typer.Argument(help="A study's name in data/, or its folder.")] = None,
    language: LanguageOption = None,
    district: Annotated[str | None, typer.Option(help="A district's id, or all.")] = None,
    depth: Annotated[str | None, typer.Option(help="Word and PDF in brief or in full: brief, full.")] = None,
    annex: Annotated[bool | None, typer.Option("--annex", help="The ledger of numbers in Word and PDF too.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="Another parameter, NAME=VALUE; may be repeated.")
    ] = None,
    parameters: Annotated[Path | None, typer.Option(help="A TOML file of parameters; options go before it.")] = None,
    to: Annotated[str, typer.Option(help="Formats, with commas: docx, pdf, html, xlsx, pptx.")] = "docx,pdf,html,xlsx",
    output: Annotated[Path | None, typer.Option(help="The run's folder; by default one under reports/.")] = None,
    notebook: Annotated[str, typer.Option(help="The notebook that is executed.")] = "4_briefing",
    style: StyleOption = None,
) -> None:
    """Write the briefing paper of a study."""
    from itertools import chain

    from analysis.briefing.parameters import checked, file_of
    from analysis.briefing.run_store import REPORTS, runs_in
    from analysis.briefing.runner import formats_of, run
    from analysis.study import open_study

    given = {"study": study, "language": language, "district": district, "depth": depth, "annex": annex}
    values = _values(notebook, parameters, given, set_ or [])
    formats = formats_of(to)
    model = checked(notebook, values)
    near_it = [one.parent for one in output.parent.glob("*/manifest.json")] if output is not None else []
    beside = chain(near_it, (path for path, _ in runs_in(REPORTS)))
    with progress() as tell:
        folder = run(
            model, notebook=notebook, formats=formats, folder=output, progress=tell, style=style, beside=beside
        )
    for path in sorted(folder.iterdir()):
        typer.echo(near(path))
    _tell_unprinted(folder / "notebook.ipynb", name=file_of(model, notebook).name)
    tell_unreleased([open_study(model.study)])


@app.command("new-notebook")
def new_notebook(
    name: Annotated[str, typer.Argument(help="Its name, such as my_note.")],
    folder: Annotated[Path | None, typer.Option(help="Where it goes; by default notebooks/.")] = None,
) -> None:
    """Write a notebook of one's own to begin with: parameters, questions, a table, a chart and a text."""
    from analysis.briefing.new_study import write_notebook

    typer.echo(near(write_notebook(name, folder) if folder is not None else write_notebook(name)))


@app.command("parameters")
def parameters_(
    notebook: Annotated[str, typer.Argument(help="A notebook's name, or its path.")] = "4_briefing",
    named: Annotated[str | None, typer.Option("--notebook", help="The same, as the other commands take it.")] = None,
) -> None:
    """Show a notebook's parameters as a TOML file, with their defaults and meanings."""
    from analysis.briefing.parameters import model_of, to_toml

    typer.echo(to_toml(model_of(named or notebook)()), nl=False)


@app.command()
def documents(
    notebook: Annotated[Path, typer.Argument(help="An executed notebook.")],
    to: Annotated[str, typer.Option(help="Formats, with commas: docx, pdf, html, xlsx, pptx.")] = "docx,pdf,html,xlsx",
    output: Annotated[Path, typer.Option(help="The folder to write into.")] = Path("."),
    language: LanguageOption = None,
    style: StyleOption = None,
) -> None:
    """Write the documents of a notebook that papermill has executed."""
    from analysis.briefing.documents.write import depth_of, write_documents
    from analysis.briefing.executed import read_executed, sections_in
    from analysis.briefing.run_store import run_beside
    from analysis.briefing.runner import formats_of, refuse_leaks, settled
    from analysis.style_file import open_style

    spoken(language)
    chosen = formats_of(to)
    sections = sections_in(settled(read_executed(notebook), name=notebook.name))
    refuse_leaks(sections)
    look = open_style(style) if style is not None else _style_of(sections)
    for path in write_documents(
        sections,
        output,
        formats=chosen,
        stem=notebook.stem,
        style=look,
        run=run_beside(notebook),
        **depth_of(_made_with(sections)),
    ):
        typer.echo(near(path))
    _tell_unprinted(notebook, name=notebook.name)


def _style_of(sections: Sequence[Section]) -> Style:
    """The style of the study that a paper is about; the house's where it says none."""
    from analysis.study import folder_of
    from analysis.style import HOUSE_STYLE
    from analysis.style_file import style_of

    made_with = _made_with(sections)
    return style_of(folder_of(made_with["study"])) if made_with else HOUSE_STYLE


def _made_with(sections: Sequence[Section]) -> Mapping[str, Any]:
    """The parameters of a paper; none where no section tells them."""
    return next((one.made_with for one in sections if one.made_with.get("study")), {})


def _tell_unprinted(notebook: Path, *, name: str) -> None:
    """Say what an executed notebook shows that no paper prints."""
    from analysis.briefing.executed import read_executed, unprinted

    for told in unprinted(read_executed(notebook), name=name):
        say(told, err=True)


def main() -> None:
    """Run the command line."""
    _speak_unicode()
    prefer(of_machine())
    speak(_asked_for(sys.argv[1:]))
    try:
        app()
    except WorkbookError as error:
        typer.echo(in_codes(f"workbook: {error.told(speaking())}"), err=True)
        sys.exit(2)
    except (KeyboardInterrupt, SystemExit) as end:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # what was asked for is done, or is being given up
        if isinstance(end, SystemExit) and end.code != _INTERRUPTED:
            raise
        say(said("workbook: {stopped}", stopped="stopped; nothing is half written"), err=True)
        sys.exit(_INTERRUPTED)


def _asked_for(words: Sequence[str]) -> str:
    """The language that a command is asked for, the first where there are two; nothing where none is.

    Examples
    --------
    >>> _asked_for(["check", "a.csv", "-l", "zh"]), _asked_for(["conference", "--language=zh,en"]), _asked_for(["check"])
    ('zh', 'zh', '')
    """
    for word, following in zip(words, [*words[1:], ""], strict=True):
        option, _, value = word.partition("=")
        if option in ("-l", "--language"):
            told = (value or following).partition(",")[0]
            return told if told in ("zh", "en") else ""
    return ""


_INTERRUPTED = 130  # what shells expect of a program stopped with Ctrl-C


def _speak_unicode() -> None:
    """Let no message fail for its letters: UTF-8 where the system names no encoding but ASCII, else "?" for what it lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if codecs.lookup(stream.encoding).name == "ascii":
                stream.reconfigure(encoding="utf-8", errors="surrogateescape")
            else:
                stream.reconfigure(errors="replace")


def _values(
    notebook: str, file: Path | None, given: Mapping[str, str | bool | None], pairs: list[str]
) -> dict[str, Any]:
    """The parameters of a run: the file's, then the options', then those set one by one."""
    from analysis.briefing.parameters import from_file, from_text

    values: dict[str, Any] = from_file(file) if file is not None else {}
    values |= {name: value for name, value in given.items() if value is not None}
    for pair in pairs:
        name, sign, text = pair.partition("=")
        if not sign:
            raise WorkbookError(
                said('--set "{pair}": no value; allowed: NAME=VALUE, for example staff_threshold=50', pair=pair)
            )
        values[name.strip()] = from_text(notebook, name.strip(), text.strip())
    return values
