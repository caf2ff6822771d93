"""Commands about one's own data: a new study, a register looked through before it is used, a register counted."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.commands.returns import returns_counted
from analysis.commands.telling import near

if TYPE_CHECKING:
    from analysis.coverage.cells import Cells
    from analysis.input_models import RegisterInput
    from analysis.sources.registers.report import Report
    from analysis.study import Study


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(new)
    app.command()(check)
    app.command()(count)


def new(
    name: Annotated[str, typer.Argument(help="The study's name: a place and a year, such as wuxi-2024.")],
    folder: Annotated[Path | None, typer.Option(help="Where the study's folder goes; by default data/.")] = None,
) -> None:
    """Write a study's folder, with comments on what to put where."""
    from analysis.briefing.beginning import write_study

    for path in write_study(name, folder):
        typer.echo(near(path))


def check(
    what: Annotated[
        str, typer.Argument(help="A register's file or folder, a folder of returns, or a study that has one of them.")
    ],
    study: Annotated[str | None, typer.Option(help="The study whose districts and categories the file uses.")] = None,
    faults: Annotated[Path | None, typer.Option(help="Where to write every fault as CSV.")] = None,
) -> None:
    """Look through a register, or the districts' returns, and keep nothing: what is there, faults, and a preview."""
    from analysis.commands.returns import check_returns, returns_meant
    from analysis.commands.telling import reading
    from analysis.coverage.registered import read, source_of
    from analysis.sources.registers.raw import opened
    from analysis.sources.registers.report import write_faults

    if (returned := returns_meant(what, study)) is not None:
        check_returns(returned)
        return
    opened_study, settings = _meant(what, study)
    folder = opened_study.folder if opened_study is not None else Path.cwd()
    with reading("looking through") as watch, opened(settings, folder, watch=watch) as raw:
        settings = settings if opened_study is not None else _lenient(settings, list(raw.types))
        source = source_of(raw, settings, opened_study, repeats=True)
        place = faults or Path("reports") / "faults" / f"{Path(settings.path or 'database').stem}.csv"
        _, report = read(source, on_faults=lambda found: write_faults(found, place))
        head, shown = list(source.columns.theirs.values()), ", ".join(_shown(source.columns.theirs))
        rows = raw.connection.execute(f"SELECT {shown} FROM {raw.table} LIMIT 5").fetchall()
    for line in _told(report, head, rows):
        typer.echo(line)
    if report.rejected:
        typer.echo(f"\nevery fault: {near(place)}")
        raise typer.Exit(1)


def count(
    study: Annotated[str, typer.Argument(help="A study's name in data/, or its folder.")],
    cluster: Annotated[str | None, typer.Option(help="Count on Dask: tcp://host:port, or local.")] = None,
) -> None:
    """Count a study's register once and choose the small counts to withhold; papers then open what is kept.

    Of a study with returns, which are read each time, the choice alone is kept.
    """
    from analysis.errors import WorkbookError
    from analysis.study import open_study

    opened_study = open_study(study)
    match opened_study.settings.input:
        case "register":
            cells = _of_register(opened_study, cluster)
        case "returns" if cluster is None:
            cells = returns_counted(opened_study)
        case "returns":
            raise WorkbookError(
                "--cluster: returns are counted here; allowed: the option with a register, or without it"
            )
        case _:
            allowed = 'input = "register" or "returns" in study.toml'
            raise WorkbookError(f"{opened_study.id}: has no register and no returns; allowed: {allowed}")
    _screen(opened_study, cells)


def _of_register(study: Study, cluster: str | None) -> Cells:
    from functools import partial

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
    typer.echo(f"{_rows(cells.report)}; {len(cells.table):,} cells")
    return cells


def _screen(study: Study, cells: Cells) -> None:
    """Choose the small counts that papers withhold, and say how many; nothing where a study protects none."""
    from analysis.briefing.screening import screen_of_study, signing
    from analysis.commands.telling import choosing

    with signing(choosing):
        found = screen_of_study(study, cells)
    if found is not None and found.screen.addresses:
        withheld = found.screen.withheld
        typer.echo(
            f"{len(withheld.addresses):,} of {len(found.screen.addresses):,} counts of its papers are withheld: "
            f"{len(withheld.primary):,} below {withheld.threshold}, {len(withheld.secondary):,} that would give one away"
        )


def _meant(what: str, study: str | None) -> tuple[Study | None, RegisterInput]:
    """The study, if there is one, and the register: a study's own, or a file."""
    from analysis.errors import WorkbookError
    from analysis.input_models import RegisterInput
    from analysis.study import DATA, open_study

    if (
        study is None
        and not Path(what).is_file()
        and any((base / "study.toml").is_file() for base in (Path(what), DATA / what))
    ):
        own = open_study(what)
        if own.settings.register_input is None:
            raise WorkbookError(
                f"{own.id}: has no register; allowed: a table [register] in study.toml, or a file to check"
            )
        return own, own.settings.register_input
    opened = open_study(study) if study is not None else None
    settings = opened.settings.register_input if opened is not None else None
    file = {"path": str(Path(what).resolve()), "url": "", "query": ""}
    return opened, settings.model_copy(update=file) if settings is not None else RegisterInput(path=file["path"])


def _lenient(settings: RegisterInput, names: Sequence[str]) -> RegisterInput:
    """A file without a study: columns that a study would have to declare absent are taken to be so."""
    from analysis.sources.registers.columns import DECLARABLE, known_column

    found = {known_column(name) for name in names}
    return settings.model_copy(update={"absent": tuple(name for name in DECLARABLE if name not in found)})


def _shown(theirs: dict[str, str]) -> list[str]:
    from analysis.sources.registers.expressions import quoted

    return [f"CAST({quoted(name)} AS VARCHAR)" for name in theirs.values()]


def _told(report: Report, head: Sequence[str], rows: Sequence[Sequence[str | None]]) -> Iterator[str]:
    yield f"{report.where}: {_rows(report)}"
    yield ""
    absent = [(name, "(absent: not in the data)") for name in report.absent]
    yield from _table(("column", "header"), [*report.theirs.items(), *absent])
    if report.unused:
        yield f"not used: {', '.join(report.unused)}"
    yield f"looked for persons in: {'every row' if report.looked_for_persons == 'all' else 'rows from all over the file'}"
    if report.not_telephones:
        yield f"declared to be no telephone numbers: {', '.join(report.not_telephones)}"
    yield from (f"note: {note}" for note in report.notes)
    yield ""
    yield from _table(head, [[cell or "" for cell in row] for row in rows])
    if report.rejected:
        yield ""
        yield from _table(
            ("faults", "column", "what"), [(f"{number:,}", column, what) for column, what, number in report.faults]
        )
        yield ""
        yield from (str(one.problem(report.where)) for one in report.first)


def _rows(report: Report) -> str:
    return f"{report.read:,} rows read = {report.kept:,} kept + {report.rejected:,} rejected"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table in plain letters; a Chinese one is two wide."""
    widths = [max(_width(row[place]) for row in (head, *rows)) for place in range(len(head))]
    for row in (head, ["-" * width for width in widths], *rows):
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
