"""Many papers: those whose inputs are unchanged are kept, the others are written, and a failure stops nothing else.

Papers that count a register are written aside and put into their places when all of them have been audited as one: where
they would give something away together, none is.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from analysis.briefing.folder import clear_leavings, hidden_beside, whole_folder
from analysis.briefing.grid import Wanted
from analysis.briefing.manifest import OTHER_STUDIES, inputs_of, read_manifest, surroundings
from analysis.briefing.own_notebooks import OwnParameters
from analysis.briefing.parameter_models import text_of
from analysis.briefing.pool import Caps, Job, work
from analysis.briefing.run_pages import Entry, write_index
from analysis.briefing.run_store import PAPER, REPORTS, copy_run, is_whole, runs_in
from analysis.errors import OutputError, reason_of
from analysis.messages import said
from analysis.quantities import Label
from analysis.study import ROOT, open_study

if TYPE_CHECKING:
    from analysis.briefing.joint_disclosure_audit import Together

State = Literal["written", "reused", "failed"]
Worker = Callable[[Iterable[Job]], Iterator[tuple[Job, str]]]
Tell = Callable[[str, int, int], None]
OnAudit = Callable[[Sequence["Together"]], object]

_UNAUDITED = (
    ".unaudited"  # the folder of papers that are written and not yet audited; one that is interrupted goes on there
)


@dataclass(frozen=True)
class Outcome:
    """What became of one paper.

    Parameters
    ----------
    cause
        Why it failed, else empty.
    command
        The command that writes this paper alone.
    """

    name: str
    state: State
    cause: str
    command: str


def batch(
    wanted: Sequence[Wanted],
    folder: Path,
    *,
    title: Label | None = None,
    worker: Worker | None = None,
    tell: Tell = lambda *_: None,
    on_audit: OnAudit = lambda _: None,
) -> tuple[Outcome, ...]:
    """Write the papers of a grid into folders of their own, and an index page beside them.

    A paper is reused where its folder, or another in the reports, holds a whole run of the same key: the hash of all that
    it is made from. File times do not count.

    Parameters
    ----------
    title
        Of the index page; by default the study's own, where the papers are about one.
    worker
        Writes papers; by default two processes of this machine at a time.
    tell
        Called with "papers", how many are done and how many there are.
    on_audit
        Called with the audit of what the papers of each counted study print together, which the index page tells too.

    Returns
    -------
    tuple of Outcome
        In the order asked for.

    Raises
    ------
    OutputError
        When the folder cannot be written to.
    DisclosureError
        When the papers would give something away together, or beside other finished ones; then none is written.
    """
    worker = worker or partial(work, workers=2, caps=Caps())
    folder = _made(folder)
    jobs, outcomes, rest, known = _jobs(wanted, folder), {}, [], cache(_known)
    tell("papers", 0, len(jobs))
    for job in jobs.values():
        clear_leavings(job.folder)
        if is_whole(job.folder, job.inputs.key) or _is_copied(job, known):
            outcomes[job.name] = Outcome(job.name, "reused", "", command_of(job))
            tell("papers", len(outcomes), len(jobs))
        else:
            rest.append(job)
    with _aside(folder, rest) as place:
        for job, cause in worker([replace(job, folder=place(job)) for job in rest]) if rest else ():
            clear_leavings(job.folder)
            outcomes[job.name] = Outcome(job.name, "failed" if cause else "written", cause, command_of(jobs[job.name]))
            tell("papers", len(outcomes), len(jobs))
        audit = _audited([place(jobs[name]) for name, one in outcomes.items() if one.state != "failed"], folder)
        for job in rest:
            if outcomes[job.name].state == "written" and (cause := _put(place(job), job.folder)):
                outcomes[job.name] = replace(outcomes[job.name], state="failed", cause=cause)
    found = tuple(outcomes[name] for name in jobs)
    write_index(folder, [_entry(jobs[one.name], one) for one in found], title=title, audit=audit)
    on_audit(audit)
    return found


@contextmanager
def _aside(folder: Path, rest: Sequence[Job]) -> Iterator[Callable[[Job], Path]]:
    """Where each paper is written: one that counts a register lies aside until all are audited, and is gone if it stays."""
    if not any(map(_counts, rest)):
        yield lambda job: job.folder
        return
    aside = {job.name for job in rest if _counts(job)}
    clear_leavings(folder / _UNAUDITED)
    with hidden_beside(folder / _UNAUDITED) as hidden:
        yield lambda job: hidden / job.name if job.name in aside else job.folder


def _counts(job: Job) -> bool:
    """Whether a paper counts a register or returns."""
    given = job.inputs.made_of["parameters"]
    studies = (given["study"], *(given[role] for role in OTHER_STUDIES if given.get(role)))
    return any(open_study(name).settings.is_counted for name in studies)


def _put(work: Path, target: Path) -> str:
    """Put a finished paper into its place; why it could not be, else empty."""
    if work == target:
        return ""
    try:
        with whole_folder(target) as place:
            for path in work.iterdir():
                os.rename(path, place / path.name)
    except OutputError as error:
        return error.message
    return ""


def command_of(job: Job) -> str:
    """The command that writes one paper of a batch alone.

    Only what is not a default is said.
    """
    made_of = job.inputs.made_of
    defaults = type(job.parameters)()
    given = {name: value for name, value in made_of["parameters"].items() if value != getattr(defaults, name)}
    words = ["workbook", "briefing", made_of["parameters"]["study"]]
    if made_of["notebook"] != "4_briefing":
        own = job.parameters.own_file if isinstance(job.parameters, OwnParameters) else made_of["notebook"]
        words += ["--notebook", own]
    for name, value in given.items():
        if name != "study":
            words += [f"--{name}", value] if name in ("language", "district") else ["--set", f"{name}={text_of(value)}"]
    if tuple(made_of["formats"]) != PAPER:
        words += ["--to", ",".join(made_of["formats"])]
    words += ["--style", made_of["style"]] if "style" in made_of else []
    here = job.folder.relative_to(ROOT) if job.folder.is_relative_to(ROOT) else job.folder
    return shlex.join([*words, "--output", str(here)])


def _jobs(wanted: Sequence[Wanted], folder: Path) -> Mapping[str, Job]:
    around, study = surroundings(), cache(open_study)
    return {
        one.name: Job(
            one.name,
            one.parameters,
            inputs_of(
                one.parameters,
                notebook=one.notebook,
                formats=one.formats,
                study=study(one.parameters.study),
                around=around,
                style=one.style,
            ),
            folder / one.name,
        )
        for one in wanted
    }


def _is_copied(job: Job, known: Callable[[], Mapping[str, list[Path]]]) -> bool:
    """Whether a whole run of the same key stood elsewhere in the reports, and could be copied."""
    for found in known().get(job.inputs.key, ()):
        if is_whole(found, job.inputs.key):
            with suppress(OutputError):
                copy_run(found, job.folder)
                return True
    return False


def _known() -> Mapping[str, list[Path]]:
    """The runs of the reports by their keys."""
    known: dict[str, list[Path]] = {}
    for path, manifest in runs_in(REPORTS):
        known.setdefault(str(manifest.get("key")), []).append(path)
    return known


def _audited(runs: Sequence[Path], folder: Path) -> tuple[Together, ...]:
    """The audit of what papers of counted studies print together; a batch about none waits for nothing that counts."""
    counted = [run for run in runs if read_manifest(run).get("disclosure", {}).get("applies")]
    if not counted:
        return ()
    from analysis.briefing.joint_disclosure_audit import (
        together,  # with pandas, that no other batch has to wait for here
    )

    return together(counted, beside=(run for run, _ in runs_in(REPORTS) if not run.is_relative_to(folder)))


def _made(folder: Path) -> Path:
    folder = folder.resolve()
    if (folder / "manifest.json").exists():
        raise OutputError(
            said("{folder}: holds a run; allowed: a folder for many runs, each in a folder of its own", folder=folder)
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            said("{folder}: cannot be written: {reason}", folder=folder, reason=reason_of(error))
        ) from error
    return folder


def _entry(job: Job, outcome: Outcome) -> Entry:
    made_of = job.inputs.made_of
    return Entry(
        job.name, job.parameters, made_of["notebook"], tuple(made_of["formats"]), outcome.cause, outcome.command
    )
