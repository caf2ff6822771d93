"""Commands about a study: what its files say, and whether they can be used."""

from __future__ import annotations

from typing import Annotated

import typer

from analysis.commands.telling import LanguageOption, spoken


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(audit)


def audit(
    study: Annotated[str | None, typer.Argument(help="A study's name in data/, or its folder.")] = None,
    language: LanguageOption = None,
) -> None:
    """Say whether a study's published figures agree, and what follows from them."""
    from analysis.briefing.parameters import SourcesParameters
    from analysis.study import open_study
    from analysis.views.findings import audit_text

    spoken(language)
    opened = open_study(study if study is not None else SourcesParameters().study)
    typer.echo(audit_text(opened, language=spoken(language)))
