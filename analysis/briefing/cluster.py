"""Papers written over machines, by a Dask cluster.

Every worker needs a clone with the same code, packages and study; one that has others refuses, so that no paper can say
what it was not made of. A paper is written in a process of its own, which gives the same bytes:
`python -m analysis.briefing.cluster FOLDER` takes what is asked for from standard input.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from analysis.briefing.folder import whole_folder
from analysis.briefing.manifest import inputs_of, surroundings
from analysis.briefing.own_notebooks import OwnParameters
from analysis.briefing.parameters import checked
from analysis.briefing.pool import Caps, Job
from analysis.errors import OutputError, WorkbookError
from analysis.messages import said
from analysis.study import open_study

Files = dict[str, bytes]


def work_over(jobs: Iterable[Job], *, address: str, caps: Caps) -> Iterator[tuple[Job, str]]:
    """Write papers by the workers of a cluster.

    Parameters
    ----------
    address
        The scheduler's, for example `tcp://10.0.0.5:8786`.

    Yields
    ------
    Each job when it has ended, and why it failed; empty where its paper is written.

    Raises
    ------
    WorkbookError
        When Dask is not installed, or nothing answers at the address.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise WorkbookError("--cluster needs Dask; install it with: pip install coverage-workbook[cluster]") from None
    try:
        client = Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError) as error:
        what = '--cluster "{address}": no scheduler answers; allowed: the address of a Dask scheduler'
        raise WorkbookError(said(what, address=address)) from error
    with client:
        asked = {client.submit(made, _asked(job), caps.seconds, pure=False, retries=2): job for job in jobs}
        for future in as_completed(list(asked), loop=client.loop):
            job = asked.pop(future)
            yield job, _placed(job, future)


def made(asked: dict[str, Any], seconds: float) -> Files | str:
    """A paper's files by name, or why there are none; runs on a worker, where nothing is kept."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "run")
        try:
            done = subprocess.run(
                [sys.executable, "-m", "analysis.briefing.cluster", str(folder)],
                input=json.dumps(asked),
                capture_output=True,
                encoding="utf-8",
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return said("took longer than {seconds:g} seconds; allow more with --seconds", seconds=seconds)
        if done.returncode:
            return done.stderr.strip() or said("the run ended with code {code}", code=done.returncode)
        return {path.name: path.read_bytes() for path in folder.iterdir()}


def _asked(job: Job) -> dict[str, Any]:
    made_of = job.inputs.made_of
    notebook = job.parameters.own_file if isinstance(job.parameters, OwnParameters) else made_of["notebook"]
    asked = {name: made_of.get(name) for name in ("parameters", "formats", "style")}
    return {"notebook": notebook, **asked, "key": job.inputs.key}


def _placed(job: Job, future: Any) -> str:
    """Put what a worker made into the paper's folder; why it could not be."""
    if future.status != "finished":
        return said("the worker failed: {reason}", reason=future.exception())
    files: Files | str = future.result()
    if isinstance(files, str):
        return files
    try:
        with whole_folder(job.folder) as work:
            for name, content in files.items():
                (work / name).write_bytes(content)
    except OutputError as error:
        return error.message
    return ""


def main(folder: str) -> int:
    """Write the paper; its faults go to standard error. A paper that would be made of something else is refused."""
    from analysis.briefing.runner import run  # with all that papers need, which who asks for them does without

    asked = json.load(sys.stdin)
    try:
        parameters = checked(asked["notebook"], asked["parameters"])
        inputs = inputs_of(
            parameters,
            notebook=asked["notebook"],
            formats=asked["formats"],
            study=open_study(parameters.study),
            around=surroundings(),
            style=Path(asked["style"]) if asked.get("style") else None,
        )
        if inputs.key != asked["key"]:
            raise WorkbookError(
                "this machine has other code, packages or study files than the one that asks; allowed: the same clone"
            )
        run(parameters, notebook=asked["notebook"], formats=asked["formats"], folder=Path(folder), inputs=inputs)
    except WorkbookError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
