"""Commands that write many papers, and about finished runs: checked, compared, listed, taken elsewhere."""

from __future__ import annotations

import os
import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.commands.telling import (
    LanguageOption,
    StyleOption,
    choosing,
    near,
    progress,
    say,
    spoken,
    tell_unreleased,
)
from analysis.errors import ParameterError, one_of
from analysis.messages import said

if TYPE_CHECKING:
    from analysis.briefing.grid import Wanted
    from analysis.briefing.joint_disclosure_audit import Together
    from analysis.briefing.verification import Doubt, Verification
    from analysis.quantities import Label

_LINKS = 20  # links of one document that lead astray, told one by one


def batch(
    file: Annotated[Path, typer.Argument(help="A TOML file that asks for papers.")],
    output: Annotated[
        Path | None, typer.Option(help="The batch's folder; by default reports/ and the file's name.")
    ] = None,
    workers: Annotated[int, typer.Option(min=0, max=256, help="Runs at a time; 0 for one a processor.")] = 0,
    seconds: Annotated[float, typer.Option(min=1, help="What one run may take at the most.")] = 600,
    megabytes: Annotated[float, typer.Option(min=50, help="The memory one run may take at the most.")] = 1024,
    cluster: Annotated[
        str, typer.Option(help="A Dask scheduler's address, tcp://…: its workers write the papers.")
    ] = "",
    style: StyleOption = None,
    language: LanguageOption = None,
) -> None:
    """Write every paper that a file asks for; those that are unchanged are kept."""
    from analysis.briefing.forking import server
    from analysis.briefing.run_store import REPORTS

    spoken(language)
    folder = output or REPORTS / file.stem
    if not cluster and not (folder / "index.html").exists():  # then there are papers to write
        server()
    from analysis.briefing.grid import read_grid  # with studies and their checks

    written(
        read_grid(file, style=style), folder, workers=workers, seconds=seconds, megabytes=megabytes, cluster=cluster
    )


def written(
    wanted: Sequence[Wanted],
    folder: Path,
    *,
    workers: int,
    seconds: float = 600,
    megabytes: float = 1024,
    cluster: str = "",
    title: Label | None = None,
) -> None:
    """Write many papers, say what became of them, and exit with 1 where one failed."""
    from functools import partial

    from analysis.briefing.batch import batch as run_batch
    from analysis.briefing.grid import studies_of
    from analysis.briefing.pool import Caps, work

    caps = Caps(seconds, megabytes)
    worker = partial(work, workers=workers or os.cpu_count() or 1, caps=caps)
    if cluster:
        from analysis.briefing.cluster import work_over

        worker = partial(work_over, address=cluster, caps=caps)
    studies = studies_of(wanted)
    if any(study.settings.is_counted for study in studies):  # a batch about none waits for nothing that counts
        from analysis.briefing.joint_disclosure_audit import make_screens
        from analysis.briefing.suppression_plan import signing

        with signing(choosing):
            make_screens(wanted)
    audit: list[Together] = []
    with progress() as tell:
        outcomes = run_batch(wanted, folder, title=title, worker=worker, tell=tell, on_audit=audit.extend)
    for one in outcomes:
        if one.state == "failed":
            told = "{paper}: failed: {cause}\n  to try again: {command}"
            say(said(told, paper=one.name, cause=one.cause, command=one.command))
    counts = Counter(one.state for one in outcomes)
    head = "{all} papers: {written} written, {reused} reused, {failed} failed; {index}"
    states = {state: counts[state] for state in ("written", "reused", "failed")}
    say(said(head, all=len(outcomes), index=near(folder.resolve() / "index.html"), **states))
    for each in audit:  # which found nothing that the papers give away
        what = (
            "{study}: {papers} papers print {published} counts together and withhold {withheld}; audited as one set of "
            "tables: none that is withheld can be worked out"
        )
        numbers = {"papers": each.papers, "published": each.published, "withheld": each.withheld}
        say(said(what, study=each.study, **numbers))
    tell_unreleased(studies)
    if counts["failed"]:
        raise typer.Exit(1)


def verify(
    run: Annotated[Path, typer.Argument(help="The folder of a finished run, or its id.")],
    language: LanguageOption = None,
) -> None:
    """Compute every number of a finished run again, follow every link, and audit again what it gives away."""
    from analysis.briefing.run_store import run_of
    from analysis.briefing.verification import verify as verified

    spoken(language)
    outcome = verified(run_of(run))
    for line in _wrong(outcome):
        say(line)
    head = "{claims} claims computed again, {doubts} in doubt, {files} files changed, {links} links astray"
    faults = {"doubts": outcome.doubts, "files": outcome.changed_outputs, "links": outcome.astray}
    say(said(head, claims=outcome.claims, **{name: len(found) for name, found in faults.items()}))
    if not outcome.is_true:
        raise typer.Exit(1)


def _wrong(outcome: Verification) -> Iterator[str]:
    """What a finished run says that is not so, a line each."""
    for doubt in outcome.doubts:
        yield _doubted(doubt)
    for name in outcome.changed_outputs:
        yield said("{file}: is not the file the run wrote", file=name)
    if outcome.edited_manifest:
        yield "manifest.json: was edited by hand: its seal or its key does not follow from what it says"
    for name, group in groupby(outcome.astray, key=lambda one: one.document):
        several = list(group)
        yield from (one.message for one in several[:_LINKS])
        if len(several) > _LINKS:
            yield said("{file}: and {more} more lead astray", file=name, more=len(several) - _LINKS)
    if outcome.exposed:
        yield said("disclosure: {exposed}", exposed=outcome.exposed)


def _doubted(doubt: Doubt) -> str:
    quantity = doubt.claim.quantity
    what = said('{id} "{marked}" ({label})', id=doubt.id, marked=doubt.claim.marked, label=quantity.label)
    if doubt.now is None:
        told = "{what}: was {was!r}, cannot be computed: {reason}"
        return said(told, what=what, was=quantity.value, reason=doubt.reason)
    return said("{what}: was {was!r}, is now {now!r}", what=what, was=quantity.value, now=doubt.now)


def diff(
    first: Annotated[Path, typer.Argument(help="The folder of a finished run, or its id.")],
    second: Annotated[Path, typer.Argument(help="The folder of another, or of the same paper at another time.")],
    language: LanguageOption = None,
    output: Annotated[
        Path | None, typer.Option(help="A folder for difference.html and difference.json; without it, only a summary.")
    ] = None,
) -> None:
    """Say which numbers of two runs differ, and how much of it is due to which change of their inputs."""
    import json

    from analysis.briefing.change_attribution import difference
    from analysis.briefing.difference_page import in_lines, page, to_json
    from analysis.briefing.folder import write_whole
    from analysis.briefing.run_reader import read_run
    from analysis.briefing.run_store import run_of

    told_in = spoken(language)
    found = difference(read_run(run_of(first)), read_run(run_of(second)))
    for line in in_lines(found, told_in):
        typer.echo(line)
    if output is not None:
        plain = json.dumps(to_json(found), ensure_ascii=False, indent=1) + "\n"
        write_whole(output / "difference.json", plain.encode())
        write_whole(output / "difference.html", page(found, told_in).encode())
        typer.echo(near(output.resolve() / "difference.html"))


def compare_word(
    edited: Annotated[Path, typer.Argument(help="The Word file as it came back.")],
    run: Annotated[Path, typer.Argument(help="The folder of the run that wrote it, or the run's id.")],
    language: LanguageOption = None,
    output: Annotated[
        Path | None, typer.Option(help="A folder for changes.html and changes.xlsx; without it, only a summary.")
    ] = None,
) -> None:
    """Say what was changed by hand in a paper's Word file: numbers that the ledger does not have, words, tables, figures."""
    from analysis.briefing.documents.write import write_documents
    from analysis.briefing.run_store import run_of
    from analysis.briefing.word_report import changes_by_hand, in_lines, section_of

    told_in = spoken(language)
    folder = run_of(run)
    found, ledger = changes_by_hand(edited, folder)
    for line in in_lines(found, told_in):
        typer.echo(line)
    numbers = sum(one.is_about_numbers for one in found)
    say(said("{changes} changes by hand, {numbers} of them in numbers", changes=len(found), numbers=numbers))
    if output is not None:
        section = section_of(found, ledger, told_in, file=edited.name, run=folder.name)
        for path in write_documents([section], output, formats=("html", "xlsx"), stem="changes"):
            typer.echo(near(path.resolve()))
    if numbers:
        raise typer.Exit(1)


def runs(
    place: Annotated[Path | None, typer.Argument(help="A folder to look in; by default reports/.")] = None,
    where: Annotated[list[str] | None, typer.Option(help="Only runs with NAME=VALUE; may be repeated.")] = None,
) -> None:
    """List finished runs with what they are about."""
    from analysis.briefing.manifest import id_of
    from analysis.briefing.parameters import MODELS
    from analysis.briefing.run_store import NAMES, REPORTS, conditions, meets, runs_in

    found = list(runs_in(place or REPORTS))
    own = (name for _, manifest in found for name in manifest["parameters"])
    asked = conditions(where or [], dict.fromkeys((*NAMES, *own)))
    for path, manifest in found:
        if not meets(manifest, asked):
            continue
        fields = MODELS[manifest["notebook"]].model_fields if manifest["notebook"] in MODELS else {}
        told = [
            f"{name}={value}"
            for name, value in manifest["parameters"].items()
            if name in ("study", "language") or name not in fields or value != fields[name].default
        ]
        typer.echo(f"{near(path.resolve())}  {manifest['notebook']}  {' '.join(told)}  {id_of(manifest)}")


def conference(
    study: Annotated[str | None, typer.Argument(help="A study's name in data/, or its folder.")] = None,
    output: Annotated[Path | None, typer.Option(help="The folder; by default reports/<study>/conference.")] = None,
    language: Annotated[str, typer.Option("--language", "-l", help="zh, en, or both with a comma.")] = "zh,en",
    as_of: Annotated[str, typer.Option(help="The day on which one asks, YYYY-MM-DD; the study's own if none.")] = "",
    workers: Annotated[int, typer.Option(min=0, max=256, help="Runs at a time; 0 for one a processor.")] = 0,
    style: StyleOption = None,
) -> None:
    """Write a meeting's whole folder: briefing, slides, tables, agenda, register of decisions, department sheets, index."""
    from analysis.briefing.conference_papers import LANGUAGES, papers_of, title_of
    from analysis.briefing.parameters import SourcesParameters
    from analysis.briefing.run_store import REPORTS
    from analysis.study import open_study

    names = [name.strip() for name in language.split(",") if name.strip()]
    if not names or (wrong := [name for name in names if name not in LANGUAGES]):
        seen = wrong[0] if names else ""
        what = '--language: "{seen}" is no language; allowed: {allowed}'
        raise ParameterError(said(what, seen=seen, allowed=one_of(LANGUAGES, seen=seen)))
    name = study or SourcesParameters().study
    wanted = papers_of(name, languages=[one for one in LANGUAGES if one in names], as_of=as_of, style=style)
    opened = open_study(name)
    written(wanted, output or REPORTS / opened.id / "conference", workers=workers, title=title_of(opened))


def pack(
    run: Annotated[Path, typer.Argument(help="The folder of a finished run, or its id.")],
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
    from analysis.briefing.run_store import run_of

    spoken(language)
    run = run_of(run).resolve()
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
