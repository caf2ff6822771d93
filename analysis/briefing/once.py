"""Write one paper in a process of its own, asked for on standard input: `python -m analysis.briefing.once FOLDER`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from analysis.briefing.manifest import inputs_of, surroundings
from analysis.briefing.parameters import checked
from analysis.briefing.runner import run
from analysis.errors import WorkbookError
from analysis.study import open_study


def main(folder: str) -> int:
    """Write the paper; its faults go to standard error. A paper that would be made of something else is refused."""
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
