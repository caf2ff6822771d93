"""Commands about finished runs."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from analysis.commands.telling import near, progress


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(batch)
    app.command()(verify)


def batch(
    file: Annotated[Path, typer.Argument(help="A TOML file that asks for papers.")],
    output: Annotated[
        Path | None, typer.Option(help="The batch's folder; by default reports/ and the file's name.")
    ] = None,
    workers: Annotated[int, typer.Option(min=0, max=256, help="Runs at a time; 0 for one a processor.")] = 0,
    seconds: Annotated[float, typer.Option(min=1, help="What one run may take at the most.")] = 600,
    megabytes: Annotated[float, typer.Option(min=50, help="The memory one run may take at the most.")] = 1024,
) -> None:
    """Write every paper that a file asks for; those that are unchanged are kept."""
    from functools import partial

    from analysis.briefing.batch import batch as run_batch
    from analysis.briefing.grid import read_grid
    from analysis.briefing.pool import Caps, work
    from analysis.briefing.runner import REPORTS

    wanted = read_grid(file)
    folder = output or REPORTS / file.stem
    worker = partial(work, workers=workers or os.cpu_count() or 1, caps=Caps(seconds, megabytes))
    with progress() as tell:
        outcomes = run_batch(wanted, folder, worker=worker, tell=tell)
    for one in outcomes:
        if one.state == "failed":
            typer.echo(f"{one.name}: failed: {one.cause}\n  to try again: {one.command}")
    counts = Counter(one.state for one in outcomes)
    told = ", ".join(f"{counts[state]} {state}" for state in ("written", "reused", "failed"))
    typer.echo(f"{len(outcomes)} papers: {told}; {near(folder.resolve() / 'index.html')}")
    if counts["failed"]:
        raise typer.Exit(1)


def verify(run: Annotated[Path, typer.Argument(help="The folder of a finished run.")]) -> None:
    """Compute every number of a finished run again from its inputs."""
    from analysis.briefing.verification import verify as verified

    outcome = verified(run)
    for doubt in outcome.doubts:
        was = f'{doubt.id} "{doubt.claim.marked}" ({doubt.claim.quantity.label.en})'
        now = f"cannot be computed: {doubt.reason}" if doubt.now is None else f"is now {doubt.now!r}"
        typer.echo(f"{was}: was {doubt.claim.quantity.value!r}, {now}")
    for name in outcome.changed_outputs:
        typer.echo(f"{name}: is not the file the run wrote")
    if outcome.edited_manifest:
        typer.echo("manifest.json: was edited by hand: its seal or its key does not follow from what it says")
    typer.echo(
        f"{outcome.claims} claims computed again, {len(outcome.doubts)} in doubt, {len(outcome.changed_outputs)} files changed"
    )
    if not outcome.is_true:
        raise typer.Exit(1)
