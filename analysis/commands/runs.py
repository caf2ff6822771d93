"""Commands about finished runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(verify)


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
    typer.echo(
        f"{outcome.claims} claims computed again, {len(outcome.doubts)} in doubt, {len(outcome.changed_outputs)} files changed"
    )
    if not outcome.is_true:
        raise typer.Exit(1)
