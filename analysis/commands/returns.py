"""Commands about the districts' returns: the workbooks to fill in, and how those that came back stand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.commands.telling import say
from analysis.messages import said

if TYPE_CHECKING:
    from analysis.coverage.cells import Cells
    from analysis.quantities import Language
    from analysis.study import Study


def template(
    study: Annotated[str, typer.Argument(help="A study's name in data/, or its folder.")],
    output: Annotated[Path | None, typer.Option(help="A new or empty folder; by default one under reports/.")] = None,
    language: Annotated[str, typer.Option("--language", "-l", help="zh or en.")] = "zh",
) -> None:
    """Write the workbooks for a study's districts to fill in, one each."""
    from analysis.briefing.parameters import checked
    from analysis.briefing.returns.book import write_templates
    from analysis.study import ROOT, open_study

    spoken: Language = checked("1_sources", {"study": study, "language": language}).language
    opened = open_study(study)
    folder = output if output is not None else ROOT / "reports" / opened.id / "returns" / spoken
    for path in write_templates(opened, folder, language=spoken):
        typer.echo(str(path))


def returns_meant(what: str, study: str | None) -> Study | None:
    """The study whose returns are to be looked through: one that counts from returns, or one with the folder of some.

    Parameters
    ----------
    what
        A study, or with `study` a folder of workbooks.
    """
    from analysis.study import is_study, open_study

    folder = Path(what)
    if study is not None:
        if not folder.is_dir() or not any(folder.glob("*.xlsx")):
            return None
        asked = open_study(study)
        settings = asked.settings.model_copy(update={"input": "returns"})
        return replace(asked, settings=settings, returned_in=folder.resolve())
    if is_study(what):
        own = open_study(what)
        return own if own.settings.input == "returns" else None
    return None


def returns_counted(study: Study) -> Cells:
    """Count the returns of a study, and say of how many districts they are. Raises DataError with every fault."""
    from analysis.coverage.sources import cells_of

    cells = cells_of(study)
    assert cells is not None
    every = len(study.districts)
    template = "{some} of {all} districts have a return; {cells:,} cells"
    say(said(template, some=every - len(cells.absent), all=every, cells=len(cells.table)))
    return cells


def check_returns(study: Study, language: Language) -> None:
    """Say how complete and consistent the returns of a study are, every fault, and where they differ from what was published.

    Raises DataError with every fault, after the scorecard was told.
    """
    from analysis.commands.return_report import differences_text, score_text
    from analysis.coverage.counting import Counter
    from analysis.coverage.reconciliation import reconciled
    from analysis.coverage.returned import cells_from
    from analysis.errors import DataError
    from analysis.quantities import Label
    from analysis.sources.returns import read_returns

    found = read_returns(study)
    typer.echo(score_text(found, language))
    if found.remarks:
        typer.echo("")
    for remark in found.remarks:
        say(said("note: {note}", note=remark.message))
    if found.problems:
        raise DataError(found.problems)
    if found.absent:
        template = "{some} of {all} districts have no return ({names}); papers are of the others alone"
        names = Label("、", ", ").of(language).join(row.label.of(language) for row in found.absent)
        typer.echo("")
        say(said(template, some=len(found.absent), all=len(found.study.districts), names=names))
        return
    cells = cells_from(found)
    lines = reconciled(Counter(study, cells))
    if lines:
        typer.echo("\n" + differences_text(study, lines, language))
    tell_foreseen(study, cells)


def tell_foreseen(study: Study, cells: Cells) -> None:
    """Warn that papers on few enterprises will withhold much, before anything is counted for them."""
    from analysis.briefing.suppression_plan import foreseen

    every, small = foreseen(study, cells)
    if small:
        what = (
            "{small:,} of the {all:,} counts that papers on {study} usually print are below {threshold}: they will be "
            "withheld, and with them others that would give them away"
        )
        threshold = study.settings.disclosure_threshold
        typer.echo("")
        say(said(what, small=small, all=every, study=study.id, threshold=threshold))
