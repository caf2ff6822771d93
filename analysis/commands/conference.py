"""The command that makes the whole folder of a meeting."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.commands.runs import written
from analysis.commands.telling import StyleOption
from analysis.errors import ParameterError, one_of
from analysis.messages import said


def add_to(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command()(conference)


def conference(
    study: Annotated[str | None, typer.Argument(help="A study's name in data/, or its folder.")] = None,
    output: Annotated[Path | None, typer.Option(help="The folder; by default reports/<study>/conference.")] = None,
    language: Annotated[str, typer.Option("--language", "-l", help="zh, en, or both with a comma.")] = "zh,en",
    as_of: Annotated[str, typer.Option(help="The day on which one asks, YYYY-MM-DD; the study's own if none.")] = "",
    workers: Annotated[int, typer.Option(min=0, max=256, help="Runs at a time; 0 for one a processor.")] = 0,
    style: StyleOption = None,
) -> None:
    """Write a meeting's whole folder: briefing, slides, tables, agenda, register of decisions, department sheets, index."""
    from analysis.briefing.assembly import LANGUAGES, papers_of, title_of
    from analysis.briefing.parameters import SourcesParameters
    from analysis.briefing.run_store import REPORTS
    from analysis.study import open_study

    names = [name.strip() for name in language.split(",") if name.strip()]
    if not names or (wrong := [name for name in names if name not in LANGUAGES]):
        seen = wrong[0] if names else ""
        raise ParameterError(
            said(
                '--language: "{seen}" is no language; allowed: {allowed}',
                seen=seen,
                allowed=one_of(LANGUAGES, seen=seen),
            )
        )
    name = study or SourcesParameters().study
    wanted = papers_of(name, languages=[one for one in LANGUAGES if one in names], as_of=as_of, style=style)
    opened = open_study(name)
    written(wanted, output or REPORTS / opened.id / "conference", workers=workers, title=title_of(opened))
