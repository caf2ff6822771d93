"""Commands about a study: what its files say, whether they can be used, and a page of it for everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.commands.telling import LanguageOption, choosing, near, say, spoken
from analysis.messages import said


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


def status(
    study: Annotated[str | None, typer.Argument(help="A study's name in data/, or its folder.")] = None,
    language: LanguageOption = None,
) -> None:
    """Say what a study can produce with the files it has, and what each thing it cannot produce needs."""
    from analysis.briefing.parameters import SourcesParameters
    from analysis.briefing.study_status import status_of
    from analysis.study import open_study

    told_in = spoken(language)
    opened = open_study(study if study is not None else SourcesParameters().study)
    can, cannot = (
        ("能　　{name}", "不能　{name}（需要：{needs}）")
        if told_in == "zh"
        else ("yes  {name}", "no   {name}: needs {needs}")
    )
    for one in status_of(opened):
        typer.echo((can if one.can else cannot).format(name=one.name.of(told_in), needs=one.needs.of(told_in)))


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


def import_figures(
    file: Annotated[Path, typer.Argument(help="A text, a Word document, or a table of figures (.xlsx, .csv).")],
    output: Annotated[
        Path | None, typer.Option(help="The proposals; by default beside the file, FILE.figures.csv.")
    ] = None,
    place: Annotated[str, typer.Option(help="Whose figures they are.")] = "",
    source: Annotated[str, typer.Option(help="The document, as papers name it.")] = "",
    into: Annotated[
        str, typer.Option(help="A study: FILE is a list of proposals that you confirmed line by line.")
    ] = "",
    language: LanguageOption = None,
) -> None:
    """Propose lines of published.csv from a document, each to be confirmed; or put confirmed ones into a study."""
    from analysis.briefing.folder import write_whole
    from analysis.sources.figure_import import Aside, Proposal, hidden_bases
    from analysis.sources.figure_proposals import added_to, confirmed_figures, figures_of_file, proposals_csv
    from analysis.study import folder_of

    spoken(language)
    if into:
        published = folder_of(into) / "published.csv"
        figures = confirmed_figures(file)
        write_whole(published, added_to(published, figures))
        say(
            said(
                "{count} figures are now in {path}; see what they say: workbook audit {study}",
                count=len(figures),
                path=near(published),
                study=into,
            )
        )
        return
    found = figures_of_file(file, place=place, source=source)
    proposals = [one for one in found if isinstance(one, Proposal)]
    for one in proposals:
        told = "{where}: {value} {unit} · {indicator} · {phrase}"
        say(
            said(
                told, where=one.where, value=one.value, unit=one.unit, indicator=one.indicator or "?", phrase=one.phrase
            )
        )
    for aside in (one for one in found if isinstance(one, Aside)):
        say(said("{where}: {text}: set aside ({why})", where=aside.where, text=aside.text, why=aside.why))
    path = output or file.with_name(f"{file.name}.figures.csv")
    write_whole(path, proposals_csv(found))
    open_cells = sum(len(one.unknown) for one in proposals)
    say(
        said(
            "{count} lines proposed, {open} cells to fill in (?): {path}",
            count=len(proposals),
            open=open_cells,
            path=near(path),
        )
    )
    for name, zh, en, unit in hidden_bases(proposals):
        typer.echo(f'[[hidden]]\nid = "{name}"\nzh = "{zh}"\nen = "{en}"\nunit = "{unit}"\n')
    told = (
        "write yes in the first column of each line that is right, no of the others; then: workbook import-figures {path} "
        "--into STUDY"
    )
    say(said(told, path=near(path)))
