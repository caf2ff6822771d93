"""Commands about a study: what its files say, and whether they can be used."""

from __future__ import annotations

from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(audit)


def audit(
    study: Annotated[str | None, typer.Argument(help="A study's name in data/, or its folder.")] = None,
    language: Annotated[str, typer.Option("--language", "-l", help="zh or en.")] = "zh",
) -> None:
    """Say whether a study's published figures agree, and what follows from them."""
    from analysis.briefing.parameters import SourcesParameters, checked
    from analysis.study import open_study
    from analysis.views.findings import audit_text

    given = {"language": language} | ({} if study is None else {"study": study})
    model = checked("1_sources", given)
    assert isinstance(model, SourcesParameters)
    typer.echo(audit_text(open_study(model.study), language=model.language))
