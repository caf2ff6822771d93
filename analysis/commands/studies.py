"""Commands about a study: what its files say, whether they can be used, and a page of it for everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.commands.telling import LanguageOption, choosing, near, spoken


def audit(
    study: Annotated[str | None, typer.Argument(help="A study's name in data/, or its folder.")] = None,
    language: LanguageOption = None,
) -> None:
    """Say whether a study's published figures agree, and what follows from them."""
    from analysis.briefing.parameters import SourcesParameters
    from analysis.briefing.sections.sources import audit_text
    from analysis.study import open_study

    spoken(language)
    opened = open_study(study if study is not None else SourcesParameters().study)
    typer.echo(audit_text(opened, language=spoken(language)))


def share(
    study: Annotated[str | None, typer.Argument(help="A study's name in data/, or its folder.")] = None,
    output: Annotated[Path | None, typer.Option(help="The page; by default reports/<study>/share.html.")] = None,
    language: LanguageOption = None,
) -> None:
    """Write the explorer's views as one page that anybody opens, without Python and without a network."""
    from analysis.briefing.parameters import SourcesParameters
    from analysis.briefing.run_store import REPORTS
    from analysis.briefing.share_page import write_share
    from analysis.briefing.suppression_plan import signing
    from analysis.study import open_study

    spoken(language)
    opened = open_study(study if study is not None else SourcesParameters().study)
    spoken(language)
    place = output or REPORTS / opened.id / "share.html"
    with signing(choosing):
        write_share(opened, place)
    typer.echo(near(place))
