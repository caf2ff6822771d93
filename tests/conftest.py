"""Fixtures that several tests share."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from analysis import messages
from analysis.study import ROOT, Study, open_study
from analysis.views.render import ADDRESS
from tests.examples import TIMES

settings.register_profile("unhurried", deadline=None, max_examples=100 * TIMES)  # a busy machine is no failure
settings.load_profile("unhurried")


def pytest_configure(config: pytest.Config) -> None:
    """One process draws the charts of all tests, as it does for a batch: Vega takes a while to start."""
    if hasattr(config, "workerinput") or ADDRESS in os.environ or sys.platform == "win32":
        return
    folder = tempfile.TemporaryDirectory(prefix="charts-", dir="/tmp")
    address = f"{folder.name}/line"
    command = [sys.executable, "-c", "import sys; from analysis.views.render import serve; serve(sys.argv[1])", address]
    process = subprocess.Popen(command, cwd=ROOT)
    os.environ[ADDRESS] = address

    def end() -> None:
        process.kill()
        process.wait()
        folder.cleanup()
        del os.environ[ADDRESS]

    config.add_cleanup(end)


@pytest.fixture(autouse=True)
def _in_english() -> None:
    """Whatever a test before has asked for, messages are told in English."""
    messages.speak("")
    messages.prefer("en")


@pytest.fixture(scope="session", autouse=True)
def _own_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No settings, start-up files or kernels of Jupyter that the user of this machine has, and none of its languages."""
    home = tmp_path_factory.mktemp("jupyter")
    with pytest.MonkeyPatch.context() as patched:
        for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
            patched.setenv(name, str(home / name.lower()))
        patched.setenv("LC_ALL", "C.UTF-8")  # whose messages are in English
        yield


@pytest.fixture(scope="session")
def suzhou() -> Study:
    """The study that ships."""
    return open_study("suzhou-2003")


@pytest.fixture(scope="session")
def national() -> Study:
    """The published national series."""
    return open_study("national")


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], object]], Path]:
    """Makes a file or a folder by its name, once for all processes that run tests side by side; tests change copies."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def make(name: str, written: Callable[[Path], object]) -> Path:
        place = shared / "once" / name
        place.parent.mkdir(exist_ok=True)
        with place.with_name(f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not place.exists():
                begun = place.with_name(f"begun-{name}")
                written(begun)
                begun.rename(place)
        return place

    return make


IN_FULL = {"depth": "full", "annex": True}  # all that a paper says is in its Word and PDF files


@pytest.fixture(scope="session")
def finished(once: Callable[[str, Callable[[Path], object]], Path]) -> Callable[..., Path]:
    """Runs the briefing with some parameters; the same parameters are run once."""
    from analysis.briefing.parameters import checked
    from analysis.briefing.runner import run

    def make(**parameters: object) -> Path:
        name = ",".join(["4_briefing", *(f"{name}={value}" for name, value in sorted(parameters.items()))]).replace(
            "/", "-"
        )
        return once(name, lambda folder: run(checked("4_briefing", {**IN_FULL, **parameters}), folder=folder))

    return make


@pytest.fixture(scope="session")
def plain(once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """The English briefing's notebook, executed by papermill's own command."""

    def execute(output: Path) -> None:
        command = [sys.executable, "-m", "papermill", "notebooks/4_briefing.ipynb", str(output), "-p", "language", "en"]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=300)

    return once("plain.ipynb", execute)
