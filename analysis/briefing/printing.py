"""Print one frozen file in a process of its own, told line by line: `python -m analysis.briefing.printing FILE`."""

from __future__ import annotations

import sys
from pathlib import Path

from analysis.briefing.parameters import checked, from_file
from analysis.errors import WorkbookError


def main(file: str) -> int:
    """Run the briefing of a parameters file; progress and documents go to standard output, tab-separated."""
    from analysis.briefing.runner import run

    done: dict[str, tuple[int, int]] = {}

    def tell(what: str, so_far: int, whole: int) -> None:
        done[what] = (so_far, whole)
        shares = [done.get(name, (0, 1)) for name in ("notebook", "documents")]
        percent = sum(part * weight // max(top, 1) for (part, top), weight in zip(shares, (70, 30), strict=True))
        print("progress", percent, 100, sep="\t", flush=True)

    try:
        folder = run(checked("4_briefing", from_file(Path(file))), progress=tell)
    except WorkbookError as error:
        print(error, file=sys.stderr)
        return 2
    for path in sorted(folder.glob("briefing.*")):
        print("document", path, sep="\t", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
