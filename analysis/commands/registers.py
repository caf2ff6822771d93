"""Commands about one's own data: a new study, a register looked through before it is used, a register counted."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from analysis.commands.returns import returns_counted, tell_foreseen
from analysis.commands.telling import LanguageOption, near, say, spoken
from analysis.messages import said

if TYPE_CHECKING:
    from analysis.coverage.cells import Cells
    from analysis.input_models import RegisterInput
    from analysis.quantities import Language
    from analysis.sources.registers.report import Fault
    from analysis.study import Study

_FORMULAS = tuple("=+-@\t\r")  # a cell that begins so is one to a spreadsheet


def new(
    name: Annotated[str, typer.Argument(help="The study's name: a place and a year, such as wuxi-2024.")],
    folder: Annotated[Path | None, typer.Option(help="Where the study's folder goes; by default data/.")] = None,
    place: Annotated[str, typer.Option(help="The place in Chinese.")] = "",
    place_en: Annotated[str, typer.Option(help="The place in English.")] = "",
    document: Annotated[str, typer.Option(help="The document that papers answer, in Chinese.")] = "",
    document_en: Annotated[str, typer.Option(help="The same in English.")] = "",
    as_of: Annotated[str, typer.Option(help="A date, a year, or unknown.")] = "",
    have: Annotated[str, typer.Option(help="What you have: figures, register, returns, districts; with commas.")] = "",
    districts: Annotated[str, typer.Option(help="Their names, with commas: 甲区=District A, …")] = "",
    language: LanguageOption = None,
) -> None:
    """Write a study's folder, with comments on what to put where. In a terminal it asks what is not said."""
    from analysis.briefing.new_study import NewStudy, write_study

    told_in = spoken(language)
    typed = {"place": place, "place_en": place_en, "document": document, "document_en": document_en}
    typed |= {"as_of": as_of, "have": have, "districts": districts}
    if sys.stdin.isatty() and not any(typed.values()):
        for one in typed:
            if one != "districts" or typed["have"] != "figures":
                typed[one] = _asked(told_in, one)
    known = NewStudy.given(**typed)
    for path in write_study(name, folder, known):
        typer.echo(near(path))
    if any(typed.values()):
        for step in known.next_steps(name if folder is None else near(folder / name)):
            say(step)


_QUESTIONS = {
    "place": ("地方的中文名", "The place in Chinese"),
    "place_en": ("地方的英文名", "The place in English"),
    "document": ("简报所依据的文件（中文名）", "The document that papers answer, in Chinese"),
    "document_en": ("简报所依据的文件（英文名）", "The same in English"),
    "as_of": ("时点：日期、年份，或unknown", "As of: a date, a year, or unknown"),
    "have": ("手头有什么：figures（数字）、register（登记簿）、returns（报表）、districts（区域），用逗号隔开",
             "What you have: figures, register, returns, districts; with commas"),
    "districts": ("各区域名称：甲区=District A，……", "The districts' names: 甲区=District A, …"),
}  # fmt: skip


def _asked(language: Language, name: str) -> str:
    zh, en = _QUESTIONS[name]
    return str(
        typer.prompt(zh if language == "zh" else en, default="figures" if name == "have" else "", show_default=False)
    )


def check(
    what: Annotated[
        str, typer.Argument(help="A register's file or folder, a folder of returns, or a study that has one of them.")
    ],
    study: Annotated[str | None, typer.Option(help="The study whose districts and categories the file uses.")] = None,
    faults: Annotated[Path | None, typer.Option(help="Where to write every fault as CSV.")] = None,
    language: LanguageOption = None,
) -> None:
    """Look through a register, or the districts' returns, and keep nothing: what is there, faults, and a preview."""
    from analysis.commands.register_report import report_lines
    from analysis.commands.returns import check_returns, returns_meant
    from analysis.commands.telling import reading
    from analysis.coverage.opening import as_cells
    from analysis.coverage.registered import read, source_of
    from analysis.sources.registers.columns import lenient
    from analysis.sources.registers.readers.raw import opened, quoted

    spoken(language)
    if (returned := returns_meant(what, study)) is not None:
        check_returns(returned, spoken(language))
        return
    opened_study, settings = _meant(what, study)
    told_in = spoken(language)
    folder = opened_study.folder if opened_study is not None else Path.cwd()
    place = faults or Path("reports") / "faults" / f"{Path(settings.path or 'database').stem}.csv"
    write, unwritten = _writing(place)
    with reading("looking through") as watch, opened(settings, folder, watch=watch) as raw:
        settings = settings if opened_study is not None else lenient(settings, raw.names)
        source = source_of(raw, settings, opened_study, repeats=True)
        table, report = read(source, on_faults=write)
        shown = ", ".join(f"CAST({quoted(name)} AS VARCHAR)" for name in report.theirs.values())
        rows = raw.connection.execute(f"SELECT {shown} FROM {raw.table} LIMIT 5").fetchall()
    for line in report_lines(report, settings, opened_study, rows, told_in):
        typer.echo(line)
    if opened_study is not None:
        tell_foreseen(opened_study, as_cells(table, report))
    if report.rejected:
        typer.echo("")
        say(unwritten[0] if unwritten else said("every fault: {file}", file=near(place)))
        raise typer.Exit(1)


def count(
    study: Annotated[str, typer.Argument(help="A study's name in data/, or its folder.")],
    cluster: Annotated[str | None, typer.Option(help="Count on Dask: tcp://host:port, or local.")] = None,
    language: LanguageOption = None,
) -> None:
    """Count a study's register once and choose the small counts to withhold; papers then open what is kept.

    Of a study with returns, which are read each time, the choice alone is kept.
    """
    from analysis.errors import WorkbookError
    from analysis.study import open_study

    spoken(language)
    opened_study = open_study(study)
    told_in = spoken(language)
    match opened_study.settings.input:
        case "register":
            cells = _of_register(opened_study, cluster, told_in)
        case "returns" if cluster is None:
            cells = returns_counted(opened_study)
        case "returns":
            what = "--cluster: returns are counted here; allowed: the option with a register, or without it"
            raise WorkbookError(what)
        case _:
            allowed = 'input = "register" or "returns" in study.toml'
            what = "{study}: has no register and no returns; allowed: {allowed}"
            raise WorkbookError(said(what, study=opened_study.id, allowed=allowed))
    _screen(opened_study, cells)


def _of_register(study: Study, cluster: str | None, language: Language) -> Cells:
    from analysis.commands.register_report import accounting
    from analysis.commands.telling import reading, working
    from analysis.coverage import opening

    if cluster is None:
        with reading("counting") as watch:
            cells = opening.cells_of_register(study, by=partial(opening.count, watch=watch))
    else:
        from analysis.coverage import clusters

        with working("counting"), clusters.cluster(cluster) as client:
            cells = opening.cells_of_register(study, by=clusters.counting(client))
    assert cells.report is not None
    told = said("{accounting}; {cells:,} cells", accounting=accounting(cells.report, language), cells=len(cells.table))
    say(told)
    for note in cells.report.notes:
        say(said("note: {note}", note=note))
    return cells


def _screen(study: Study, cells: Cells) -> None:
    """Choose the small counts that papers withhold, and say how many; nothing where a study protects none."""
    from analysis.briefing.releases import keep_release
    from analysis.briefing.suppression_plan import screen_of, signing
    from analysis.commands.telling import choosing
    from analysis.coverage.counting import Counter
    from analysis.coverage.sources import reporting

    counter, threshold = Counter(reporting(study, cells), cells), study.settings.disclosure_threshold
    with signing(choosing):
        found = screen_of(counter, threshold)
    if found.addresses:
        told = said(
            "{withheld:,} of {all:,} counts of its papers are withheld: {small:,} below {threshold}, {others:,} that would "
            "give one away",
            withheld=len(found.withheld),
            all=len(found.addresses),
            small=len(found.primary),
            threshold=threshold,
            others=len(found.secondary),
        )
        say(told)
        if found.held:
            what = "of them {held:,} because of an earlier release (workbook releases {study})"
            say(said(what, held=found.held, study=study.id))
        counts = {address: int(counter.value(address)) for address in found.printed}
        keep_release(study.folder, cells, counts, found.withheld, threshold=threshold)


def releases(
    study: Annotated[str, typer.Argument(help="A study's name in data/, or its folder.")],
    withdraw: Annotated[str, typer.Option(help="A release whose papers were called back.")] = "",
    language: LanguageOption = None,
) -> None:
    """List what was released of a study's counts, which later registers are held against."""
    from analysis.briefing.releases import releases_of
    from analysis.briefing.releases import withdraw as withdrawn
    from analysis.study import open_study

    spoken(language)
    folder = open_study(study).folder
    spoken(language)
    if withdraw:
        withdrawn(folder, withdraw)
    for one in releases_of(folder):
        told = "{name}: {counts:,} counts, withdrawn" if one.withdrawn else "{name}: {counts:,} counts"
        say(said(told, name=one.id, counts=len(one.counts)))


def _writing(place: Path) -> tuple[Callable[[Iterator[Fault]], None], list[str]]:
    """What writes the list of all faults, and why it could not: they are shown all the same."""
    from analysis.briefing.folder import write_whole
    from analysis.errors import OutputError

    failed: list[str] = []

    def write(found: Iterator[Fault]) -> None:
        try:
            write_whole(place, partial(_as_csv, found))
        except OutputError as error:
            failed.append(said("the list of every fault is not written: {why}", why=error.args[0]))

    return write, failed


def _as_csv(faults: Iterator[Fault], stream: IO[bytes]) -> None:
    """Write faults as CSV; what a spreadsheet would take for a formula has an apostrophe before it."""
    text = TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow(("file", "row", "column", "what", "seen", "allowed"))
    for one in faults:
        cells = (one.file, str(one.row), one.column, one.what, one.value, one.allowed)
        writer.writerow(["'" + cell if cell.startswith(_FORMULAS) else cell for cell in cells])
    text.detach()


def _meant(what: str, study: str | None) -> tuple[Study | None, RegisterInput]:
    """The study, if there is one, and the register: a study's own, or a file."""
    from analysis.errors import WorkbookError
    from analysis.input_models import RegisterInput
    from analysis.study import is_study, open_study

    if study is None and is_study(what):
        own = open_study(what)
        if own.settings.register_input is None:
            told = "{study}: has no register; allowed: a table [register] in study.toml, or a file to check"
            raise WorkbookError(said(told, study=own.id))
        return own, own.settings.register_input
    opened = open_study(study) if study is not None else None
    settings = opened.settings.register_input if opened is not None else None
    file = {"path": str(Path(what).resolve()), "url": "", "query": ""}
    return opened, settings.model_copy(update=file) if settings is not None else RegisterInput(path=file["path"])
