"""Commands about the districts' returns: the workbooks to fill in, and how those that came back stand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from analysis.quantities import Language
    from analysis.study import Study


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(template)


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


def check_returns(study: Study) -> None:
    """Say how complete and consistent the returns of a study are, and every fault of theirs.

    Raises
    ------
    DataError
        With every fault, after the scorecard was told.
    """
    from analysis.errors import DataError
    from analysis.sources.returns import read_returns
    from analysis.views.scorecard import score_text

    found = read_returns(study)
    typer.echo(score_text(found))
    if found.problems:
        raise DataError(found.problems)
