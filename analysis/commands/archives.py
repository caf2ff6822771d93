"""Commands that take a run elsewhere."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from analysis.commands.telling import LanguageOption, say, spoken


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(pack)
    app.command()(unpack)


def pack(
    run: Annotated[Path, typer.Argument(help="The folder of a finished run.")],
    output: Annotated[Path | None, typer.Option(help="The archive; by default beside the run, with .zip.")] = None,
    date: Annotated[str, typer.Option(help="Day of publication, YYYY-MM-DD; today where none is given.")] = "",
    with_register: Annotated[
        bool, typer.Option("--with-register", help="Put the register in too: the archive is then confidential.")
    ] = False,
    language: LanguageOption = None,
) -> None:
    """Put a run and all it needs into one archive (an RO-Crate), to be run again elsewhere or kept."""
    from analysis.briefing.manifest import read_manifest
    from analysis.briefing.packing import kept_inside
    from analysis.briefing.packing import pack as packed
    from analysis.briefing.packing_registers import counted_in, held, to_bring

    spoken(language)
    run = run.resolve()
    typer.echo(packed(run, output or run.with_name(f"{run.name}.zip"), date=date, with_registers=with_register))
    manifest = read_manifest(run)
    registers = held if with_register else to_bring
    for told in filter(None, (registers(counted_in(manifest)), kept_inside(manifest))):
        say(told, err=True)


def unpack(
    archive: Annotated[Path, typer.Argument(help="An archive that pack wrote.")],
    output: Annotated[Path | None, typer.Option(help="A new folder; by default named as the archive.")] = None,
    register: Annotated[
        list[Path] | None,
        typer.Option(help="The register that the run counted, where the archive does not hold it; may be repeated."),
    ] = None,
    language: LanguageOption = None,
) -> None:
    """Unpack an archived run and say how to run it again."""
    from analysis.briefing.packing import unpack as unpacked

    spoken(language)
    found = unpacked(archive, output or Path(archive.stem), registers=register or ())
    if not found.same_code:
        say("the code of this workbook is not that of the run: what it writes again may differ", err=True)
    if not found.same_notebook:
        say("the notebook of this workbook is not that of the run: what it writes again may differ", err=True)
    if found.to_bring:
        say(found.to_bring, err=True)
    typer.echo(f"cd {shlex.quote(str(found.folder))} && {found.command}")
