"""The commands as a user types them, in processes of their own."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from analysis.study import ROOT

WORKBOOK = Path(sys.executable).with_name("workbook")


def workbook(
    *arguments: str | Path,
    env: Mapping[str, str] | None = None,
    before: Callable[[], None] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run `workbook` to its end."""
    return subprocess.run(
        [WORKBOOK, *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | dict(env or {}),
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=300,
        preexec_fn=before,
        check=False,
    )


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """The one message of a command that refused what the user gave."""
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    said = "\n".join(spoken(done.stderr))
    assert said.startswith("workbook: ")
    assert said.count("workbook: ") == 1
    return said.removeprefix("workbook: ")


def spoken(stderr: str) -> list[str]:
    """What a command said beside its progress bars."""
    return [
        line
        for line in stderr.splitlines()
        if not line.startswith(("notebook ", "documents ", "papers ", "small counts "))
    ]


def contents(folder: Path) -> dict[str, str]:
    """What lies in a folder, hidden files too: names and hashes."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
