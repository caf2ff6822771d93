"""Commands about a study: what its files say, whether they can be used, and a page of it for everybody."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.commands.telling import LanguageOption, choosing, near, say, spoken
from analysis.errors import WorkbookError
from analysis.messages import said

if TYPE_CHECKING:
    from analysis.sources.figure_import import Found


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
    path = output or file.with_name(f"{file.name}.figures.csv")
    if path.exists():
        told = "{path}: is there already; allowed: a name that is free"
        raise WorkbookError(said(told, path=near(path)))
    found = figures_of_file(file, place=place, source=source)
    write_whole(path, proposals_csv(found))
    _tell_proposals(found, path)


def _tell_proposals(found: Sequence[Found], path: Path) -> None:
    """Every number of a document as it was taken or set aside, and what to do with the file of proposals."""
    from analysis.sources.figure_import import Proposal, hidden_bases

    proposals = [one for one in found if isinstance(one, Proposal)]
    for one in proposals:
        told = "{where}: {value} {unit} · {indicator} · {phrase}"
        seen = {"value": one.value, "unit": one.unit, "indicator": one.indicator or "?", "phrase": one.phrase}
        say(said(told, where=one.where, **seen))
    for aside in (one for one in found if not isinstance(one, Proposal)):
        say(said("{where}: {text}: set aside ({why})", where=aside.where, text=aside.text, why=aside.why))
    counts = {"count": len(proposals), "open": sum(len(one.unknown) for one in proposals)}
    say(said("{count} lines proposed, {open} cells to fill in (?): {path}", path=near(path), **counts))
    for name, zh, en, unit in hidden_bases(proposals):
        values = {"id": name, "zh": zh, "en": en, "unit": unit}
        typer.echo(
            "\n".join(
                ["[[hidden]]", *(f"{key} = {json.dumps(one, ensure_ascii=False)}" for key, one in values.items()), ""]
            )
        )
    told = (
        "write yes in the first column of each line that is right, no of the others; then: workbook import-figures {path} "
        "--into STUDY"
    )
    say(said(told, path=near(path)))
