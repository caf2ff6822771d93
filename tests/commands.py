"""The commands as a user types them, in processes of their own, or in the test's where none is promised."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from analysis.cli import main
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


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `workbook` to its end in this process, which spares the second that another takes to start."""
    words = ["workbook", *map(str, arguments)]
    out, err = io.StringIO(), io.StringIO()
    interrupted, code = signal.getsignal(signal.SIGINT), 0
    with pytest.MonkeyPatch.context() as patched, contextlib.chdir(ROOT):
        patched.setattr(sys, "argv", words)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                main()
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            signal.signal(signal.SIGINT, interrupted)
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())


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
